"""frame → numbers: what the classifier sees of each block. `feature_names` gives their order; the model repeats it.

The groups follow the project's findings on what matters: text, tag and names, place, company, page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scraper.extraction.classes import flag_bits, name_words
from scraper.extraction.frame import Frame, signature, text_weight
from scraper.extraction.segment import Block, Box

_WORD = re.compile(r"\w+")
_SENTENCE_ENDS = frozenset(".!?…\"'”“»«)]。！？」』।؟")
_QUOTES = frozenset("\"'„“”«»‚‘’「『")
_TAGS = ("p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "blockquote", "figcaption", "span", "dd",
         "dt", "section", "article", "header", "footer", "aside", "pre", "address", "body")  # fmt: skip
_TAG_CODE = {tag: float(i + 1) for i, tag in enumerate(_TAGS)}
_HEADING_TAGS = frozenset(("h2", "h3", "h4"))
_KINDS = ("recommendation", "paywall", "newsletter", "promotion", "advertisement", "navigation", "share", "caption",
          "byline", "readingTime", "date", "tags", "authorBox", "comments", "consent", "placeholder", "embed",
          "legal")  # fmt: skip
_KIND_CODE = {kind: float(i + 1) for i, kind in enumerate(_KINDS)}

_TEXT = ("chars", "words", "word_chars", "link_share", "links", "bold_share", "ends_sentence", "ends_colon",
         "ends_question", "commas", "digits", "capitals", "starts_lower", "all_caps", "copyright", "at", "bar",
         "opens_quote", "has_quote", "repeated", "phrase", "phrase_exact", "prose", "slash", "words_score",
         "first_word_score", "after_media", "echo", "brackets")  # fmt: skip
_PLACE = ("tag", "heading", "in_main", "depth", "index", "index_from_end", "good_before", "from_first", "from_last",
          "from_h1", "after_h1", "inside_span", "own_siblings", "box_share")  # fmt: skip
_COMPANY = ("group_size", "group_chars", "group_links", "group_prose", "group_span", "parent_links", "parent_chars",
            "grand_links", "grand_chars", "box_chars", "blocks_in_parent", "parent_prose_share", "box_media",
            "parent_media", "grand_media")  # fmt: skip
_PAGE = ("in_ld_body", "in_description", "in_title", "window", "main_share", "ld_body", "prose_blocks", "genre",
         "list_share", "heading_share")  # fmt: skip
_NAMES = ("name_score", "name_min", "parent_name_score", "parent_name_min", "grand_name_score", "path_name_min",
          "path_name_sum")  # fmt: skip
_PART = (
    "part_blocks",
    "part_links",
    "part_chars",
    "part_prose",
    "part_tag",
    "part_name",
    "part_depth",
    "group_share",
)
_NEAR = (
    "chars",
    "link_share",
    "tag",
    "phrase",
    "ends_sentence",
    "prose",
    "name_score",
    "same_group",
    "same_parent",
)
_OFFSETS = (-2, -1, 1, 2)


def feature_names() -> tuple[str, ...]:
    """Names of the numbers of one block, in order."""
    flags = tuple(f"flag_{name}" for name in flag_bits())
    own = tuple(f"own_{name}" for name in flag_bits())
    return (*number_names(), *flags, *own)


def number_names() -> tuple[str, ...]:
    """The names of those that are numbers; the flags behind them travel as two bit fields."""
    near = tuple(f"{name}@{offset:+d}" for offset in _OFFSETS for name in _NEAR)
    return (*_TEXT, *_PLACE, *_COMPANY, *_PAGE, *_NAMES, *_PART, *near)


class Row(NamedTuple):
    """What the classifier sees of one block."""

    numbers: list[float]
    #: flags that count for the block (`Frame.flags`), and its own box's
    flags: int
    own: int

    def spread(self) -> list[float]:
        """One number for each of `feature_names()`."""
        bits = tuple(flag_bits().values())
        return [*self.numbers, *(float(bool(f & bit)) for f in (self.flags, self.own) for bit in bits)]


#: JSON-LD types by how much of a news article they are; anything else is 1, no JSON-LD article 0
GENRES = {
    "newsarticle": 5.0, "reportagenewsarticle": 5.0, "analysisnewsarticle": 5.0, "opinionnewsarticle": 5.0,
    "liveblogposting": 4.0, "article": 3.0, "blogposting": 2.0,
}  # fmt: skip


#: characters of a block in which capitals and digits are counted
_OPENING = 120
#: blocks of a window beyond which no echoes are looked for: each costs a search through the whole text
MOST_ECHOING = 1500
#: characters of a block whose words are compared with the rest of the page; real paragraphs are shorter
LONGEST_KEY = 20_000
#: class strings whose scores are remembered
_KNOWN_NAMES = 20_000


class PageClues:
    """What the rest of the page says about its text: JSON-LD body, description, titles; words only, lower-cased."""

    __slots__ = ("body", "description", "genre", "titles")

    def __init__(
        self,
        *,
        body: str = "",
        description: str = "",
        titles: Sequence[str] = (),
        genre: float = 0.0,
    ) -> None:
        #: what the page says it is: see GENRES
        self.genre = genre
        self.body = f" {words_key(body)} " if body else ""
        self.description = f" {words_key(description)} " if description else ""
        self.titles = [words_key(t) for t in titles if t]


def words_key(text: str) -> str:
    """One spelling for comparing: lower-cased words, single spaces."""
    return " ".join(_WORD.findall(text.lower()))


class Scores:
    """Learned log-odds that a box's name or a block's words stand in articles; shipped with the model."""

    __slots__ = ("_known", "names", "words")

    def __init__(self, names: Mapping[str, float], words: Mapping[str, float]) -> None:
        self.names, self.words = names, words
        #: class string → its scores; pages of a site share most of theirs
        self._known: dict[str, tuple[float, float]] = {}

    def of_names(self, names: str) -> tuple[float, float]:
        """(sum, minimum) over the words of a class string; unknown words say nothing."""
        known = self._known.get(names)
        if known is None:
            if len(self._known) > _KNOWN_NAMES:
                self._known.clear()
            found = [self.names[w] for w in name_words(names) if w in self.names]
            known = self._known[names] = (sum(found), min(found)) if found else (0.0, 0.0)
        return known

    def of_words(self, key: str) -> tuple[float, float]:
        """(mean over a short text, score of the first two words)."""
        table, words = self.words, key.split(" ", 24)[:24]
        found = [table[w] for w in words if w in table]
        first = table.get(f"^{words[0]} {words[1]}", 0.0) if len(words) > 1 else table.get(f"^{words[0]}", 0.0)
        return (sum(found) / len(found) if found else 0.0), first


class _Base:
    """The part of a block's numbers that its neighbours see too."""

    __slots__ = (
        "chars",
        "ends",
        "key",
        "link_share",
        "name",
        "name_min",
        "phrase",
        "phrase_exact",
        "sig",
        "tag",
    )

    def __init__(self, block: Block, scores: Scores) -> None:
        text = block.text
        self.key = words_key(text[:LONGEST_KEY])
        self.chars = text_weight(text)
        self.link_share = block.link_share
        self.tag = _TAG_CODE.get(block.tag, 0.0)
        hit = block.phrase
        self.phrase = _KIND_CODE.get(hit.kind, 0.0) if hit else 0.0
        self.phrase_exact = float(hit.how == "exact") if hit else 0.0
        self.ends = float(text[-1] in _SENTENCE_ENDS)
        self.name, self.name_min = scores.of_names(block.box.names)
        self.sig = signature(block)


def block_features(frame: Frame, clues: PageClues, scores: Scores) -> list[Row | None]:
    """One row per block of the window; None for those that are far from the story."""
    blocks = frame.blocks
    if not blocks:
        return []
    bases = [_Base(block, scores) for block in blocks]
    h1 = next((i for i, b in enumerate(blocks) if b.tag == "h1"), -1)
    seen: dict[str, int] = {}
    for base in bases:
        seen[base.key] = seen.get(base.key, 0) + 1
    whole = " ".join(base.key for base in bases) if len(blocks) <= MOST_ECHOING else ""
    page = _page_part(frame, clues)
    near = [_near_part(base, prose) for base, prose in zip(bases, frame.prose, strict=True)]
    path_scores: dict[int, tuple[float, ...]] = {}
    rows: list[Row | None] = []
    good = 0
    for i, block in enumerate(blocks):
        if frame.is_far(i):
            rows.append(None)
            continue
        base, box = bases[i], block.box
        numbers = _text_part(block, base, frame.prose[i], seen[base.key], whole, scores)
        numbers += _place_part(frame, i, good, h1)
        numbers += _company_part(frame, block, base)
        numbers += _in_page(base.key, clues)
        numbers += page
        names = path_scores.get(box.index)
        if names is None:
            names = path_scores[box.index] = _names_part(box, frame.main, scores)
        numbers += names
        numbers += _part_part(frame, block, base, scores)
        for offset in _OFFSETS:
            j = i + offset
            if 0 <= j < len(blocks):
                numbers += near[j]
                numbers.append(1.0 if base.sig == bases[j].sig else 0.0)
                numbers.append(1.0 if box.parent is blocks[j].box.parent else 0.0)
            else:
                numbers += _NOBODY
        rows.append(Row(numbers, frame.flags(block), box.own))
        if frame.prose[i]:
            good += text_weight(block.text)
    return rows


def _echo(key: str, whole: str) -> float:
    """Whether a short block's words stand in the page a second time: pull quotes, captions shown twice."""
    if not whole or not 25 < len(key) < 300:
        return 0.0
    return float(whole.find(key, whole.find(key) + 1) >= 0)


def _text_part(block: Block, base: _Base, prose: bool, seen: int, whole: str, scores: Scores) -> list[float]:
    text, size = block.text, len(block.text)
    words = base.key.count(" ") + 1 if base.key else 0
    opening = text[:_OPENING]
    capitals = sum(map(str.isupper, opening))
    last = text[-1]
    mean, first = scores.of_words(base.key) if base.key else (0.0, 0.0)
    return [
        base.chars, words, size / (words + 1), base.link_share, block.links,
        min(1.0, block.bold / size), base.ends, float(last == ":"), float(last == "?"),
        text.count(",") / (words + 1), sum(map(str.isdigit, opening)) / len(opening), capitals / len(opening),
        float(text[0].islower()), float(capitals > 2 and opening.isupper()), float("©" in text), float("@" in text),
        float("|" in text or "›" in text or "→" in text or "»" in text[-2:]), float(text[0] in _QUOTES),
        float("„" in text or "“" in text or '"' in text or "«" in text), seen, base.phrase,
        base.phrase_exact, float(prose), float("/" in text), mean, first, block.after_media,
        _echo(base.key, whole), float(text[0] in "([" and size < 60),
    ]  # fmt: skip


def _place_part(frame: Frame, i: int, good: int, h1: int) -> list[float]:
    block = frame.blocks[i]
    box = block.box
    inside = frame.in_main(block)
    parent = box.parent
    return [
        _TAG_CODE.get(block.tag, 0.0), float(block.tag[0] == "h" and block.tag[1:].isdigit()), float(inside),
        box.depth - frame.main.depth, i, len(frame.blocks) - i,
        good / frame.total, i - frame.first, i - frame.last,
        i - h1 if h1 >= 0 else -30.0, float(h1 >= 0 and i > h1),
        float(frame.first <= i <= frame.last), parent.chars if parent else 0.0, box.good / frame.total,
    ]  # fmt: skip


def _company_part(frame: Frame, block: Block, base: _Base) -> list[float]:
    group = frame.groups[base.sig]
    size = len(group.members)
    parent = block.box.parent or block.box
    grand = parent.parent or parent
    return [
        size, group.chars / size, group.links / (group.chars + 1), group.prose / size,
        group.members[-1] - group.members[0], parent.links / (parent.chars + 1), parent.chars,
        grand.links / (grand.chars + 1), grand.chars, block.box.chars,
        len(block.text) / (parent.chars + 1), parent.good / frame.total, block.box.media,
        parent.media, grand.media,
    ]  # fmt: skip


def _in_page(key: str, clues: PageClues) -> list[float]:
    ld = -1.0 if not clues.body else float(bool(key) and f" {key} " in clues.body)
    described = -1.0 if not clues.description else float(len(key) > 20 and key[:80] in clues.description)
    titled = float(any(key == t or (len(key) > 15 and key in t) for t in clues.titles))
    return [ld, described, titled]


def _page_part(frame: Frame, clues: PageClues) -> list[float]:
    return [
        len(frame.blocks), frame.total / max(1, frame.all_blocks[0].box.chars + frame.total),
        len(clues.body), sum(frame.prose), clues.genre,
        sum(b.tag == "li" for b in frame.blocks) / len(frame.blocks),
        sum(b.tag in _HEADING_TAGS for b in frame.blocks) / len(frame.blocks),
    ]  # fmt: skip


def _names_part(box: Box, main: Box, scores: Scores) -> tuple[float, float, float, float, float, float, float]:
    own = scores.of_names(box.names)
    parent = scores.of_names(box.parent.names) if box.parent else (0.0, 0.0)
    grand = scores.of_names(box.parent.parent.names) if box.parent and box.parent.parent else (0.0, 0.0)
    lowest, total = 0.0, 0.0
    step: Box | None = box
    while step is not None and step is not main:
        value, low = scores.of_names(step.names)
        lowest, total = min(lowest, low), total + value
        step = step.parent
    return (*own, *parent, grand[0], lowest, total)


def _part_part(frame: Frame, block: Block, base: _Base, scores: Scores) -> list[float]:
    """Which child of the main box it is in, and how much of the page's prose looks like it."""
    part = frame.parts.get(block.box.index)
    share = frame.groups[base.sig].weight / frame.total
    if part is None:
        return [-1.0, -1.0, -1.0, -1.0, -1.0, 0.0, -1.0, share]
    box = part.box
    return [
        part.blocks, box.links / (box.chars + 1), box.chars, box.good / frame.total,
        _TAG_CODE.get(box.tag, 0.0), scores.of_names(box.names)[1], block.box.depth - box.depth, share,
    ]  # fmt: skip


def _near_part(base: _Base, prose: bool) -> tuple[float, ...]:
    """What a block's neighbours see of it."""
    return (base.chars, base.link_share, base.tag, base.phrase, base.ends, float(prose), base.name)


#: what stands for a neighbour beyond the window's ends
_NOBODY = (-1.0, -1.0, -1.0, -1.0, -1.0, -1.0, 0.0, 0.0, 0.0)
