"""The parsed page: JSON-LD, meta and links read once, when first asked for."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.document.charset import decode, is_utf8, may_be_twice
from scraper.document.jsonld import json_value, objects_in, strings_at
from scraper.document.nesting import bounded
from scraper.document.rules import find_texts, parse_rule, refined

Node = LexborNode
_DATED = "[itemprop*=date i]"
_TOLD = f"meta,link,script[type='application/ld+json' i],h1,a[rel~=next],a[rel~=tag],figure,time,{_DATED}:not(script)"
_TELLING = ("meta", "link", "script", "h1", "a", "figure", "time", _DATED)


class Document:
    """A parsed page. `tree` is never changed: every judge reads the same page."""

    def __init__(self, url: str, tree: LexborHTMLParser, charset: str, headers: Mapping[str, str]) -> None:
        self.url, self.tree, self.charset, self.headers = url, tree, charset, headers
        self._told: dict[str, list[Node]] | None = None
        self._meta: dict[str, list[str]] | None = None
        self._links: list[dict[str, str]] | None = None
        self._jsonld: list[dict[str, Any]] | None = None

    @property
    def told(self) -> dict[str, list[Node]]:
        """Elements that tell of the page, by tag, in order: meta, link, JSON-LD scripts, h1, figures, times, links that
        say tag or next; under "[itemprop*=date i]" all that say so, whatever their tag.

        One search: each goes through the whole page, which takes a tenth of a parse.
        """
        if self._told is None:
            self._told = self._tell()
        return self._told

    def _tell(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {name: [] for name in _TELLING}
        dated, last = found[_DATED], 0
        for node in self.tree.css(_TOLD):
            number, tag = node.mem_id, node.tag or ""
            if number == last or tag not in found:  # a second reason to be found, or the only one
                dated.append(node)
            else:
                found[tag].append(node)
            last = number
        return found

    def linked(self, rel: str) -> list[Node]:
        """The links of the page whose rel says "tag" or "next", in order."""
        return [node for node in self.told["a"] if rel in (node.attributes.get("rel") or "").split()]

    @property
    def dated(self) -> list[Node]:
        """The elements whose itemprop speaks of a date, in order; others may be among them."""
        return self.told[_DATED]

    @property
    def meta(self) -> dict[str, list[str]]:
        """`<meta>` by lower-cased name, property, itemprop or http-equiv → its contents, in order."""
        if self._meta is None:
            self._meta = self._read_meta()
        return self._meta

    def _read_meta(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for node in self.told["meta"]:
            attributes = node.attributes
            content = attributes.get("content")
            if content is None:
                continue
            for kind in ("property", "name", "itemprop", "http-equiv"):
                if name := attributes.get(kind):
                    found.setdefault(name.strip().lower(), []).append(content.strip())
        return found

    @property
    def links(self) -> list[dict[str, str]]:
        """Attributes of every `<link>`, in order."""
        if self._links is None:
            self._links = []
            for node in self.told["link"]:
                self._links.append({name: value or "" for name, value in node.attributes.items()})
        return self._links

    @property
    def jsonld(self) -> list[dict[str, Any]]:
        """Every JSON-LD object of the page, @graph and lists flattened, in order; broken blocks are left out."""
        if self._jsonld is None:
            self._jsonld = []
            for node in self.told["script"]:
                self._jsonld += objects_in(json_value(node.text_content or node.text() or ""))
        return self._jsonld

    def first_meta(self, *names: str) -> str | None:
        """The first non-empty content of the first of `names` that the page has."""
        for name in names:
            for content in self.meta.get(name, ()):
                if content:
                    return content
        return None

    def select(self, rule: str) -> list[str]:
        """Texts that a config's rule finds (`sites.model.Layout` says what rules there are). Raises RuleError."""
        parsed = parse_rule(rule)
        if parsed.kind == "css":
            return find_texts(self.tree, parsed)
        if parsed.kind == "jsonld":
            texts = [text for node in self.jsonld for text in strings_at(node, parsed.what.split("."))]
        elif parsed.kind == "meta":
            texts = self.meta.get(parsed.what.lower(), [])
        else:
            texts = [parsed.what]
        return refined(texts, parsed.steps)


def tag_number(tag: str) -> int:
    """`Node.tag_id` of an element of that name; of names that HTML does not have, no two pages give the same."""
    return _NO_PAGE.create_node(tag).tag_id


def parse(html: bytes | str, url: str = "", *, headers: Mapping[str, str] | None = None) -> Document:
    """The document of a page; it always has a body. Never raises for what the page contains."""
    headers = headers or {}
    page, charset = _in_utf8(html, headers.get("content-type", ""))
    if page.find(b"\0") >= 0:  # Python's `in` would take it for a number first
        page = page.replace(b"\0", _REPLACEMENT)
    page = bounded(page)
    tree = _tree(page)
    if tree.body is None:  # frames stand in its place
        tree = _tree(_FRAMES.sub(b"", page))
    return Document(url=url, tree=tree, charset=charset, headers=headers)


def _in_utf8(html: bytes | str, content_type: str) -> tuple[bytes, str]:
    """A page as the parser reads it, and the name of the charset it was in: its own bytes where they are UTF-8."""
    if isinstance(html, str):
        text, charset = html, "unicode"
    else:
        html = html.removeprefix(codecs.BOM_UTF8)
        if len(html) <= _LONGEST and is_utf8(html) and not may_be_twice(html):
            return html, "utf-8"
        text, charset = decode(html, content_type)
    return text[:_LONGEST].encode("utf-8", "replace"), charset  # lone surrogates cannot be written


def _tree(page: bytes) -> LexborHTMLParser:
    return LexborHTMLParser(page, scripting=True)


_NO_PAGE = LexborHTMLParser("")
_REPLACEMENT = "\ufffd".encode()
_FRAMES = re.compile(rb"</?(?:frame|frameset|noframes)\b[^>]*+>?", re.I)
#: characters of a page that are read; `fetch` refuses such pages, this is for text that is handed in
_LONGEST = 20_000_000
