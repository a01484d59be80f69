"""Reads the dates of one page, and refuses impossible ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from scraper.dates import EARLIEST, day_of, in_zone, latest_day, parse_date
from scraper.extraction.fields.view import View

#: (date, source)
Dated = tuple[datetime | date, str]


class Clock:
    """Reads dates as this page writes them, and refuses impossible ones."""

    def __init__(self, view: View, language: str, now: datetime) -> None:
        self._languages = tuple(dict.fromkeys(c for c in (language, *_site(view)) if c))
        self._zone = view.site.timezone if view.site else ""
        hinted = view.hint.published if view.hint else None
        #: nothing is later than the clock, or than what the feed says
        self._now = max(now, hinted) if hinted and hinted.tzinfo and now.tzinfo else now
        self._last_day = latest_day(self._now)

    def read(self, text: str) -> datetime | date | None:
        """The date in `text` if an article can carry it."""
        return self.check(parse_date(text, languages=self._languages, zone=self._zone))

    def check(self, found: datetime | date | None) -> datetime | date | None:
        if found is None:
            return None
        found = in_zone(found, self._zone)
        return found if found is not None and EARLIEST <= day_of(found) <= self._last_day else None

    @property
    def latest(self) -> datetime:
        return self._now + timedelta(days=2)


def _site(view: View) -> tuple[str, ...]:
    return view.site.languages if view.site else ()
