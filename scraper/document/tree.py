"""The parsed page: JSON-LD, meta and links read once, when first asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scraper.document.charset import decode
from scraper.document.jsonld import json_value, objects_in, strings_at
from scraper.document.nesting import bounded

Node = LexborNode


@dataclass
class Document:
    """A parsed page. `tree` is never changed: every judge reads the same page."""

    url: str
    tree: LexborHTMLParser
    charset: str = "utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def meta(self) -> dict[str, list[str]]:
        """`<meta>` by lower-cased name, property, itemprop or http-equiv → its contents, in order."""
        found: dict[str, list[str]] = {}
        for node in self.tree.css("meta"):
            attributes = node.attributes
            content = attributes.get("content")
            if content is None:
                continue
            for kind in ("property", "name", "itemprop", "http-equiv"):
                if name := attributes.get(kind):
                    found.setdefault(name.strip().lower(), []).append(content.strip())
        return found

    @cached_property
    def links(self) -> list[dict[str, str]]:
        """Attributes of every `<link>`, in order."""
        return [{k: v or "" for k, v in node.attributes.items()} for node in self.tree.css("link")]

    @cached_property
    def jsonld(self) -> list[dict[str, Any]]:
        """Every JSON-LD object of the page, @graph and lists flattened, in order; broken blocks are left out."""
        found: list[dict[str, Any]] = []
        for node in self.tree.css("script[type='application/ld+json' i]"):
            found += objects_in(json_value(node.text_content or node.text() or ""))
        return found

    def first_meta(self, *names: str) -> str | None:
        """The first non-empty content of the first of `names` that the page has."""
        for name in names:
            for content in self.meta.get(name, ()):
                if content:
                    return content
        return None

    def select(self, rule: str) -> list[str]:
        """Texts that a config's rule finds: "css", "css@attribute", "jsonld:dotted.path", "meta:name"."""
        kind, _, rest = rule.partition(":")
        if kind == "jsonld" and rest:
            return [text for node in self.jsonld for text in strings_at(node, rest.split("."))]
        if kind == "meta" and rest:
            return [content for content in self.meta.get(rest.lower(), ()) if content]
        css, attribute = split_rule(rule)
        nodes = self.tree.css(css)
        if attribute:
            return [v.strip() for n in nodes if (v := n.attributes.get(attribute)) and v.strip()]
        return [text for n in nodes if (text := node_text(n))]


def split_rule(rule: str) -> tuple[str, str]:
    """("selector", "attribute" or "") of a config's rule."""
    css, at, attribute = rule.rpartition("@")
    return (css, attribute) if at and re.fullmatch(r"[\w:-]+", attribute) else (rule, "")


def selector_error(rule: str) -> str | None:
    """What is wrong with a config's rule, or None."""
    if rule.partition(":")[0] in ("jsonld", "meta"):
        return None
    try:
        _EMPTY.css(split_rule(rule)[0])
    except (SelectolaxError, ValueError) as error:
        return str(error)
    return None


_EMPTY = LexborHTMLParser("<p></p>")


def node_text(node: Node) -> str:
    """The visible text of a node, white space folded."""
    return " ".join((node.text(separator=" ") or "").split())


def parse(html: bytes | str, url: str = "", *, headers: Mapping[str, str] | None = None) -> Document:
    """The document of a page; it always has a body. Never raises for what the page contains."""
    headers = headers or {}
    if isinstance(html, str):
        text, charset = html, "unicode"
    else:
        text, charset = decode(html, headers.get("content-type", ""))
    text = bounded(text[:_LONGEST].replace("\x00", "\ufffd"))
    tree = _tree(text)
    if tree.body is None:  # frames stand in its place
        tree = _tree(_FRAMES.sub("", text))
    return Document(url=url, tree=tree, charset=charset, headers=headers)


def _tree(text: str) -> LexborHTMLParser:
    try:
        return LexborHTMLParser(text, scripting=True)
    except (SelectolaxError, ValueError, UnicodeError):  # lone surrogates
        return LexborHTMLParser(text.encode("utf-8", "replace"), scripting=True)


_FRAMES = re.compile(r"</?(?:frame|frameset|noframes)\b[^>]*+>?", re.I)
#: characters of a page that are read; `fetch` refuses such pages, this is for text that is handed in
_LONGEST = 20_000_000
