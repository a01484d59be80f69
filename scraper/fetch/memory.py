"""What is remembered of hosts from run to run, and the breaker that spares those that do not answer."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from scraper.errors import Failure
from scraper.fetch.clock import Clock

#: failed connections in a row after which a host rests
FAILURES = 6
#: seconds of the first rest; each further one is twice as long
REST, LONGEST = 300.0, 6 * 3600.0
#: failures that are the host's
_HOST_REASONS = frozenset(("dns", "connect", "tls", "timeout"))
#: hosts in trouble that are remembered within a run
_HOSTS = 4096


class Memory(Protocol):
    """Where a Fetcher keeps what outlives it. Times are seconds since 1970."""

    def robots(self, url: str) -> bytes | None:
        """A robots.txt that may still be used, b"" where there is none; None: it must be asked for."""
        ...

    def keep_robots(self, url: str, body: bytes, status: int) -> None:
        """`status` 200, or 404 for "there is none"."""
        ...

    def cooldown(self, host: str) -> tuple[float, int] | None:
        """(until when nobody asks the host, the status that said so)."""
        ...

    def cool(self, host: str, until: float, status: int) -> None: ...

    def breaker(self, host: str) -> tuple[int, float]:
        """(failures in a row, until when nothing is let through)."""
        ...

    def broke(self, host: str, failures: int, open_until: float) -> None: ...

    def cookies(self, group: str) -> str:
        """What `keep_cookies` was last given for a group of hosts, else ""."""
        ...

    def keep_cookies(self, group: str, text: str) -> None: ...


@dataclass(slots=True)
class _Trouble:
    failures: int = 0
    open_until: float = 0.0
    #: somebody is trying whether the host is back
    probing: bool = False


class Breakers:
    """Per host: after `FAILURES` failed connections in a row it rests, then one request at a time tries it again."""

    def __init__(self, clock: Clock, memory: Memory | None) -> None:
        self._clock, self._memory = clock, memory
        self._hosts: OrderedDict[str, _Trouble] = OrderedDict()

    def check(self, host: str) -> None:
        """Raises Failure("hostDown") while the host rests."""
        trouble = self._of(host)
        if trouble.failures < FAILURES:
            return
        left = trouble.open_until - self._clock.wall()
        if left <= 0 and not trouble.probing:
            trouble.probing = True
            return
        words = f"{host} did not answer {trouble.failures} times in a row"
        raise Failure("hostDown", f"{words}; it rests for {left:.0f} s" if left > 0 else f"{words}; it is being tried")

    def answered(self, host: str) -> None:
        """An answer came, whatever it was."""
        trouble = self._hosts.get(host)
        if trouble is None:
            return
        if trouble.failures >= FAILURES and self._memory:
            self._memory.broke(host, 0, 0.0)
        self._hosts[host] = _Trouble()

    def failed(self, host: str, failure: Failure) -> None:
        """A request has failed; counts where that is the host's doing."""
        trouble = self._of(host)
        trouble.probing = False
        if failure.reason not in _HOST_REASONS:
            return
        trouble.failures += 1
        if trouble.failures >= FAILURES:
            rest = min(LONGEST, REST * 2.0 ** min(trouble.failures - FAILURES, 10))
            trouble.open_until = self._clock.wall() + rest
            if self._memory:
                self._memory.broke(host, trouble.failures, trouble.open_until)

    def let_go(self, host: str) -> None:
        """A request was given up without an answer or a failure of the host's."""
        self._of(host).probing = False

    def _of(self, host: str) -> _Trouble:
        trouble = self._hosts.get(host)
        if trouble is None:
            failures, until = self._memory.breaker(host) if self._memory else (0, 0.0)
            plausible = until <= self._clock.wall() + LONGEST  # else the clock was wrong when it was written
            trouble = self._hosts[host] = _Trouble(failures, until if plausible else 0.0)
            if len(self._hosts) > _HOSTS:
                self._hosts.popitem(last=False)
        return trouble
