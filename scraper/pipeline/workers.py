"""Worker processes that read pages: batches in, readings out. A page that kills or hangs one costs that page only."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from scraper.models import Failed
from scraper.pipeline.model import Job, Reading
from scraper.pipeline.process import Died, Nursery, Process

_LOG = logging.getLogger(__name__)
#: jobs that one message to a worker carries: measured best of 1, 4, 16, 64 (shared/findings/e2e.md, 3)
BATCH = 16
#: seconds for which a batch that is not full waits for more
FLUSH = 0.02
#: pages waiting to be read at which no further request is begun
BOUND = 128
#: seconds that a batch, or a page alone, may take before its process is killed
PATIENCE = 60.0

_Waiting = tuple[Job, "asyncio.Future[Reading]"]


class Workers:
    """`await read(job)` from many tasks at once; jobs travel in batches."""

    def __init__(self, count: int = 0, *, patience: float = PATIENCE, inline: int = 0) -> None:
        """`count`: processes, 0 for as many as cores; `inline`: pages read in this process first."""
        self._count = count or os.cpu_count() or 1
        self._patience, self._inline = patience, inline
        self._waiting: deque[_Waiting] = deque()
        self._unread = 0
        self._more, self._less = asyncio.Event(), asyncio.Event()
        self._less.set()
        self._tasks: list[asyncio.Task[None]] = []
        self._nursery = Nursery()

    async def __aenter__(self) -> Workers:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._nursery.close()

    def expect(self) -> None:
        """A page is on its way: has processes get ready in the meantime."""
        if self._inline <= 0:
            with suppress(OSError):  # said when the page is here
                self._nursery.start()

    async def room(self) -> None:
        """Returns when there are few enough pages waiting to be read: back-pressure for whoever fetches them."""
        await self._less.wait()

    async def read(self, job: Job) -> Reading:
        """The reading of one article's pages. Raises nothing but CancelledError."""
        self._count_unread(+1)
        try:
            if self._inline > 0 and not self._tasks:
                self._inline -= 1
                return await self._here(job)
            future: asyncio.Future[Reading] = asyncio.get_running_loop().create_future()
            self._waiting.append((job, future))
            self._more.set()
            if not self._tasks or (len(self._tasks) < self._count and len(self._waiting) >= BATCH):
                self._tasks.append(asyncio.create_task(self._work(Process(self._nursery))))
            return await future
        finally:
            self._count_unread(-1)

    # --- inside ----------------------------------------------------------------------------------

    def _count_unread(self, step: int) -> None:
        self._unread += step
        if self._unread < BOUND:
            self._less.set()
        else:
            self._less.clear()

    async def _here(self, job: Job) -> Reading:
        """In a thread of this process, left alone where it takes too long."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Reading] = loop.create_future()

        def set_result(reading: Reading) -> None:
            if not future.done():
                future.set_result(reading)

        _thread(lambda: _tell(loop, set_result, _read_job(job)))
        try:
            async with asyncio.timeout(self._patience):
                return await future
        except TimeoutError:
            return crashed(job, f"reading it took more than {self._patience:g} s")

    async def _work(self, process: Process) -> None:
        """One process's life: batch after batch."""
        try:
            await self._work_off(process)
        finally:
            await process.close()

    async def _work_off(self, process: Process) -> None:
        while True:
            batch = await self._batch()
            try:
                readings = await self._read(process, [job for job, _ in batch])
            except BaseException:
                for _, future in batch:
                    future.cancel()
                raise
            for (_, future), reading in zip(batch, readings, strict=True):
                if not future.done():
                    future.set_result(reading)

    async def _batch(self) -> list[_Waiting]:
        """The next jobs: as many as there are after a moment."""
        while not self._waiting:
            self._more.clear()
            await self._more.wait()
        if len(self._waiting) < BATCH:
            await asyncio.sleep(FLUSH)
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        return batch or await self._batch()

    async def _read(self, process: Process, jobs: list[Job]) -> list[Reading]:
        try:
            return await process.read(jobs, self._patience)
        except Died as error:
            if len(jobs) == 1:
                return [crashed(jobs[0], str(error))]
            _LOG.info("a batch of %d pages: %s; they are read one by one", len(jobs), error)
            return [reading for job in jobs for reading in await self._read(process, [job])]
        except Exception as error:  # a batch that cannot travel: its links must come to an end all the same
            return [crashed(job, repr(error)) for job in jobs]


def _read_job(job: Job) -> Reading:
    from scraper.pipeline.read import read_pages  # the parsers: only who reads needs them

    return read_pages(*job)


def crashed(job: Job, why: str) -> Reading:
    """The reading of a page that could not be read."""
    page = job.pages[0]
    return Reading(Failed(page.link, "crash", f"{page.url}: {why}; please report this page"))


def _thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="read", daemon=True).start()


def _tell(loop: asyncio.AbstractEventLoop, tell: Callable[[Reading], None], reading: Reading) -> None:
    try:
        loop.call_soon_threadsafe(tell, reading)
    except RuntimeError:  # the loop has ended in the meantime; nobody waits
        return
