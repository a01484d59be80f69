"""A real HTTP server on loopback that answers what a test says, and a clock that never waits."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType

import pytest

from scraper.errors import Failure, Refusal
from scraper.fetch import Fetcher, FetchPolicy
from scraper.fetch.clock import Clock
from scraper.models import Link, Page
from scraper.sites.model import FetchRules


@dataclass
class Request:
    """What the server was asked, and when."""

    path: str
    headers: dict[str, str]
    #: seconds by the event loop's clock
    at: float
    #: how often this path was asked for before
    before: int


Answer = bytes | Callable[..., bytes | Awaitable[None]]


@dataclass
class Web:
    """`async with web({"/path": answer}) as site:`; all other paths are 404, also robots.txt."""

    answers: dict[str, Answer]
    asked: list[Request] = field(default_factory=list)
    inflight: int = 0
    most_inflight: int = 0
    port: int = 0

    async def __aenter__(self) -> Web:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._tasks: set[asyncio.Task] = set()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        await asyncio.sleep(0.001)  # connections just accepted: let their tasks begin
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [r.path for r in self.asked]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(asyncio.current_task())
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.inflight += 1
                self.most_inflight = max(self.inflight, self.most_inflight)
                try:
                    await self._answer(head.decode("latin-1"), writer)
                finally:
                    self.inflight -= 1
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.transport.abort()

    async def _answer(self, head: str, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.rstrip("\r\n").split("\r\n")
        path = first.split(" ")[1]
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines)}
        before = self.paths().count(path)
        request = Request(path, headers, asyncio.get_running_loop().time(), before)
        self.asked.append(request)
        answer = self.answers.get(path, page("nothing here", status=404))
        if inspect.iscoroutinefunction(answer):
            await answer(request, writer)
            return
        writer.write(answer if isinstance(answer, bytes) else answer(request))
        await writer.drain()


def page(body: str | bytes = "<p>Guten Morgen", status: int = 200, **headers: str) -> bytes:
    """A whole answer; `content_type="…"` becomes Content-Type, and "" leaves a header out."""
    raw = body.encode() if isinstance(body, str) else body
    fields = {"content_type": "text/html", "content_length": str(len(raw)), **headers}
    lines = [f"{k.replace('_', '-')}: {v}" for k, v in fields.items() if v]
    return "\r\n".join([f"HTTP/1.1 {status} X", *lines, "", ""]).encode() + raw


class FastClock:
    """Time that passes only by sleeping, at once."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.now, wall=lambda: self.now, sleep=self.sleep)


NO_DELAY = FetchRules(delay=0.0)


def make_fetcher(rules: FetchRules = NO_DELAY, clock: FastClock | None = None, **policy: object) -> Fetcher:
    """A fetcher that may ask loopback and never really waits between tries."""
    values = {"allow_private": True, "read_timeout": 2.0, **policy}
    return Fetcher(FetchPolicy(**values), lambda host: rules, clock=(clock or FastClock()).clock())


async def ask(fetch: Fetcher, url: str) -> Page | Refusal | Failure:
    """What came of a link: the page, or the error."""
    try:
        return await fetch(Link(url=url))
    except (Refusal, Failure) as error:
        return error


@pytest.fixture
def fetcher() -> Callable[..., Fetcher]:
    return make_fetcher


@pytest.fixture
def outcome() -> Callable[..., Awaitable[Page | Refusal | Failure]]:
    return ask


@pytest.fixture
def web() -> type[Web]:
    return Web


@pytest.fixture
def answer() -> Callable[..., bytes]:
    return page


@pytest.fixture
def fast() -> FastClock:
    return FastClock()


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
