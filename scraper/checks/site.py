"""One site's config against its stored pages, the generic way switched off where the config has rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from scraper.checks.compare import difference, is_empty, shown
from scraper.checks.expected import value_of
from scraper.checks.lints import PageHits, lint_config, lint_hits
from scraper.checks.model import SiteCheck, Verdict
from scraper.checks.stored import StoredPage
from scraper.document import Document, find_nodes, parse
from scraper.errors import ScraperError
from scraper.extraction import extract_article
from scraper.models import Article
from scraper.quality import judged
from scraper.sites import ConfigTest, Layout, Site

#: field → the key of `[[layouts]]` that has its rules, and its name in `provenance`
RULED = {
    "headline": ("headline", "headline"),
    "kicker": ("kicker", "kicker"),
    "lead": ("lead", "lead"),
    "authors": ("author", "authors"),
    "datePublished": ("published", "datePublished"),
    "dateModified": ("modified", "dateModified"),
    "articleSection": ("section", "articleSection"),
    "keywords": ("keywords", "keywords"),
    "body": ("body", "articleBody"),
}


class Read(NamedTuple):
    """A page as the config reads it."""

    document: Document
    article: Article
    layout: Layout | None
    #: texts of all its blocks
    blocks: tuple[str, ...]


def read_stored(html: bytes, url: str, site: Site | None, *, content_type: str = "", status: int = 200) -> Read:
    """The article of a page and the layout that fits it. Never raises for what the page contains."""
    document = parse(html, url, headers={"content-type": content_type} if content_type else {})
    found = extract_article(document, site)
    article = judged(document, found.article, found.layout, status=status)
    return Read(document, article, found.layout, tuple(block.text for block in found.body.frame.all_blocks))


def check_site(domain: str, site: Site | None, pages: Sequence[StoredPage]) -> SiteCheck:
    """Every field of every stored page, and what is odd in the config. Without a config (`site` None) the generic
    way is what is checked.
    """
    verdicts: list[Verdict] = []
    hits: list[PageHits] = []
    for page in pages:
        meta = page.meta
        read = read_stored(page.html, meta.url, site, content_type=meta.content_type, status=meta.status)
        verdicts += _verdicts(domain, page, read)
        if read.layout:
            hits.append(PageHits(read.document, read.layout, read.blocks))
    lints = list(lint_config(site, [page.meta.url for page in pages])) if site else []
    lints += lint_hits(site, hits) if site and pages else []
    return SiteCheck(
        site=domain, source=site.source if site else "", pages=len(pages), verdicts=tuple(verdicts), lints=tuple(lints)
    )


def _verdicts(domain: str, page: StoredPage, read: Read) -> Iterator[Verdict]:
    expected = page.expected
    name = page.name.removeprefix(f"{domain}/")
    for field in expected.fields:
        word, detail = "ok", ""
        if unruled := _unruled(field, expected.article, read):
            word, detail = "dead", unruled
        elif detail := difference(field, expected.article, read.article):
            lost = is_empty(field, read.article) and not is_empty(field, expected.article)
            word = "missing" if lost else "wrong"
        yield Verdict(site=domain, page=name, field=field, verdict=word, detail=detail)  # type: ignore[arg-type]


def _unruled(field: str, expected: Article, read: Read) -> str:
    """Why the field's rules are dead on this page; "" where they answered, or there is nothing to say, or no rule."""
    key, source_key = RULED.get(field, ("", ""))
    rules = getattr(read.layout, key) if key and read.layout else ()
    if not rules or is_empty(field, expected):
        return ""
    if field == "body":
        return _dead_body(read)
    if read.article.provenance.get(source_key, "").startswith("config:"):
        return ""
    if dead := _dead_body(read):
        return f"it was not asked: of body, {dead}"
    which = f"'{rules[0]}' did not find it" if len(rules) == 1 else f"none of its {len(rules)} rules found it"
    other = read.article.provenance.get(source_key)
    return (
        f"{which}; {other} says {shown(value_of(read.article, field))}" if other else f"{which}, nor did anything else"
    )


def _dead_body(read: Read) -> str:
    """That no rule of `body` finds its box; "" where one does, or there is none."""
    rules = read.layout.body if read.layout else ()
    if not rules or any(find_nodes(read.document.tree, rule) for rule in rules):
        return ""
    return f"'{rules[0]}' finds nothing" if len(rules) == 1 else f"none of its {len(rules)} rules finds anything"


def check_live(site: Site, fetched: Iterable[tuple[ConfigTest, bytes | ScraperError]]) -> Iterator[Verdict]:
    """The config's `[[tests]]`; each comes with its page, or with what kept it from being had."""
    for test, page in fetched:
        if isinstance(page, ScraperError):
            yield Verdict(site=site.domain, page=test.url, field="page", verdict="failed", detail=str(page))
            continue
        read = read_stored(page, test.url, site)
        article = read.article
        texts = (article.kicker, article.headline, article.lead, article.article_body)
        text = " ".join(" ".join(part.split()) for part in texts if part)
        if dead := _dead_body(read):
            yield Verdict(site=site.domain, page=test.url, field="body", verdict="dead", detail=dead)
        for words, there in [*((w, True) for w in test.contains), *((w, False) for w in test.lacks)]:
            is_there = " ".join(words.split()) in text
            field = f"{'contains' if there else 'lacks'} {shown(words)}"
            detail = "" if is_there is there else ("it is not in it" if there else "it is in it")
            yield Verdict(
                site=site.domain, page=test.url, field=field, verdict="wrong" if detail else "ok", detail=detail
            )
