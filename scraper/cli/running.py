"""A run from the command line: events in, records out, signals obeyed, a report at the end."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from scraper.cli import FAILED, INTERRUPTED, OK
from scraper.cli.interrupts import Interrupts
from scraper.cli.options import RunOptions
from scraper.cli.progress import Watcher, watcher
from scraper.cli.watching import Watch
from scraper.drift import judge
from scraper.errors import StoreError, UsageError
from scraper.models import Done, Event
from scraper.report import Report
from scraper.store import Output, State, write_failures, write_whole

if TYPE_CHECKING:  # a run in which nothing broke needs none of it
    from scraper.mending import Mended

#: what starts the pipeline, given the event that asks it to stop
Start = Callable[[asyncio.Event], AsyncIterator[Event]]

#: seconds between two checkpoints of the output
_CHECKPOINT = 2.0
_INTERRUPTED = "interrupted; what was in flight was finished, every record is kept"
_CANCELLED = "interrupted twice; what was in flight was given up, every record is kept"


class Job(msgspec.Struct, kw_only=True):
    """What a run is made of."""

    start: Start
    #: takes every link's end; closed at the end of the run
    output: Output
    options: RunOptions
    #: the run's number in the output's state
    number: int = 0
    #: where the links that failed are listed; None: nowhere
    failures: Path | None = None
    #: who is told how it went
    watch: Watch | None = None
    #: what is done about a site whose layout broke; None: nothing
    mend: Callable[[str, State], Mended] | None = None
    #: links, where that is known beforehand
    total: int | None = None
    #: links that ended before the pipeline saw them; emptied as the run goes
    ended: deque[Done] = msgspec.field(default_factory=deque)


def execute(job: Job) -> tuple[Report, int]:
    """Runs `job`, closes its output, prints and writes the report; gives it with the exit code."""
    with Interrupts() as signals:
        return _execute(job, signals)


def _execute(job: Job, signals: Interrupts) -> tuple[Report, int]:
    report = Report()
    options = job.options
    gone = interrupted = False
    try:
        with watcher(report, total=job.total, quiet=options.quiet, verbose=options.verbose) as screen:
            run = _Run(job, report, screen, signals)
            try:
                asyncio.run(run.all())
            except BrokenPipeError:
                gone = True
                report.ended = "the reader of standard output has gone"
            except StoreError as error:
                report.ended = str(error)
            interrupted = run.interrupted
        _judge_layouts(job, report)
        code = _code(report, interrupted, gone)
        _put_away(job, report, code)
    finally:
        with suppress(StoreError, BrokenPipeError):  # `_put_away` has told of it
            job.output.close()
    if gone:
        _forget_stdout()
    if not options.quiet:
        from scraper.cli.summary import error_console, print_summary  # rich's tables

        print_summary(report, error_console())
    elif report.ended and not gone:
        sys.stderr.write(f"scraper: {report.ended}\n")
    write_report(report, options.report)
    return report, _code(report, interrupted, gone)


def _judge_layouts(job: Job, report: Report) -> None:
    """Notes which sites of a run are not read as they used to be."""
    signals = job.output.state.signals
    try:
        for site in report.sites:
            verdict = judge(signals.of(site))
            if verdict.verdict != "ok":
                report.drift[site] = verdict
            if verdict.verdict == "broken" and job.mend and not report.ended:
                mended = job.mend(site, job.output.state)
                report.mending[site] = mended.sentence
                if mended.outcome == "equal":  # its records are as good as any layout could make them
                    report.drift[site] = msgspec.structs.replace(verdict, verdict="degraded")
    except StoreError as error:
        report.ended = report.ended or str(error)


def _put_away(job: Job, report: Report, code: int) -> None:
    """The output's last checkpoint, the list of failures, and the run's entry in the state."""
    try:
        job.output.checkpoint()
        state = job.output.state
        if job.failures:
            write_failures(state, job.failures)
        if job.number:
            state.runs.end(job.number, code, report.as_dict(), state.now())
        if job.watch:
            job.watch.ended(state.db, report, code)
    except BrokenPipeError:
        return
    except StoreError as error:
        report.ended = report.ended or str(error)


def _code(report: Report, interrupted: bool, gone: bool) -> int:
    if interrupted:
        return INTERRUPTED
    if gone:
        return OK
    return FAILED if report.any_failed else OK


class _Run:
    """One run's state: how often it was asked to stop."""

    def __init__(self, job: Job, report: Report, screen: Watcher, signals: Interrupts) -> None:
        self.job, self.report, self.screen, self.signals = job, report, screen, signals
        self.interrupted = False

    async def all(self) -> None:
        """Takes every event of the pipeline. Raises StoreError, BrokenPipeError."""
        stop, task = asyncio.Event(), asyncio.current_task()
        with self.signals.to(partial(self._asked, stop, task)):
            try:
                async with asyncio.TaskGroup() as group:
                    ticking = group.create_task(self._checkpoints())
                    await self._events(stop)
                    ticking.cancel()
            except asyncio.CancelledError:
                self.report.ended = _CANCELLED
            except BaseExceptionGroup as several:  # of one: the group wraps what its body or its task raised
                raise _first(several) from several
        self._early()
        if self.interrupted:
            self.report.ended = self.report.ended or _INTERRUPTED

    async def _events(self, stop: asyncio.Event) -> None:
        async with closing(self.job.start(stop)) as events:
            async for event in events:
                self._early()
                self._take(event)

    def _early(self) -> None:
        while self.job.ended:
            self._count(self.job.ended.popleft())

    def _take(self, event: Event) -> None:
        self._count(self.job.output.take(event) if isinstance(event, Done) else event)

    async def _checkpoints(self) -> None:
        while True:
            await asyncio.sleep(_CHECKPOINT)
            self.job.output.checkpoint()

    def _count(self, event: Event) -> None:
        self.report.add(event)
        self.screen.saw(event)

    def _asked(self, stop: asyncio.Event, task: asyncio.Task[Any] | None) -> None:
        """First Ctrl-C (or SIGTERM): finish what is in flight. Second: cancel."""
        if not self.interrupted:
            self.interrupted = True
            stop.set()
            self.screen.say("Stopping: what is in flight is finished. Ctrl-C again to cancel that too.")
        elif task:
            task.cancel()


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


@asynccontextmanager
async def closing(events: AsyncIterator[Any]) -> AsyncIterator[AsyncIterator[Any]]:
    """Closes a generator at the end, so that what it has in flight is put away at once."""
    try:
        yield events
    finally:
        if close := getattr(events, "aclose", None):
            await close()


def _forget_stdout() -> None:
    """Keeps Python from flushing into the closed pipe on its way out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def check_writable(path: Path | None, *, option: str = "") -> None:
    """Raises UsageError where a file to be written at the end could not be; `option`: what asked for it."""
    if path is None or (path.exists() and not (path.is_file() or path.is_dir())):
        return  # a device or a pipe: opening one can wait for its reader
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
    except OSError as error:
        named = f"{option} {path}" if option else path
        raise UsageError(f"{named}: cannot write there ({error.strerror}); name another file") from error


def write_report(report: Report, path: Path | None) -> None:
    """The report as indented JSON. Raises StoreError."""
    if path is None:
        return
    try:
        write_whole(path, msgspec.json.format(msgspec.json.encode(report.as_dict()), indent=2) + b"\n")
    except OSError as error:
        raise StoreError(f"{path}: the report could not be written ({error.strerror})") from error
