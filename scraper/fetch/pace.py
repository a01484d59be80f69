"""How often a host is asked: gaps between requests, requests at a time, pauses it asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush

from scraper.errors import Failure
from scraper.fetch.clock import Clock
from scraper.fetch.memory import Memory

#: seconds of delay from which the next run must know of the last request, and what is added on the wire's account
_LONG, _MARGIN = 1.0, 0.05
#: a request counts as begun when its answer comes, at most this much after it was written (a share of the delay; of a
#: long one that and seconds): the server sees it somewhere between, later the busier it is, and its log is what must
#: show the gap
_SLACK_SHARE, _LONG_SLACK_SHARE, _LONG_SLACK = 0.5, 2.0, 3.0
#: the same for a host's first request: should this run be killed, the next knows no Crawl-delay yet
_UNKNOWN = 2.0
#: hosts remembered before those that are at rest are forgotten
_HOSTS = 2048


@dataclass(frozen=True, slots=True)
class Limits:
    """What a host is spared."""

    #: seconds between the starts of two requests
    delay: float
    #: requests under way
    per_host: int
    #: longest pause that is waited for, in seconds
    max_wait: float


class Pace:
    """The turns of one host."""

    def __init__(self, limits: Limits, clock: Clock, note: Callable[[float], None] = lambda seconds: None) -> None:
        """`note`: told at each request for how many seconds nobody should send another, where that is long enough
        for the next run to be in time for it.
        """
        self.delay, self._limits, self._clock, self._note = limits.delay, limits, clock, note
        self._slots = _Slots(max(1, limits.per_host))
        self._turn, self._gate = asyncio.Lock(), asyncio.Lock()
        self._users = 0
        self._serial = 0
        self._written = self._answered = self._reserved = float("-inf")
        self._paused_until, self._paused_by = float("-inf"), 0

    def at_least(self, delay: float) -> None:
        """A Crawl-delay: it wins where it is longer."""
        if delay > self.delay:
            self.delay = delay
            if self._serial and delay >= _LONG:
                self._note(self._written + delay + _MARGIN - self._clock.monotonic())

    def pause(self, seconds: float, status: int) -> None:
        """Nobody asks this host for so long (Retry-After)."""
        until = self._clock.monotonic() + seconds
        if until > self._paused_until:
            self._paused_until, self._paused_by = until, status

    @asynccontextmanager
    async def slot(self, *, begun: bool = False) -> AsyncIterator[None]:
        """One of the places for requests under way, entered when the next may nearly be written.

        What has `begun` (a redirect's next hop, a retry) goes before what has not: the cookie of a
        consent page spares all later requests the detour.
        Raises Failure("http429", "http503") at once where the pause is longer than max_wait.
        """
        self._users += 1
        try:
            await self._slots.acquire(0 if begun else 1)
            try:
                async with self._turn:
                    await self._until(lambda: max(self._earliest(), self._reserved))
                    self._reserved = self._clock.monotonic() + self.delay
                yield
            finally:
                self._slots.release()
        finally:
            self._users -= 1

    async def begin(self) -> int:
        """Waits for the moment at which the request may be written, which is when this returns.

        Called with the connection open, so that the time that took cannot squeeze the gap. The
        number is for `answered`.
        """
        async with self._gate:
            await self._until(self._earliest)
            self._written = self._clock.monotonic()
            self._answered = float("inf")
            self._serial += 1
            if self.delay >= _LONG:
                self._note(self.delay + _MARGIN)
            elif self.delay and self._serial == 1:
                self._note(_UNKNOWN)
            return self._serial

    def answered(self, serial: int) -> None:
        """The answer to a request begins to arrive: the server has seen it by now."""
        if serial == self._serial and self._answered == float("inf"):
            self._answered = self._clock.monotonic()

    @property
    def at_rest(self) -> bool:
        """Whether forgetting this host now changes nothing."""
        return not self._users and self._earliest() <= self._clock.monotonic()

    def _earliest(self) -> float:
        """When the next request may be written, as far as is known now; asked again then."""
        if self.delay <= 0 or self._serial == 0:
            return self._paused_until
        due = self._written + self.delay
        if self._clock.monotonic() >= due:
            due = min(self._answered, self._written + self._slack()) + self.delay
        return max(due, self._paused_until)

    def _slack(self) -> float:
        long = self.delay >= _LONG
        return min(_LONG_SLACK, self.delay * _LONG_SLACK_SHARE) if long else self.delay * _SLACK_SHARE

    async def _until(self, due: Callable[[], float]) -> None:
        while (left := due() - self._clock.monotonic()) > 1e-6:
            pause = self._paused_until - self._clock.monotonic()
            if self._paused_by and pause > self._limits.max_wait:
                raise Failure(
                    f"http{self._paused_by}",
                    f"the host answered {self._paused_by} and wants no request for {pause:.0f} s",
                    status=self._paused_by,
                    retry_after=pause,
                )
            await self._clock.sleep(left)


class _Slots:
    """A semaphore whose waiters have a rank: the lowest is served first, then who came first."""

    def __init__(self, free: int) -> None:
        self._free, self._count = free, 0
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []

    async def acquire(self, rank: int) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heappush(self._waiting, (rank, self._count, turn))
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it was served in the same moment
                self.release()
            raise

    def release(self) -> None:
        self._free += 1
        # not at once: whoever gives back may come again in this very step, with the better rank
        asyncio.get_running_loop().call_soon(self._serve)

    def _serve(self) -> None:
        while self._free > 0 and self._waiting:
            turn = heappop(self._waiting)[2]
            if not turn.done():
                self._free -= 1
                turn.set_result(None)


class Paces:
    """The pace of every host of a run."""

    def __init__(self, limits: Callable[[str], Limits], clock: Clock, memory: Memory | None = None) -> None:
        self._limits, self._clock, self._memory = limits, clock, memory
        self._hosts: dict[str, Pace] = {}

    def of(self, host: str) -> Pace:
        pace = self._hosts.get(host)
        if pace is None:
            if len(self._hosts) >= _HOSTS:
                self._hosts = {h: p for h, p in self._hosts.items() if not p.at_rest}
            pace = self._hosts[host] = Pace(self._limits(host), self._clock, partial(self._remember, host))
            if self._memory and (asked := self._memory.cooldown(host)):
                pace.pause(asked[0] - self._clock.wall(), asked[1])
        return pace

    def pause(self, host: str, seconds: float, status: int) -> None:
        """A host's Retry-After: nobody asks it for so long, in this run and the next."""
        self.of(host).pause(seconds, status)
        self._remember(host, seconds, status)

    def _remember(self, host: str, seconds: float, status: int = 0) -> None:
        if self._memory:
            self._memory.cool(host, self._clock.wall() + seconds, status)
