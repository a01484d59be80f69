"""segments → frame: where the article's text stands on the page, and what is around each block.

The main box is found by going down from `body` while one child holds most of the prose. A box's bad name counts only
where the box holds a small share of that prose: sites call the article itself "teaser-content" or "premium".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from scraper.extraction.blocks import Block, Box
from scraper.extraction.classes import STRUCTURE, flag_bits
from scraper.extraction.segment import Segments

#: share of a box's prose that a child must hold for the way down to go on
DESCEND: Final = 0.75
#: share of the main box's prose from which on a box's name says nothing against what is in it
TRUSTED: Final = 0.30
#: blocks before the first and after the last prose of the main box that are still looked at
MARGIN: Final = 12
#: blocks that the headline may stand before the first of these for the window to begin with it: the lead, or all the
#: story's beginning, may have a box of its own
HEAD: Final = 200
#: blocks by which the window may be longer for not to end within a list, a table, questions and answers
TAIL: Final = 150
#: share of a block's characters in links from which on it is none of these
LINKED: Final = 0.8
#: characters of prose in the main box from which on what is marked as readers' comments is none of it: of 1,060 such
#: blocks of real pages 3 were the article's; where there is less, comments may be what the page is about
DISCUSSED: Final = 1000
#: a prose block: at least so many characters, at most this share of them in links
PROSE_CHARS: Final = 60
PROSE_LINKS: Final = 0.35
_ENDS: Final = frozenset(".!?…:;\"'”“»«’)]。！？」』।。」؟")
_PUNCTUATION_MARKS: Final = frozenset(".!?…。！？।؟,、，;:")
_PUNCTUATION: Final = re.compile(f"[{''.join(sorted(_PUNCTUATION_MARKS))}]")
#: scripts written without spaces, from the first character to behind the last: each says as much as a few letters
_DENSE: Final = 0x3040
_DENSE_END: Final = 0xD7B0


def text_weight(text: str) -> int:
    """Characters of a text, those of scripts without spaces counted thrice."""
    if text.isascii():
        return len(text)
    middle = ord(text[len(text) // 2])
    return 3 * len(text) if _DENSE <= middle < _DENSE_END else len(text)


def is_prose(block: Block) -> bool:
    """Whether a block reads like running text; no look at names."""
    text = block.text
    if len(text) < PROSE_CHARS and text_weight(text) < PROSE_CHARS:
        return False
    if block.link_chars > PROSE_LINKS * len(text):
        return False
    return text[-1] in _PUNCTUATION_MARKS or _PUNCTUATION.search(text) is not None


class Frame:
    """The page as the judges see it. Lists run parallel to `blocks`, the blocks of the window."""

    __slots__ = (
        "_comments",
        "_effective",
        "_end",
        "_groups",
        "_parts",
        "_structure",
        "all_blocks",
        "blocks",
        "first",
        "last",
        "main",
        "prose",
        "total",
    )

    def __init__(self, segments: Segments, scope: frozenset[int] = frozenset()) -> None:
        """`scope`: indices of boxes that a config names as the article's; the main box is then what holds them."""
        self.all_blocks = segments.blocks
        prose = [is_prose(block) for block in segments.blocks]
        _sum_up(segments, prose)
        self.main = _scoped(segments, scope) if scope else _main_box(segments)
        self._end = _end_of(segments.boxes, self.main)
        #: characters of prose in the main box
        self.total = max(1, self.main.good)
        #: flags that count of the boxes that were asked for, by index
        self._effective: dict[int, int] = {}
        self._comments = flag_bits()["comments"]
        self._structure = sum(flag_bits()[name] for name in STRUCTURE)
        start, end = self._window(segments, prose)
        if scope:
            start, end = _stretched(segments, scope, start, end)
        self.blocks: list[Block] = segments.blocks[start:end]
        self.prose = prose[start:end]
        inside = [i for i, p in enumerate(self.prose) if p and self.in_main(self.blocks[i])]
        self.first: int = inside[0] if inside else 0
        self.last: int = inside[-1] if inside else max(0, len(self.blocks) - 1)
        self._groups: dict[str, Group] | None = None
        self._parts: dict[int, Part] | None = None

    @property
    def groups(self) -> dict[str, Group]:
        """Signature → the blocks of the window that have it."""
        if self._groups is None:
            self._groups = _groups(self.blocks, self.prose)
        return self._groups

    @property
    def parts(self) -> dict[int, Part]:
        """Index of a box inside the main one → the child of the main box that it is in."""
        if self._parts is None:
            self._parts = _parts(self.main, [block.box for block in self.blocks if self.in_main(block)])
        return self._parts

    def in_main(self, block: Block) -> bool:
        """Whether a block stands in the main box: boxes of a subtree have consecutive indices."""
        return self.main.index <= block.box.index < self._end

    def is_far(self, i: int) -> bool:
        """Whether a block of the window stands before or behind the story, outside its box, and is no prose (of 15,000
        such blocks of real pages 20 were the article's), or is a reader's comment on the story."""
        block = self.blocks[i]
        if not (self.prose[i] or self.first <= i <= self.last or self.in_main(block)):
            return True
        return self.total >= DISCUSSED and bool(self.flags(block) & self._comments)

    def flags(self, block: Block) -> int:
        """Flags that count for a block: names of trusted boxes left out."""
        return self._counting(block.box)

    def _counting(self, box: Box) -> int:
        """Flags of a box that count: tag flags always; name flags not on trusted boxes or those around the main one."""
        known = self._effective.get(box.index)
        if known is None:
            own = box.own
            if self.main.good and box.good >= TRUSTED * self.main.good:
                own &= self._structure
            known = self._effective[box.index] = own | self._counting(box.parent) if box.parent else own
        return known

    def _window(self, segments: Segments, prose: list[bool]) -> tuple[int, int]:
        """First and last block that are looked at: around the main box's prose and what is made like it elsewhere (a
        story that goes on behind a box often goes on in a box of its own)."""
        blocks = segments.blocks
        inside = [i for i, b in enumerate(blocks) if prose[i] and self.in_main(b)]
        if not inside:
            return 0, len(blocks)
        alike = {signature(blocks[i]) for i in inside if blocks[i].box.names}
        found = [i for i, b in enumerate(blocks) if prose[i] and b.box.names and signature(b) in alike]
        start, end = min(inside[0], *found, len(blocks)), max(inside[-1], *found, 0)
        first, behind = max(0, start - MARGIN), min(len(blocks), end + MARGIN + 1)
        headline = next((i for i in range(start, max(-1, start - HEAD), -1) if blocks[i].tag == "h1"), start)
        if headline < first and any(prose[headline:first]):  # else there is nothing to gain
            first = headline
        run = range(behind, _run_out(blocks, behind))
        return first, max((i + 1 for i in run if prose[i] or self.in_main(blocks[i])), default=behind)


def _run_out(blocks: list[Block], end: int) -> int:
    """The end of a window, moved on to where blocks are made otherwise than the last ones of it are."""
    makes = {signature(block) for block in blocks[max(0, end - MARGIN) : end]}
    for i in range(end, min(len(blocks), end + TAIL)):
        if blocks[i].link_share > LINKED or signature(blocks[i]) not in makes:
            return i
    return min(len(blocks), end + TAIL)


def _stretched(segments: Segments, scope: frozenset[int], start: int, end: int) -> tuple[int, int]:
    """A window made to hold all blocks that stand in boxes of `scope`."""
    within = set(scope)
    for box in segments.boxes:  # a parent comes before its children
        if box.parent is not None and box.parent.index in within:
            within.add(box.index)
    inside = [i for i, block in enumerate(segments.blocks) if block.box.index in within]
    return (min(start, inside[0]), max(end, inside[-1] + 1)) if inside else (start, end)


def _sum_up(segments: Segments, prose: list[bool]) -> None:
    """Characters, link characters and prose of each box, from its blocks upwards."""
    bad = _bad_mask()
    for block, good in zip(segments.blocks, prose, strict=True):
        box = block.box
        box.chars += len(block.text)
        box.links += block.link_chars
        if good and not block.box.flags & bad:
            box.good += text_weight(block.text)
    for box in reversed(segments.boxes):
        if box.chars and box.parent is not None:
            box.parent.chars += box.chars
            box.parent.links += box.links
            box.parent.good += box.good


def _bad_mask() -> int:
    bits = flag_bits()
    return bits["in_nav"] | bits["in_footer"] | bits["consent"] | bits["comments"] | bits["in_form"]


def _main_box(segments: Segments) -> Box:
    children: dict[int, list[Box]] = {}
    for box in segments.boxes:
        if box.parent is not None and box.good:
            children.setdefault(box.parent.index, []).append(box)
    main = segments.boxes[0]
    while True:
        best = max(children.get(main.index, ()), key=lambda b: b.good, default=None)
        if best is None or best.good < DESCEND * main.good or best.tag in ("p", "ul", "ol", "li"):
            return main
        main = best


def _end_of(boxes: list[Box], main: Box) -> int:
    """Index of the first box behind the main one that is not inside it."""
    return next((box.index for box in boxes[main.index + 1 :] if box.depth <= main.depth), len(boxes))


def _scoped(segments: Segments, scope: frozenset[int]) -> Box:
    """The main box where a config names the body: the one found without it, unless that is another part of the page."""
    main, holder = _main_box(segments), _holder(segments, scope)
    inner, outer = (main, holder) if main.depth > holder.depth else (holder, main)
    box: Box | None = inner
    while box is not None and box is not outer:
        box = box.parent
    return main if box is outer else holder


def _holder(segments: Segments, scope: frozenset[int]) -> Box:
    """The smallest box around all of `scope`."""
    chains = []
    for index in scope:
        box: Box | None = segments.boxes[index]
        chain: list[Box] = []
        while box is not None:
            chain.append(box)
            box = box.parent
        chains.append(chain[::-1])
    holder = segments.boxes[0]
    for level in zip(*chains, strict=False):
        if any(box is not level[0] for box in level):
            break
        holder = level[0]
    return holder


class Part:
    """A child of the main box, and how many blocks of the window stand in it."""

    __slots__ = ("blocks", "box")

    def __init__(self, box: Box) -> None:
        self.box, self.blocks = box, 0


def _parts(main: Box, boxes: Iterable[Box]) -> dict[int, Part]:
    """Index of each of `boxes`, which blocks stand in, → the child of the main box that it is in."""
    parts: dict[int, Part] = {}
    for box in boxes:
        if box is main:
            continue
        part = parts.get(box.index) or _part_of(box, main, parts)
        part.blocks += 1
    return parts


def _part_of(box: Box, main: Box, parts: dict[int, Part]) -> Part:
    """The part that a box is in; noted for all boxes on the way up."""
    way = [box]
    while (parent := way[-1].parent) is not main and parent is not None and parent.index not in parts:
        way.append(parent)
    part = parts[parent.index] if parent is not None and parent is not main else Part(way[-1])
    parts.update((step.index, part) for step in way)
    return part


class Group:
    """Blocks of the window that look the same: same tag, names, and parent."""

    __slots__ = ("chars", "links", "members", "prose", "weight")

    def __init__(self) -> None:
        self.members: list[int] = []
        self.chars = self.links = self.prose = 0
        #: `text_weight` of its prose
        self.weight = 0


def signature(block: Block) -> str:
    """What blocks made by the same template line share."""
    box = block.box
    if not box.signature:
        parent = box.parent
        box.signature = f"{box.tag}.{box.names}<{parent.tag}.{parent.names}" if parent else box.tag
    return box.signature


def _groups(blocks: list[Block], prose: list[bool]) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    for i, block in enumerate(blocks):
        group = groups.get(key := signature(block))
        if group is None:
            group = groups[key] = Group()
        group.members.append(i)
        group.chars += len(block.text)
        group.links += block.link_chars
        if prose[i]:
            group.prose += 1
            group.weight += text_weight(block.text)
    return groups
