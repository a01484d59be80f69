"""frame → numbers: what the classifier sees of each block. `feature_names` gives their order; the model repeats it.

The groups follow the project's findings on what matters: text, tag and names, place, company, page.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from scraper import lexicon
from scraper.extraction.blocks import Block, Box
from scraper.extraction.classes import flag_bits, name_words
from scraper.extraction.clues import ClueKeys, PageClues
from scraper.extraction.context import CONTEXT, Context, Places, places_of
from scraper.extraction.frame import Frame, Group, signature, text_weight
from scraper.extraction.relations import RELATIONS, Relations
from scraper.spelling import capitals_and_digits, western

_SENTENCE_ENDS: Final = frozenset(".!?…\"'”“»«)]。！？」』।؟")
_QUOTES: Final = frozenset("\"'„“”«»‚‘’「『")
_TAGS = ("p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "blockquote", "figcaption", "span", "dd",
         "dt", "section", "article", "header", "footer", "aside", "pre", "address", "body")  # fmt: skip
_TAG_CODE: Final = {tag: float(i + 1) for i, tag in enumerate(_TAGS)}
_HEADING_TAGS: Final = frozenset(("h2", "h3", "h4"))
_KINDS = ("recommendation", "paywall", "newsletter", "promotion", "advertisement", "navigation", "share", "caption",
          "byline", "readingTime", "date", "tags", "authorBox", "comments", "consent", "placeholder", "embed",
          "legal")  # fmt: skip
_KIND_CODE: Final = {kind: float(i + 1) for i, kind in enumerate(_KINDS)}

#: what a first look gives: numbers that are there already, or that many blocks share
_SHAPE = ("chars", "link_share", "links", "bold_share", "ends_sentence", "ends_colon", "ends_question", "phrase",
          "phrase_exact", "prose", "after_media", "italic_share", "ends_in_link")  # fmt: skip
_PLACE = ("tag", "heading", "in_main", "depth", "index", "index_from_end", "good_before", "from_first", "from_last",
          "from_h1", "after_h1", "inside_span", "own_siblings", "box_share")  # fmt: skip
_COMPANY = ("group_size", "group_chars", "group_links", "group_prose", "group_span", "parent_links", "parent_chars",
            "grand_links", "grand_chars", "box_chars", "blocks_in_parent", "parent_prose_share", "box_media",
            "parent_media", "grand_media")  # fmt: skip
_PAGE = ("window", "main_share", "ld_body", "prose_blocks", "genre", "list_share", "heading_share")
_NAMES = ("name_score", "name_min", "parent_name_score", "parent_name_min", "grand_name_score", "path_name_min",
          "path_name_sum")  # fmt: skip
_PART = ("part_blocks", "part_links", "part_chars", "part_prose",
         "part_tag", "part_name", "part_depth", "group_share")  # fmt: skip
#: what a closer look adds: its words, those of the page's metadata, its neighbours, what it stands below, and what the
#: first look says of the others
_TEXT = ("words", "word_chars", "commas", "digits", "capitals", "starts_lower", "all_caps", "copyright", "at", "bar",
         "opens_quote", "has_quote", "repeated", "slash", "words_score", "first_word_score", "brackets", "told",
         "capital_words")  # fmt: skip
_METADATA = ("in_ld_body", "in_description", "in_title", "described", "names_publisher")
_NEAR = ("chars", "link_share", "tag", "phrase",
         "ends_sentence", "prose", "name_score", "same_group", "same_parent")  # fmt: skip
_OFFSETS: Final = (-2, -1, 1, 2)
_SECTION = ("heading_phrase", "heading_links", "heading_count", "last_phrase", "from_last_phrase", "h1s")
#: blocks from which on a phrase above is too far to tell anything, as if there were none
_FAR_PHRASE: Final = 99


def feature_names() -> tuple[str, ...]:
    """Names of the numbers of one block, in order."""
    flags = tuple(f"flag_{name}" for name in flag_bits())
    own = tuple(f"own_{name}" for name in flag_bits())
    return (*number_names(), *flags, *own)


def number_names() -> tuple[str, ...]:
    """The names of those that are numbers; the flags behind them travel as two bit fields."""
    near = tuple(f"{name}@{offset:+d}" for offset in _OFFSETS for name in _NEAR)
    return (*first_names(), *_TEXT, *_METADATA, *near, *_SECTION, *CONTEXT)


def first_names() -> tuple[str, ...]:
    """The names of the numbers that a first look gives."""
    return (*_SHAPE, *_PLACE, *_COMPANY, *_PAGE, *_NAMES, *_PART, *RELATIONS)


class Row:
    """What the classifier sees of one block."""

    __slots__ = ("flags", "numbers", "own")

    def __init__(self, numbers: list[float], flags: int, own: int) -> None:
        self.numbers = numbers
        #: flags that count for the block (`Frame.flags`), and its own box's
        self.flags, self.own = flags, own

    def spread(self) -> list[float]:
        """One number for each of `feature_names()`."""
        bits = tuple(flag_bits().values())
        return [*self.numbers, *(float(bool(f & bit)) for f in (self.flags, self.own) for bit in bits)]


#: characters of a block in which capitals and digits are counted
_OPENING: Final = 120
#: blocks of a window beyond which no echoes are looked for: each costs a search through the whole text
MOST_ECHOING: Final = 1500
#: characters of a block of which a phrase inside it tells: shorter ones are looked through for phrases anyway
TOLD_LEAST: Final = 40
TOLD_MOST: Final = 400
#: words of a block whose scores count
_LISTENED: Final = 24
#: words of a block that are looked at for capitals
_COUNTED: Final = 40
#: class strings whose scores are remembered
_KNOWN_NAMES: Final = 20_000


class Scores:
    """Learned log-odds that a box's name or a block's words stand in articles; shipped with the model."""

    __slots__ = ("_known", "names", "words")

    def __init__(self, names: dict[str, float], words: dict[str, float]) -> None:
        self.names, self.words = names, words
        #: class string → its scores; pages of a site share most of theirs
        self._known: dict[str, tuple[float, float]] = {}

    def of_names(self, names: str) -> tuple[float, float]:
        """(sum, minimum) over the words of a class string; unknown words say nothing."""
        known = self._known.get(names)
        if known is None:
            if len(self._known) > _KNOWN_NAMES:
                self._known.clear()
            found = [score for score in map(self.names.get, name_words(names)) if score is not None]
            known = self._known[names] = (sum(found), min(found)) if found else (0.0, 0.0)
        return known

    def of_words(self, words: list[str]) -> tuple[float, float]:
        """(mean over the beginning of a text, score of its first two words)."""
        table = self.words
        found = [score for score in map(table.get, words[:_LISTENED]) if score is not None]
        first = table.get(f"^{words[0]} {words[1]}", 0.0) if len(words) > 1 else table.get(f"^{words[0]}", 0.0)
        return (sum(found) / len(found) if found else 0.0), first


class _Base:
    """The part of a block's numbers that its neighbours see too."""

    __slots__ = ("chars", "ends", "link_share", "name", "near", "phrase", "phrase_exact", "tag")

    def __init__(self, block: Block, prose: bool, scores: Scores) -> None:
        text, hit = block.text, block.phrase
        self.chars = float(text_weight(text))
        self.link_share = block.link_share
        self.tag = _TAG_CODE.get(block.tag, 0.0)
        self.phrase = _KIND_CODE.get(hit.kind, 0.0) if hit else 0.0
        self.phrase_exact = 1.0 if hit and hit.how == "exact" else 0.0
        self.ends = 1.0 if text[-1] in _SENTENCE_ENDS else 0.0
        self.name = scores.of_names(block.box.names)
        self.near: _Numbers = (
            self.chars, self.link_share, self.tag, self.phrase, self.ends, 1.0 if prose else 0.0, self.name[0],
        )  # fmt: skip


class Table:
    """The numbers of one page's blocks, worked out for those that are asked for, and as far as they are.

    All numbers are floats: comparing floats is what the trees do fastest.
    """

    def __init__(self, frame: Frame, clues: PageClues, scores: Scores) -> None:
        """`frame` has at least one block."""
        self.frame, self.clues, self.scores = frame, clues, scores
        self.h1 = next((i for i, b in enumerate(frame.blocks) if b.tag == "h1"), -1)
        self.page = _page_part(frame, clues)
        #: how many blocks of the window say the same
        self.seen = Counter([block.text for block in frame.blocks])
        self.relations = Relations(frame)
        self.groups = {sig: _group_part(group, frame.total) for sig, group in frame.groups.items()}
        self.signatures = [signature(block) for block in frame.blocks]
        self._bases: list[_Base | None] = [None] * len(frame.blocks)
        #: by (index of a box's parent, its names, whether it is the main one): siblings have these numbers in common
        self._shared: dict[tuple[int, str, bool], tuple[_Numbers, _Numbers]] = {}
        #: index of a part's box → its numbers
        self._parts: dict[int, _Numbers] = {}
        self._context: Context | None = None

    def look(self, i: int) -> Row:
        """The numbers of a block at first sight: those of `first_names`."""
        block, base, prose = self.frame.blocks[i], self._base(i), self.frame.prose[i]
        size, last = len(block.text), block.text[-1]
        group, share = self.groups[self.signatures[i]]
        company, names = self._around(block.box)
        numbers = [
            base.chars, base.link_share, float(block.links), min(1.0, block.bold / size), base.ends,
            1.0 if last == ":" else 0.0, 1.0 if last == "?" else 0.0, base.phrase, base.phrase_exact,
            1.0 if prose else 0.0, float(block.after_media), min(1.0, block.italic / size),
            1.0 if block.ends_in_link else 0.0,
        ]  # fmt: skip
        numbers += self._place(i, block, base)
        numbers += group
        numbers += company[:4]
        numbers += (
            float(block.box.chars), size / (company[1] + 1), company[4], float(block.box.media), company[5], company[6],
        )  # fmt: skip
        numbers += self.page
        numbers += names
        numbers += self._part(block.box, share)
        numbers += self.relations.numbers(i)
        return Row(numbers, self.frame.flags(block), block.box.own)

    @property
    def places(self) -> Places:
        """What `Context` is to know of the window's blocks."""
        return places_of(self.frame, self.signatures, self.relations)

    def know(self, firsts: list[float]) -> None:
        """Take what the first look says of all blocks of the window, as probabilities: a closer look needs it."""
        self._context = Context(self.places, firsts)

    def look_closer(self, i: int, row: Row) -> None:
        """Add to a block's numbers those that cost more: its words, the page's metadata, what is around it."""
        block, numbers = self.frame.blocks[i], row.numbers
        each = block.key.split(" ") if block.key else []
        numbers += self._text(block, each)
        numbers += _metadata(block.key, each, self.clues.keys)
        self._add_neighbours(i, numbers)
        numbers += self._section(i)
        assert self._context is not None, "`know` comes first"
        numbers += self._context.numbers(i)

    def _base(self, i: int) -> _Base:
        known = self._bases[i]
        if known is None:
            known = self._bases[i] = _Base(self.frame.blocks[i], self.frame.prose[i], self.scores)
        return known

    def _text(self, block: Block, each: list[str]) -> _Numbers:
        """Numbers of a text; `each`: the words of its key."""
        text, key, size = block.text, block.key, len(block.text)
        words = len(each)
        opening = text[:_OPENING]
        capitals, digits = capitals_and_digits(opening, western(opening))
        first = text[0]
        mean, beginning = self.scores.of_words(each) if each else (0.0, 0.0)
        return (
            float(words), size / (words + 1), text.count(",") / (words + 1), digits / len(opening),
            capitals / len(opening), 1.0 if first.islower() else 0.0,
            1.0 if capitals > 2 and opening.isupper() else 0.0,
            1.0 if "©" in text else 0.0, 1.0 if "@" in text else 0.0,
            1.0 if "|" in text or "›" in text or "→" in text or "»" in text[-2:] else 0.0,
            1.0 if first in _QUOTES else 0.0,
            1.0 if "„" in text or "“" in text or '"' in text or "«" in text else 0.0,
            float(self.seen[text]), 1.0 if "/" in text else 0.0, mean, beginning,
            1.0 if size < 60 and first in "([" else 0.0,
            _told(text, key, each) if TOLD_LEAST <= size <= TOLD_MOST else 0.0, _capital_words(text),
        )  # fmt: skip

    def _place(self, i: int, block: Block, base: _Base) -> _Numbers:
        frame, h1, box, tag = self.frame, self.h1, block.box, block.tag
        return (
            base.tag, 1.0 if tag[0] == "h" and tag[1:].isdigit() else 0.0,
            1.0 if frame.in_main(block) else 0.0, float(box.depth - frame.main.depth), float(i),
            float(len(frame.blocks) - i), self.relations.prose_before(i) / frame.total, float(i - frame.first),
            float(i - frame.last), float(i - h1) if h1 >= 0 else -30.0, 1.0 if 0 <= h1 < i else 0.0,
            1.0 if frame.first <= i <= frame.last else 0.0, float(box.parent.chars) if box.parent else 0.0,
            box.good / frame.total,
        )  # fmt: skip

    def _around(self, box: Box) -> tuple[_Numbers, _Numbers]:
        """(company, names) of a box: what its parents hold, and what they are called."""
        place = (box.parent.index if box.parent else -1, box.names, box is self.frame.main)
        known = self._shared.get(place)
        if known is None:
            names = _names_part(box, self.frame.main, self.scores)
            known = self._shared[place] = (_company_part(box, self.frame.total), names)
        return known

    def _part(self, box: Box, share: float) -> _Numbers:
        """Which child of the main box it is in, and how much of the page's prose looks like it."""
        part = self.frame.parts.get(box.index)
        if part is None:
            return (-1.0, -1.0, -1.0, -1.0, -1.0, 0.0, -1.0, share)
        child = part.box
        known = self._parts.get(child.index)
        if known is None:
            known = self._parts[child.index] = (
                float(part.blocks), child.links / (child.chars + 1), float(child.chars), child.good / self.frame.total,
                _TAG_CODE.get(child.tag, 0.0), self.scores.of_names(child.names)[1],
            )  # fmt: skip
        return (*known, float(box.depth - child.depth), share)

    def _add_neighbours(self, i: int, numbers: list[float]) -> None:
        """What a block sees of those around it."""
        blocks, signatures = self.frame.blocks, self.signatures
        own, parent = signatures[i], blocks[i].box.parent
        for offset in _OFFSETS:
            j = i + offset
            if 0 <= j < len(blocks):
                numbers += self._base(j).near
                numbers.append(1.0 if own == signatures[j] else 0.0)
                numbers.append(1.0 if parent is blocks[j].box.parent else 0.0)
            else:
                numbers += _NOBODY

    def _section(self, i: int) -> _Numbers:
        """What a block stands below: its heading, the last known phrase, headlines."""
        relations, above = self.relations, self.relations.above[i]
        phrased = self._last_phrased(i)
        last = (
            self._base(phrased).phrase if phrased >= 0 else 0.0, float(i - phrased if phrased >= 0 else _FAR_PHRASE),
            float(relations.h1s[i]),
        )  # fmt: skip
        if above < 0:
            return (0.0, -1.0, -1.0, *last)
        base, tag = self._base(above), self.frame.blocks[above].tag
        return (base.phrase, base.link_share, float(relations.headings[tag]), *last)

    def _last_phrased(self, i: int) -> int:
        """Index of the last block above that is a known phrase, or -1; as far up as it may tell something."""
        blocks = self.frame.blocks
        for j in range(i - 1, max(-1, i - _FAR_PHRASE), -1):
            if blocks[j].phrase:
                return j
        return -1


_Numbers = tuple[float, ...]


def _told(text: str, key: str, words: list[str]) -> float:
    """The kind of clutter that a phrase inside a whole sentence gives away: "… contributed to this report"."""
    hit = lexicon.told(text, key, words)
    return _KIND_CODE.get(hit.kind, 0.0) if hit else 0.0


def _capital_words(text: str) -> float:
    """Share of a text's first words that begin with a capital: names, titles, lines of a list."""
    words = text.split(" ", _COUNTED)[:_COUNTED]
    return sum(word[:1].isupper() for word in words) / len(words)


def _group_part(group: Group, total: int) -> tuple[_Numbers, float]:
    """(numbers of a group, its share of the page's prose)."""
    size, span = len(group.members), group.members[-1] - group.members[0]
    numbers = (float(size), group.chars / size, group.links / (group.chars + 1), group.prose / size, float(span))
    return numbers, group.weight / total


def _company_part(box: Box, total: int) -> _Numbers:
    """Links, characters, prose and media of what is around a box."""
    parent = box.parent or box
    grand = parent.parent or parent
    return (
        parent.links / (parent.chars + 1), float(parent.chars), grand.links / (grand.chars + 1), float(grand.chars),
        parent.good / total, float(parent.media), float(grand.media),
    )  # fmt: skip


def _metadata(key: str, each: list[str], clues: ClueKeys) -> _Numbers:
    """Whether a block's words stand in the page's structured data. `each`: the words of its key."""
    return (
        -1.0 if not clues.body else 1.0 if key and f" {key} " in clues.body else 0.0,
        -1.0 if not clues.description else 1.0 if len(key) > 20 and key[:80] in clues.description else 0.0,
        _in_title(key, clues.titles),
        len(clues.described.intersection(each)) / len(clues.described) if clues.described else 0.0,
        1.0 if clues.publisher and clues.publisher in f" {key} " else 0.0,
    )  # fmt: skip


def _in_title(key: str, titles: list[str]) -> float:
    for title in titles:
        if key == title or (len(key) > 15 and key in title):
            return 1.0
    return 0.0


def _page_part(frame: Frame, clues: PageClues) -> _Numbers:
    tags = [block.tag for block in frame.blocks]
    return (
        float(len(tags)), frame.total / max(1, frame.all_blocks[0].box.chars + frame.total),
        float(len(clues.body)), float(sum(frame.prose)), clues.genre,
        tags.count("li") / len(tags), sum(tag in _HEADING_TAGS for tag in tags) / len(tags),
    )  # fmt: skip


def _names_part(box: Box, main: Box, scores: Scores) -> _Numbers:
    parent = scores.of_names(box.parent.names) if box.parent else (0.0, 0.0)
    grand = scores.of_names(box.parent.parent.names)[0] if box.parent and box.parent.parent else 0.0
    lowest, total = 0.0, 0.0
    step: Box | None = box
    while step is not None and step is not main:
        value, low = scores.of_names(step.names)
        lowest, total = min(lowest, low), total + value
        step = step.parent
    return (*scores.of_names(box.names), *parent, grand, lowest, total)


#: what stands for a neighbour beyond the window's ends
_NOBODY: _Numbers = (-1.0, -1.0, -1.0, -1.0, -1.0, -1.0, 0.0, 0.0, 0.0)
