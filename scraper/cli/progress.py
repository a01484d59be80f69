"""What a run says on stderr as it goes: a bar on a terminal, lines in cron, nothing when quiet."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

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
    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        return Bar(console, report, total, verbose)
    return Lines(report, total, verbose)


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


class Bar(Silent):
    """A progress bar with rate and the time that is left."""

    def __init__(self, console: Console, report: Report, total: int | None, verbose: bool) -> None:
        self._report, self._verbose = report, verbose
        self._links = total or 0
        self._grows = total is None
        self._ends: Counter[type] = Counter()
        self._progress = Progress(
            SpinnerColumn(),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            _Rate(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[counts]}"),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("", total=total, counts="asking")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def saw(self, event: Event) -> None:
        if self._verbose and isinstance(event, SiteEnd):
            self.say(site_line(event, self._report.sites[event.site]))
        elif not isinstance(event, SiteEnd) and (self._verbose or (isinstance(event, Source) and event.error)):
            self.say(line_of(event))
        if isinstance(event, Source) and self._grows:
            self._links += event.links
            self._progress.update(self._task, total=self._links or None)
        if isinstance(event, Done):
            self._ends[type(event.outcome)] += 1
            self._progress.update(self._task, advance=1, counts=self._counts(event.link.site))

    def say(self, text: str) -> None:
        self._progress.console.print(Text(text, overflow="fold"))

    def _counts(self, site: str) -> str:
        kept, refused, failed = (self._ends[kind] for kind in (Kept, Refused, Failed))
        return f"{kept} kept, {refused} refused, {failed} failed  {site}"


class _Rate(ProgressColumn):
    """Links a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="progress.data.speed")


def site_line(end: SiteEnd, tally: Tally) -> str:
    """One site's end as one line."""
    parts = [f"{tally.kept} kept"]
    for word, counts in (("refused", tally.refused), ("failed", tally.failed)):
        parts += [f"{count} {word} ({reason})" for reason, count in sorted(counts.items())]
    parts += [f"{tally.unchanged} known"] * bool(tally.unchanged)
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
    return f"known {event.link.url}"
