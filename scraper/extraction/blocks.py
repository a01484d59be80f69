"""What a page's text is made of: blocks, which a reader sees as one piece, and the boxes around them."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from scraper import lexicon
from scraper.document import Node
from scraper.extraction.classes import flag_bits, name_flags
from scraper.spelling import key_of

#: characters of a block beyond which no phrase is looked for
PHRASE_LINE: Final = 250
#: characters of a block whose words are compared with the rest of the page; real paragraphs are shorter
LONGEST_KEY: Final = 20_000
#: characters of class and id that are read; real ones stay under 3,000
_LONGEST_NAMES: Final = 10_000

HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_HIDDEN_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
#: attributes that say what a box is for; most data-* values are ids that no two pages share
_TELLING: Final = frozenset((
    "hidden", "aria-hidden", "style", "itemprop", "role", "data-component", "data-module", "data-name", "data-qa",
    "data-role", "data-testid", "data-type", "data-widget",
))  # fmt: skip
_ITEMPROPS: Final = {"articleBody": "item_body", "caption": "item_caption"}


class Box:
    """A block-level element that has text somewhere inside."""

    __slots__ = ("_flags", "_names", "_own", "chars", "depth", "good", "heading", "index", "links", "media", "node",
                 "parent", "signature", "tag")  # fmt: skip

    def __init__(self, index: int, parent: Box | None, tag: str, node: Node) -> None:
        self.index, self.parent, self.tag, self.node = index, parent, tag, node
        self.depth: int = parent.depth + 1 if parent else 0
        #: tag of the heading that it is, or is in
        self.heading: str = tag if tag in HEADINGS else parent.heading if parent else ""
        #: characters of text, of text in links, and of text that reads like prose, in it and below
        self.chars = self.links = self.good = 0
        #: pictures, players and frames directly in it
        self.media = 0
        self.signature: str = ""
        # read when first asked for: nobody asks what half of a page's boxes are called, and attributes are the dearest
        # part of an element
        self._names: str | None = None
        self._own = self._flags = -1

    @property
    def names(self) -> str:
        """Class and id."""
        if self._names is None:
            self._names, self._own = _read(self.node, self.tag)
        return self._names

    @property
    def own(self) -> int:
        """Flags of its own."""
        if self._own < 0:
            self._names, self._own = _read(self.node, self.tag)
        return self._own

    @property
    def flags(self) -> int:
        """Flags of its own and of all boxes around it."""
        if self._flags < 0:
            self._flags = self.own | self.parent.flags if self.parent else self.own
        return self._flags

    def be_nameless(self) -> None:
        """Nothing that its element is called says anything of the text."""
        self._names, self._own = "", 0

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

    __slots__ = ("_key", "_phrase", "after_media", "bold", "box", "ends_in_link", "index", "italic", "link_chars",
                 "links", "tag", "text")  # fmt: skip

    def __init__(self, index: int, text: str, box: Box, link_chars: int, links: int, bold: int) -> None:
        self.index, self.text, self.box = index, text, box
        #: pictures, players and frames since the block before
        self.after_media = 0
        self.link_chars, self.links, self.bold = link_chars, links, bold
        #: characters in italics, and whether the last word stands in a link
        self.italic = 0
        self.ends_in_link = False
        #: its box's, but what stands in a box inside a heading is a heading all the same
        self.tag: str = box.heading or box.tag
        self._phrase: lexicon.Hit | bool | None = False
        self._key: str | None = None

    @property
    def phrase(self) -> lexicon.Hit | None:
        """The clutter phrase that the block shows; looked up once."""
        if isinstance(self._phrase, bool):
            self._phrase = lexicon.hit(self.text) if len(self.text) < PHRASE_LINE else None
        return self._phrase

    @property
    def key(self) -> str:
        """Its words as `spelling.key_of` has them, of its beginning; worked out once."""
        if self._key is None:
            self._key = key_of(self.text[:LONGEST_KEY])
        return self._key

    @property
    def link_share(self) -> float:
        return min(1.0, self.link_chars / len(self.text))


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
    flags |= dict.fromkeys(HEADINGS, bits["in_heading"])
    flags["caption"] = bits["in_figcaption"]
    return flags


def _read(node: Node, tag: str) -> tuple[str, int]:
    """(names, flags of its own) of an element."""
    own, names = _tag_flags().get(tag, 0), ""
    attributes = node.attributes
    if attributes:
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:_LONGEST_NAMES].strip()
        if names:
            own |= name_flags(names)
        if not _TELLING.isdisjoint(attributes):
            own |= _attribute_flags(attributes)
    return names, own


def _attribute_flags(attributes: dict[str, str | None]) -> int:
    """Flags of the attributes beside class and id that say what a box is for."""
    own, bits = 0, flag_bits()
    for key, value in attributes.items():
        if key not in _TELLING:
            continue
        if key == "hidden" or (key == "aria-hidden" and value == "true"):
            own |= bits["is_hidden"]
        elif key == "style":
            if value and _HIDDEN_STYLE.search(value):
                own |= bits["is_hidden"]
        elif key == "itemprop":
            own |= bits[_ITEMPROPS[value]] if value in _ITEMPROPS else 0
        elif value and len(value) < 60:
            own |= name_flags(value)
    return own
