"""A small news site on loopback that grows, changes, and knows conditional requests."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

import pytest

from scraper.fetch import FetchPolicy
from scraper.models import Done, Event
from scraper.pipeline import crawl
from scraper.pipeline.settings import Settings, Target
from scraper.sites import Site, Sites
from scraper.store import State, run_output

TEXT = (
    "Der Rat hat am Abend über die Brücke beraten, und nach drei Stunden stand fest, dass nichts feststeht.",
    "Die Verwaltung rechnet mit Kosten von zwei Millionen Euro, von denen das Land die Hälfte tragen soll.",
    "Im Frühjahr sollen die Arbeiten beginnen, wenn der Fluss nicht wieder über die Ufer tritt.",
)


class News:
    """`with News() as news`: feed, sitemap, articles, all with an ETag; `news.asked` is what was asked for."""

    def __init__(self) -> None:
        self.count = 3
        self.texts: dict[int, str] = {}
        #: path → status, in place of the page
        self.broken: dict[str, int] = {}
        #: (path, status)
        self.asked: list[tuple[str, int]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> News:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def site(self) -> Site:
        return Site(
            domain="bote.example",
            feeds=("http://www.bote.example/feed.xml",),
            sitemaps=("http://www.bote.example/sitemap.xml",),
            article_url=(r"/lokales/",),
            source="bote.example.toml",
        )

    @property
    def policy(self) -> FetchPolicy:
        there = f"www.bote.example=127.0.0.1:{self._server.server_address[1]}"
        return FetchPolicy(resolve=(there,), tries=1, delay=0.0)

    @staticmethod
    def path(number: int) -> str:
        return f"/lokales/rat-streitet-weiter-um-die-bruecke-{number}"

    def articles(self) -> list[str]:
        """The article paths that were asked for since the last call; the log is empty then."""
        found = [path for path, _ in self.asked if path.startswith("/lokales/")]
        self.asked.clear()
        return found

    def body(self, path: str) -> str | None:
        addresses = [f"http://www.bote.example{self.path(n)}" for n in range(self.count)]
        if path == "/robots.txt":
            return "User-agent: *\nDisallow: /intern/\n"
        if path == "/feed.xml":
            items = "".join(f"<item><title>Streit</title><link>{a}</link></item>" for a in addresses)
            return f'<rss version="2.0"><channel><title>Bote</title>{items}</channel></rss>'
        if path == "/sitemap.xml":
            items = "".join(f"<url><loc>{a}</loc></url>" for a in addresses)
            return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</urlset>'
        number = path.rpartition("-")[2]
        if not path.startswith("/lokales/") or not number.isdigit() or int(number) >= self.count:
            return None
        text = "".join(f"<p>{p}</p>" for p in (*TEXT, self.texts.get(int(number), f"So war es am Tag {number}.")))
        when = f'<meta property="article:published_time" content="{datetime.now(UTC).isoformat()[:10]}T00:00:00Z">'
        head = f'<title>Rat streitet weiter, Teil {number}</title><meta property="og:type" content="article">{when}'
        article = f"<article><h1>Rat streitet weiter, Teil {number}</h1>{text}</article>"
        return f"<html><head>{head}</head><body>{article}</body></html>"

    def _handler(news) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = (news.body(self.path) or "").encode()
                etag = f'"{hashlib.sha1(body).hexdigest()}"'
                status = news.broken.get(self.path, 200 if body else 404)
                if status == 200 and self.headers.get("If-None-Match") == etag:
                    status, body = 304, b""
                news.asked.append((self.path, status))
                self.send_response(status)
                self.send_header("ETag", etag)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        return Handler


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> Iterator[News]:
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with News() as site:
        yield site


Run = Callable[..., list[Event]]


@pytest.fixture
def run(news: News, tmp_path: Path) -> Run:
    """`run(hours=…, **settings)`: a whole run into one output, so many hours after the test began."""
    import asyncio
    import time

    begun = time.time()

    def once(hours: float = 0.0, **settings: object) -> list[Event]:
        output = run_output(tmp_path / "output")
        output.state.now = lambda: begun + 3600 * hours
        values = {"sites": Sites(()), "policy": news.policy, "inline": 99, **settings}

        async def main() -> list[Event]:
            found = []
            async for event in crawl.run([Target(news.site)], Settings(**values), output.state):  # type: ignore[arg-type]
                found.append(output.take(event) if isinstance(event, Done) else event)
            return found

        try:
            return asyncio.run(main())
        finally:
            output.checkpoint()
            output.close()

    return once


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Callable[[], State]]:
    """`state()`: the output's state, as a run has left it."""
    opened: list[State] = []

    def open_it() -> State:
        opened.append(State(tmp_path / "output" / "scraper.db"))
        return opened[-1]

    yield open_it
    for each in opened:
        each.close()
