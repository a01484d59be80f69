"""What a config's layout says about the boxes and lines of a page: inside, outside, removed, kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from scraper.document import Document, Node, find_nodes
from scraper.extraction.blocks import Block, Box
from scraper.extraction.segment import Segments
from scraper.models import Reason
from scraper.sites import Layout

Said = tuple[bool, Reason | None, str]
#: how the rule of a block begins that `text` keeps: what stood on other articles too may still go
TEXT = "config:text"
#: share of a line's characters in links from which on it may be a recommendation
LINKED = 0.8
#: characters below which a line that ends like no sentence may be one
SHORT = 60
_ENDS = frozenset(".!?…:;\"'”“»«’。！？」』।؟")
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))


class Marks:
    """`mem_id`s of the nodes that a layout's selectors find."""

    __slots__ = ("body", "body_nodes", "keep", "layout", "remove", "text")

    def __init__(self, document: Document, layout: Layout) -> None:
        self.layout = layout
        self.remove = _found(document, layout.remove)
        self.keep = _found(document, layout.keep)
        self.text = _found(document, layout.text)
        #: what the first rule of `body` that finds something finds, in document order
        self.body_nodes: list[Node] = []
        self.body: dict[int, str] = {}
        for rule in layout.body:
            if nodes := find_nodes(document.tree, rule):
                self.body_nodes, self.body = nodes, dict.fromkeys((node.mem_id for node in nodes), rule)
                break

    @property
    def dead(self) -> bool:
        """Whether the layout says where the text is and it is not there: the page is in another layout, and what this
        one says of boxes, lines and fields is of something else."""
        return bool(self.layout.body) and not self.body

    def fit(self) -> int:
        """How well the layout fits the page: rules that found something, the body's counting most."""
        return 10 * bool(self.body) + len(set(self.remove.values())) + len(set(self.keep.values()))


def _found(document: Document, rules: Iterable[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for rule in rules:
        for node in find_nodes(document.tree, rule):
            found.setdefault(node.mem_id, rule)
    return found


class Scope:
    """A layout's word on every block of a page."""

    __slots__ = ("boxes", "inside", "lines", "marks", "strips")

    def __init__(self, marks: Marks, segments: Segments) -> None:
        self.marks = marks
        self.lines = _patterns(marks.layout.remove_text)
        self.strips = _patterns(marks.layout.strip_text)
        #: indices of boxes that `body` names
        self.inside: frozenset[int] = frozenset(box.index for box in segments.boxes if box.node.mem_id in marks.body)
        self.boxes = _inherited(segments.boxes, marks)

    def says(self, block: Block) -> Said | None:
        """(keep?, reason, rule), or None where the layout is silent."""
        for pattern in self.lines:
            if pattern.fullmatch(block.text):
                return False, Reason.SITE_RULE, f"config:remove_text {pattern.pattern}"
        for pattern in self.strips:
            if pattern.fullmatch(block.text):  # all of it would be cut out
                return False, Reason.SITE_RULE, f"config:strip_text {pattern.pattern}"
        said = self.boxes[block.box.index]
        if said is None and (rule := self.marks.text.get(block.box.node.mem_id)) and not _doubtful(block):
            return True, None, f"{TEXT} {rule}"
        return said


def is_open(word: Said | None) -> bool:
    """Whether a config leaves a block to the judges: it is silent, or has it among the story's usual lines."""
    return word is None or word[2].startswith(f"{TEXT} ")


def _doubtful(block: Block) -> bool:
    """Whether a line among the story's own looks like clutter all the same: a known phrase, all link, or a few words
    that are no sentence (initials, sources, credits)."""
    text = block.text
    if len(text) < SHORT and text[-1] not in _ENDS and block.tag not in _HEADINGS:
        return True
    return block.phrase is not None or block.link_share > LINKED


def strip_blocks(layout: Layout, segments: Segments) -> None:
    """Cuts what the layout's `strip_text` finds out of the blocks; `segments.cut_inline` says what that was."""
    for pattern in _patterns(layout.strip_text):
        for block in segments.blocks:
            rest = pattern.sub("", block.text).strip()
            if rest and len(rest) < len(block.text) and (match := pattern.search(block.text)):
                segments.cut_inline.append((f"strip_text {pattern.pattern}", match[0].strip()))
                block.text = rest


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
