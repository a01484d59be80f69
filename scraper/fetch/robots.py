"""robots.txt (RFC 9309): asked for once per origin and run, read by protego."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

import httpx
from protego import Protego

from scraper.document import decoded_body
from scraper.errors import Failure
from scraper.fetch.clock import Clock
from scraper.fetch.memory import Memory

#: bytes that are read of a robots.txt: RFC 9309, 2.5, asks for 500 KiB at least
MAX_BYTES = 500 * 1024
#: redirects that are followed to it: RFC 9309, 2.3.1.2
MAX_REDIRECTS = 5
#: seconds after which a robots.txt that could not be had is asked for again, and one that could: RFC 9309, 2.4 (a list
#: of one site, at its pace, may take longer)
_RETRY, _DAY = 300.0, 24 * 3600.0
#: origins remembered
_ORIGINS = 1024
#: failures that are the host's, not the file's: its pages would fail in the same way, and say so
_HOST_REASONS = frozenset(("dns", "connect", "tls", "http429", "hostDown"))


class Answer(Protocol):
    @property
    def body(self) -> bytes: ...
    @property
    def encoding(self) -> str: ...


@dataclass(frozen=True, slots=True)
class RobotsTxt:
    """What one origin's robots.txt says to this program. Without a parser everything is allowed."""

    #: the product token of the user agent
    token: str
    parser: Protego | None = None
    #: why it could not be had, which disallows everything; "" where it could
    missing: str = ""

    def refusal(self, url: str) -> str:
        """The sentence that says why `url` may not be asked for; "" where it may."""
        if self.missing:
            return f"robots.txt could not be had, which counts as a no (RFC 9309): {self.missing}"
        if self.parser is None or self.parser.can_fetch(url, self.token):
            return ""
        return f"robots.txt disallows {url} for {self.token!r}"

    @property
    def delay(self) -> float:
        """Seconds between requests: the longer of Crawl-delay and Request-rate, 0 without."""
        if self.parser is None:
            return 0.0
        rate = self.parser.request_rate(self.token)
        gap = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return max(self.parser.crawl_delay(self.token) or 0.0, gap)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The `Sitemap:` lines, as they stand."""
        return tuple(self.parser.sitemaps) if self.parser else ()


_Origin = tuple[str, bytes, int | None]


@dataclass(slots=True)
class _Entry:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    known: RobotsTxt | Failure | None = None
    #: when `known` is asked for again
    until: float = float("inf")


class Robots:
    """The robots.txt of every origin of a run; `get` asks for one and follows its redirects."""

    def __init__(
        self,
        get: Callable[[httpx.URL], Awaitable[Answer]],
        user_agent: str,
        clock: Clock,
        memory: Memory | None = None,
    ) -> None:
        self._get, self._token, self._clock, self._memory = get, product_token(user_agent), clock, memory
        self._entries: OrderedDict[_Origin, _Entry] = OrderedDict()

    async def of(self, url: httpx.URL) -> RobotsTxt:
        """The robots.txt that holds for `url`.

        Raises Refusal where its host may not be asked, Failure where the host could not be reached.
        """
        entry = self._entry((url.scheme, url.raw_host, url.port))
        async with entry.lock:
            if entry.known is None or self._clock.monotonic() >= entry.until:
                entry.known = await self._load(url.copy_with(raw_path=b"/robots.txt"))
                failed = isinstance(entry.known, Failure) or bool(entry.known.missing)
                entry.until = self._clock.monotonic() + (_RETRY if failed else _DAY)
        if isinstance(entry.known, Failure):
            known = entry.known
            raise Failure(known.reason, known.detail, status=known.status, retry_after=known.retry_after)
        return entry.known

    def _entry(self, key: _Origin) -> _Entry:
        entry = self._entries.setdefault(key, _Entry())
        self._entries.move_to_end(key)
        if len(self._entries) > _ORIGINS:
            self._entries.popitem(last=False)
        return entry

    async def _load(self, address: httpx.URL) -> RobotsTxt | Failure:
        if self._memory and (known := self._memory.robots(str(address))) is not None:
            return self._read(known)
        try:
            answer = await self._get(address)
            body = decoded_body(answer.body, answer.encoding, limit=20 * MAX_BYTES)
        except Failure as error:
            found = self._without(error)
            if self._memory and isinstance(found, RobotsTxt) and not found.missing:
                self._memory.keep_robots(str(address), b"", 404)
            return found
        if self._memory:
            self._memory.keep_robots(str(address), body[:MAX_BYTES], 200)
        return self._read(body)

    def _read(self, body: bytes) -> RobotsTxt:
        text = body[:MAX_BYTES].decode("utf-8-sig", "replace")
        return RobotsTxt(self._token, Protego.parse(text)) if text else RobotsTxt(self._token)

    def _without(self, error: Failure) -> RobotsTxt | Failure:
        """RFC 9309, 2.3.1: unavailable (4xx, endless redirects) allows all, unreachable nothing.

        429 is not taken for "there is none": the host asks for fewer requests, not for more.
        """
        if error.reason in _HOST_REASONS:
            return error
        if error.reason == "redirects" or 400 <= (error.status or 0) < 500:
            return RobotsTxt(self._token)
        return RobotsTxt(self._token, missing=error.detail)


def product_token(user_agent: str) -> str:
    """The name that robots.txt groups are matched with: "news-bot" of "news-bot/1.0 (+https://…)"."""
    compatible = re.search(r"compatible;\s*([^/;\s()]+)", user_agent)
    return compatible[1] if compatible else re.split(r"[/\s(]", user_agent.strip(), maxsplit=1)[0]
