"""The run report: every link's outcome counted by site and reason; `cli.summary` prints it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from scraper.drift import DriftVerdict
from scraper.errors import FAILURES, REFUSALS
from scraper.models import Done, Event, Kept, Link, Refused, SiteEnd, Source, Unchanged

#: links that went wrong and are named, at most (a list of a million dead links must fit in memory)
NAMED = 10_000


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A link that gave no record, and why."""

    url: str
    #: "feed:…", "list:FILE:LINE" …
    via: str
    reason: str
    detail: str


class SiteVerdict(msgspec.Struct, frozen=True):
    """How a site does at the end of a run."""

    #: `health.Verdict`
    verdict: str
    #: sentences, the one that decided first
    reasons: tuple[str, ...] = ()


class Tally(msgspec.Struct, kw_only=True, rename="camel"):
    """What became of one site's links."""

    kept: int = 0
    unchanged: int = 0
    #: links that --max-articles or --since left out
    passed_over: int = 0
    #: requests that were not made: the link was known, and not due
    saved: int = 0
    #: kept records that are a further revision of one that was known
    revised: int = 0
    refused: dict[str, int] = {}
    failed: dict[str, int] = {}
    #: quality status → kept records that have it, "ok" left out
    doubtful: dict[str, int] = {}
    #: kept records for which trafilatura had to answer
    generic: int = 0
    requests: int = 0
    bytes: int = 0
    #: seconds spent on requests and reading, added up over links that ran side by side
    seconds: float = 0.0
    #: discovery: links that sources gave, sources asked, sources that could not be read
    links: int = 0
    sources: int = 0
    source_errors: int = 0

    @property
    def unread(self) -> bool:
        """Whether none of the site's sources could be read."""
        return 0 < self.sources == self.source_errors

    @property
    def done(self) -> int:
        """Links that came to an end."""
        return self.kept + self.unchanged + self.passed_over + sum(self.refused.values()) + sum(self.failed.values())

    def plus(self, other: Tally) -> Tally:
        """The sum of the two."""
        mine, theirs = msgspec.structs.asdict(self), msgspec.structs.asdict(other)
        return Tally(**{key: _sum(value, theirs[key]) for key, value in mine.items()})


def _sum(one: Any, two: Any) -> Any:
    return dict(Counter(one) + Counter(two)) if isinstance(one, dict) else one + two


class Report:
    """Takes the events of a run, in any order."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._start = clock, clock()
        self.sites: dict[str, Tally] = {}
        self.failed: list[Named] = []
        self.refused: list[Named] = []
        self.source_errors: list[Named] = []
        self._unnamed = 0
        #: site → its layout's verdict where that is not "ok"; filled in at the end of a run
        self.drift: dict[str, DriftVerdict] = {}
        #: site → its health, as `scraper status` has it; filled in at the end of a run
        self.verdicts: dict[str, SiteVerdict] = {}
        #: site whose layout broke → what was done about it, one sentence
        self.mending: dict[str, str] = {}
        #: one sentence when the run ended before its time: an interrupt, a full disk
        self.ended = ""

    def add(self, event: Event) -> None:
        """Counts one event."""
        if isinstance(event, Source):
            self._add_source(event)
        elif isinstance(event, SiteEnd):
            self._tally(event.site)
        else:
            self._add_done(event)

    @property
    def total(self) -> Tally:
        """All sites together."""
        total = Tally()
        for tally in self.sites.values():
            total = total.plus(tally)
        return total

    @property
    def any_failed(self) -> bool:
        """Whether a link failed, nothing of a site could be found, a layout broke so that records may be wrong, or the
        run could not go to its end: exit code 1."""
        harmed = any(verdict.harms for verdict in self.drift.values())
        return bool(self.ended or harmed or any(t.failed or t.unread for t in self.sites.values()))

    @property
    def seconds(self) -> float:
        """Wall-clock seconds since the report was made."""
        return self._clock() - self._start

    def as_dict(self) -> dict[str, Any]:
        """For JSON: totals, then sites by name, then every link that gave no record."""
        return {
            "ended": self.ended or "complete",
            "seconds": round(self.seconds, 3),
            "total": _plain(self.total),
            "sites": {site: _plain(tally) for site, tally in sorted(self.sites.items())},
            "failed": msgspec.to_builtins(self.failed),
            "refused": msgspec.to_builtins(self.refused),
            "sourceErrors": msgspec.to_builtins(self.source_errors),
            "notNamed": self._unnamed,
            "verdicts": msgspec.to_builtins(dict(sorted(self.verdicts.items()))),
            "drift": {site: msgspec.to_builtins(verdict) for site, verdict in sorted(self.drift.items())},
            "mending": dict(sorted(self.mending.items())),
        }

    def _tally(self, site: str) -> Tally:
        return self.sites.setdefault(site or "(no site)", Tally())

    def _add_source(self, source: Source) -> None:
        tally = self._tally(source.site)
        tally.sources += 1
        tally.links += source.links
        if source.error:
            tally.source_errors += 1
            named = Named(url=source.url, via=source.kind, reason="source", detail=source.error)
            self._name(self.source_errors, named)

    def _add_done(self, done: Done) -> None:
        tally = self._tally(done.link.site)
        tally.requests += done.requests
        tally.bytes += done.bytes
        tally.seconds += done.seconds
        outcome = done.outcome
        if isinstance(outcome, Kept):
            tally.kept += 1
            tally.revised += outcome.record.revision > 1
            tally.generic += done.generic
            if (status := outcome.record.quality.status) != "ok":
                _count(tally.doubtful, status)
        elif isinstance(outcome, Unchanged):
            tally.passed_over += outcome.passed_over
            tally.unchanged += not outcome.passed_over
            tally.saved += not (outcome.passed_over or done.requests)
        elif isinstance(outcome, Refused):
            _count(tally.refused, outcome.reason)
            self._name(self.refused, _named(outcome.link, outcome.reason, outcome.detail))
        else:
            _count(tally.failed, outcome.reason)
            self._name(self.failed, _named(outcome.link, outcome.reason, outcome.detail))

    def _name(self, names: list[Named], named: Named) -> None:
        if len(names) < NAMED:
            names.append(named)
        else:
            self._unnamed += 1


def _named(link: Link, reason: str, detail: str) -> Named:
    return Named(url=link.url[:2000], via=link.via, reason=reason, detail=detail[:500])


def _count(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1


def _plain(tally: Tally) -> dict[str, Any]:
    tally = msgspec.structs.replace(tally, seconds=round(tally.seconds, 3))
    plain: dict[str, Any] = msgspec.to_builtins(tally)
    return plain


def meaning(reason: str) -> str:
    """A reason's meaning in words, e.g. of "robots" or "http404"."""
    if reason.startswith("http") and reason[4:].isdigit():
        return f"the server answered {reason[4:]}"
    return REFUSALS.get(reason) or FAILURES.get(reason) or reason


def size(count: float) -> str:
    """Bytes for people: "812 B", "3.4 MB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            break
        count /= 1000
    return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"


def duration(seconds: float) -> str:
    """Seconds for people: "4.2 s", "3 min 05 s", "2 h 10 min"."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
