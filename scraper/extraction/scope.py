"""What a config's layout says about the boxes and lines of a page: inside, outside, removed, kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from scraper.document import Document, split_rule
from scraper.extraction.segment import Block, Box, Segments
from scraper.models import Reason
from scraper.sites import Layout

Said = tuple[bool, Reason | None, str]


class Marks:
    """`mem_id`s of the nodes that a layout's selectors find."""

    __slots__ = ("body", "keep", "layout", "remove")

    def __init__(self, document: Document, layout: Layout) -> None:
        self.layout = layout
        self.remove = _found(document, layout.remove)
        self.keep = _found(document, layout.keep)
        #: the first rule of `body` that finds something
        self.body: dict[int, str] = next((found for rule in layout.body if (found := _found(document, (rule,)))), {})

    def fit(self) -> int:
        """How well the layout fits the page: rules that found something, the body's counting most."""
        return 10 * bool(self.body) + len(set(self.remove.values())) + len(set(self.keep.values()))


def _found(document: Document, rules: Iterable[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for rule in rules:
        for node in document.tree.css(split_rule(rule)[0]):
            found.setdefault(node.mem_id, rule)
    return found


class Scope:
    """A layout's word on every block of a page."""

    __slots__ = ("boxes", "inside", "lines", "marks")

    def __init__(self, marks: Marks, segments: Segments) -> None:
        self.marks = marks
        self.lines = _patterns(marks.layout.remove_text)
        #: indices of boxes that `body` names
        self.inside: frozenset[int] = frozenset(box.index for box in segments.boxes if box.node.mem_id in marks.body)
        self.boxes = _inherited(segments.boxes, marks)

    def says(self, block: Block) -> Said | None:
        """(keep?, reason, rule), or None where the layout is silent."""
        said = self.boxes[block.box.index]
        if said is not None and said[0]:
            return said
        for pattern in self.lines:
            if pattern.fullmatch(block.text):
                return False, Reason.SITE_RULE, f"config:remove_text {pattern.pattern}"
        return said


def _inherited(boxes: list[Box], marks: Marks) -> list[Said | None]:
    """The nearest word on each box: its own, else its parent's."""
    words: list[Said | None] = []
    for box in boxes:
        node = box.node.mem_id
        said: Said | None = words[box.parent.index] if box.parent is not None else None
        if marks.body and box.parent is None:
            said = False, Reason.OUTSIDE, "config:body"
        if node in marks.body:
            said = None
        if rule := marks.remove.get(node):
            said = False, Reason.SITE_RULE, f"config:{rule}"
        if rule := marks.keep.get(node):
            said = True, None, f"config:{rule}"
        words.append(said)
    return words


@lru_cache(maxsize=256)
def _patterns(expressions: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(expression) for expression in expressions)
