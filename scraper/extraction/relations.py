"""What a block has in common with the others of its window: words, names, the box around it, the heading above it.

A story keeps to its subject: what speaks of something else, in words that no paragraph of it uses, is rarely part of it.
"""

from __future__ import annotations

from typing import Final

from scraper.extraction.blocks import HEADINGS
from scraper.extraction.frame import Frame, text_weight

RELATIONS: Final = (
    "namesakes", "same_headings", "shared_words", "shared_often", "sibling", "sibling_from_end", "prose_after",
    "described", "from_heading", "prose_from_heading", "names_publisher",
)  # fmt: skip
#: characters of a word that says what a text is about; shorter ones stand in all texts
_TELLING: Final = 5
#: … and of one in a description, which is short
_DESCRIBING: Final = 4
#: paragraphs with a word beyond which one more says nothing
_OFTEN: Final = 3
#: stands for the distance to a heading where there is none above
_NO_HEADING: Final = 99.0


class Relations:
    """The blocks of a window beside each other. `description`, `publisher`: of the page, as `spelling.key_of` has them."""

    __slots__ = ("above", "before", "described", "frame", "headings", "named", "places", "prose", "publisher", "words")

    def __init__(self, frame: Frame, description: str, publisher: str) -> None:
        self.frame = frame
        #: words of the page's description
        self.described = {word for word in description.split() if len(word) >= _DESCRIBING}
        self.publisher = f" {publisher} " if publisher else ""
        #: names, heading tag → blocks that have them
        self.named: dict[str, int] = {}
        self.headings: dict[str, int] = {}
        #: word → paragraphs that have it
        self.words: dict[str, int] = {}
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
                for word in set(block.key.split(" ")):
                    if len(word) >= _TELLING:
                        self.words[word] = self.words.get(word, 0) + 1
            self.before.append(self.prose)
        self.places = [(place[0], siblings[parent]) for place, parent in zip(self.places, parents, strict=True)]

    def numbers(self, i: int) -> tuple[float, ...]:
        """The numbers of a block, in the order of RELATIONS."""
        block, above, before = self.frame.blocks[i], self.above[i], self.before[i]
        words = set(block.key.split(" "))
        shared, often = self._shared(words, 1 if self.frame.prose[i] else 0)
        place, count = self.places[i]
        return (
            float(self.named[block.box.names]), float(self.headings.get(block.tag, 0)), shared, often, float(place),
            float(count - 1 - place), float(self.prose - before),
            len(self.described & words) / len(self.described) if self.described else 0.0,
            float(i - above) if above >= 0 else _NO_HEADING, float(before - self.before[above]) if above >= 0 else 0.0,
            1.0 if self.publisher and self.publisher in f" {block.key} " else 0.0,
        )  # fmt: skip

    def _shared(self, words: set[str], own: int) -> tuple[float, float]:
        """(share of a block's words that other paragraphs have, in how many on average); -1 where it has none that
        tells. `own`: 1 if its own are among those counted."""
        telling = shared = often = 0
        for word in words:
            if len(word) >= _TELLING:
                telling += 1
                others = self.words.get(word, 0) - own
                if others > 0:
                    shared += 1
                    often += min(others, _OFTEN)
        return (shared / telling, often / telling) if telling else (-1.0, -1.0)
