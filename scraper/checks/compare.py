"""Is a field what it should be? And if not, in a few words, why."""

from __future__ import annotations

import difflib
from datetime import datetime
from typing import Any

from scraper.checks.expected import LISTS, lines_of, value_of
from scraper.models import Article

#: characters of a text in a verdict, and lines of a body
_CUT, _LINES = 80, 3


def difference(field: str, expected: Article, found: Article) -> str:
    """What is there against what should be, short; "" where it is the same, white space aside."""
    if field == "body":
        return _body(lines_of(expected), lines_of(found))
    want, got = value_of(expected, field), value_of(found, field)
    same = _same_date if field.startswith("date") and field != "dateline" else _same
    if same(want, got):
        return ""
    if field in LISTS:
        return _lists(want, got)
    return f"{shown(got)} instead of {shown(want)}"


def is_empty(field: str, article: Article) -> bool:
    """Whether an article says nothing in a field."""
    return value_of(article, field) in (None, "", [])


def shown(value: Any) -> str:
    """A value in quotation marks, cut; "nothing" for an empty one."""
    if value in (None, "", []):
        return "nothing"
    if not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else shown(", ".join(value))
    text = " ".join(value.split())
    return f"“{text if len(text) <= _CUT else text[: _CUT - 1].rstrip() + '…'}”"


def _same(want: Any, got: Any) -> bool:
    if isinstance(want, list):
        return sorted(_plain(item) for item in want) == sorted(_plain(item) for item in got)
    if isinstance(want, str) and isinstance(got, str):
        return " ".join(want.split()) == " ".join(got.split())
    return bool(want == got)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _same_date(want: str | None, got: str | None) -> bool:
    """A date without a time is any moment of that day; moments are compared as such where both have a zone."""
    if not want or not got or len(want) <= len("2026-11-23"):
        return (want or "") == (got or "")[: len(want or got or "")]
    try:
        one, other = datetime.fromisoformat(want), datetime.fromisoformat(got)
    except ValueError:
        return want == got
    if (one.tzinfo is None) is not (other.tzinfo is None):
        one, other = one.replace(tzinfo=None), other.replace(tzinfo=None)
    return one == other


def _lists(want: list[str], got: list[str]) -> str:
    known, there = {_plain(item) for item in want}, {_plain(item) for item in got}
    parts = [f"not {shown(item)}" for item in got if _plain(item) not in known]
    parts += [f"{shown(item)} is missing" for item in want if _plain(item) not in there]
    return "; ".join(parts) or f"{shown(got)} instead of {shown(want)}"


def _body(want: list[str], got: list[str]) -> str:
    """Lines that are too many and lines that are missing, the first of each."""
    if want == got:
        return ""
    lines = [line for line in difflib.ndiff(want, got) if line[:2] in ("- ", "+ ")]
    much = [line[2:] for line in lines if line.startswith("+")]
    less = [line[2:] for line in lines if line.startswith("-")]
    parts = [_some(much, "too many")] * bool(much) + [_some(less, "missing")] * bool(less)
    return "; ".join(parts)


def _some(lines: list[str], word: str) -> str:
    more = ["…"] * (len(lines) > _LINES)
    many = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
    return f"{many} {word}: {' '.join([*map(shown, lines[:_LINES]), *more])}"
