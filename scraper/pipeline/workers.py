"""Worker processes that read pages: batches in, readings out. One page's crash costs that page only."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import NamedTuple

from scraper.models import Failed, Page
from scraper.pipeline.read import Reading, read_pages
from scraper.sites import Site

#: jobs that one message to a worker carries: measured best of 1, 4, 16, 64 (shared/findings/e2e.md, 3)
BATCH = 16
#: seconds after which a batch goes off although it is not full
FLUSH = 0.02
#: pages that are read in this process before worker processes are worth their start
INLINE = 6


class Job(NamedTuple):
    """An article's pages so far, and what is known of its site."""

    pages: tuple[Page, ...]
    site: Site | None
    domain: str


def read_batch(jobs: Sequence[Job]) -> list[Reading]:
    """Runs in a worker."""
    return [read_pages(*job) for job in jobs]


def _start() -> None:
    """A worker leaves Ctrl-C to its parent, which lets it finish what is in flight."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Workers:
    """`await read(job)` from many tasks at once; jobs travel in batches."""

    def __init__(self, count: int = 0) -> None:
        self._count = count or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: list[tuple[Job, asyncio.Future[Reading]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._sent: set[asyncio.Task[None]] = set()
        self._inline = 0

    async def __aenter__(self) -> Workers:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._timer:
            self._timer.cancel()
        for task in self._sent:
            task.cancel()
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)

    async def read(self, job: Job) -> Reading:
        """The reading of one article's pages."""
        if self._pool is None and self._inline < INLINE:
            self._inline += 1
            return await asyncio.to_thread(_read_one, job)
        future: asyncio.Future[Reading] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, future))
        if len(self._waiting) >= BATCH:
            self._flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH, self._flush)
        return await future

    def _flush(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        batch, self._waiting = self._waiting, []
        if batch:
            task = asyncio.create_task(self._send(batch))
            self._sent.add(task)
            task.add_done_callback(self._sent.discard)

    async def _send(self, batch: list[tuple[Job, asyncio.Future[Reading]]]) -> None:
        loop = asyncio.get_running_loop()
        pool = self._pool_now()
        try:
            readings = await loop.run_in_executor(pool, read_batch, [job for job, _ in batch])
        except BrokenProcessPool:
            await self._one_by_one(batch, pool)
            return
        except Exception as error:  # a batch that cannot travel: its futures must not wait for ever
            readings = [_crashed(job, repr(error)) for job, _ in batch]
        for (_, future), reading in zip(batch, readings, strict=True):
            if not future.done():
                future.set_result(reading)

    async def _one_by_one(self, batch: list[tuple[Job, asyncio.Future[Reading]]], broken: ProcessPoolExecutor) -> None:
        """A worker died with this batch: the page that kills one is found and failed, the others are read."""
        if self._pool is broken:
            self._pool = None
        loop = asyncio.get_running_loop()
        for job, future in batch:
            with ProcessPoolExecutor(1, mp_context=_context(), initializer=_start) as alone:
                try:
                    reading = (await loop.run_in_executor(alone, read_batch, [job]))[0]
                except BrokenProcessPool:
                    reading = _crashed(job, "the process that read it died")
            if not future.done():
                future.set_result(reading)

    def _pool_now(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._count, mp_context=_context(), initializer=_start)
        return self._pool


def _context() -> multiprocessing.context.BaseContext:
    """spawn: forking a process that runs an event loop and threads can hang."""
    return multiprocessing.get_context("spawn")


def _read_one(job: Job) -> Reading:
    return read_pages(*job)


def _crashed(job: Job, why: str) -> Reading:
    page = job.pages[0]
    return Reading(Failed(page.link, "crash", f"{page.url}: {why}; please report this page"))
