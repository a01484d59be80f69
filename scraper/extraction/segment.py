"""document → the page's blocks in reading order, and the boxes they stand in. One recursive walk; nothing is judged."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from scraper import lexicon
from scraper.document import Document, Node, node_text
from scraper.extraction.classes import flag_bits, name_flags

#: boxes inside boxes beyond which the rest is read as one block's text (real pages stay under 60)
MAX_DEPTH = 150
#: blocks beyond which the rest of a page is not looked at (the longest of 1,514 real pages has 6,400)
MAX_BLOCKS = 20_000

#: characters of a block beyond which no phrase is looked for
PHRASE_LINE = 250
#: characters of a navigation box's text that are kept, to show
FOLDED = 300

_SKIP, _INLINE, _BLOCK, _BREAK, _RULE = range(5)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MEDIA = frozenset(("img", "picture", "video", "audio", "iframe", "object", "embed", "amp-img"))
#: attributes that say what a box is for; most data-* values are ids that no two pages share
_TELLING = frozenset((
    "hidden", "aria-hidden", "style", "itemprop", "role", "data-component", "data-module", "data-name", "data-qa",
    "data-role", "data-testid", "data-type", "data-widget",
))  # fmt: skip
_ITEMPROPS = {"articleBody": "item_body", "caption": "item_caption"}
#: inside these an unknown element is inline
_FLOW = frozenset(("p", *_HEADINGS))


class Box:
    """A block-level element that has text somewhere inside."""

    __slots__ = ("chars", "depth", "flags", "good", "index", "links", "media", "names", "node", "own", "parent",
                 "signature", "tag")  # fmt: skip

    def __init__(self, index: int, parent: Box | None, tag: str, names: str, node: Node, own: int) -> None:
        self.index, self.parent, self.tag, self.names, self.node, self.own = (
            index,
            parent,
            tag,
            names,
            node,
            own,
        )
        self.depth: int = parent.depth + 1 if parent else 0
        #: own flags and those of all boxes around it
        self.flags: int = own | parent.flags if parent else own
        #: characters of text, of text in links, and of text that reads like prose, in it and below
        self.chars = self.links = self.good = 0
        #: pictures, players and frames directly in it
        self.media = 0
        self.signature: str = ""

    def path(self) -> str:
        """CSS-like address for people: the last four boxes."""
        steps: list[str] = []
        box: Box | None = self
        while box is not None and len(steps) < 4:
            name = box.names.split(" ", 1)[0] if box.names else ""
            steps.append(f"{box.tag}.{name}" if name else box.tag)
            box = box.parent
        return " > ".join(reversed(steps))


class Block:
    """A run of text that a reader sees as one piece: a paragraph, a heading, a list item, a table cell."""

    __slots__ = ("_phrase", "after_media", "bold", "box", "flags", "index", "link_chars", "links", "tag", "text")

    def __init__(self, index: int, text: str, box: Box, link_chars: int, links: int, bold: int) -> None:
        self.index, self.text, self.box = index, text, box
        #: pictures, players and frames since the block before
        self.after_media = 0
        self.link_chars, self.links, self.bold = link_chars, links, bold
        self.tag: str = box.tag
        self.flags: int = box.flags
        self._phrase: lexicon.Hit | bool | None = False

    @property
    def phrase(self) -> lexicon.Hit | None:
        """The clutter phrase that the block shows; looked up once."""
        if isinstance(self._phrase, bool):
            self._phrase = lexicon.hit(self.text) if len(self.text) < PHRASE_LINE else None
        return self._phrase

    @property
    def link_share(self) -> float:
        return min(1.0, self.link_chars / len(self.text))


@cache
def _tag_kinds() -> dict[str, int]:
    text = resources.files("scraper").joinpath("data/tags.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    kinds: dict[str, int] = {}
    for kind, name in enumerate(("skip", "inline", "block", "breaks", "rules")):
        for tag in data[name]:
            kinds[tag] = kind
    return kinds


@cache
def _tag_flags() -> dict[str, int]:
    bits = flag_bits()
    flags = {
        tag: bits[f"in_{tag}"]
        for tag in ("article", "main", "aside", "nav", "footer", "header", "figure", "figcaption", "form", "table",
                    "pre", "address", "details", "section")
    }  # fmt: skip
    flags |= {
        "ul": bits["in_list"],
        "ol": bits["in_list"],
        "dl": bits["in_list"],
        "blockquote": bits["in_quote"],
    }
    flags |= dict.fromkeys(_HEADINGS, bits["in_heading"])
    flags["caption"] = bits["in_figcaption"]
    return flags


class _Walker:
    """State of one walk. Text is gathered until a block begins or ends."""

    def __init__(self, cut: Mapping[int, str]) -> None:
        #: `mem_id` → rule of nodes that a config removes; inline ones are left out here, boxes are judged later
        self.cut = cut
        self.cut_inline: list[tuple[str, str]] = []
        self.kinds, self.tag_flags, self.bits = _tag_kinds(), _tag_flags(), flag_bits()
        self.boxes: list[Box] = []
        self.blocks: list[Block] = []
        self.text: list[str] = []
        self.in_link = self.in_bold = 0
        self.link_chars = self.links = self.bold = 0
        self.broke = False
        self.full = False
        self.media = self.depth = 0
        self.inside = self.bits["in_article"] | self.bits["in_main"]

    def flush(self, box: Box) -> None:
        """End the block that is being gathered."""
        if self.text:
            text = " ".join("".join(self.text).split())
            self.text.clear()
            if text:
                self.add(text, box)
            self.link_chars = self.links = self.bold = 0
        self.broke = False

    def add(self, text: str, box: Box) -> None:
        if len(self.blocks) >= MAX_BLOCKS:
            self.full = True
            return
        block = Block(len(self.blocks), text, box, self.link_chars, self.links, self.bold)
        block.after_media, self.media = self.media, 0
        self.blocks.append(block)

    def walk(self, node: Node | None, box: Box) -> None:
        """All children from `node` on, inside `box`. The hot loop: tests are in the order of how often they hold."""
        kinds = self.kinds
        self.depth += 1
        while node is not None and not self.full:
            tag = node.tag
            if tag == "-text":
                text = node.text_content
                if text:
                    self.gather(text)
            elif tag and tag[0] != "-":
                kind = kinds.get(tag)
                if kind is None:
                    kind = _INLINE if box.tag in _FLOW else _BLOCK
                if kind == _BLOCK:
                    self.block(node, tag, box)
                elif kind == _INLINE:
                    self.inline(node, tag, box)
                elif kind == _BREAK:
                    self.line_break(box)
                elif kind == _RULE:
                    self.flush(box)
                elif tag in _MEDIA:
                    self.media += 1
                    box.media += 1
            node = node.next
        self.depth -= 1

    def gather(self, text: str) -> None:
        self.text.append(text)
        if not text.isspace():
            self.broke = False
            if self.in_link:
                self.link_chars += len(text.strip())
            if self.in_bold:
                self.bold += len(text.strip())

    def line_break(self, box: Box) -> None:
        if self.broke:
            self.flush(box)
        else:
            self.text.append(" ")
            self.broke = True

    def inline(self, node: Node, tag: str, box: Box) -> None:
        child = node.first_child
        if child is None:
            return
        if self.cut and (rule := self.cut.get(node.mem_id)):
            self.cut_inline.append((rule, node_text(node)))
        elif self.depth >= MAX_DEPTH:
            self.gather(node.text(separator=" "))
        elif tag == "a":
            self.in_link += 1
            self.links += 1
            self.walk(child, box)
            self.in_link -= 1
        elif tag in ("b", "strong"):
            self.in_bold += 1
            self.walk(child, box)
            self.in_bold -= 1
        else:
            self.walk(child, box)

    def block(self, node: Node, tag: str, box: Box) -> None:
        if self.text:
            self.flush(box)
        self.broke = False
        child = node.first_child
        if child is None:
            return
        if self.depth >= MAX_DEPTH:
            self.gather(node.text(separator=" "))
            self.flush(box)
            return
        own = self.tag_flags.get(tag, 0)
        names = ""
        attributes = node.attributes
        if attributes:
            names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()
            if names:
                own |= name_flags(names)
            if not _TELLING.isdisjoint(attributes):
                own |= self.attribute_flags(attributes)
        inner = Box(len(self.boxes), box, tag, names, node, own)
        self.boxes.append(inner)
        if tag == "nav" or (tag == "footer" and not inner.flags & self.inside):
            self.fold(node, inner)
            return
        # a link around whole boxes (cards) makes all text in them link text; the counter is already up then
        self.walk(child, inner)
        if self.text:
            self.flush(inner)

    def fold(self, node: Node, box: Box) -> None:
        """Navigation and page footers as one block: half of a page's links, and never article text."""
        text = " ".join((node.text(separator=" ") or "").split())
        if text:
            self.link_chars = len(text)
            self.links = 1
            self.add(text[:FOLDED], box)
            self.link_chars = self.links = 0

    def attribute_flags(self, attributes: dict[str, str | None]) -> int:
        """Flags of the attributes beside class and id that say what a box is for."""
        own = 0
        for key, value in attributes.items():
            if key not in _TELLING:
                continue
            if key == "hidden" or (key == "aria-hidden" and value == "true"):
                own |= self.bits["is_hidden"]
            elif key == "style":
                if value and _HIDDEN_STYLE.search(value):
                    own |= self.bits["is_hidden"]
            elif key == "itemprop":
                own |= self.bits[_ITEMPROPS[value]] if value in _ITEMPROPS else 0
            elif value and len(value) < 60:
                own |= name_flags(value)
        return own


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
    root = Box(0, None, "body", "", body, 0)
    walker.boxes.append(root)
    walker.walk(body.first_child, root)
    walker.flush(root)
    return Segments(walker.blocks, walker.boxes, walker.cut_inline)
