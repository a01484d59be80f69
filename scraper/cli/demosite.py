"""The demo's news site: the pages of `scraper/data/demo`, filled in and served on loopback."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from string import Template
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec

_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)


class Story(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the stories in `site.toml`."""

    number: int
    slug: str
    section: str
    #: age when the site is made
    hours: int
    author: str
    kicker: str
    headline: str
    caption: str
    credit: str
    #: a text that begins with "## " is a heading
    paragraphs: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    #: paragraphs before the recommendation box; 0: none
    box_after: int = 0
    paywalled: bool = False
    gallery: tuple[str, ...] = ()
    #: (time, text)
    ticker: tuple[tuple[str, str], ...] = ()
    #: path that redirects here, and is what the feed has
    moved_from: str = ""

    @property
    def path(self) -> str:
        return f"/{self.section.lower()}/{self.slug}-{self.number}"


class _Data(msgspec.Struct, frozen=True):
    host: str
    name: str
    stories: tuple[Story, ...]


class Answer(msgspec.Struct, frozen=True):
    """What the server says for one path."""

    body: bytes = b""
    type: str = "text/html; charset=utf-8"
    status: int = 200
    location: str = ""


class DemoSite:
    """`with DemoSite() as site`: the site answers at 127.0.0.1:`site.port` to its own host name."""

    def __init__(self, now: datetime | None = None) -> None:
        data = msgspec.toml.decode(_text("site.toml"), type=_Data)
        self.name, self.host, self.stories = data.name, data.host, data.stories
        self.home = f"http://{data.host}/"
        self._now = (now or datetime.now(UTC)).replace(microsecond=0)
        self.answers = self._pages()
        #: paths asked for, in order
        self.log: list[str] = []
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def resolve(self) -> str:
        """The `--resolve` rule that leads a client here."""
        return f"{self.host}=127.0.0.1:{self.port}"

    def _pages(self) -> dict[str, Answer]:
        pages = {story.path: _html(self._story(story)) for story in self.stories}
        pages["/"] = _html(self._front(self.name, self.stories))
        for section in {story.section for story in self.stories}:
            inside = [story for story in self.stories if story.section == section]
            pages[f"/{section.lower()}/"] = _html(self._front(section, inside))
        for story in self.stories:
            if story.moved_from:
                pages[story.moved_from] = Answer(status=301, location=story.path)
        pages["/intern/entwurf-haushalt-der-stadt-waechst-1050"] = _html("<h1>Entwurf</h1>")
        pages["/wetter"] = _html("<h1>Wetter</h1><p>Heute 14 Grad, morgen Regen.</p>")
        return pages | self._machine_pages()

    def _machine_pages(self) -> dict[str, Answer]:
        """Feed, sitemaps, robots.txt."""

        def listing(page: str, item: str) -> Answer:
            items = "\n".join(_fill(item, self._fields(story)) for story in self.stories)
            return _xml(_fill(page, {"home": self.home, "name": self.name}, items=items))

        home = {"home": self.home}
        robots = Answer(_fill("robots.txt", home).encode(), "text/plain")
        return {
            "/robots.txt": robots,
            "/sitemap.xml": _xml(_fill("sitemap-index.xml", home)),
            "/sitemap-artikel.xml": listing("sitemap-artikel.xml", "sitemap-item.xml"),
            "/sitemap-news.xml": listing("sitemap-news.xml", "news-item.xml"),
            "/feed.xml": listing("feed.xml", "feed-item.xml"),
        }

    def _front(self, title: str, stories: Any) -> str:
        teasers = "\n".join(_fill("teaser.html", self._fields(story)) for story in stories)
        return _fill("front.html", {"title": title, "name": self.name}, teasers=teasers)

    def _story(self, story: Story) -> str:
        others = [other for other in self.stories if other is not story]
        more = "\n".join(_fill("teaser.html", self._fields(other)) for other in others[-3:])
        return _fill(
            "story.html",
            self._fields(story),
            body=self._body(story, others),
            more=more,
            jsonld=self._jsonld(story),
        )

    def _fields(self, story: Story) -> dict[str, str]:
        when = self._now - timedelta(hours=story.hours)
        return {
            "name": self.name,
            "number": str(story.number),
            "path": story.path,
            "url": self.home.rstrip("/") + story.path,
            "link": self.home.rstrip("/") + (story.moved_from or story.path),
            "headline": story.headline,
            "kicker": story.kicker,
            "author": story.author,
            "section": story.section,
            "caption": story.caption,
            "credit": story.credit,
            "topics": ", ".join(story.keywords),
            "description": story.paragraphs[0].partition(". ")[0] + ".",
            "published": when.isoformat(),
            "shown_date": f"{when.day}. {_MONTHS[when.month - 1]} {when.year}, {when:%H:%M} Uhr",
            "rfc_date": format_datetime(when),
        }

    def _body(self, story: Story, others: list[Story]) -> str:
        parts = []
        for count, text in enumerate(story.paragraphs, 1):
            tag, words = ("h2", text[3:]) if text.startswith("## ") else ("p", text)
            parts.append(f"<{tag}>{escape(words)}</{tag}>")
            if count == story.box_after:
                items = [f'<li><a href="{other.path}">{escape(other.headline)}</a></li>' for other in others[:3]]
                parts.append(_fill("box.html", {}, items="\n".join(items)))
        parts += [
            f'<figure class="gallery-item"><img src="/bilder/{story.number}-{i}.jpg" alt="">'
            f"<figcaption>{escape(text)}</figcaption></figure>"
            for i, text in enumerate(story.gallery, 1)
        ]
        parts += [
            f'<div class="ticker-entry"><h3>{escape(at)}</h3><p>{escape(text)}</p></div>' for at, text in story.ticker
        ]
        parts += [_text("paywall.html")] * story.paywalled
        return "\n".join(parts)

    def _jsonld(self, story: Story) -> str:
        fields = self._fields(story)
        kind = "LiveBlogPosting" if story.ticker else "NewsArticle"
        value: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": kind,
            "headline": story.headline,
            "datePublished": fields["published"],
            "author": {"@type": "Person", "name": story.author},
            "publisher": {"@type": "Organization", "name": self.name},
            "mainEntityOfPage": fields["url"],
            "isAccessibleForFree": not story.paywalled,
        }
        if story.paywalled:
            part = {"@type": "WebPageElement", "isAccessibleForFree": False}
            value["hasPart"] = part | {"cssSelector": ".paywall-offer"}
        return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


@cache
def _text(name: str) -> str:
    return files("scraper").joinpath(f"data/demo/{name}").read_text("utf-8")


def _fill(name: str, fields: dict[str, str], **markup: str) -> str:
    """The template `name` with `fields` escaped and `markup` as it is."""
    return Template(_text(name)).substitute({key: escape(text) for key, text in fields.items()}, **markup)


def _html(text: str) -> Answer:
    return Answer(text.encode())


def _xml(text: str) -> Answer:
    return Answer(text.encode(), "application/xml; charset=utf-8")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: a client that hangs up is the client's business."""


def _handler(site: DemoSite) -> type[BaseHTTPRequestHandler]:
    gone = Answer(b"<h1>404</h1><p>Diese Seite gibt es nicht mehr.</p>", status=404)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            site.log.append(path)
            answer = site.answers.get(path, gone)
            self.send_response(answer.status)
            if answer.location:
                self.send_header("Location", answer.location)
            self.send_header("Content-Type", answer.type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the demo has its own report."""

    return Handler
