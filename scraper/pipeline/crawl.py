"""The pipeline on one screen: links → fetch → read → outcomes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence

import msgspec

from scraper import urls
from scraper.errors import ScraperError, StoreError
from scraper.fetch import Fetcher
from scraper.models import Done, Event, Fetch, Kept, Link, Outcome, Refused, Source, Unchanged
from scraper.pipeline.duplicates import Duplicates
from scraper.pipeline.engine import Engine, Group
from scraper.pipeline.memory import Memory, Remembered, Sources
from scraper.pipeline.settings import Settings, Target
from scraper.store import State

#: sites that are discovered at the same time
SITES_AT_ONCE = 32
#: ceilings of a link that the discovery of a site may take
_DISCOVERY = 3
_LOG = logging.getLogger(__name__)
#: links after which other tasks get their turn
_BREATH = 64


async def get(
    links: Iterable[Link] | AsyncIterable[Link],
    settings: Settings,
    *,
    state: State | None = None,
    stop: asyncio.Event | None = None,
) -> AsyncIterator[Event]:
    """One `Done` for each link, as they end; the same article through a second link is refused as a duplicate.

    With a `state`, hosts' pauses are remembered, and telling duplicates is left to `State.settle`.
    """
    engine = Engine(settings, stop, state)
    once = None if state else _Once()

    async def feed() -> None:
        async for link in _async(links):
            await engine.put(link)

    async for event in engine.events(feed):
        yield once(event) if once and isinstance(event, Done) else event


async def run(
    targets: Sequence[Target],
    settings: Settings,
    state: State,
    *,
    number: int | None = None,
    stop: asyncio.Event | None = None,
) -> AsyncIterator[Event]:
    """Discover the articles of `targets`, and read those that are due: new ones, those that failed for a time, and
    young ones that may have been edited.

    A `Source` for each place that was asked, a `Done` for each link (Unchanged without a request for one that is known
    and not due), a `SiteEnd` for each target. What comes out is to be handed to `state.settle`. `number`: the run's.
    """
    engine = Engine(settings, stop, state)
    state.mark = Duplicates(state.db, state.now())
    engine.recall = Remembered(state)
    at_once = asyncio.Semaphore(SITES_AT_ONCE)

    sites: dict[str, list[Target]] = {}
    for target in targets:
        sites.setdefault(target.site.domain, []).append(target)

    async def one(homes: list[Target]) -> None:
        async with at_once:
            if not engine.stop.is_set():
                await _site(homes, engine, state, number)

    async def feed() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for homes in sites.values():
                    group.create_task(one(homes))
        except BaseExceptionGroup as several:  # a store that fails fails for all: one sentence is enough
            raise several.exceptions[0] from several

    async for event in engine.events(feed):
        yield event


async def plan(
    targets: Sequence[Target], settings: Settings, state: State | None = None
) -> AsyncIterator[Event | Link]:
    """What `run` would fetch: discovery alone. Links that are not due come as Unchanged; nothing is stored."""
    memory = Memory(state) if state else None
    async with Fetcher(settings.policy, settings.rules_of, memory=memory) as fetch:
        for target in targets:
            async for found in _links(target, settings, fetch):
                known = isinstance(found, Link) and state and state.links.state_of(found.url) not in ("", "new")
                yield Done(link=found, outcome=Unchanged(found)) if known and isinstance(found, Link) else found


async def _site(homes: Sequence[Target], engine: Engine, state: State, number: int | None) -> None:
    """One site's turn: what its sources name is noted, what is due is queued, each once however many homes it has."""
    settings, domain = engine.settings, homes[0].site.domain
    group = Group(domain, settings.site_deadline)
    found: dict[str, Link] = {}
    for home in homes:
        async for event in _links(home, settings, Sources(engine.fetch, state, settings.archive)):
            if isinstance(event, Link):
                found[urls.article_key(event.url)] = event
            else:
                state.sources.counted(event)
                await engine.tell(event)
    now = state.now()
    since = settings.limits.since
    state.links.note(found.values(), now, number)
    due = state.links.due(domain, now, settings.max_articles, since.timestamp() if since else None)
    asked = {urls.article_key(link.url) for link in due}
    limited = bool(settings.max_articles or since)
    for count, (key, link) in enumerate(found.items()):
        if key not in asked:
            passed_over = limited and state.links.state_of(link.url) == "new"
            await engine.tell(Done(link=link, outcome=Unchanged(link, passed_over)))
        if count % _BREATH == 0:
            await asyncio.sleep(0)
    for link in due:
        await engine.put(_together(link, found.get(urls.article_key(link.url))), group)
    await engine.tell(group.close())


def _together(due: Link, found: Link | None) -> Link:
    """What a source says of the link today, with the validators of the version that is known."""
    if found is None:
        return due
    return msgspec.structs.replace(found, url=due.url, etag=due.etag, last_modified=due.last_modified)


async def _links(target: Target, settings: Settings, fetch: Fetch) -> AsyncIterator[Link | Source]:
    """Discovery of one site; what goes wrong becomes a Source with an error."""
    from scraper.discover import discover  # a list needs none

    try:
        async with asyncio.timeout(_DISCOVERY * settings.ceiling):
            found = [
                item async for item in discover(target.site, fetch, home=target.home or None, limits=settings.limits)
            ]
    except StoreError:
        raise
    except TimeoutError:
        found = [_unread(target, "its sources took too long; the next run asks again")]
    except ScraperError as error:
        found = [_unread(target, str(error))]
    except Exception as error:  # the pipeline's border: a bug costs this site its turn, not the others theirs
        _LOG.exception("discovering %s", target.site.domain)
        found = [_unread(target, f"{error!r}; please report this")]
    for item in found:
        yield item


def _unread(target: Target, why: str) -> Source:
    return Source(site=target.site.domain, url=target.home, kind="section", error=why)


async def _async(links: Iterable[Link] | AsyncIterable[Link]) -> AsyncIterator[Link]:
    if isinstance(links, AsyncIterable):
        async for link in links:
            yield link
        return
    for count, link in enumerate(links):
        if count % _BREATH == 0:
            await asyncio.sleep(0)
        yield link


class _Once:
    """The same article through a second link is refused as a duplicate."""

    def __init__(self) -> None:
        self._kept: set[str] = set()

    def __call__(self, done: Done) -> Done:
        outcome: Outcome = done.outcome
        if not isinstance(outcome, Kept):
            return done
        if outcome.record.id in self._kept:
            words = f"{done.link.url} is the same article as {outcome.record.id}"
            return msgspec.structs.replace(done, outcome=Refused(done.link, "duplicate", words))
        self._kept.add(outcome.record.id)
        return done
