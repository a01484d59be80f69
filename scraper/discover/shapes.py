"""What the path of an address looks like: its segments, words, date, id, suffix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from scraper import urls

_SUFFIX = re.compile(r"\.([a-z][a-z0-9]{1,5})$", re.I)
SEPARATORS = re.compile(r"[-_,.+~:; ]+")
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:[-/_.]?(?P<month>0[1-9]|1[0-2]|" + _MONTHS + r")"
    r"(?:[-/_.]?(?P<day>0?[1-9]|[12]\d|3[01]))?)?(?![0-9a-z])",
    re.I,
)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
_DIGITS = re.compile(r"\d{5,}")
#: may be a token of letters and digits, as content systems draw them
_TOKEN = re.compile(r"[A-Za-z0-9]{8,}")
_MIXED_CASE = re.compile(r"(?=.*[a-z].*[A-Z])(?=.*[A-Z].*[a-z])[A-Za-z0-9]{5,}")


@dataclass(frozen=True, slots=True)
class Id:
    """A number or token that names the article."""

    #: which segment holds it, counted from the end: 0 is the last
    place: int
    #: the word glued to it or the only word beside it ("article", "a", "id"), in lower case
    marker: str
    #: characters
    length: int
    digits: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """What the path of an address looks like."""

    site: str
    segments: tuple[str, ...]
    suffix: str
    #: words in the wordiest segment, ids and dates not counted
    words: int
    #: "" (no date), "year", "month", "day"
    dated: str
    id: Id | None
    #: names of the parameters, sorted
    query: tuple[str, ...]

    @property
    def depth(self) -> int:
        return len(self.segments)

    @property
    def first(self) -> str:
        """The first segment, "" where it is the only one."""
        return self.segments[0] if len(self.segments) > 1 else ""

    @property
    def tail(self) -> str:
        """The last segment where it is one word ("artikel") after the id, else ""."""
        last = self.segments[-1] if self.segments else ""
        return last if self.id and self.id.place and word_count(last) <= 1 else ""


@lru_cache(maxsize=8192)
def shape(url: str) -> Shape:
    """The shape of a (normalised) address."""
    segments = [s.lower() for s in urls.segments(url)]
    suffix = ""
    if segments and (match := _SUFFIX.search(segments[-1])):
        suffix = match[1]
        segments[-1] = segments[-1][: match.start()]
    date = _date(segments)
    names = tuple(sorted({name.lower() for name, _ in urls.query(url)}))
    return Shape(
        site=urls.site_key(url),
        segments=tuple(segments),
        suffix=suffix,
        words=max((word_count(s) for s in segments), default=0),
        dated=date,
        id=_id(url, segments),
        query=names,
    )


def _date(segments: Sequence[str]) -> str:
    match = _DATE.search("/".join(segments))
    if not match:
        return ""
    return "day" if match["day"] else "month" if match["month"] else "year"


def word_count(segment: str) -> int:
    """Words of a segment, ids and dates not counted."""
    segment = _UUID.sub("", _DATE.sub("", segment))
    return sum(1 for t in SEPARATORS.split(segment) if t and not _DIGITS.search(t))


def _id(url: str, segments: Sequence[str]) -> Id | None:
    cased = urls.segments(url)
    for place in range(min(4, len(segments))):
        segment = segments[-1 - place]
        if match := _UUID.search(segment):
            return Id(place, "", len(match[0]), False)
        for match in reversed(list(_DIGITS.finditer(segment))):
            if not _is_date(match[0]):
                return Id(place, _marker(segment, match), len(match[0]), True)
        if token := _token(_SUFFIX.sub("", cased[-1 - place])):
            return Id(place, "", len(token), False)
    return None


def _is_date(digits: str) -> bool:
    return len(digits) in (6, 8) and bool(_DATE.fullmatch(digits))


def _token(segment: str) -> str:
    """A random token that is the whole segment or its last part, else ""."""
    last = SEPARATORS.split(segment)[-1]
    if last == segment and _MIXED_CASE.fullmatch(segment) and not segment.istitle():
        return segment
    return last if _TOKEN.fullmatch(last) and _is_random(last) else ""


def _is_random(token: str) -> bool:
    """Letters and digits mixed ("y38qxf72"), not a word with a number ("covid2019")."""
    changes = sum(a.isdigit() != b.isdigit() for a, b in pairwise(token))
    return changes >= 2 or bool(len(token) >= 12 and _MIXED_CASE.fullmatch(token))


def _marker(segment: str, match: re.Match[str]) -> str:
    """The word that stands with an id: glued to it, or alone with it in the segment."""
    if glued := re.search(r"[a-z]+[-_.]?$", segment[: match.start()]):
        before = segment[: glued.start()].rstrip("-_.,")
        if not before or not glued[0].endswith("-"):
            return glued[0].rstrip("-_.")
    return ""


def beside_date(found: Shape) -> int:
    """Words in what stands after the date; a date alone is an archive."""
    last = found.segments[-1]
    if _DATE.fullmatch(last) or re.fullmatch(r"\d{1,2}", last):
        return 0
    return max(1, word_count(last))
