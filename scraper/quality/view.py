"""What this stage looks at: the page's lines in order, its title, its JSON-LD article."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, NamedTuple

from scraper.document import Document, Node, tag_number
from scraper.quality.rules import wall_pattern, walls
from scraper.spelling import spaced, squeezed

_HIDDEN_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
#: levels of nesting that are looked at; real pages have at most about sixty
_DEPTH: Final = 200
_ALL: Final = 1_000_000
#: characters of a `<title>` that are read
_LONGEST_TITLE: Final = 5_000
#: Lexbor's numbers of text, buttons and links
_TEXT: Final = 2
_BUTTON: Final = tag_number("button")
_LINK: Final = tag_number("a")


class Line(NamedTuple):
    """A stretch of text between two block borders."""

    text: str
    #: the element whose line it is
    node: Node
    #: all of it is a link or a button
    pressed: bool


class View:
    """A document as this stage reads it; everything is worked out when first asked for."""

    def __init__(self, document: Document, last: Node | None = None) -> None:
        """`last`: the element that the text ends in, where that is known."""
        self.document, self._last = document, last
        self._title: str | None = None
        self._lines: list[Line] | None = None
        self._size = -1
        self._articles: list[dict[str, Any]] | None = None
        #: every `<p>`, the last one first; and the texts of the first of these, as far as they were asked for
        self._paragraphs: list[Node] | None = None
        self._said: list[str] = []

    @property
    def title(self) -> str:
        if self._title is None:
            head = self.document.tree.head
            node = head.css_first("title") if head else None
            if node:
                self._title = " ".join(node.text(separator=" ")[:_LONGEST_TITLE].split())
            else:
                self._title = self.document.first_meta("og:title") or ""
        return self._title

    @property
    def lines(self) -> list[Line]:
        """The lines of the page, in order, without scripts and the like."""
        if self._lines is None:
            walk = _Walk(_ALL)
            if (body := self.document.tree.body) is not None:
                walk.siblings(body.first_child, body, 0)
                walk.flush(body)
            self._lines = walk.lines
        return self._lines

    def following(self, node: Node, count: int) -> list[Line]:
        """The first `count` lines that stand after an element."""
        walk = _Walk(count)
        above: Node | None = node
        while above is not None and above.tag != "body" and len(walk.lines) < count:
            owner = above.parent or above
            walk.siblings(above.next, owner, 0)
            walk.flush(owner)
            above = above.parent
        return walk.lines[:count]

    def paragraph_with(self, text: str) -> Node | None:
        """The last `<p>` whose text ends in that of `text`; before others the one that is known to end the text."""
        tail, words = squeezed(text)[-60:], text.split()
        if len(tail) < 12 or not words:
            return None
        known = self._last
        if known is not None and known.tag == "p" and squeezed(known.text() or "").endswith(tail):
            return known  # a search through the page costs a good part of a parse
        if self._paragraphs is None:
            self._paragraphs = self.document.tree.css("p")[::-1]
        for place, node in enumerate(self._paragraphs):
            if place == len(self._said):
                self._said.append(node.text() or "")
            found = self._said[place]
            if words[-1] in found and squeezed(found).endswith(tail):
                return node
        return None

    @property
    def size(self) -> int:
        """Characters of visible text."""
        if self._size < 0:
            self._size = sum([len(line.text) for line in self.lines])
        return self._size

    @property
    def articles(self) -> list[dict[str, Any]]:
        """JSON-LD objects that are articles themselves, not members of a list."""
        if self._articles is None:
            kinds = walls().listing.article_types
            self._articles = []
            for node in self.document.jsonld:
                inner = [node, node.get("mainEntity"), node.get("mainEntityOfPage")]
                self._articles += [n for n in inner if isinstance(n, dict) and not kinds.isdisjoint(types(n))]
        return self._articles


class _Walk:
    """One pass over the page's nodes that gathers lines."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.lines: list[Line] = []
        self.buffer: list[str] = []
        #: characters of the line under way that stand in a link or button
        self.linked = 0
        self.silent, self.breaks = _numbers()

    def flush(self, owner: Node) -> None:
        if not self.buffer:
            return
        text = spaced("".join(self.buffer))
        if text:
            self.lines.append(Line(text, owner, self.linked >= 0.9 * len(text)))
        self.buffer.clear()
        self.linked = 0

    def siblings(self, node: Node | None, owner: Node, depth: int, link: bool = False) -> None:
        while node is not None and len(self.lines) < self.limit:
            number = node.tag_id
            if number == _TEXT:
                text = node.text_content or ""
                self.buffer.append(text)
                self.linked += len(text) if link else 0
            elif number in self.silent or depth > _DEPTH:
                pass
            elif number in self.breaks:
                if self.buffer:
                    self.flush(owner)
                self.siblings(node.first_child, node, depth + 1, link or number == _BUTTON)
                if self.buffer:
                    self.flush(node)
            else:
                self.siblings(node.first_child, owner, depth + 1, link or number == _LINK)
            node = node.next


@cache
def _numbers() -> tuple[frozenset[int], frozenset[int]]:
    """The numbers of the elements that say nothing, and of those that end a line."""
    page = walls().page
    return frozenset(map(tag_number, page.silent)), frozenset(map(tag_number, page.breaks))


def box(line: Line, outside: frozenset[int]) -> tuple[bool, bool]:
    """(whether the page hides the line, whether it stands in a paywall product's markup).

    Elements whose `mem_id` is among `outside` are not the line's own box: they hold the text too.
    """
    wall, node = False, line.node
    for _ in range(_DEPTH):
        if node.mem_id in outside:
            break
        attributes = node.attributes
        style = attributes.get("style")
        if "hidden" in attributes or (style and _HIDDEN_STYLE.search(style)):
            return True, wall
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
        wall = wall or wall_pattern().search(names) is not None
        if node.parent is None:
            break
        node = node.parent
    return False, wall


def ancestors(node: Node | None) -> frozenset[int]:
    """`mem_id`s of an element and all above it."""
    found = set()
    while node is not None:
        found.add(node.mem_id)
        node = node.parent
    return frozenset(found)


def types(node: dict[str, Any]) -> list[str]:
    """The `@type`s of a JSON-LD object, in lower case, without their vocabulary."""
    value = node.get("@type")
    listed = value if isinstance(value, list) else [value]
    return [t.rsplit("/", 1)[-1].lower() for t in listed if isinstance(t, str)]
