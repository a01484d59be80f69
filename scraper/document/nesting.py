"""Pages made to hurt: nesting and attributes cut to what a page can need, so that parsing stays near-linear.

For each start tag HTML's parser looks through the elements that are open, and for each attribute through those the
tag has already: 100,000 nested `<div>` take 20 seconds, 100,000 attributes as long. Browsers have such limits too
(Chrome stops nesting at 512).
"""

from __future__ import annotations

from typing import Final

#: pages with fewer tags are not looked at: one of 1,514 corpus pages has more (and stays as it is); as many nested
#: ones take 0.15 s. Counting costs 0.1 ms
_MANY_TAGS: Final = 10_000
#: characters without a "<" that make a tag worth a look
GIANT_TAG: Final = 20_000


def bounded(html: str) -> str:
    """`html` without the tags that nest too deep and the attributes that are too many; nearly always as it is."""
    many = html.count("<") >= _MANY_TAGS
    suspects = () if many else _suspects(html)
    if not many and not suspects:
        return html
    from scraper.document.cutting import cut, is_giant  # late: few processes ever see such a page

    return cut(html) if many or any(is_giant(html, start) for start in suspects) else html


def _suspects(html: str) -> tuple[int, ...]:
    """Where what could be giant tags begins; finding the next "<" costs nothing where there are tags."""
    found: list[int] = []
    within = False
    for start in range(0, len(html) - GIANT_TAG, GIANT_TAG):
        before, within = within, html.find("<", start, start + GIANT_TAG) < 0
        if within and not before and (opened := html.rfind("<", 0, start)) >= 0:
            found.append(opened)
    return tuple(found)
