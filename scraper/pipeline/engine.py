"""The one place with concurrency: a queue of links for each host, lanes that work them off, events that come out.

Every link that is put in comes out as exactly one `Done`, but for those that an interrupt leaves in their queues.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from typing import Any

from scraper import urls
from scraper.fetch import Fetcher
from scraper.models import Done, Event, Failed, Fetch, Link, SiteEnd
from scraper.pipeline.memory import Memory
from scraper.pipeline.model import Recall
from scraper.pipeline.one import read_link
from scraper.pipeline.reserving import Respecting
from scraper.pipeline.settings import Settings
from scraper.pipeline.workers import Workers
from scraper.store import State

#: links read ahead of the fetcher, so that a list sorted by host still keeps many hosts busy
LOOKAHEAD = 5000
#: seconds that what is in flight has after a deadline
GRACE = 60.0

#: the end of the event queue
_END = None


class Group:
    """Links that belong together: a site's. Tells when the last of them has come to its end."""

    def __init__(self, site: str, deadline: float | None = None) -> None:
        self.site = site
        self._started = time.monotonic()
        self._until = self._started + deadline if deadline is not None else float("inf")
        self._left = 0
        self._closed = False

    @property
    def late(self) -> bool:
        """Whether its time is up."""
        return time.monotonic() >= self._until

    def open(self) -> None:
        self._left += 1

    def end(self) -> SiteEnd | None:
        """One link has ended; the site's end where it was the last."""
        self._left -= 1
        return self._event()

    def close(self) -> SiteEnd | None:
        """No link comes any more; the site's end where none is left."""
        self._closed = True
        return self._event()

    def _event(self) -> SiteEnd | None:
        if not self._closed or self._left:
            return None
        return SiteEnd(site=self.site, seconds=time.monotonic() - self._started)


Item = tuple[Link, Group | None]
Feed = Callable[[], Coroutine[Any, Any, None]]


class Engine:
    """State of one crawl."""

    def __init__(self, settings: Settings, stop: asyncio.Event | None, state: State | None = None) -> None:
        self.settings = settings
        self.stop = stop or asyncio.Event()
        #: the time for the run is up: what is queued ends as "deadline"
        self.late = False
        self.fetch: Fetcher
        self._articles: Fetch
        self._state = state
        #: gives what is remembered of a link's site; None: nothing is
        self.recall: Recall | None = None
        self._workers: Workers
        self._out: asyncio.Queue[Event | None] = asyncio.Queue(256)
        self._room = asyncio.Semaphore(settings.lookahead or LOOKAHEAD)
        self._hosts: dict[str, deque[Item]] = {}
        self._busy: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._given_up: list[Link] = []

    async def events(self, feed: Feed) -> AsyncIterator[Event]:
        """All events, until the links are used up or `stop` is set and what was in flight has ended."""
        settings, memory = self.settings, Memory(self._state) if self._state else None
        async with (
            Workers(settings.workers, patience=settings.patience, inline=settings.inline) as self._workers,
            Fetcher(
                settings.policy, settings.rules_of, memory=memory, gate=self._workers.room, archive=settings.archive
            ) as self.fetch,
        ):
            self._articles = self.fetch
            if settings.respect_tdm:
                self._articles = Respecting(self.fetch, self._state, settings.archive)
            main = asyncio.create_task(self._all(feed))
            try:
                while (event := await self._out.get()) is not _END:
                    yield event
                await main
            finally:
                main.cancel()
                for task in self._tasks:
                    task.cancel()
                with suppress(asyncio.CancelledError):
                    await asyncio.gather(main, *self._tasks, return_exceptions=True)

    async def tell(self, event: Event | None) -> None:
        if event is not None:
            await self._out.put(event)

    async def put(self, link: Link, group: Group | None = None) -> None:
        """Queue a link; waits while too many are queued."""
        await self._room.acquire()
        if group:
            group.open()
        host = urls.host(link.url)
        self._hosts.setdefault(host, deque()).append((link, group))
        at_once = self.settings.policy.per_host or self.settings.rules_of(host).per_host
        if self._busy.get(host, 0) < max(1, at_once):
            self._busy[host] = self._busy.get(host, 0) + 1
            task = asyncio.create_task(self._work_off(host))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    # --- inside ----------------------------------------------------------------------------------

    async def _all(self, feed: Feed) -> None:
        """Feeds until there is no more, or `stop`, or the deadline; then waits for what is in flight."""
        feeding, stopping = asyncio.create_task(feed()), asyncio.create_task(self.stop.wait())
        deadline = self.settings.deadline
        until = asyncio.get_running_loop().time() + deadline if deadline is not None else None
        try:
            await self._first_of(feeding, stopping, until)
            if feeding.done():
                await feeding  # raises what it raised
            else:
                feeding.cancel()
                with suppress(asyncio.CancelledError):
                    await feeding
            while self._tasks and not (self.stop.is_set() or self.late):
                await self._first_of(*self._tasks, stopping, until)
            await self._rest()
        finally:
            for task in (feeding, stopping):
                task.cancel()
            await self._out.put(_END)

    async def _first_of(self, *waited: Any) -> None:
        """Waits for the first of the tasks, or the deadline (the last argument), which is then noted."""
        *tasks, until = waited
        left = None if until is None else max(0.0, until - asyncio.get_running_loop().time())
        done, _ = await asyncio.wait(tasks, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        self.late = self.late or not done

    async def _rest(self) -> None:
        """What is in flight when no link is begun any more; after a deadline it has a while, then it is given up."""
        if not self._tasks:
            return
        _, hanging = await asyncio.wait(list(self._tasks), timeout=GRACE if self.late else None)
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        queued = [link for queue in self._hosts.values() for link, _ in queue]
        for link in (*self._given_up, *queued):
            await self._out.put(_too_late(link))

    async def _work_off(self, host: str) -> None:
        """One lane of a host: link after link until its queue is empty."""
        queue = self._hosts[host]
        try:
            while queue and not self.stop.is_set():
                link, group = queue.popleft()
                self._room.release()
                try:
                    done = await self._one(link, group)
                except asyncio.CancelledError:
                    self._given_up.append(link)
                    raise
                await self._out.put(done)
                if group:
                    await self.tell(group.end())
        finally:
            self._busy[host] -= 1
            if not self._busy[host]:
                self._busy.pop(host)
                if not queue:
                    self._hosts.pop(host, None)

    async def _one(self, link: Link, group: Group | None) -> Done:
        if self.late or (group and group.late):
            return _too_late(link)
        return await read_link(
            link, self._articles, self._workers, self.settings, recall=self.recall, delay_of=self.fetch.delay_of
        )


def _too_late(link: Link) -> Done:
    words = f"{link.url}: the time was up before it could be read; the next run goes on with it"
    return Done(link=link, outcome=Failed(link, "deadline", words))
