"""What the parts of discovery hand each other: limits, entries, readings, an error."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec

#: names of `Source.kind`, the best source of an article's facts first
KINDS = ("news-sitemap", "feed", "sitemap", "section")


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How far discovery goes for one site."""

    #: article links in all; the freshest are kept
    max_links: int = 5000
    #: sitemap files that are asked, indexes counted
    max_sitemaps: int = 20
    #: indexes within indexes
    max_depth: int = 3
    #: feeds that a front page names; those of a config are all asked
    max_feeds: int = 8
    #: section pages found from a front page; those of a config are all asked
    max_sections: int = 12
    #: articles from feeds and sitemaps beyond which a front page's section pages are not asked
    enough: int = 20
    #: articles known to be older are left out, and so are archives that hold only such
    since: datetime | None = None
    #: bytes of one unpacked feed, sitemap or page
    max_bytes: int = 60_000_000


class Unreadable(Exception):
    """A place of discovery could not be read; the text is one sentence for the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One address that a place gave, with what the place knew. `url` is normalised."""

    url: str
    title: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    keywords: tuple[str, ...] = ()
    access: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One place that was read, or could not be."""

    url: str
    #: one of KINDS, or "robots"
    kind: str
    entries: tuple[Entry, ...] = ()
    error: str = ""
    #: whether a person (or robots.txt) named it; a page's own guess may fail quietly
    named: bool = True


def moment(text: str | None) -> datetime | None:
    """A W3C or RFC 2822 date, aware (UTC where it names no zone); None for anything else."""
    text = (text or "").strip()
    if not text:
        return None
    found: datetime | None = None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
            break
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return believable(found if found is None or found.tzinfo else found.replace(tzinfo=UTC))


def believable(found: datetime | None) -> datetime | None:
    """A date as it is, but for what stands where none is known: 1970-01-01, 9999-12-31."""
    return found if found and 1990 <= found.year <= 2200 else None


def folded(text: str | None) -> str:
    """One line, white space folded."""
    return " ".join((text or "").split())


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Non-empty values once each, in order, white space folded."""
    return tuple(dict.fromkeys(v for value in values if (v := folded(value))))
