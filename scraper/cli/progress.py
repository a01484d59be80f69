"""What a run says on stderr as it goes: a bar on a terminal, lines in cron, nothing when quiet."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from scraper.models import Done, Event, Failed, Kept, Refused, SiteEnd, Source
from scraper.report import Report, Tally, duration

#: seconds between two plain lines
EVERY = 20.0


class Watcher(Protocol):
    """Told of every event, after the report has counted it."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def saw(self, event: Event) -> None: ...
    def say(self, text: str) -> None:
        """One line, whatever else is on the screen."""
        ...


def watcher(report: Report, *, total: int | None, quiet: bool, verbose: bool) -> Watcher:
    """The right one for stderr. `total`: links, where that is known beforehand."""
    if quiet:
        return Silent()
    if not sys.stderr.isatty():
        return Lines(report, total, verbose)
    from scraper.cli.bar import Bar  # rich's bar: cron needs none of it

    return Bar(report, total, verbose)


class Silent:
    """Says nothing but what must be said."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def saw(self, event: Event) -> None:
        return None

    def say(self, text: str) -> None:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


class Lines(Silent):
    """Plain lines: how far it is every now and then; each link and source with --verbose."""

    def __init__(
        self,
        report: Report,
        total: int | None,
        verbose: bool,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._report, self._total, self._verbose = report, total, verbose
        self._clock = clock
        self._start = self._said = clock()
        self._done = 0

    def saw(self, event: Event) -> None:
        if isinstance(event, SiteEnd):
            self.say(site_line(event, self._report.sites[event.site]))
        elif self._verbose or (isinstance(event, Source) and event.error):
            self.say(line_of(event))
        if isinstance(event, Done):
            self._done += 1
        if self._clock() - self._said >= EVERY:
            self._said = self._clock()
            self.say(self._so_far())

    def _so_far(self) -> str:
        total = self._total or sum(tally.links for tally in self._report.sites.values())
        rate = self._done / max(self._clock() - self._start, 0.001)
        text = f"{self._done} of {total} links" if total > self._done else f"{self._done} links"
        left = f", about {(total - self._done) / rate:.0f} s left" if total > self._done and rate else ""
        counts = self._report.total
        refused, failed = sum(counts.refused.values()), sum(counts.failed.values())
        return f"{text}: {counts.kept} kept, {refused} refused, {failed} failed ({rate:.1f}/s{left})"


def site_line(end: SiteEnd, tally: Tally) -> str:
    """One site's end as one line."""
    parts = [f"{tally.kept} kept"]
    for word, counts in (("refused", tally.refused), ("failed", tally.failed)):
        parts += [f"{count} {word} ({reason})" for reason, count in sorted(counts.items())]
    parts += [f"{tally.unchanged} known"] * bool(tally.unchanged)
    parts += [f"{tally.passed_over} passed over"] * bool(tally.passed_over)
    parts += [f"{tally.source_errors} of {tally.sources} sources unread"] * bool(tally.source_errors)
    return f"{end.site}: {', '.join(parts)} in {duration(end.seconds)}"


def line_of(event: Source | Done) -> str:
    """One event as one line."""
    if isinstance(event, Source):
        what = event.error.removeprefix(f"{event.url}: ") or f"{event.links} links"
        return f"{event.site}: {event.kind} {event.url}: {what}"
    outcome, cost = event.outcome, f"{event.seconds:.1f} s"
    if isinstance(outcome, Kept):
        status = outcome.record.quality.status
        return f"kept{'' if status == 'ok' else f' ({status})'} {event.link.url} ({cost})"
    if isinstance(outcome, Refused | Failed):
        word = "refused" if isinstance(outcome, Refused) else "failed"
        detail = outcome.detail.removeprefix(f"{event.link.url}: ")
        return f"{word} {event.link.url} {outcome.reason}: {detail}"
    return f"{'passed over' if outcome.passed_over else 'known'} {event.link.url}"
