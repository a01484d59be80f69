"""The pipeline on one screen: links → fetch → read → outcomes; the one place with concurrency.

Every link that comes in goes out as exactly one `Done`.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from typing import Any

from scraper import urls
from scraper.discover import discover
from scraper.errors import Failure, Refusal, ScraperError
from scraper.fetch import Fetcher
from scraper.models import Done, Event, Failed, Fetch, Kept, Link, Outcome, Page, Refused, Source
from scraper.pipeline.settings import Settings, Target
from scraper.pipeline.workers import Job, Workers
from scraper.sites import Site

#: links read ahead of the fetcher, so that a list sorted by host still keeps many hosts busy
LOOKAHEAD = 5000
#: sites that are discovered at the same time
SITES_AT_ONCE = 32

#: the end of the event queue
_END = None


async def get(links: Iterable[Link], settings: Settings, *, stop: asyncio.Event | None = None) -> AsyncIterator[Event]:
    """One `Done` for each link, as they end."""
    crawl = _Crawl(settings, stop)

    async def feed() -> None:
        for link in links:
            await crawl.put(link)

    async for event in crawl.events(feed):
        yield event


async def run(
    targets: Sequence[Target],
    settings: Settings,
    *,
    known: Callable[[str], bool] = lambda url: False,
    stop: asyncio.Event | None = None,
) -> AsyncIterator[Event]:
    """Discover the articles of `targets` and read those that are not `known`: a `Source` for each place that was asked,
    a `Done` for each link."""
    crawl = _Crawl(settings, stop)
    at_once = asyncio.Semaphore(SITES_AT_ONCE)

    async def one(target: Target) -> None:
        taken = 0
        async with at_once:
            async for found in _links(target, settings, crawl.fetch):
                if isinstance(found, Source):
                    await crawl.tell(found)
                elif not known(found.url) and (settings.max_articles is None or taken < settings.max_articles):
                    taken += 1
                    await crawl.put(found)
                if crawl.stop.is_set():
                    return

    async def feed() -> None:
        async with asyncio.TaskGroup() as group:
            for target in targets:
                group.create_task(one(target))

    async for event in crawl.events(feed):
        yield event


async def plan(targets: Sequence[Target], settings: Settings) -> AsyncIterator[Link | Source]:
    """What `run` would fetch: discovery alone."""
    async with Fetcher(settings.policy, settings.rules_of) as fetch:
        for target in targets:
            async for found in _links(target, settings, fetch):
                yield found


async def _links(target: Target, settings: Settings, fetch: Fetch) -> AsyncIterator[Link | Source]:
    """Discovery of one site; what goes wrong becomes a Source with an error."""
    try:
        async for found in discover(target.site, fetch, home=target.home or None, limits=settings.limits):
            yield found
    except ScraperError as error:
        yield Source(site=target.site.domain, url=target.home, kind="section", error=str(error))


class _Crawl:
    """State of one crawl: a queue of links for each host, the tasks that work them off, the events that come out."""

    def __init__(self, settings: Settings, stop: asyncio.Event | None) -> None:
        self.settings = settings
        self.stop = stop or asyncio.Event()
        self.fetch: Fetch
        self._workers: Workers
        self._out: asyncio.Queue[Event | None] = asyncio.Queue(256)
        self._room = asyncio.Semaphore(LOOKAHEAD)
        self._hosts: dict[str, deque[Link]] = {}
        self._busy: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._kept: set[str] = set()

    async def events(self, feed: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[Event]:
        """All events, until the links are used up or `stop` is set and what was in flight has ended."""
        async with (
            Fetcher(self.settings.policy, self.settings.rules_of) as self.fetch,
            Workers(self.settings.workers) as self._workers,
        ):
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

    async def _all(self, feed: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            feeding = asyncio.create_task(feed())
            stopping = asyncio.create_task(self.stop.wait())
            await asyncio.wait((feeding, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not feeding.done():
                feeding.cancel()
            stopping.cancel()
            with suppress(asyncio.CancelledError):
                await feeding
            while self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            await self._out.put(_END)

    async def tell(self, event: Event) -> None:
        await self._out.put(event)

    async def put(self, link: Link) -> None:
        """Queue a link; waits while too many are queued."""
        await self._room.acquire()
        host = urls.host(link.url)
        self._hosts.setdefault(host, deque()).append(link)
        at_once = self.settings.policy.per_host or self.settings.rules_of(host).per_host
        if self._busy.get(host, 0) < max(1, at_once):
            self._busy[host] = self._busy.get(host, 0) + 1
            task = asyncio.create_task(self._work_off(host))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work_off(self, host: str) -> None:
        """One lane of a host: link after link until its queue is empty."""
        queue = self._hosts[host]
        try:
            while queue and not self.stop.is_set():
                link = queue.popleft()
                self._room.release()
                await self._out.put(await self._one(link))
        finally:
            self._busy[host] -= 1
            if not self._busy[host] and not queue:
                self._busy.pop(host)
                self._hosts.pop(host, None)

    async def _one(self, link: Link) -> Done:
        started = time.monotonic()
        site = self.settings.site_of(link.url)
        domain = site.domain if site else urls.site_key(link.url)
        pages: list[Page] = []
        generic = False
        try:
            pages.append(await self.fetch(link))
            outcome, generic = await self._read(pages, site if self.settings.use_configs else None, domain)
        except Refusal as error:
            outcome = Refused(link, error.reason, error.detail)
        except Failure as error:
            outcome = Failed(link, error.reason, error.detail)
        return Done(
            link=link,
            outcome=self._once(outcome, link),
            seconds=time.monotonic() - started,
            bytes=sum(len(page.body) for page in pages),
            requests=sum(page.requests for page in pages),
            generic=generic,
        )

    async def _read(self, pages: list[Page], site: Site | None, domain: str) -> tuple[Outcome, bool]:
        """Read an article, fetching its further pages as they come to light."""
        reading = await self._workers.read(Job(tuple(pages), site, domain))
        while reading.next_page:
            link = Link(url=reading.next_page, site=domain, via=f"page:{pages[0].link.url}")
            try:
                pages.append(await self.fetch(link))
            except (Refusal, Failure):
                break  # the pages so far are an article; its access says that more was to come
            reading = await self._workers.read(Job(tuple(pages), site, domain))
        return reading.outcome, reading.generic

    def _once(self, outcome: Outcome, link: Link) -> Outcome:
        """The same article through a second link is refused as a duplicate."""
        if isinstance(outcome, Kept):
            if outcome.record.id in self._kept:
                return Refused(link, "duplicate", f"{link.url} is the same article as {outcome.record.id}")
            self._kept.add(outcome.record.id)
        return outcome
