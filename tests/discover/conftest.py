"""A site on loopback: pages by path, a log of what was asked, and the smallest `Fetch`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from scraper import urls
from scraper.discover import Limits, discover
from scraper.errors import Failure
from scraper.models import Link, Page, Source
from scraper.sites.model import Site


@dataclass
class Loopback:
    """What the server gives: path → (status, content type, body; a redirect's target)."""

    base: str = ""
    answers: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, path: str, body: str | bytes, kind: str = "text/html", status: int = 200) -> None:
        """`@@` in a text stands for the server's address."""
        data = body.replace("@@", self.base).encode() if isinstance(body, str) else body
        self.answers[path] = (status, kind, data)

    def discover(self, site: Site | None = None, limits: Limits | None = None) -> tuple[list[Link], list[Source]]:
        """The links and the sources; without a site from the home address, as nobody knows it."""
        home = None if site else self.base + "/"
        site = site or Site(domain="127.0.0.1")

        async def run() -> tuple[list[Link], list[Source]]:
            links: list[Link] = []
            sources: list[Source] = []
            async for found in discover(site, Loop(self), home=home, limits=limits):
                if isinstance(found, Link):
                    assert not sources, "links come first"
                    links.append(found)
                else:
                    sources.append(found)
            return links, sources

        return asyncio.run(run())


class Loop:
    """A `Fetch` that follows redirects and raises for errors, and no more."""

    def __init__(self, server: Loopback) -> None:
        self.server = server

    async def __call__(self, link: Link) -> Page:
        url = link.url
        for _ in range(5):
            status, headers, body = self._get(url)
            if status in (301, 302):
                url = urls.join(url, headers["location"]) or ""
                continue
            if status >= 400:
                raise Failure(f"http{status}", f"the server answered {status}", status=status)
            return Page(link=link, url=url, status=status, headers=headers, body=body)
        raise Failure("redirects", "too many redirects")

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        try:
            status, _, body = self._get(urls.join(url, "/robots.txt") or "")
        except OSError:
            return ()
        lines = body.decode().splitlines() if status == 200 else []
        return tuple(line[8:].strip() for line in lines if line.startswith("Sitemap:"))

    def _get(self, url: str) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(url)
        connection = HTTPConnection(parts.netloc, timeout=5)
        try:
            connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, headers, answer.read()
        finally:
            connection.close()


@pytest.fixture
def server() -> Iterator[Loopback]:
    site = Loopback()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            status, kind, body = site.answers.get(self.path, (404, "text/plain", b"no such page"))
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", body.decode())
                body = b""
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.base = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


@pytest.fixture
def rss() -> Callable[..., str]:
    """RSS 2.0 of (path, title) items, newest first, a day apart."""

    def make(*items: tuple[str, str], extra: str = "") -> str:
        body = "".join(
            f"<item><title>{title}</title><link>@@{path}</link>"
            f"<pubDate>{28 - i:02} Sep 2026 10:00:00 +0200</pubDate>{extra}</item>"
            for i, (path, title) in enumerate(items)
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{body}</channel></rss>'

    return make


@pytest.fixture
def urlset() -> Callable[..., str]:
    """A sitemap of (path, lastmod) entries."""

    def make(*entries: tuple[str, str]) -> str:
        body = "".join(f"<url><loc>@@{p}</loc><lastmod>{d}</lastmod></url>" for p, d in entries)
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</urlset>'

    return make
