"""What a block has in common with the others of its window: names, the box around it, the heading above it.

That its words stand in other paragraphs too would tell as well, but costs a tenth of a page's time, and gave no more
exact articles (cross-validated by site).
"""

from __future__ import annotations

from typing import Final

from scraper.extraction.blocks import HEADINGS
from scraper.extraction.frame import Frame, text_weight

RELATIONS: Final = (
    "namesakes", "same_headings", "sibling", "sibling_from_end", "prose_after", "from_heading", "prose_from_heading",
)  # fmt: skip
#: stands for the distance to a heading where there is none above
_NO_HEADING: Final = 99.0


class Relations:
    """The blocks of a window beside each other."""

    __slots__ = (
        "above", "before", "frame", "h1s", "headings", "named", "parents", "places", "prose", "siblings",
    )  # fmt: skip

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        #: names, heading tag → blocks that have them
        self.named: dict[str, int] = {}
        self.headings: dict[str, int] = {}
        #: for each block: index of the box around its own, its place among the blocks directly in that
        self.parents: list[int] = []
        self.places: list[int] = []
        #: index of a box → such blocks
        self.siblings: dict[int, int] = {}
        #: for each block: characters of prose up to its end; index of the heading above, or -1; number of h1 up to it
        self.before: list[int] = []
        self.above: list[int] = []
        self.h1s: list[int] = []
        self.prose = 0
        self._count()

    def _count(self) -> None:
        blocks, is_prose = self.frame.blocks, self.frame.prose
        named, headings, before, above = self.named, self.headings, self.before, self.above
        siblings: dict[int, int] = {}
        heading, h1s, prose = -1, 0, 0
        for i, block in enumerate(blocks):
            box, tag = block.box, block.tag
            parent = box.parent.index if box.parent else -1
            named[box.names] = named.get(box.names, 0) + 1
            place = siblings.get(parent, 0)
            siblings[parent] = place + 1
            self.parents.append(parent)
            self.places.append(place)
            above.append(heading)
            if tag in HEADINGS:
                heading = i
                headings[tag] = headings.get(tag, 0) + 1
                h1s += tag == "h1"
            self.h1s.append(h1s)
            if is_prose[i]:
                prose += text_weight(block.text)
            before.append(prose)
        self.siblings, self.prose = siblings, prose

    def prose_before(self, i: int) -> int:
        """Characters of prose in the blocks before a block."""
        return self.before[i - 1] if i else 0

    def numbers(self, i: int) -> tuple[float, ...]:
        """The numbers of a block, in the order of RELATIONS."""
        block, above, before = self.frame.blocks[i], self.above[i], self.before[i]
        place, count = self.places[i], self.siblings[self.parents[i]]
        return (
            float(self.named[block.box.names]), float(self.headings.get(block.tag, 0)), float(place),
            float(count - 1 - place), float(self.prose - before),
            float(i - above) if above >= 0 else _NO_HEADING, float(before - self.before[above]) if above >= 0 else 0.0,
        )  # fmt: skip
