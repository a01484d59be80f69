"""Reading dates that pages print: ISO first, then mail dates and figures, then months in words; dateparser
(imported when needed) for languages whose months `data/months.toml` does not have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache, lru_cache

from scraper import datafiles

#: nothing on the web was published before
EARLIEST = date(1995, 1, 1)
#: how far ahead of the clock a date may be: time zones and clocks that are wrong
AHEAD = timedelta(days=2)

_DIGIT = re.compile(r"\d")
_ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T\s]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?(?:\d\d)?)?)?",
    re.I,
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?(?:Z|[+-]\d{4})?$")
_NUMERIC = re.compile(
    r"(?<![\d.])(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4})(?!\d)(?:\D{1,12}?(\d{1,2})[:.](\d\d)(?![\d.]))?"
)
_YEAR_FIRST = re.compile(
    r"(?<!\d)(\d{4})\s?[./年년]\s?(\d{1,2})\s?[./月월]\s?(\d{1,2})(?!\d)(?:\D{1,8}?(\d{1,2}):(\d\d))?"
)
_TIME = r"(?:\D{1,10}?(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)(?!\d)(?:\s*(?P<half>[ap])\.?m\b)?)?"
_MONTH, _YEAR = r"(?P<month>[^\W\d_]{3,14})", r"(?P<year>(?:19|20)\d\d)(?!\d)"
#: "3. Mai 2024", "3 de mayo de 2024", "May 3rd, 2024", "2024. május 3.", a time behind them
_WORDED = tuple(
    re.compile(pattern + _TIME, re.I)
    for pattern in (
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er|º)?\s*(?:de\s+|of\s+)?{_MONTH}\.?,?\s+(?:del?\s+)?{_YEAR}",
        rf"{_MONTH}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}",
        rf"(?<!\d){_YEAR}\.?\s+{_MONTH}\s+(?P<day>\d{{1,2}})\.",
    )
)
#: "26.10.13"
_SHORT_YEAR = re.compile(r"(?<![\d.])(\d\d)\.(\d\d)\.(\d\d)(?![\d.])")
#: what every date has
_MAYBE = re.compile(r"(?:19|20)\d\d|\d\d\.\d\d\.\d\d")
_HAS_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d")
#: a word that is no month in any of our languages, between a day and a year, is not worth a library
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_.-]?(0[1-9]|1[0-2])[/_.-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_URL_DAY_FIRST = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])-(0[1-9]|1[0-2])-((?:19|20)\d\d)(?!\d)")
_URL_WORDED = re.compile(r"/((?:19|20)\d\d)/([a-z]{3,9})/(\d{1,2})(?:/|$)", re.I)
_URL_SLASHED = re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?:/|$)")


def parse_date(text: str, *, languages: Sequence[str] = (), zone: str = "") -> datetime | date | None:
    """The date in `text`: a datetime (with offset where `text` or `zone` gives one), a date without
    a time, or None.

    `languages` are ISO 639-1 codes or tags, for month names and the order of "3/5/2024" (month
    first: "en", "en-US");
    `zone` is an IANA name for times printed without an offset.
    """
    text = text.strip()[:120]
    if _DIGIT.search(text) is None:
        return None
    try:
        found = _iso(text) or _mail(text) or _numeric(text, languages) or _epoch(text)
        found = found or _words(text, tuple(languages))
    except (ValueError, OverflowError):
        return None
    return in_zone(found, zone)


def in_zone(found: datetime | date | None, zone: str) -> datetime | date | None:
    """`found`, a time without an offset placed in the zone."""
    if not isinstance(found, datetime) or found.tzinfo is not None or not zone:
        return found
    from zoneinfo import ZoneInfo  # late, as above

    try:
        return found.replace(tzinfo=ZoneInfo(zone))
    except (KeyError, ValueError, OSError):  # no such zone, or no zone data on this machine
        return found


def day_of(found: datetime | date) -> date:
    """The calendar day, as printed."""
    return found.date() if isinstance(found, datetime) else found


def is_possible(found: datetime | date, now: datetime) -> bool:
    """Whether an article read at `now` can carry this date."""
    return EARLIEST <= day_of(found) <= latest_day(now)


def latest_day(now: datetime) -> date:
    """The last day that something read at `now` can have been published on."""
    return (now.astimezone(UTC) + AHEAD).date()


def iso(found: datetime | date) -> str:
    """ISO 8601: "2024-05-03T10:15:00+02:00", or "2024-05-03" where no time is known."""
    if isinstance(found, datetime):
        return found.isoformat(timespec="seconds")
    return found.isoformat()


def date_in_url(url: str) -> date | None:
    """The day that an address carries ("/2024/05/03/", "…-20240503.html"), if any."""
    path = url.split("?", 1)[0].split("#", 1)[0]
    for pattern in (_URL_SLASHED, _URL_DAY):
        for match in pattern.finditer(path):
            try:
                found = date(*(int(part) for part in match.groups()))
            except ValueError:
                continue
            if found >= EARLIEST:
                return found
    if (worded := _URL_WORDED.search(path)) and (month := _month(worded[2].lower(), ("en",))):
        year, day = int(worded[1]), int(worded[3])
        return date(year, month, day) if day >= 1 and _exists(year, month, day) else None
    if first := _URL_DAY_FIRST.search(path):
        day, month, year = (int(part) for part in first.groups())
        return date(year, month, day) if _exists(year, month, day) else None
    return None


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def dates_inside(text: str) -> list[str]:
    """The parts of a short text that look like a date with a year, with what stands around them,
    for `parse_date`.
    """
    if not _MAYBE.search(text):
        return []
    parts = [m[0] for pattern in (_ISO, _YEAR_FIRST, _NUMERIC) for m in pattern.finditer(text)]
    parts += [m[0].strip() for pattern in _WORDED for m in pattern.finditer(text)]
    return parts or [m[0] for m in _SHORT_YEAR.finditer(text)]


# --- the ways, cheapest first ---------------------------------------------------------------------


def _iso(text: str) -> datetime | date | None:
    match = _ISO.match(text) or _COMPACT.match(text)
    if match is None:
        return None
    groups = match.groups()
    year, month, day, hour, minute, second = groups[:6]
    offset = groups[6] if len(groups) > 6 else None
    if not hour:
        return date(int(year), int(month), int(day))
    zone = _offset(offset)
    hours = int(hour) % 24
    return datetime(int(year), int(month), int(day), hours, int(minute), int(second or 0), tzinfo=zone)


def _offset(text: str | None) -> timezone | None:
    if not text:
        return None
    if text in "Zz":
        return UTC
    digits = text[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:4] or 0)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _mail(text: str) -> datetime | None:
    """ "Fri, 03 May 2024 10:15:00 +0200", as HTTP, mail and RSS write it."""
    if text[:1].isdigit() or "," not in text[:5]:
        return None
    from email.utils import parsedate_to_datetime  # late: few pages have such dates

    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


def _numeric(text: str, languages: Sequence[str]) -> datetime | date | None:
    """ "3.5.2024", "03/05/2024 10:15", "2024年5月3日"."""
    if match := _YEAR_FIRST.search(text):
        year, month, day, hour, minute = match.groups()
    elif match := _NUMERIC.search(text):
        day, mark, month, year, hour, minute = match.groups()
        month_first = mark != "." and _month_first(languages)
        if (month_first and int(day) <= 12) or int(month) > 12:
            day, month = month, day
    else:
        return None
    if hour and int(hour) < 24 and int(minute) < 60:
        return datetime(int(year), int(month), int(day), int(hour), int(minute))
    return date(int(year), int(month), int(day))


def _month_first(languages: Sequence[str]) -> bool:
    """English as Americans write it: "en" and "en-US", not "en-GB"."""
    return bool(languages) and languages[0].lower().replace("_", "-") in ("en", "en-us")


def _epoch(text: str) -> datetime | None:
    """Seconds or milliseconds since 1970."""
    if not text.isascii() or not text.isdigit() or len(text) not in (10, 13):
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC)


def _words(text: str, languages: tuple[str, ...]) -> datetime | date | None:
    """Months in words. A year must be there: "3. Mai" or "vor 2 Stunden" alone is not a date to keep."""
    for pattern in _WORDED:
        for match in pattern.finditer(text):
            if month := _month(match["month"].lower(), languages):
                return _assembled(match, month)
    if short := _SHORT_YEAR.fullmatch(text):
        day, month, year = (int(part) for part in short.groups())
        return date(2000 + year, month, day)
    known = _months_by_language()
    if not _HAS_YEAR.search(text) or not languages or any(code[:2].lower() in known for code in languages):
        return None
    return _from_dateparser(text, languages) if _LETTERS.search(text) else None


def _assembled(match: re.Match[str], month: int) -> datetime | date:
    year, day = int(match["year"]), int(match["day"])
    if not match["hour"] or int(match["hour"]) > 23 or int(match["minute"]) > 59:
        return date(year, month, day)
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    return datetime(year, month, day, hour, int(match["minute"]))


def _month(word: str, languages: tuple[str, ...]) -> int:
    """1 to 12; 0 for a word that is no month's name in these languages, or means two months in others."""
    tables = _months_by_language()
    for code in (*languages, "en"):
        if month := tables.get(code[:2].lower(), {}).get(word):
            return month
    meanings = {table[word] for table in tables.values() if word in table}
    return meanings.pop() if len(meanings) == 1 else 0


@cache
def _months_by_language() -> dict[str, dict[str, int]]:
    raw: dict[str, list[list[str]]] = datafiles.toml("months.toml")
    return {
        code: {name: number for number, names in enumerate(months, 1) for name in names} for code, months in raw.items()
    }


@lru_cache(maxsize=1024)
def _from_dateparser(text: str, languages: tuple[str, ...]) -> datetime | date | None:
    import dateparser  # type: ignore[import-untyped]  # late: heavy, and most pages never need it

    known = list(dict.fromkeys(code[:2].lower() for code in languages[:3]))
    found: datetime | None = None
    for choice in (known or None, ["en"]):
        try:
            found = dateparser.parse(text, languages=choice, settings=_SETTINGS)
        except (ValueError, TypeError, OverflowError, RecursionError):
            found = None
        if found is not None:
            break
    if found is None:
        return None
    return found if _CLOCK.search(text) else found.date()


_SETTINGS = {
    "STRICT_PARSING": True,
    "REQUIRE_PARTS": ["day", "month", "year"],
    "RETURN_AS_TIMEZONE_AWARE": False,
    "PREFER_DATES_FROM": "past",
}
