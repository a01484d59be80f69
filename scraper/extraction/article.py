"""document + site → article: head, body, fields, in that order, each reading the same parsed page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scraper.document import Document
from scraper.extraction.body import Body, read_body
from scraper.extraction.features import words_key
from scraper.extraction.fields import BodyHints, Fields, read_fields, read_head
from scraper.extraction.generic import generic_body
from scraper.extraction.paging import joined, next_page
from scraper.extraction.scope import Marks
from scraper.models import Article, BodyPart, Link
from scraper.sites import Layout, Site, layout_for

#: own judges found less text than this …
LITTLE = 200
#: … or were less sure of it than this on average: trafilatura is asked
UNSURE = 0.60
#: its answer is taken when it has so many times our text
MUCH_MORE = 2.0


class Extracted(NamedTuple):
    """What extraction found on one page."""

    article: Article
    body: Body
    #: the layout of the site's config that fits the page
    layout: Layout | None = None
    #: address of this article's next page
    next_page: str | None = None


def extract_article(document: Document, site: Site | None = None, *, link: Link | None = None) -> Extracted:
    """The article in a page, without access and quality. Never raises for what the page contains."""
    marks = _marks(document, site)
    layout = marks.layout if marks else None
    head = read_head(document, site, layout, hint=link)
    titles = [t for t in (head.headline, head.alternative_headline) if t]
    body = read_body(document, marks, titles)
    parts, source = _parts(document, body, layout, titles)
    text = "\n\n".join(part.text for part in parts)
    kept = body.nodes
    hints = BodyHints(
        head=head,
        first_node=kept[0] if kept else None,
        last_node=kept[-1] if kept else None,
        text=text,
        first_text=next((p.text for p in parts if p.type == "paragraph"), ""),
    )
    fields = read_fields(document, site, layout, hint=link, body=hints)
    article = _article(document, site, fields, body, parts, source)
    return Extracted(article, body, layout, next_page(document, layout))


def join_pages(pages: Sequence[Extracted]) -> Article:
    """One article from its pages, first page first."""
    return joined([page.article for page in pages])


def _marks(document: Document, site: Site | None) -> Marks | None:
    """The layout that fits the page, with the nodes its selectors find."""
    if site is None or not site.layouts:
        return None
    marks = {id(layout): Marks(document, layout) for layout in site.layouts}
    layout = layout_for(site, lambda candidate: marks[id(candidate)].fit())
    return marks[id(layout)] if layout else None


def _parts(
    document: Document, body: Body, layout: Layout | None, titles: Sequence[str]
) -> tuple[tuple[BodyPart, ...], str]:
    """The body's parts and where they come from."""
    if layout and layout.body and body.parts:
        return body.parts, "config"
    if len(body.text) < LITTLE or body.certainty < UNSURE:
        other = _without_titles(generic_body(document), titles)
        if sum(len(p.text) for p in other) > max(LITTLE, MUCH_MORE * len(body.text)):
            return other, "trafilatura"
    return body.parts, "blocks"


def _without_titles(parts: tuple[BodyPart, ...], titles: Sequence[str]) -> tuple[BodyPart, ...]:
    """trafilatura puts the headline on top of the text."""
    keys = {words_key(title) for title in titles}
    return parts[1:] if parts and words_key(parts[0].text) in keys else parts


def _article(
    document: Document,
    site: Site | None,
    fields: Fields,
    body: Body,
    parts: tuple[BodyPart, ...],
    source: str,
) -> Article:
    found = {name: getattr(fields, name) for name in Fields.__struct_fields__}
    found["provenance"] = {**fields.provenance, "articleBody": source}
    return Article(
        **found,
        url=document.url,
        final_url=document.url,
        site=site.domain if site else "",
        body=parts,
        article_body="\n\n".join(part.text for part in parts),
        removed=body.removed,
    )
