"""Front and section pages → links, feeds that they name, and further section pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from scraper import urls
from scraper.discover.model import Entry
from scraper.document import Document, Node

_FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
)
_NAVIGATION = ("nav", "header")
#: links of one page that are looked at
_MOST = 5000
#: ancestors that are looked at for navigation
_CLIMB = 12
_WORD = re.compile(r"[^\W_]+")


@dataclass(slots=True)
class PageLinks:
    """What a page links to; addresses are normalised, in the page's order, once each."""

    entries: list[Entry] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    #: targets of links inside the page's navigation
    navigation: list[str] = field(default_factory=list)


def page_links(document: Document) -> PageLinks:
    """The links of a page, `<base href>` honoured, those of its footer left out."""
    base = _base(document)
    out, seen = PageLinks(feeds=_feeds(document, base)), set[str]()
    for node in document.tree.css("a[href]")[:_MOST]:
        attributes = node.attributes
        address = urls.join(base, attributes.get("href") or "")
        if address is None:
            continue
        address = urls.first_page(address)
        if address in seen:
            continue
        place = _place(node)
        if place == "footer":
            continue
        seen.add(address)
        out.entries.append(Entry(url=address))
        if place == "navigation":
            out.navigation.append(address)
    return out


def _base(document: Document) -> str:
    node = document.tree.css_first("base[href]")
    href = (node.attributes.get("href") or "") if node else ""
    return (urls.join(document.url, href) if href else None) or document.url


def _feeds(document: Document, base: str) -> list[str]:
    found: list[str] = []
    for link in document.links:
        kind = link.get("type", "").partition(";")[0].strip().lower()
        if "alternate" in link.get("rel", "").lower().split() and kind in _FEED_TYPES:
            address = urls.join(base, link.get("href", ""))
            if address and not set(_WORD.findall(urls.path(address).lower())) & urls.rules().feed_never:
                found.append(address)
    return list(dict.fromkeys(found))


def _place(node: Node) -> str:
    """The part of the page that a link is in: "navigation", "footer" (not a teaser's) or ""."""
    for _ in range(_CLIMB):
        parent = node.parent
        if parent is None:
            break
        node = parent
        if node.tag in _NAVIGATION or node.attributes.get("role") == "navigation":
            return "navigation"
        if node.tag in ("footer", "article"):
            return "footer" if node.tag == "footer" else ""
    return ""


def is_section(url: str, home: str) -> bool:
    """Whether an address from the navigation may be a section's front page."""
    segments = urls.segments(url)
    if urls.site_key(url) != urls.site_key(home) or "?" in url or not 1 <= len(segments) <= 2:
        return False
    words, last = urls.rules(), segments[-1].lower()
    if urls.is_media(url) or len(_WORD.findall(last)) > 3:
        return False
    return not any(s.lower() in words.page_words or s.lower() in words.house_words for s in segments)


def gate(asked: str, arrived: str) -> bool:
    """Whether a redirect led to a consent wall or login: by words or an address to return to."""
    if urls.article_key(asked) == urls.article_key(arrived):
        return False
    parts = urlsplit(arrived)
    words = {w for s in urls.segments(arrived) for w in (s.lower(), *_WORD.findall(s.lower()))}
    words |= set((parts.hostname or "").split(".")[:1])
    if words & urls.rules().gate_words:
        return True
    back = {asked, asked.rstrip("/")}
    return any(unquote(p.partition("=")[2]) in back for p in parts.query.split("&"))
