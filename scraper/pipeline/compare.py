"""Two records of one page: what got better, what worse, what is just different, and by which rule."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from scraper.models import Reason, Record

Change = Literal["better", "worse", "different"]

#: fields that are looked at, in JSON's names
FIELDS = (
    *("quality", "access", "articleBody", "headline", "kicker", "lead", "authors", "agencies", "datePublished"),
    *("dateModified", "articleSection", "articleType", "keywords", "inLanguage", "images"),
)
#: reasons that name no kind of clutter: what went for them may have been prose
_UNSURE = (Reason.MODEL, Reason.OUTSIDE)
#: the best first
_STATUSES = ("ok", "partial", "teaser", "notArticle", "empty", "consent", "blocked")


class Difference(msgspec.Struct, frozen=True):
    """One field that is not as it was."""

    field: str
    change: Change
    #: why it is called that
    rule: str


def compare(old: Record, new: Record) -> Iterator[Difference]:
    """The fields that differ.

    Better or worse is said only where a rule can tell: a field that was empty and is filled (or the reverse), the order
    of quality's statuses, an access that is known now, a date that became more exact, and for the body its lines: those
    that went and are accounted for in `removed` were clutter, those that went without a word are a loss, those that
    were in `removed` and came back are a gain. Everything else is "different": for a person to look at.
    """
    for field in FIELDS:
        before, after = _value(old, field), _value(new, field)
        if before != after:
            yield Difference(field, *_judged(field, before, after, old, new))


def text_diff(old: Record, new: Record, *, most: int = 12, width: int = 160) -> list[str]:
    """The lines of the body that went ("- …") and came ("+ …")."""
    lines = [
        line if len(line) <= width else line[: width - 1] + "…"
        for line in difflib.ndiff(_lines(old), _lines(new))
        if line[:2] in ("- ", "+ ")
    ]
    return lines if len(lines) <= most else [*lines[:most], f"  … and {len(lines) - most} more lines"]


# --- inside --------------------------------------------------------------------------------------


def _value(record: Record, field: str) -> Any:
    if field == "quality":
        return record.quality.status
    if field == "access":
        return record.access.declared, record.access.complete
    if field == "images":
        return tuple(image.url for image in record.images)
    return getattr(record, re.sub("[A-Z]", lambda m: f"_{m[0].lower()}", field))


def _judged(field: str, before: Any, after: Any, old: Record, new: Record) -> tuple[Change, str]:
    if field == "quality":
        better = _STATUSES.index(after) < _STATUSES.index(before)
        return ("better" if better else "worse"), f"{before} → {after}"
    if not before:
        return "better", "was empty"
    if not after:
        return "worse", "is empty now"
    if field == "access":
        return _access(before, after)
    if field == "articleBody":
        return _body(old, new)
    if field.startswith("date"):
        return _date(before, after)
    return "different", f"{_short(before)} → {_short(after)}"


def _access(before: tuple[str, bool | None], after: tuple[str, bool | None]) -> tuple[Change, str]:
    words = f"{before[0]}/{before[1]} → {after[0]}/{after[1]}"
    known = [
        (now != nothing) - (was != nothing) for was, now, nothing in zip(before, after, ("unknown", None), strict=True)
    ]
    if min(known) >= 0 < max(known) and not _swapped(before, after):
        return "better", f"{words}: known now"
    if max(known) <= 0 > min(known) and not _swapped(before, after):
        return "worse", f"{words}: not known any more"
    return "different", words


def _swapped(before: tuple[str, bool | None], after: tuple[str, bool | None]) -> bool:
    """Whether something known became something else that is known."""
    pairs = zip(before, after, ("unknown", None), strict=True)
    return any(was != now and nothing not in (was, now) for was, now, nothing in pairs)


def _date(before: str, after: str) -> tuple[Change, str]:
    words = f"{before} → {after}"
    if after.startswith(before):
        return "better", f"{words}: more exact"
    if before.startswith(after):
        return "worse", f"{words}: less exact"
    return "different", words


def _body(old: Record, new: Record) -> tuple[Change, str]:
    before, after = _lines(old), _lines(new)
    lost = [line for line in before if line not in set(after)]
    gained = [line for line in after if line not in set(before)]
    words = f"{len(old.article_body)} → {len(new.article_body)} characters"
    if not lost and not gained:
        return "different", f"{words}: the same lines in another order"
    if _accounted(lost, new, old) and _accounted(gained, old, new):
        parts = [f"{len(lost)} line(s) of clutter removed"] * bool(lost)
        parts += [f"{len(gained)} line(s) regained"] * bool(gained)
        return "better", f"{words}: {', '.join(parts)}"
    if not gained:
        return "worse", f"{words}: {len(lost)} line(s) lost"
    return "different", f"{words}: {len(lost)} line(s) went, {len(gained)} came"


def _accounted(lines: list[str], here: Record, there: Record) -> bool:
    """Whether `here` says that it removed `lines`, and what kind of clutter they are, where `there` does not.

    A record has the first 200 characters that each rule removed, and how much it was in all.
    """
    samples = [_plain(removed.sample)[:60] for removed in here.removed if removed.reason not in _UNSURE]
    rest = [line for line in lines if not any(sample and line.startswith(sample) for sample in samples)]
    return sum(map(len, rest)) <= 1.1 * max(0, _removed(here) - _removed(there))


def _removed(record: Record) -> int:
    """Characters that were removed for a reason that names a kind of clutter."""
    return sum(removed.chars for removed in record.removed if removed.reason not in _UNSURE)


def _lines(record: Record) -> list[str]:
    return [line for line in map(_plain, record.article_body.splitlines()) if line]


def _plain(line: str) -> str:
    return " ".join(line.split()).rstrip("…")


def _short(value: Any) -> str:
    text = ", ".join(str(getattr(item, "name", item)) for item in value) if isinstance(value, tuple) else str(value)
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"
