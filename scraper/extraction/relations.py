"""What a block has in common with the others of its window: names, the box around it, the heading above it.

That its words stand in other paragraphs too would tell as well, but costs a tenth of a page's time, and gave no more
exact articles (cross-validated by site).
"""

from __future__ import annotations

from typing import Final

from scraper.extraction.blocks import HEADINGS
from scraper.extraction.frame import Frame, text_weight

RELATIONS: Final = (
    "namesakes", "same_headings", "sibling", "sibling_from_end", "prose_after", "described", "from_heading",
    "prose_from_heading", "names_publisher",
)  # fmt: skip
#: characters of a word that says what a text is about; shorter ones stand in all texts
_TELLING: Final = 4
#: stands for the distance to a heading where there is none above
_NO_HEADING: Final = 99.0


class Relations:
    """The blocks of a window beside each other. `description`, `publisher`: of the page, as `spelling.key_of` has
    them."""

    __slots__ = ("above", "before", "described", "frame", "headings", "named", "places", "prose", "publisher")

    def __init__(self, frame: Frame, description: str, publisher: str) -> None:
        self.frame = frame
        #: words of the page's description
        self.described = {word for word in description.split() if len(word) >= _TELLING}
        self.publisher = f" {publisher} " if publisher else ""
        #: names, heading tag → blocks that have them
        self.named: dict[str, int] = {}
        self.headings: dict[str, int] = {}
        #: (place, count) of each block among those directly in the box around its own
        self.places: list[tuple[int, int]] = []
        #: for each block: characters of prose up to its end; index of the heading above, or -1
        self.before: list[int] = []
        self.above: list[int] = []
        self.prose = 0
        self._count()

    def _count(self) -> None:
        heading = -1
        siblings: dict[int, int] = {}
        parents: list[int] = []
        for i, block in enumerate(self.frame.blocks):
            box = block.box
            parent = box.parent.index if box.parent else -1
            self.named[box.names] = self.named.get(box.names, 0) + 1
            parents.append(parent)
            self.places.append((siblings.get(parent, 0), 0))
            siblings[parent] = siblings.get(parent, 0) + 1
            self.above.append(heading)
            if block.tag in HEADINGS:
                heading = i
                self.headings[block.tag] = self.headings.get(block.tag, 0) + 1
            if self.frame.prose[i]:
                self.prose += text_weight(block.text)
            self.before.append(self.prose)
        self.places = [(place[0], siblings[parent]) for place, parent in zip(self.places, parents, strict=True)]

    def numbers(self, i: int) -> tuple[float, ...]:
        """The numbers of a block, in the order of RELATIONS."""
        block, above, before = self.frame.blocks[i], self.above[i], self.before[i]
        place, count = self.places[i]
        return (
            float(self.named[block.box.names]), float(self.headings.get(block.tag, 0)), float(place),
            float(count - 1 - place), float(self.prose - before),
            len(self.described.intersection(block.key.split(" "))) / len(self.described) if self.described else 0.0,
            float(i - above) if above >= 0 else _NO_HEADING, float(before - self.before[above]) if above >= 0 else 0.0,
            1.0 if self.publisher and self.publisher in f" {block.key} " else 0.0,
        )  # fmt: skip
