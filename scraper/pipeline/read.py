"""page → outcome, in one pure synchronous function: document, extract, quality, record. Worker processes run this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from scraper import urls
from scraper.collector import collecting_later
from scraper.document import Document, decoded_body, parse
from scraper.errors import Failure, Refusal
from scraper.extraction import Extracted, extract_article, join_pages
from scraper.extraction.reasons import decisions_of
from scraper.extraction.repeated import Repeats, prints_of
from scraper.models import Article, Failed, Kept, Link, Page, Reason, Refused
from scraper.pipeline.model import Reading
from scraper.pipeline.signals import signals_of
from scraper.quality import judged
from scraper.sites import FetchRules, Site

#: among `quality.reasons`: no rule of the config that says where the body is finds anything, so the page is in a layout
#: that it does not know, and was read the generic way
UNKNOWN_LAYOUT = "layout:unknown"
#: further pages of one article that are fetched
MAX_PAGES = 20
#: quality statuses of pages that hold no article, as refusals
_REFUSED = {
    "consent": "consent",
    "blocked": "blocked",
    "empty": "empty",
    "notArticle": "notArticle",
}
#: an article like most: the classifier is asked, and sure
_SAMPLE = (
    b'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The bridge stays | The Messenger</title>'
    b'<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The bridge stays",'
    b' "datePublished": "2026-11-02T08:00:00+01:00", "author": {"name": "Jo Doe"}}</script></head><body>'
    b'<nav><a href="/">Home</a></nav><article><h1>The bridge stays</h1><p class="byline">By Jo Doe, 2 November 2026</p>'
    + b"<p>The council spoke about the bridge for three hours on Monday, and at the end of it decided to keep the old"
    b" one, which the society for local history had asked for. The state pays half of the two million euros.</p>"
    * 6
    + b'</article><aside><h2>Read more</h2><a href="/pool">The pool stays closed</a></aside></body></html>'
)


class ExplainedBlock(msgspec.Struct, frozen=True):
    """One block of a page and what became of it."""

    text: str
    type: str
    #: CSS-like address
    path: str
    keep: bool
    reason: Reason | None
    rule: str
    #: the classifier's probability that it is the article's; None where a rule decided
    score: float | None


class Explanation(msgspec.Struct, frozen=True):
    """A page's article and every block that was looked at."""

    article: Article
    blocks: tuple[ExplainedBlock, ...]


def read_article(
    html: bytes | str,
    url: str = "",
    *,
    site: Site | None = None,
    link: Link | None = None,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
) -> Article:
    """The article in a page; `quality` says what speaks against it. Never raises for what the page contains."""
    with collecting_later():
        document = parse(html, url, headers=headers)
        return _judged(document, extract_article(document, site, link=link), link, status)


def explain_page(html: bytes | str, url: str = "", *, site: Site | None = None) -> Explanation:
    """The article in a page, and what became of each block of it."""
    document = parse(html, url)
    found = extract_article(document, site)
    blocks = tuple(
        ExplainedBlock(
            text=d.block.text, type=d.block.tag, path=d.block.box.path(), keep=d.verdict.keep,
            reason=d.verdict.reason, rule=d.verdict.rule, score=d.score,
        )
        for d in decisions_of(found.body)
    )  # fmt: skip
    return Explanation(_judged(document, found, None, 200), blocks)


def read_pages(pages: Sequence[Page], site: Site | None, domain: str, memory: Repeats | None = None) -> Reading:
    """The outcome of an article's pages, first page first. Never raises.

    `memory`: what stood on other articles of the site.
    """
    first = pages[0]
    try:
        with collecting_later():
            return _read_pages(pages, site, domain, memory)
    except Refusal as error:
        return Reading(Refused(first.link, error.reason, error.detail))
    except Failure as error:
        return Reading(Failed(first.link, error.reason, error.detail))
    except Exception as error:  # the pipeline's border: one page's bug must not cost the others
        import logging  # late: no page should need it

        logging.getLogger(__name__).exception("reading %s", first.url)
        return Reading(Failed(first.link, "crash", f"{first.url}: {error!r}; please report this page"))


def warm_up() -> None:
    """Loads what is loaded when the first page is read."""
    link = Link(url="https://example.org/")
    read_pages([Page(link=link, url=link.url, body=_SAMPLE)], None, "example.org")


def _read_pages(pages: Sequence[Page], site: Site | None, domain: str, memory: Repeats | None) -> Reading:
    first = pages[0]
    limit = site.fetch.max_bytes if site else FetchRules().max_bytes
    parts = [_part(page, site, limit, memory) for page in pages]
    head = parts[0]
    found = head.found._replace(article=join_pages([part.found for part in parts]))
    article = _judged(head.document, found, first.link, first.status)
    if reason := _REFUSED.get(article.quality.status):
        detail = f"{first.url}: {'; '.join(article.quality.reasons) or article.quality.status}"
        return Reading(Refused(first.link, reason, detail), generic=article_is_generic(article))
    seen = {urls.normalise(page.url) for page in pages} | {urls.normalise(first.link.url)}
    following = parts[-1].found.next_page if len(pages) < MAX_PAGES else None
    if following and urls.normalise(following) in seen:
        following = None
    from scraper.record import make_record  # late: `scraper.extract` makes none

    record = make_record(article, first, head.document, site=domain, config=site)
    return Reading(
        Kept(record),
        following,
        article_is_generic(article),
        signals_of([part.found for part in parts], article, site, memory),
        tuple(dict.fromkeys(key for part in parts for key in prints_of(part.found.body.frame, part.found.body.kept))),
    )


def article_is_generic(article: Article) -> bool:
    """Whether trafilatura answered for the body."""
    return article.provenance.get("articleBody") == "trafilatura"


class _ReadPage(msgspec.Struct):
    document: Document
    found: Extracted


def _part(page: Page, site: Site | None, limit: int, memory: Repeats | None) -> _ReadPage:
    body = decoded_body(page.body, page.encoding, limit=limit)
    if kind := _not_html(body):
        raise Refusal("notHtml", f"{page.url} is {kind}, not HTML")
    document = parse(body, page.url, headers=page.headers)
    return _ReadPage(document, extract_article(document, site, link=page.link, memory=memory))


#: first bytes of files that servers send as text/html
_MAGIC = (
    (b"%PDF-", "a PDF file"), (b"\x89PNG", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"), (b"GIF8", "a GIF image"),
    (b"RIFF", "a media file"), (b"PK\x03\x04", "a ZIP file"), (b"\x1f\x8b", "a gzip file"), (b"OggS", "a media file"),
    (b"\x00\x00\x00\x18ftyp", "a video"), (b"\x00\x00\x00\x20ftyp", "a video"), (b"\x7fELF", "a program"),
)  # fmt: skip


def _not_html(body: bytes) -> str | None:
    return next((name for magic, name in _MAGIC if body.startswith(magic)), None)


def _judged(document: Document, found: Extracted, link: Link | None, status: int) -> Article:
    """The article with access and quality."""
    article = judged(document, found.article, found.layout, link=link, status=status, last=found.body.last_node)
    if found.marks is None or not found.marks.dead:
        return article
    reasons = (*article.quality.reasons, UNKNOWN_LAYOUT)
    return msgspec.structs.replace(article, quality=msgspec.structs.replace(article.quality, reasons=reasons))
