"""Pages made to hurt: nesting and attributes cut to what a page can need, so that parsing stays near-linear.

For each start tag HTML's parser looks through the elements that are open, and for each attribute through those the
tag has already: 100,000 nested `<div>` take 20 seconds, 100,000 attributes as long. Browsers have such limits too
(Chrome stops nesting at 512).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

#: pages with fewer tags are not looked at: one of 1,514 corpus pages has more (and stays as it is); as many nested
#: ones take 0.15 s
_MANY_TAGS: Final = 10_000
#: bytes without a "<" that make a tag worth a look
GIANT_TAG: Final = 20_000
#: attributes from which on a giant tag is cut; as many take milliseconds. Minified scripts of real pages, which the
#: parser takes for text, look like tags of 800
_GIANT_ATTRIBUTES: Final = 2_000

#: patterns of all that stands in a tag behind its name, and of one attribute
ATTRIBUTES: Final = r"""(?:[^>=]++|=\s*+(?:"[^"]*+"?|'[^']*+'?|))*+>?"""
ATTRIBUTE: Final = r"""[^\s"'<>/=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>]*+))?"""
_TAG: Final = re.compile(rf"<[a-z][^\s/>]*+(?P<attributes>{ATTRIBUTES})".encode(), re.I)
_ATTRIBUTE: Final = re.compile(ATTRIBUTE.encode())


def bounded(html: bytes) -> bytes:
    """A page in UTF-8 without the tags that nest too deep and the attributes that are too many; nearly always as it is.

    All that is asked here is asked of bytes: to make a text of a page first takes longer.
    """
    if _tags(html) < _MANY_TAGS and not any(_is_giant(html, start) for start in _suspects(html)):
        return html
    from scraper.document.cutting import cut  # late: few processes ever see such a page

    return cut(html.decode("utf-8")).encode("utf-8")


def _tags(html: bytes) -> int:
    """How many "<" there are: to leave them out skips from one to the next, where `count` looks at every byte."""
    return len(html) - len(html.replace(b"<", b""))


def _suspects(html: bytes) -> tuple[int, ...]:
    """Where what could be giant tags begins; finding the next "<" costs nothing where there are tags."""
    found: list[int] = []
    within = False
    for start in range(0, len(html) - GIANT_TAG, GIANT_TAG):
        before, within = within, html.find(b"<", start, start + GIANT_TAG) < 0
        if within and not before and (opened := html.rfind(b"<", 0, start)) >= 0:
            found.append(opened)
    return tuple(found)


def _is_giant(html: bytes, start: int) -> bool:
    """Whether a tag that begins there has too many attributes."""
    tag = _TAG.match(html, start)
    if tag is None:
        return False
    attributes = _ATTRIBUTE.finditer(html, *tag.span("attributes"))
    return next(islice(attributes, _GIANT_ATTRIBUTES, None), None) is not None
