"""Whether a page is a list of articles (front, section, tag, author page) and not one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from scraper.models import Article
from scraper.quality.rules import walls
from scraper.quality.view import View, types

#: points from which a page counts as a list
LISTING = 3
#: an id, a date or a title in an address
_SLUG = re.compile(r"\d{4}|(?:[^\W_]+[-_]){3}|.{28}|[^/]\.(?!php|aspx?|jsp)\w{3,5}$")
_TITLE = re.compile(r"/(?:[^\W_]+[-_]){3}")
_QUERY_ID = re.compile(r"(?:^|&)(?:p|id|\w*id|article|art|story|node|item)=\w+", re.I)

Sign = tuple[int, str]


def listing(view: View, article: Article) -> tuple[str, ...]:
    """The signs that the page is a list; () where it is not one."""
    address = list(_address(view))
    declared = list(_declared(view))
    # without a word of address or markup, short paragraphs alone make no list
    if not any(p > 0 and not n.startswith("meta:") for p, n in address + declared):
        return ()
    signs = [*address, *declared, *_text(article)]
    points = sum(p for p, _ in signs)
    if LISTING - 1 <= points <= LISTING:  # only where it decides: it reads the whole page
        signs += _headlines(view)
        points = sum(p for p, _ in signs)
    if points < LISTING:
        return ()
    return tuple(name for p, name in signs if p > 0)


def _address(view: View) -> Iterator[Sign]:
    own = urlsplit_safe(view.document.url)
    if own[0] and is_front(own[1], own[2]):
        yield 4, "url:front page"
        return
    canonical = next((x.get("href", "") for x in view.document.links if _is_canonical(x)), "")
    if canonical.startswith("http") and is_front(*urlsplit_safe(canonical)[1:]):
        yield 4, "canonical:front page"
    segments = [s for s in own[1].lower().split("/") if s]
    if not segments:
        return
    if walls().listing.segments & set(segments) and not _SLUG.search(segments[-1]):
        yield 2, f"url:{'/'.join(segments[:2])}"
    elif _SLUG.search(segments[-1]) or _QUERY_ID.search(own[2]) or _TITLE.search(own[1]):
        yield -2, "url:article"
    elif segments[-1].isalpha() and len(segments) <= 2:
        yield 1, "url:section"


def _is_canonical(link: dict[str, str]) -> bool:
    return link.get("rel", "").lower() == "canonical"


def is_front(path: str, query: str) -> bool:
    """Whether a path is a front page's: "/", "/index.html", "/de/"."""
    segments = [s for s in path.lower().split("/") if s]
    if not segments:
        return not _QUERY_ID.search(query)
    return len(segments) == 1 and (segments[0] in walls().listing.front)


def urlsplit_safe(url: str) -> tuple[str, str, str]:
    """(host, path, query) of an address; empty for what is none."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or ""), parts.path, parts.query
    except ValueError:
        return "", "", ""


def _declared(view: View) -> Iterator[Sign]:
    rules, document = walls().listing, view.document
    if view.articles:
        yield -3, "jsonld:article"
    else:
        kinds = {t for node in document.jsonld for t in types(node)}
        if listed := rules.list_types & kinds:
            yield 2, f"jsonld:{min(listed)}"
    kind = (document.first_meta("og:type") or "").lower()
    if kind in ("article", "news", "video.other", "newsarticle"):
        yield -2, f"meta:og:type={kind}"
    elif kind in ("website", "section", "profile", "object", "blog"):
        yield 1, f"meta:og:type={kind}"
    if any(document.meta.get(name) for name in rules.date_names):
        yield -1, "meta:date"


def _text(article: Article) -> Iterator[Sign]:
    """Prose speaks for an article; fragments, each as long as a teaser, for a list."""
    lengths = [len(p.text) for p in article.body if p.type in ("paragraph", "quote", "list")]
    prose = sum(n for n in lengths if n >= 350)
    whole = sum(lengths)
    if whole < 400:
        yield 1, "body:short"
    elif prose >= 1500 or (prose >= 700 and prose > 0.5 * whole):
        yield -2, "body:prose"
    elif prose < 0.2 * whole and len(lengths) >= 5:
        yield 1, "body:fragments"


def _headlines(view: View) -> Iterator[Sign]:
    """Lines that are a link as long as a headline: a list has many, a plain page few."""
    count = sum(line.pressed and len(line.text) >= 25 for line in view.lines)
    if count >= 12:
        yield 1, f"links:{count} headlines"
    elif count < 6:
        yield -1, f"links:{count} headlines"
