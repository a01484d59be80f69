"""Lines that stand on page after page among the story's own → remove_text; what they begin with → strip_text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from scraper.learning.looks import OPENING, SHORT_LINE, Look, Piece, opening_of
from scraper.learning.model import RuleNote
from scraper.learning.steps import LEAST_PAGES

#: characters of one rule, and lines in all of them
_LINE_RULE, _MOST_LINES = 400, 60
_SAMPLE = 80
#: pages whose story must begin alike for that to be cut off, and share of them; corrected pages that must agree
STRIPPED, STRIPPED_SHARE, STRIPPED_TOLD = 3, 0.5, 1


def line_rules(pieces: Sequence[Piece]) -> tuple[list[RuleNote], frozenset[str]]:
    """`remove_text` rules for lines that repeat, and the keys of those lines."""
    found: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if not piece.keep and (piece.opening or piece.repeated):
            found[piece.opening or piece.key].append(piece)
    rested = (same for same in found.values() if len({piece.page for piece in same}) >= LEAST_PAGES)
    chosen = sorted(rested, key=lambda same: -len(same))[:_MOST_LINES]
    notes = []
    for packed in _packed(chosen):
        rule = "|".join(dict.fromkeys(_pattern(same) for same in packed))
        pages = len({piece.page for same in packed for piece in same})
        sample = packed[0][0].block.text[:_SAMPLE]
        notes.append(RuleNote(key="remove_text", rule=rule, pages=pages, why="the same line again", sample=sample))
    return notes, frozenset(piece.key for same in chosen for piece in same)


def strip_rules(looks: Sequence[Look]) -> list[RuleNote]:
    """`strip_text` rules for what the stories' paragraphs begin with on page after page: a city, the paper's name."""
    openings: dict[str, list[Piece]] = defaultdict(list)
    corrected = any(look.sample.expected for look in looks)
    for look in looks:
        for piece, opening in _told(look) if corrected else _first(look):
            openings[opening].append(piece)
    least = STRIPPED_TOLD if corrected else max(STRIPPED, STRIPPED_SHARE * len(looks))
    notes = []
    for opening, pieces in openings.items():
        pages = len({piece.page for piece in pieces})
        if pages >= least:
            why = "cut off in the corrections" if corrected else "stories begin so"
            sample = pieces[0].block.text[:_SAMPLE]
            rule = rf"^{_escaped(opening.rstrip())}\s*"
            notes.append(RuleNote(key="strip_text", rule=rule, pages=pages, why=why, sample=sample))
    return notes


def _first(look: Look) -> Iterator[tuple[Piece, str]]:
    """How a page's story begins, where that has a colon or a dash."""
    first = next((piece for piece in look.pieces if piece.keep and len(piece.block.text) >= SHORT_LINE), None)
    if first and (opening := opening_of(first.block.text)):
        yield first, opening


def _told(look: Look) -> Iterator[tuple[Piece, str]]:
    """What a correction has cut off the beginning of paragraphs."""
    expected = look.sample.expected
    paragraphs = expected.article_body.split("\n\n") if expected else ()
    for piece in look.pieces:
        text = piece.block.text
        for line in (" ".join(paragraph.split()) for paragraph in paragraphs):
            if len(line) >= SHORT_LINE and text.endswith(line) and 0 < len(text) - len(line) <= OPENING + 3:
                yield piece, text[: -len(line)]


def _escaped(text: str) -> str:
    return re.escape(text).replace("\\ ", " ")


def _pattern(same: Sequence[Piece]) -> str:
    """A regular expression for a line: its opening, or as it stands, numbers that differ between pages left open."""
    if same[0].opening:
        return _escaped(same[0].opening) + ".*"
    pattern = _escaped(same[0].block.text)
    if len({piece.block.text for piece in same}) > 1:
        pattern = re.sub(r"\d+", lambda _: r"\d+", pattern)
    return pattern


def _packed(lines: Iterable[list[Piece]]) -> list[list[list[Piece]]]:
    """Lines put together into rules of bounded length."""
    rules: list[list[list[Piece]]] = []
    size = _LINE_RULE
    for same in lines:
        length = len(same[0].block.text) + 1
        if size + length > _LINE_RULE:
            rules.append([])
            size = 0
        rules[-1].append(same)
        size += length
    return rules
