"""document → the page's blocks in reading order, and the boxes they stand in. One recursive walk; nothing is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Final, NamedTuple

from scraper import datafiles
from scraper.document import Document, Node, node_text, tag_number
from scraper.extraction.blocks import HEADINGS, Block, Box
from scraper.extraction.classes import flag_bits
from scraper.spelling import spaced

#: boxes inside boxes beyond which the rest is read as one block's text (real pages stay under 60)
MAX_DEPTH: Final = 150
#: blocks beyond which the rest of a page is not looked at (the longest of 1,514 real pages has 6,400)
MAX_BLOCKS: Final = 20_000

#: characters of a navigation box's text that are kept, to show
FOLDED: Final = 300

#: kinds of tags; the first five in the order of data/tags.toml's lists
_SKIP: Final = 0
_INLINE: Final = 1
_BLOCK: Final = 2
_BREAK: Final = 3
_RULE: Final = 4
_PLAYER: Final = 5
_UNKNOWN: Final = 6
_BUTTON: Final = 7
#: what may follow a link without the text going on
_STOPS: Final = " \t\r\n\xa0."
#: Lexbor's number of text nodes, and one above the numbers of the tags it knows: those of others differ by page
_TEXT_ID: Final = 2
_KNOWN_IDS: Final = 256
_MEDIA: Final = frozenset(("img", "picture", "video", "audio", "iframe", "object", "embed", "amp-img"))
#: characters of a button that may be a heading: what it opens is the text below it
_BUTTON_LEAST: Final = 15
_QUESTIONS: Final = "?？؟"
_TITLES: Final = "h2, h3, h4, h5, h6, p"
#: inside these an unknown element is inline
_FLOW: Final = frozenset(("p", *HEADINGS))


class _Tags(NamedTuple):
    """data/tags.toml, by tag and by Lexbor's numbers, which cost half as much to ask for."""

    kinds: dict[str, int]
    kind_of: list[int]
    name_of: list[str]


@cache
def _tags() -> _Tags:
    data = datafiles.toml("tags.toml")
    lists = ("skip", "inline", "block", "breaks", "rules")
    kinds = {tag: kind for kind, name in enumerate(lists) for tag in data[name]}
    kinds |= {tag: _PLAYER for tag in _MEDIA if kinds.get(tag) == _SKIP}
    kinds["button"] = _BUTTON
    tags = _Tags(kinds, [_UNKNOWN] * _KNOWN_IDS, [""] * _KNOWN_IDS)
    for tag, kind in kinds.items():
        number = tag_number(tag)
        if number < _KNOWN_IDS:
            tags.kind_of[number], tags.name_of[number] = kind, tag
    return tags


def _root(node: Node) -> Box:
    """The box around all others; nothing that its element is called says anything of the text."""
    root = Box(0, None, "body", node)
    root.be_nameless()
    return root


class _Full(Exception):
    """There are more than MAX_BLOCKS blocks."""


class _Walker:
    """State of one walk. Text is gathered until a block begins or ends."""

    def __init__(self, cut: Mapping[int, str]) -> None:
        #: `mem_id` → rule of nodes that a config removes; inline ones are left out here, boxes are judged later
        self.cut = cut
        self.cut_inline: list[tuple[str, str]] = []
        self.tags = _tags()
        self.boxes: list[Box] = []
        self.blocks: list[Block] = []
        self.text: list[str] = []
        #: whether there is more than space in `text`
        self.solid = False
        self.in_link = self.in_bold = self.in_italic = 0
        self.link_chars = self.links = self.bold = self.italic = 0
        #: whether the last word so far stands in a link
        self.link_last = False
        self.broke = False
        self.media = 0
        self.inside = flag_bits()["in_article"] | flag_bits()["in_main"]

    def flush(self, box: Box) -> None:
        """End the block that is being gathered."""
        if self.text:
            if self.solid:
                self.add(spaced("".join(self.text)), box)
                self.solid = False
            self.text.clear()
            self.link_chars = self.links = self.bold = self.italic = 0
            self.link_last = False
        self.broke = False

    def add(self, text: str, box: Box) -> None:
        if len(self.blocks) >= MAX_BLOCKS:
            raise _Full
        block = Block(len(self.blocks), text, box, self.link_chars, self.links, self.bold)
        block.after_media, self.media = self.media, 0
        block.italic, block.ends_in_link = self.italic, self.link_last
        self.blocks.append(block)

    def walk(self, node: Node | None, box: Box, depth: int) -> None:
        """All children from `node` on, inside `box`. The hot loop: tests are in the order of how often they hold."""
        _, kind_of, name_of = self.tags
        while node is not None:
            number = node.tag_id
            if number == _TEXT_ID:
                self.gather(node.text_content)
            else:
                kind = kind_of[number] if number < _KNOWN_IDS else _UNKNOWN
                if kind == _BLOCK:
                    self.block(node, name_of[number], box, depth)
                elif kind == _INLINE:
                    self.inline(node, name_of[number], box, depth)
                elif kind != _SKIP:
                    self.other(node, kind, box, depth)
            node = node.next

    def other(self, node: Node, kind: int, box: Box, depth: int) -> None:
        """Line breaks, rules, pictures; comments and elements of which the walk knows no number."""
        if kind == _UNKNOWN:
            tag = node.tag
            if not tag or tag[0] == "-":
                return
            kind = self.tags.kinds.get(tag, _INLINE if box.tag in _FLOW else _BLOCK)
            if kind == _BLOCK:
                self.block(node, tag, box, depth)
            elif kind == _INLINE:
                self.inline(node, tag, box, depth)
        if kind == _BREAK:
            self.line_break(box)
        elif kind == _RULE:
            self.flush(box)
        elif kind == _PLAYER:
            self.media += 1
            box.media += 1
        elif kind == _BUTTON:
            self.button(node, box, depth)

    def button(self, node: Node, box: Box, depth: int) -> None:
        """A button is a control, and none of the text, but where it opens what is below it and bears its heading."""
        text = spaced(node.text(separator=" ") or "")
        if len(text) < _BUTTON_LEAST or self.in_link or box.tag == "p":
            return
        if box.heading:
            if not self.solid:
                self.inline(node, "button", box, depth)
        elif text[-1] in _QUESTIONS or node.css_first(_TITLES):
            self.block(node, "button", box, depth)

    def gather(self, text: str | None) -> None:
        if not text:
            return
        self.text.append(text)
        if not text.isspace():
            self.solid = True
            self.broke = False
            if self.in_link:
                self.link_chars += len(text.strip())
            if self.in_bold:
                self.bold += len(text.strip())
            if self.in_italic:
                self.italic += len(text.strip())
            if not self.link_last or self.in_link or text.strip(_STOPS):
                self.link_last = self.in_link > 0

    def line_break(self, box: Box) -> None:
        if self.broke:
            self.flush(box)
        else:
            self.text.append(" ")
            self.broke = True

    def inline(self, node: Node, tag: str, box: Box, depth: int) -> None:
        child = node.first_child
        if child is None:
            return
        if self.cut and (rule := self.cut.get(node.mem_id)):
            self.cut_inline.append((rule, node_text(node)))
        elif depth >= MAX_DEPTH:
            self.gather(node.text(separator=" "))
        elif tag == "a":
            self.in_link += 1
            self.links += 1
            self.walk(child, box, depth + 1)
            self.in_link -= 1
        elif tag in ("b", "strong"):
            self.in_bold += 1
            self.walk(child, box, depth + 1)
            self.in_bold -= 1
        elif tag in ("i", "em"):
            self.in_italic += 1
            self.walk(child, box, depth + 1)
            self.in_italic -= 1
        else:
            self.walk(child, box, depth + 1)

    def block(self, node: Node, tag: str, box: Box, depth: int) -> None:
        if self.text:
            self.flush(box)
        self.broke = False
        child = node.first_child
        if child is None:
            return
        if depth >= MAX_DEPTH:
            self.gather(node.text(separator=" "))
            self.flush(box)
            return
        inner = Box(len(self.boxes), box, tag, node)
        self.boxes.append(inner)
        if tag == "nav" or (tag == "footer" and not inner.flags & self.inside):
            self.fold(node, inner)
            return
        # a link around whole boxes (cards) makes all text in them link text; the counter is already up then
        self.walk(child, inner, depth + 1)
        if self.text:
            self.flush(inner)

    def fold(self, node: Node, box: Box) -> None:
        """Navigation and page footers as one block: half of a page's links, and never article text."""
        text = spaced(node.text(separator=" ") or "")
        if text:
            self.link_chars = len(text)
            self.links = 1
            self.add(text[:FOLDED], box)
            self.link_chars = self.links = 0


class Segments:
    """What a walk found: `blocks` in reading order, `boxes` in document order (a parent before its children)."""

    __slots__ = ("blocks", "boxes", "cut_inline")

    def __init__(self, blocks: list[Block], boxes: list[Box], cut_inline: list[tuple[str, str]]) -> None:
        self.blocks, self.boxes = blocks, boxes
        #: (rule, text) of pieces inside blocks that a config removes
        self.cut_inline = cut_inline


def segment(document: Document, cut: Mapping[int, str] | None = None) -> Segments:
    """The blocks of a page; inline nodes whose `mem_id` is in `cut` are left out of them."""
    walker = _Walker(cut or {})
    body = document.tree.body or document.tree.root  # a frameset has no body
    if body is None:
        return Segments([], [], [])
    root = _root(body)
    walker.boxes.append(root)
    with suppress(_Full):
        walker.walk(body.first_child, root, 1)
        walker.flush(root)
    return Segments(walker.blocks, walker.boxes, walker.cut_inline)


def segment_within(nodes: Sequence[Node], cut: Mapping[int, str] | None = None) -> Segments:
    """The blocks of parts of a page: of `nodes` (in document order) and what is below them, each once. The boxes around
    them are there too, as in a walk through the whole page, without what else is in them."""
    walker = _Walker(cut or {})
    known: dict[int, Box] = {}
    walked: set[int] = set()
    with suppress(_Full):
        for node in nodes:
            if node.tag and node.mem_id not in walked and _is_reached(node, walker.tags.kinds):
                start = len(walker.boxes)
                holder = _holder_of(node, walker, known)
                walker.block(node, node.tag, holder, holder.depth + 1)
                walked.update(box.node.mem_id for box in walker.boxes[start:])
                walker.flush(holder)
    return Segments(walker.blocks, walker.boxes or [_root(nodes[0])], walker.cut_inline)


def _holder_of(node: Node, walker: _Walker, known: dict[int, Box]) -> Box:
    """The box around a node; it and those around it are added where they are not `known` (by `mem_id`) yet."""
    above: list[Node] = []
    parent = node.parent
    while parent is not None and parent.tag not in ("body", "html") and parent.mem_id not in known:
        if walker.tags.kinds.get(parent.tag or "", _BLOCK) == _BLOCK:
            above.append(parent)
        parent = parent.parent
    holder = known.get(parent.mem_id) if parent is not None else None
    if holder is None:
        holder = walker.boxes[0] if walker.boxes else _root(parent or node)
        walker.boxes[:1] = [holder]
        known[holder.node.mem_id] = holder
    for outer in reversed(above):
        holder = known[outer.mem_id] = Box(len(walker.boxes), holder, outer.tag or "", outer)
        walker.boxes.append(holder)
    return holder


def _is_reached(node: Node, kinds: Mapping[str, int]) -> bool:
    """Whether the walk through a whole page comes to a node: not through scripts, templates, navigation, footers."""
    parent, footer = node.parent, False
    while parent is not None:
        tag = parent.tag or ""
        if kinds.get(tag) == _SKIP or tag == "nav":
            return False
        if footer and tag in ("article", "main"):
            return True
        footer = footer or tag == "footer"
        parent = parent.parent
    return not footer
