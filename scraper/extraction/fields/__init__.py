"""The fields of an article: config first, then what the page declares, then what it shows; each
with its source.

`read_head` reads what helps to cut the body, `read_fields` the rest. Neither raises for what a page
contains.
"""

from __future__ import annotations

from datetime import UTC, datetime

from scraper.document import Document
from scraper.extraction.dateline import read_agencies, read_dateline
from scraper.extraction.fields.about import read_canonical, read_language, read_publisher, read_type
from scraper.extraction.fields.clock import Clock
from scraper.extraction.fields.model import BodyHints, Head
from scraper.extraction.fields.people import read_people
from scraper.extraction.fields.pictures import read_images
from scraper.extraction.fields.standfirst import read_lead
from scraper.extraction.fields.text import key
from scraper.extraction.fields.titles import read_titles
from scraper.extraction.fields.topics import read_keywords, read_section
from scraper.extraction.fields.view import View
from scraper.extraction.fields.when import read_dates
from scraper.models import Article, Link
from scraper.sites.model import Layout, Site

__all__ = ["BodyHints", "Head", "read_fields", "read_head"]


def read_head(
    document: Document,
    site: Site | None = None,
    layout: Layout | None = None,
    *,
    hint: Link | None = None,
) -> Head:
    """Headline, kicker, lead, language, address, publisher and kind of a page, before its body
    is known.
    """
    view = View(document, site, layout, hint)
    titles = read_titles(view)
    view.headline_node = titles.node
    return Head(
        view=view,
        headline=view.keep("headline", titles.headline) or _hinted_title(view),
        kicker=view.keep("kicker", titles.kicker),
        alternative_headline=view.keep("alternativeHeadline", titles.alternative),
        lead=view.keep("lead", read_lead(view)),
        canonical_url=view.keep("canonicalUrl", read_canonical(view)),
        publisher=view.keep("publisher", read_publisher(view)),
        in_language=view.keep("inLanguage", read_language(view)),
        article_type=view.keep("articleType", read_type(view)),
    )


def _hinted_title(view: View) -> str | None:
    if view.hint is None or not view.hint.title:
        return None
    view.provenance["headline"] = "feed"
    return view.hint.title


def read_fields(
    document: Document,
    site: Site | None = None,
    layout: Layout | None = None,
    *,
    hint: Link | None = None,
    body: BodyHints | None = None,
    now: datetime | None = None,
) -> Article:
    """All fields of a page, as an article without body, access and quality. `body.head` is taken over if given;
    dates later than `now` (the clock) are refused.
    """
    body = body or BodyHints()
    head = body.head or read_head(document, site, layout, hint=hint)
    view = head.view
    language = head.in_language or view.keep("inLanguage", read_language(view, body.text))
    view.language = language or ""
    view.last_node, view.first_text = body.last_node, body.first_text
    authors, signed = read_people(view)
    places, wired = read_dateline(body.first_text)
    agencies = tuple(dict.fromkeys((*signed, *wired, *read_agencies(body.text))))
    _note(view, "agencies", "authors" if signed else "text", agencies)
    _note(view, "dateline", "text", places)
    clock = Clock(view, language or "", now or datetime.now(UTC))
    published, modified = read_dates(view, clock)
    keywords = read_keywords(view, frozenset(key(a.name) for a in authors))
    if not keywords and hint and hint.keywords:
        keywords = hint.keywords
        view.provenance["keywords"] = "feed"
    return Article(
        url=document.url,
        final_url=document.url,
        site=site.domain if site else "",
        canonical_url=head.canonical_url,
        publisher=head.publisher,
        headline=head.headline,
        kicker=head.kicker,
        alternative_headline=head.alternative_headline,
        lead=head.lead,
        authors=authors,
        agencies=agencies,
        dateline=places,
        date_published=published,
        date_modified=modified,
        in_language=language,
        article_section=view.keep("articleSection", read_section(view)),
        keywords=keywords,
        article_type=head.article_type,
        images=read_images(view),
        provenance=view.provenance,
    )


def _note(view: View, field_name: str, source: str, value: tuple[str, ...]) -> None:
    if value:
        view.provenance[field_name] = source
