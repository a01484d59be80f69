"""Articles that go over several pages: the address of the next one, and the joined article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

import msgspec

from scraper import urls
from scraper.document import Document, with_attribute
from scraper.models import Article, BodyPart
from scraper.sites import Layout

_TAIL = re.compile(
    r"^(?P<stem>.*?)(?:[/_,.-](?:page|seite|p|s)?[-_/]?(?P<number>\d{1,2}))?(?P<suffix>\.\w{3,5})?/?$",
    re.I,
)
_PARAMETERS = frozenset(("page", "p", "seite", "pagina", "pg", "pagenum", "article_page", "strana", "sida"))

#: digits of a page number
_DIGITS = 5


def next_page(document: Document, layout: Layout | None = None) -> str | None:
    """Address of this article's next page: what the config finds, else a rel=next that counts one up."""
    for rule in layout.next_page if layout else ():
        if found := document.select(with_attribute(rule, "href")):
            return urls.join(document.url, found[0])
    for href in _rel_next(document):
        address = urls.join(document.url, href)
        if address and _is_following(document.url, address):
            return address
    return None


def _rel_next(document: Document) -> list[str]:
    found = [link["href"] for link in document.links if link.get("rel", "").lower() == "next" and link.get("href")]
    return found or [href for node in document.linked("next") if (href := node.attributes.get("href"))]


def _is_following(here: str, there: str) -> bool:
    """Whether `there` is the same article's next page: same path, number one higher. rel=next is also used for the
    next article of a blog, which it is not."""
    a, b = _numbered(here), _numbered(there)
    return a[0] == b[0] and b[1] == a[1] + 1


def _numbered(url: str) -> tuple[tuple[str, str], int]:
    """((host, path without its page number), page number)."""
    parts = urlsplit(urls.normalise(url) or "")
    host = (parts.hostname or "").removeprefix("www.")
    for name, value in parse_qsl(parts.query):
        if name.lower() in _PARAMETERS and value.isdecimal() and len(value) < _DIGITS:
            return (host, parts.path.rstrip("/")), int(value)
    tail = _TAIL.match(parts.path)
    if tail and tail["number"] and 2 <= int(tail["number"]) <= 40:
        return (host, tail["stem"] + (tail["suffix"] or "")), int(tail["number"])
    return (host, parts.path.rstrip("/")), 1


def joined(articles: Sequence[Article]) -> Article:
    """One article from its pages in order: the first page's fields, all pages' text; what a later page repeats of an
    earlier one (lead, headline) is left out."""
    first = articles[0]
    if len(articles) == 1:
        return first
    parts: list[BodyPart] = []
    seen: set[str] = set()
    for article in articles:
        fresh = [part for part in article.body if part.text not in seen]
        parts += fresh
        seen.update(part.text for part in fresh if len(part.text) > 20)
    return msgspec.structs.replace(
        first,
        body=tuple(parts),
        article_body="\n\n".join(part.text for part in parts),
        images=tuple(dict.fromkeys(image for article in articles for image in article.images)),
        removed=tuple(entry for article in articles for entry in article.removed),
    )
