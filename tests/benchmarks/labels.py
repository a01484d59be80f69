"""Gold → labels: which blocks of a page stand in its gold text, in order."""

from __future__ import annotations

from collections.abc import Sequence

from scraper.extraction.features import words_key

#: blocks of so many characters are placed on their own; shorter ones only between placed neighbours
LONG = 30
#: share of a block's three-word runs that must be in the gold for a block that is not there word for word
NEAR = 0.75


def keep_labels(texts: Sequence[str], gold: str, summary: str = "") -> list[float | None]:
    """1.0 keep, 0.0 drop, None: nobody can tell (the lead, which may stand in the text or not)."""
    keys = [words_key(text) for text in texts]
    whole, lead = f" {words_key(gold)} ", f" {words_key(summary)} "
    spans = _place_long(keys, whole)
    _place_short(keys, whole, spans)
    grams = _grams(whole.split())
    labels: list[float | None] = []
    for key, span in zip(keys, spans, strict=True):
        if not key:
            labels.append(None)
        elif span is not None:
            labels.append(1.0)
        elif summary and len(key) > 15 and f" {key} " in lead:
            labels.append(None)
        else:
            labels.append(1.0 if _is_near(key, grams) else 0.0)
    return labels


def segment_labels(texts: Sequence[str], wanted: Sequence[str], unwanted: Sequence[str]) -> list[float | None]:
    """Labels from segments that must and must not appear; None where no segment speaks of a block."""
    labels: list[float | None] = []
    for text in texts:
        squeezed = " ".join(text.split())
        yes = any(" ".join(s.split()) in squeezed for s in wanted)
        no = any(" ".join(s.split()) in squeezed for s in unwanted)
        labels.append(None if yes == no else float(yes))
    return labels


Span = tuple[int, int]


def _place_long(keys: Sequence[str], whole: str) -> list[Span | None]:
    spans: list[Span | None] = [None] * len(keys)
    at = 0
    for i, key in enumerate(keys):
        if len(key) < LONG:
            continue
        found = whole.find(f" {key} ", at)
        if found < 0 and (early := whole.find(f" {key} ")) >= 0 and not _taken(spans, early):
            spans[i] = (early, early + len(key) + 1)
        elif found >= 0:
            # a far jump ahead is a teaser that quotes the end; only the next words may jump that far
            spans[i] = (found, found + len(key) + 1)
            at = found + len(key) + 1
    return spans


def _taken(spans: Sequence[Span | None], at: int) -> bool:
    return any(span is not None and span[0] <= at < span[1] for span in spans)


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


def _grams(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}


def _is_near(key: str, grams: set[tuple[str, ...]]) -> bool:
    words = key.split()
    own = [tuple(words[i : i + 3]) for i in range(len(words) - 2)]
    return len(own) >= 6 and sum(g in grams for g in own) >= NEAR * len(own)
