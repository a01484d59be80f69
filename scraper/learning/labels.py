"""Gold → labels: which blocks of a page stand in its gold text, in order."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby

from scraper.extraction.blocks import Block
from scraper.extraction.clues import words_key

#: blocks of so many characters are placed on their own; shorter ones only between placed neighbours
LONG = 30
#: share of a block's three-word runs that must be in the gold for a block that is not there word for word; less than
#: that and more than HALF_SO_NEAR, and nobody can tell: somebody cut a sentence of the paragraph, or quoted one
NEAR, HALF_SO_NEAR = 0.5, 0.25
#: tags of blocks that rather are the story's than others with the same words: captions, tables of contents
_LIKELY = frozenset(("p", "h2", "h3", "h4", "h5", "h6"))


def rank_of(block: Block, *, in_main: bool) -> int:
    """Which of the blocks with the same words is the story's: that of the lowest rank."""
    return int(block.tag not in _LIKELY) + 2 * (not in_main)


def keep_labels(
    texts: Sequence[str], gold: str, summary: str = "", first: Sequence[int] | None = None
) -> list[float | None]:
    """1.0 keep, 0.0 drop, None: nobody can tell (the lead, which may stand in the text or not).

    `first`: a rank a block, as `rank_of` gives it.
    """
    keys = [words_key(text) for text in texts]
    whole, lead = f" {words_key(gold)} ", f" {words_key(summary)} "
    spans = _place_long(keys, whole, first or [0] * len(keys))
    _place_short(keys, whole, spans)
    grams = _grams(_unclaimed(whole, spans).split())
    labels: list[float | None] = []
    for key, span in zip(keys, spans, strict=True):
        if not key:
            labels.append(None)
        elif span is not None:
            labels.append(1.0)
        elif f" {key} " in whole:
            labels.append(0.0)  # its words are there, but they are another block's
        elif summary and len(key) > 15 and f" {key} " in lead:
            labels.append(None)
        else:
            share = _nearness(key, grams)
            labels.append(1.0 if share >= NEAR else None if share > HALF_SO_NEAR else 0.0)
    return labels


Span = tuple[int, int]


def _place_long(keys: Sequence[str], whole: str, first: Sequence[int]) -> list[Span | None]:
    """Long blocks claim their place in the gold, the longest first: a pull quote or caption that repeats words of the
    story finds them taken. Of equal ones, those of a lower `first` claim before the others, but first of all those that
    stand where the gold has them: a table of contents has the words of the subheads, and not their place."""
    spans: list[Span | None] = [None] * len(keys)
    long = [i for i, key in enumerate(keys) if len(key) >= LONG]
    long.sort(key=lambda i: (-len(keys[i]), first[i], i))
    for key, group in groupby(long, key=lambda i: keys[i]):
        equal = list(group)
        for in_order in (True, False):
            for i in equal:
                if spans[i] is None and (places := _places(key, whole, spans)):
                    fitting = [p for p in places if _is_between(p, p + len(key), i, spans)]
                    if fitting or not in_order:
                        at = (fitting or places)[0]
                        spans[i] = (at, at + len(key) + 1)
    return spans


def _is_between(start: int, end: int, i: int, spans: Sequence[Span | None]) -> bool:
    """Whether a place of the gold is behind those of the blocks before `i`, and before those of the blocks behind."""
    before = max((s[1] for s in spans[:i] if s), default=0)
    after = min((s[0] for s in spans[i + 1 :] if s), default=sys.maxsize)
    return before - 1 <= start and end <= after


def _places(key: str, whole: str, spans: Sequence[Span | None]) -> list[int]:
    """Where the gold has these words and no other block has claimed them."""
    taken = [span for span in spans if span]
    found, at = [], whole.find(f" {key} ")
    while at >= 0:
        end = at + len(key) + 1
        if not any(span[0] < end and at < span[1] for span in taken):
            found.append(at)
        at = whole.find(f" {key} ", at + 1)
    return found


def _place_short(keys: Sequence[str], whole: str, spans: list[Span | None]) -> None:
    for i, key in enumerate(keys):
        if spans[i] is not None or not key or len(key) >= LONG:
            continue
        before = max((s[1] for s in spans[:i] if s), default=0)
        after = min((s[0] for s in spans[i + 1 :] if s and s[0] >= before), default=len(whole))
        found = whole.find(f" {key} ", before, after + 1)
        # a short block must fill the gap from its start: words in passing do not make it the article's
        if found >= 0 and (found <= before + 1 or found + len(key) + 1 >= after - 1 or after - before < 400):
            spans[i] = (found, found + len(key) + 1)


def _unclaimed(whole: str, spans: Sequence[Span | None]) -> str:
    """The gold without what blocks have claimed; a stop mark stands for each gap."""
    out, at = [], 0
    for start, end in sorted(span for span in spans if span):
        out.append(whole[at:start])
        at = max(at, end)
    return " | ".join([*out, whole[at:]])


def _grams(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}


def _nearness(key: str, grams: set[tuple[str, ...]]) -> float:
    """Share of a block's three-word runs that are in the gold; 0 for a block of a few words."""
    words = key.split()
    own = [tuple(words[i : i + 3]) for i in range(len(words) - 2)]
    return sum(g in grams for g in own) / len(own) if len(own) >= 6 else 0.0
