"""What `nesting` has cut: the tags that nest too deep, and the attributes that are too many."""

from __future__ import annotations

import re
from typing import Final

from scraper.document.nesting import ATTRIBUTE, ATTRIBUTES, GIANT_TAG

#: open elements beyond which a container's tags are dropped; its text stays
MAX_DEPTH: Final = 400
#: open formatting elements of one name: each is opened again in every block that follows
MAX_FORMATTING: Final = 50
MAX_ATTRIBUTES: Final = 500

_TEXT: Final = "script|style|textarea|title|xmp|iframe|noembed|noframes|noscript"
#: comments; elements whose content is text to the parser; tags. It matches wherever it can begin and never goes back
_MARKUP: Final = re.compile(
    rf"""<!--(?:-?>|.*?(?:--!?>|\Z))
      | <(?P<text>{_TEXT})(?=[\s/>])(?P<head>{ATTRIBUTES})
        .*?(?:</(?P=text)(?=[\s/>])|\Z)
      | <(?P<end>/?)(?P<name>[a-z][^\s/>]*+){ATTRIBUTES}""",
    re.X | re.S | re.I,
)
_ATTRIBUTE: Final = re.compile(ATTRIBUTE)

_FORMATTING_NAMES: Final = "b big code em font i nobr s small strike strong tt u"
_FORMATTING: Final = frozenset(_FORMATTING_NAMES.split())
#: never counted: void elements, and those that the next of their kind (or of their row) closes
_FLAT_NAMES: Final = """
    area base br col embed hr img input link meta param source track wbr frame keygen
    html head body p a li dt dd option optgroup tr td th tbody thead tfoot caption colgroup rt rp rb rtc
"""
_FLAT: Final = frozenset(_FLAT_NAMES.split())


def cut(html: str) -> str:
    """`html` without the tags and attributes beyond the limits."""
    return _Cutter(html).cut()


class _Cutter:
    """One pass over a page's markup, keeping count of what is open."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._parts: list[str] = []
        self._done = 0
        #: (name, whether its tag was dropped) of containers, outermost first; the same, counted
        self._open: list[tuple[str, bool]] = []
        self._count: dict[str, int] = {}

    def cut(self) -> str:
        for found in _MARKUP.finditer(self._html):
            start, end = found.span()
            name = (found["name"] or "").lower()
            if name and (self._drop_end(name) if found["end"] else self._drop_start(name, self._html[end - 2 : end])):
                self._replace(start, end, "")
            elif end - start > GIANT_TAG:
                self._shorten(found)
        if not self._done:
            return self._html
        return "".join((*self._parts, self._html[self._done :]))

    def _replace(self, start: int, end: int, text: str) -> None:
        self._parts += (self._html[self._done : start], text)
        self._done = end

    def _drop_start(self, name: str, tail: str) -> bool:
        if name in _FLAT or (tail == "/>" and (self._count.get("svg") or self._count.get("math"))):
            return False
        count = self._count.get(name, 0)
        if name in _FORMATTING:
            self._count[name] = min(count + 1, MAX_FORMATTING)
            return count >= MAX_FORMATTING
        self._count[name] = count + 1
        dropped = len(self._open) >= MAX_DEPTH
        self._open.append((name, dropped))
        return dropped

    def _drop_end(self, name: str) -> bool:
        count = self._count.get(name, 0)
        if name in _FLAT or not count:
            return False
        if name in _FORMATTING:
            self._count[name] = count - 1
            return False
        while True:  # as the parser does: what is still open within is closed with it
            last, dropped = self._open.pop()
            self._count[last] -= 1
            if last == name:
                return dropped

    def _shorten(self, found: re.Match[str]) -> None:
        """Of a tag with too many attributes only the first are kept."""
        group = "head" if found["text"] else "name"
        if found[group] is None:
            return  # a long comment
        start, stop = (found.span("head")) if found["text"] else (found.end("name"), found.end())
        for number, attribute in enumerate(_ATTRIBUTE.finditer(self._html, start, stop), 1):
            if number > MAX_ATTRIBUTES:
                self._replace(attribute.start(), stop, ">")
                return
