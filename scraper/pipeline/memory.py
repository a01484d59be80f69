"""What the fetch stage and discovery remember from run to run, kept in the state."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from scraper.errors import Failure, Refusal
from scraper.models import Fetch, Link, Page
from scraper.pipeline.model import Repeats
from scraper.store import State
from scraper.store.state_sources import KnownSource

#: seconds for which a robots.txt may be used without asking (RFC 9309, 2.4)
ROBOTS_FOR = 24 * 3600.0
#: seconds of a pause that a host did not ask for (its Crawl-delay) from which it must outlive a kill: about what an
#: output waits before it commits
_SOON = 2.5
#: seconds for which a source that is not there is not asked again: many are guesses
GONE_FOR = 20 * 3600.0


class Memory:
    """A `scraper.fetch.Memory`: robots.txt, pauses, breakers and cookies of hosts."""

    def __init__(self, state: State) -> None:
        self._state = state

    def robots(self, url: str) -> bytes | None:
        """A robots.txt of the last 24 hours, b"" where there was none; None: it must be asked for."""
        known = self._state.sources.get(url)
        if known is None or not _within(ROBOTS_FOR, known, self._state.now()):
            return None
        if known.status in (404, 410):
            return b""
        return known.page.body if known.page and known.status in (200, 304) else None

    def keep_robots(self, url: str, body: bytes, status: int) -> None:
        """`status` 404: there is none."""
        now = self._state.now()
        if status == 200:
            page = Page(link=Link(url=url), url=url, body=body)
            self._state.sources.fresh(url, "robots", "", page, now)
        else:
            self._state.sources.failed(url, "robots", "", status, "", now)

    def cooldown(self, host: str) -> tuple[float, int] | None:
        return self._state.hosts.cooldown(host, self._state.now())

    def cool(self, host: str, until: float, status: int) -> None:
        now = self._state.now()
        self._state.hosts.cool(host, until, status, now)
        if status or until - now > _SOON:
            self._state.commit()

    def breaker(self, host: str) -> tuple[int, float]:
        return self._state.hosts.breaker(host)

    def broke(self, host: str, failures: int, open_until: float) -> None:
        self._state.hosts.broke(host, failures, open_until)

    def cookies(self, group: str) -> str:
        return self._state.hosts.cookies(group)

    def keep_cookies(self, group: str, text: str) -> None:
        self._state.hosts.keep_cookies(group, text)


class Remembered:
    """A `pipeline.model.Recall`: what stood on other articles of a link's site, by the runs before this one.

    What this run learns is for the next: else a record would depend on which articles happened to be read before it.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        #: (site, whether for an article that was read before) → what is remembered
        self._known: dict[tuple[str, bool], Repeats] = {}

    def __call__(self, link: Link, site: str) -> Repeats:
        if (site, False) not in self._known:  # nothing of it has been stored by this run yet
            self._known.update({(site, again): self._state.repeats.of(site, again=again) for again in (False, True)})
        return self._known[site, self._state.links.state_of(link.url) == "kept"]


class Sources:
    """A `Fetch` for discovery: every place is asked conditionally, and a 304 stands for what is kept of it.

    So discovery always sees whole answers, and what it makes of them depends on nothing but them.
    """

    def __init__(self, fetch: Fetch, state: State, archive: Callable[[Page, str], None] | None = None) -> None:
        """`archive`: takes each whole answer, and what it is."""
        self._fetch, self._state, self._archive = fetch, state, archive

    async def __call__(self, link: Link) -> Page:
        kind = link.via.partition(":")[0]
        now = self._state.now()
        known = self._state.sources.get(link.url)
        if known and known.status in (404, 410) and _within(GONE_FOR, known, now):
            raise Failure(f"http{known.status}", known.error, status=known.status)
        try:
            page = await self._fetch(_conditional(link, known))
        except Failure as error:
            self._state.sources.failed(link.url, kind, link.site, error.status or 0, error.detail, now)
            raise
        except Refusal as error:
            self._state.sources.failed(link.url, kind, link.site, 0, error.detail, now)
            raise
        if page.status == 304 and known and known.page:
            self._state.sources.same(link.url, now)
            return msgspec.structs.replace(known.page, link=link, requests=page.requests)
        if self._archive:
            self._archive(page, kind)
        self._state.sources.fresh(link.url, kind, link.site, page, now)
        return page

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        return await self._fetch.sitemaps(url)


def _within(seconds: float, known: KnownSource, now: float) -> bool:
    """Whether it was asked for not longer ago than that. Not in the future either: the clock was wrong then."""
    return 0 <= now - known.asked_at <= seconds


def _conditional(link: Link, known: KnownSource | None) -> Link:
    if known is None or known.page is None:
        return link
    return msgspec.structs.replace(link, etag=known.etag, last_modified=known.last_modified)
