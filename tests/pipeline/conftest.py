"""A small news site on loopback that grows, changes, and knows conditional requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from loopback import Loopback

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


class News(Loopback):
    """`with News() as news`: feed, sitemap, articles, all with an ETag; `news.asked` is what was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 3
        self.texts: dict[int, str] = {}

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
        return FetchPolicy(resolve=(f"www.bote.example={self.address}",), tries=1, delay=0.0)

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
