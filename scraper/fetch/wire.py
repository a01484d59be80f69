"""One address, asked: its turn, the request, deadlines and caps, the answer; and tries again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import httpcore
import httpx

from scraper.errors import Failure, Refusal
from scraper.fetch.clock import Clock
from scraper.fetch.content import bot_check, is_binary
from scraper.fetch.cookies import Jars
from scraper.fetch.mapping import mapped
from scraper.fetch.memory import Breakers
from scraper.fetch.pace import Pace, Paces
from scraper.fetch.policy import FetchPolicy
from scraper.fetch.retry import PASSING, retry_after, retrying
from scraper.sites.model import FetchRules

#: bodies of redirects and error pages are read up to this size, to keep the connection
_DRAIN, _DRAIN_SECONDS = 65_536, 2.0
_REDIRECTS = frozenset((301, 302, 303, 307, 308))


@dataclass(slots=True)
class Trip:
    """What one link has cost so far."""

    requests: int = 0
    #: monotonic time of the first request
    started: float | None = None
    #: what robots.txt has to do with it: "allowed", or "absent"
    robots: str = ""
    #: (address, answer) of each redirect, and of the last answer that was none
    hops: list[tuple[str, Answer]] = field(default_factory=list)
    last: tuple[str, Answer] | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for, beside the address."""

    headers: dict[str, str] = field(default_factory=dict)
    #: bytes on the wire; None: the site's cap
    max_bytes: int | None = None
    #: as robots.txt is read: a larger body is cut at the cap, and any content type will do
    lenient: bool = False
    #: seconds before the second try, at least; each further one waits twice as long
    backoff: float = 0.5

    @property
    def conditional(self) -> bool:
        """Whether "not modified" is an answer."""
        return "If-None-Match" in self.headers or "If-Modified-Since" in self.headers


@dataclass(frozen=True, slots=True)
class Answer:
    """A final answer (2xx with its body, or 304 to a conditional request) or a redirect."""

    status: int
    headers: dict[str, str]
    #: the Cookie header that was sent
    cookie: str
    location: str | None = None
    body: bytes = b""
    #: why the body is not whole, as `models.Page.truncated` says it
    truncated: str = ""

    @property
    def encoding(self) -> str:
        return self.headers.get("content-encoding", "").strip().lower()


class Wire:
    """Asks one address at a time of each task, within all that policy and site rules allow.

    It speaks to the transport: redirects, cookies and errors are dealt with here, and what httpx's client does about
    them for each answer took a sixth of the time.
    """

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport,
        policy: FetchPolicy,
        rules: Callable[[str], FetchRules],
        paces: Paces,
        clock: Clock,
    ) -> None:
        self._transport, self._policy, self._rules = transport, policy, rules
        self._timeout = httpx.Timeout(policy.read_timeout, pool=None).as_dict()
        self._paces, self._clock = paces, clock
        #: sent with every request
        self.headers: dict[str, str] = {}
        self.jars = Jars()
        self._everywhere = asyncio.Semaphore(max(1, policy.concurrency))
        self.breakers = Breakers(clock, None)
        #: awaited before each request, with the host's turn already taken
        self.gate: Callable[[], Awaitable[None]] | None = None
        #: read error pages whose size is not known, or that are too large to be worth their connection, as well
        self.thorough = False

    async def get(self, url: httpx.URL, ask: Ask, trip: Trip) -> Answer:
        """The answer of `url` itself, redirects not followed. Raises Refusal or Failure."""
        retry = retrying(self._policy, self._clock, ask.backoff)
        answer: Answer = await retry(self._attempt, url, ask, trip)
        return answer

    async def _attempt(self, url: httpx.URL, ask: Ask, trip: Trip) -> Answer:
        host = url.raw_host.decode("ascii")
        rules, pace = self._rules(host), self._paces.of(host)
        self.breakers.check(host)
        with self._heard(host, str(url)):
            async with pace.slot(begun=trip.requests > 0), self._everywhere:
                if self.gate:
                    await self.gate()
                turn = _Turn(pace, trip, rules.timeout, self._clock)
                try:
                    async with asyncio.timeout(rules.timeout) as turn.deadline:
                        async with self._answer(url, ask, rules, turn) as (response, cookie):
                            return await self._read(_Came(response, cookie, trip), ask, rules)
                except TimeoutError as error:
                    words = f"{url}: no whole answer within {rules.timeout:g} s"
                    raise Failure("timeout", words) from error

    @contextmanager
    def _heard(self, host: str, url: str) -> Iterator[None]:
        """Maps the errors of a request, and tells the breaker how it went."""
        try:
            with mapped(url):
                yield
        except Failure as failure:
            if failure.status is not None:
                self.breakers.answered(host)
            else:
                self.breakers.failed(host, failure)
            raise
        except Refusal:
            self.breakers.answered(host)
            raise
        except BaseException:
            self.breakers.let_go(host)
            raise
        self.breakers.answered(host)

    @asynccontextmanager
    async def _answer(
        self, url: httpx.URL, ask: Ask, rules: FetchRules, turn: _Turn
    ) -> AsyncIterator[tuple[httpx.Response, str]]:
        request = httpx.Request(
            "GET", url, headers={**self.headers, **ask.headers},
            extensions={"timeout": self._timeout, "trace": turn.trace},
        )  # fmt: skip
        cookie = self.jars.apply(request, rules.cookies)
        response = await self._transport.handle_async_request(request)
        response.request = request
        turn.answered()
        self.jars.store(response, redirect=response.status_code in _REDIRECTS)
        try:
            yield response, cookie
        finally:
            await response.aclose()

    async def _read(self, came: _Came, ask: Ask, rules: FetchRules) -> Answer:
        response, status, headers = came.response, came.response.status_code, dict(came.response.headers)
        location = headers.get("location")
        if status in _REDIRECTS and location is not None:
            await _drain(response)
            return came.redirect(Answer(status, headers, came.cookie, location))
        came.last(Answer(status, headers, came.cookie, truncated="unspecified"))  # its body is still to come
        if status == 304 and ask.conditional:
            return Answer(status, headers, came.cookie)
        if mark := bot_check(headers):
            await self._put_aside(came)
            raise Refusal("blocked", f"{response.url}: a bot check stands before it ({mark}, status {status})")
        if not 200 <= status < 300:
            raise await self._error(came)
        kind = headers.get("content-type", "")
        if is_binary(kind) and not ask.lenient:
            raise Refusal("notHtml", f"{response.url}: the answer is {kind}, not a page")
        limit = rules.max_bytes if ask.max_bytes is None else ask.max_bytes
        body, truncated = await _body(response, limit, cut=ask.lenient)
        return Answer(status, headers, came.cookie, body=body, truncated=truncated)

    async def _put_aside(self, came: _Came) -> None:
        """Reads the body of an answer that is no page, as far as its connection or the archive has a use for it."""
        response = came.response
        body, truncated = await _drain(response, thorough=self.thorough)
        came.last(Answer(response.status_code, dict(response.headers), came.cookie, body=body, truncated=truncated))

    async def _error(self, came: _Came) -> Failure:
        response, status = came.response, came.response.status_code
        wait = retry_after(response.headers, self._clock) if status in PASSING else None
        if wait is not None:
            self._paces.pause(str(response.url.raw_host, "ascii"), wait, status)
        await self._put_aside(came)
        words = f"{response.url}: the server answered {status} {response.reason_phrase}".rstrip()
        return Failure(f"http{status}", words, status=status, retry_after=wait)


@dataclass(slots=True)
class _Came:
    """An answer whose head is here, the cookie that was sent for it, and the trip it belongs to."""

    response: httpx.Response
    cookie: str
    trip: Trip

    def redirect(self, answer: Answer) -> Answer:
        self.trip.hops.append((str(self.response.url), answer))
        return answer

    def last(self, answer: Answer) -> None:
        self.trip.last = str(self.response.url), answer


class _Turn:
    """Hears from httpcore when a request is about to be written, and holds it until its turn."""

    def __init__(self, pace: Pace, trip: Trip, timeout: float, clock: Clock) -> None:
        self._pace, self._trip, self._timeout, self._clock = pace, trip, timeout, clock
        self._serial = 0
        self.deadline: asyncio.Timeout | None = None

    async def trace(self, event: str, info: dict[str, Any]) -> None:
        """httpcore's trace extension."""
        if event.endswith("send_request_headers.started"):
            request = info.get("request")
            if not (isinstance(request, httpcore.Request) and request.method == b"CONNECT"):
                await self._begin()

    def answered(self) -> None:
        self._pace.answered(self._serial)

    async def _begin(self) -> None:
        if self.deadline:
            self.deadline.reschedule(None)  # waiting for one's turn is not the server's time
        self._serial = await self._pace.begin()
        if self.deadline:
            self.deadline.reschedule(asyncio.get_running_loop().time() + self._timeout)
        self._trip.requests += 1
        if self._trip.started is None:
            self._trip.started = self._clock.monotonic()


async def _body(response: httpx.Response, limit: int, *, cut: bool) -> tuple[bytes, str]:
    """The body as it came, still encoded, and "length" where it was `cut`. Raises Failure("tooLarge") as soon as that
    is known."""
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 19 and int(declared) > limit and not cut:
        raise _too_large(response, limit)
    parts, size = [], 0
    async with _raw(response) as chunks:
        async for chunk in chunks:
            parts.append(chunk)
            size += len(chunk)
            if size > limit:
                break
    if size > limit and not cut:
        raise _too_large(response, limit)
    return b"".join(parts)[:limit], "length" if size > limit else ""


def _raw(response: httpx.Response) -> aclosing[AsyncGenerator[bytes, None]]:
    """The body's pieces; closed when left, also half-way."""
    return aclosing(cast("AsyncGenerator[bytes, None]", response.aiter_raw()))


def _too_large(response: httpx.Response, limit: int) -> Failure:
    return Failure("tooLarge", f"{response.url}: the page is larger than {limit:,} bytes")


async def _drain(response: httpx.Response, *, thorough: bool = False) -> tuple[bytes, str]:
    """(the beginning of a body that nobody needs, why that is not all): a connection can only be used again after it.

    `thorough`: also of one that is, or may be, too large for that.
    """
    length = response.headers.get("content-length", "")
    small = length.isdecimal() and len(length) < 19 and int(length) <= _DRAIN
    if not (small or thorough):
        return b"", "length"
    body = bytearray()
    try:
        async with asyncio.timeout(_DRAIN_SECONDS), _raw(response) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) > _DRAIN:
                    return bytes(body[:_DRAIN]), "length"
    except TimeoutError:
        return bytes(body), "time"
    except (httpcore.NetworkError, httpcore.ProtocolError):
        return bytes(body), "disconnect"
    return bytes(body), ""
