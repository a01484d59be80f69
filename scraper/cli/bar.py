"""What a run says to somebody who watches a terminal: a bar."""

from __future__ import annotations

from collections import Counter
from types import TracebackType
from typing import Self

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

from scraper.cli.progress import Silent, line_of, site_line
from scraper.models import Done, Event, Failed, Kept, Refused, SiteEnd, Source
from scraper.report import Report


class Bar(Silent):
    """A progress bar with rate and the time that is left."""

    def __init__(self, report: Report, total: int | None, verbose: bool) -> None:
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
            console=Console(stderr=True, highlight=False),
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
