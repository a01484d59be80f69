"""The fetch stage's public face: a link in, a page out, politely."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Self

import httpx

from scraper.errors import Failure, Refusal
from scraper.fetch import robots
from scraper.fetch.agent import user_agent
from scraper.fetch.clock import Clock
from scraper.fetch.cookies import Jars
from scraper.fetch.guard import Guard
from scraper.fetch.mapping import mapped
from scraper.fetch.memory import Breakers, Memory
from scraper.fetch.pace import Limits, Paces
from scraper.fetch.policy import FetchPolicy
from scraper.fetch.redirects import follow, http_url
from scraper.fetch.resolve import parse_resolve
from scraper.fetch.transport import Proxies, Router
from scraper.fetch.wire import Answer, Ask, Trip, Wire
from scraper.models import Link, Page, Redirect
from scraper.sites.model import FetchRules

_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "*",
    "Accept-Encoding": "gzip, br, zstd, deflate",
    "Connection": "keep-alive",
}
#: not packed, so that a cap on the wire is a cap on the text; tried again slowly, since its
#: Crawl-delay is unknown yet
_ROBOTS = Ask(
    headers={"Accept": "text/plain,*/*;q=0.8", "Accept-Encoding": "identity"},
    max_bytes=robots.MAX_BYTES,
    lenient=True,
    backoff=3.0,
)
_PAGE = Ask()

#: takes an answer, and what it is: "robots", "error" …
Archive = Callable[[Page, str], None]


class Fetcher:
    """Fetches pages within robots.txt, each host's pace, and the caps of policy and site rules.

        async with Fetcher(policy, lambda host: rules) as fetch:
            page = await fetch(link)

    `rules` gives the `[fetch]` table for a host (lower case, IDNs in punycode). Raises UsageError
    for a policy that cannot be followed. Implements `models.Fetch`; many tasks may call it at once.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        rules: Callable[[str], FetchRules],
        *,
        clock: Clock | None = None,
        memory: Memory | None = None,
        gate: Callable[[], Awaitable[None]] | None = None,
        archive: Archive | None = None,
    ) -> None:
        """`memory`: what outlives this fetcher; `gate`: awaited before each request, to hold it back; `archive`: takes
        the answers that no caller gets: robots.txt, error pages, redirects that led nowhere. Raises nothing.
        """
        self._policy, self._rules, self._clock = policy, rules, clock or Clock()
        self._memory, self._gate, self._archive = memory, gate, archive
        self._agent = user_agent(policy.user_agent)
        self._resolve = parse_resolve(policy.resolve)
        self._proxies = Proxies(self._resolve)
        self._paces = Paces(self._limits, self._clock, memory)
        self._exit = AsyncExitStack()
        #: requests written so far, robots.txt, redirects and retries included
        self.requests = 0

    async def __aenter__(self) -> Self:
        guard = Guard(self._resolve, allow_private=self._policy.allow_private)
        self._exit.callback(guard.close)
        transport = Router(guard, self._proxies, lambda host: self._limits(host).per_host)
        await self._exit.enter_async_context(transport)
        self._wire = Wire(transport, self._policy, self._rules, self._paces, self._clock)
        self._wire.headers = {**_HEADERS, "User-Agent": self._agent}
        self._wire.breakers = Breakers(self._clock, self._memory)
        self._wire.jars = Jars(self._memory)
        self._wire.gate = self._gate
        self._wire.thorough = self._archive is not None
        self._robots = robots.Robots(self._robots_txt, self._agent, self._clock, self._memory)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._exit.aclose()

    async def __call__(self, link: Link) -> Page:
        """The page behind `link`, redirects followed, its body still encoded; a Page of status 304 without a body
        where `link` has validators and what they stand for has not changed.

        Raises Refusal or Failure, whose `requests` says how many were made.
        """
        trip = Trip()
        try:
            with mapped(link.url):
                answer, url, passed = await follow(
                    partial(self._polite, ask=_ask(link), trip=trip),
                    http_url(link.url),
                    limit=self._policy.max_redirects,
                )
        except (Refusal, Failure) as error:
            error.requests = trip.requests
            self._put_away(link, trip)
            raise
        finally:
            self.requests += trip.requests
        return self._page(link, (str(url), answer), passed, trip)

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """The `Sitemap:` addresses in the robots.txt of `url`'s host; () where there are none."""
        try:
            with mapped(url):
                base = http_url(url)
                lines = (await self._robots.of(base)).sitemaps
        except (Refusal, Failure):
            return ()
        found = []
        for line in lines:
            with suppress(Refusal):  # one that is no http address costs none of the others
                found.append(str(http_url(line, base)))
        return tuple(dict.fromkeys(found))

    def delay_of(self, host: str) -> float:
        """Seconds between two requests to a host: its Crawl-delay, where that is known by now and longer."""
        return self._paces.of(host).delay

    async def _polite(self, url: httpx.URL, *, ask: Ask, trip: Trip) -> Answer:
        """One hop, if robots.txt has nothing against it."""
        rules = await self._robots.of(url)
        if refusal := rules.refusal(str(url)):
            raise Refusal("robots", refusal, temporary=bool(rules.missing))
        trip.robots = "allowed" if rules.parser else "absent"
        self._paces.of(url.raw_host.decode("ascii")).at_least(rules.delay)
        return await self._wire.get(url, ask, trip)

    async def _robots_txt(self, url: httpx.URL) -> Answer:
        trip, link = Trip(), Link(url=str(url), via="robots")
        try:
            answer, at, passed = await follow(
                lambda hop: self._wire.get(hop, _ROBOTS, trip), url, limit=robots.MAX_REDIRECTS
            )
        except (Refusal, Failure):
            self._put_away(link, trip)
            raise
        finally:
            self.requests += trip.requests
        if self._archive:
            self._archive(self._page(link, (str(at), answer), passed, trip), "robots")
        return answer

    def _put_away(self, link: Link, trip: Trip) -> None:
        """Archives what came of a trip that led to no page; the last answer is an error's, or a redirect."""
        *before, last = [*trip.hops, trip.last]
        if last is None and before:
            last = before.pop()
        if self._archive and last:
            self._archive(self._page(link, last, [hop for hop in before if hop], trip), "error")

    def _page(self, link: Link, last: tuple[str, Answer], passed: Iterable[tuple[str, Answer]], trip: Trip) -> Page:
        """`last`: the address that answered, and its answer; `passed`: the redirects to it."""
        (url, answer), hops = last, tuple(_redirect(address, hop) for address, hop in passed)
        return Page(
            link=link,
            url=url,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            encoding=answer.encoding,
            fetched_at=datetime.now(UTC),
            redirects=tuple(hop.url for hop in hops),
            hops=hops,
            elapsed=self._clock.monotonic() - (trip.started or 0.0),
            requests=trip.requests,
            robots=trip.robots,
            truncated=answer.truncated,
        )

    def _limits(self, host: str) -> Limits:
        rules, policy = self._rules(host), self._policy
        return Limits(
            delay=rules.delay if policy.delay is None else policy.delay,
            per_host=max(1, rules.per_host if policy.per_host is None else policy.per_host),
            max_wait=policy.max_wait,
        )


def _redirect(url: str, answer: Answer) -> Redirect:
    return Redirect(url, answer.status, answer.headers)


def _ask(link: Link) -> Ask:
    """A conditional request where the link has validators (RFC 9110, 13.1)."""
    headers = {"If-None-Match": link.etag, "If-Modified-Since": link.last_modified}
    known = {name: value for name, value in headers.items() if value}
    return Ask(headers=known) if known else _PAGE
