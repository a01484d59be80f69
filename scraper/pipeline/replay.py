"""Pages that are there already (an archive, other crawlers' files), read by worker processes; no request is made."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Container, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from scraper import urls
from scraper.errors import UsageError
from scraper.models import Done, Failed, Page
from scraper.pipeline.model import Job, Reading, Recall
from scraper.pipeline.settings import Settings
from scraper.pipeline.workers import Workers
from scraper.store import WarcPages

#: articles that are under way at a time
_AHEAD = 64
#: how a link says that it is a further page: "page:" and the address of the first
_FURTHER = "page:"

#: an article's pages, the first one first
Pages = tuple[Page, ...]


class Read(msgspec.Struct, frozen=True):
    """An article of an archive and what today's rules make of it."""

    pages: Pages
    reading: Reading
    #: seconds from its turn to its end
    seconds: float

    @property
    def done(self) -> Done:
        """The end of its link, as the pipeline tells it."""
        first, reading = self.pages[0], self.reading
        size = sum(len(page.body) for page in self.pages)
        return Done(link=first.link, outcome=reading.outcome, seconds=self.seconds, bytes=size, generic=reading.generic)


async def read_archived(
    articles: Iterable[Pages],
    settings: Settings,
    *,
    stop: asyncio.Event | None = None,
    recall: Recall | None = None,
) -> AsyncGenerator[Read, None]:
    """What is in `articles`, in their order; until they are used up or `stop` is set.

    `recall`: gives what is remembered of a link's site.
    """
    waiting: deque[asyncio.Task[Read]] = deque()
    async with Workers(settings.workers, patience=settings.patience) as workers:
        try:
            for pages in articles:
                if stop and stop.is_set():
                    break
                waiting.append(asyncio.create_task(_read(pages, workers, settings, recall)))
                await asyncio.sleep(0)
                if len(waiting) >= _AHEAD:
                    yield await waiting.popleft()
            while waiting:
                yield await waiting.popleft()
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)


async def _read(pages: Pages, workers: Workers, settings: Settings, recall: Recall | None) -> Read:
    start, first = time.monotonic(), pages[0]
    if first.status >= 400:
        words = f"{first.url}: the server had answered with status {first.status}"
        return Read(pages, Reading(Failed(first.link, f"http{first.status}", words)), 0.0)
    site = settings.site_of(first.url)
    domain = site.domain if site else urls.site_key(first.url)
    first = msgspec.structs.replace(first, link=msgspec.structs.replace(first.link, site=first.link.site or domain))
    pages = (first, *pages[1:])
    memory = recall(first.link, domain) if recall else None
    reading = await workers.read(Job(pages, site if settings.use_configs else None, domain, memory))
    return Read(pages, reading, time.monotonic() - start)


# --- from files to articles ----------------------------------------------------------------------


def articles_of(pages: WarcPages) -> Iterator[Pages]:
    """The articles of one WARC file, those of several pages put together (which only our own archive can tell)."""
    further = _further([pages.path]) if pages.ours else {}
    for page in pages:
        if not page.link.via.startswith(_FURTHER):
            yield page, *further.get(page.link.url, ())


class Archive:
    """The captures in WARC files, each article's found by its address."""

    def __init__(self, files: Iterable[Path], *, sites: Iterable[str] = (), since: datetime | None = None) -> None:
        """Reads all of `files` once, to know what is in them; `sites` and `since` say what is wanted of it.

        Raises UsageError where none of them can be read: a run that was killed, or had no room, leaves one with nothing
        in it.
        """
        self.files: list[Path] = []
        self._wanted, self._since = frozenset(sites), since
        #: article key → the time of each capture and its place: (file, number of the page in it)
        self._captures: dict[str, list[tuple[float, int, int]]] = {}
        self._urls: dict[str, str] = {}
        #: addresses of articles that have further pages
        self._of_many: set[str] = set()
        #: the sites of all pages in them, by their own name and by their config's
        self.sites: set[str] = set()
        #: one sentence for each file in which something is broken
        self.notes: list[str] = []
        for path in files:
            try:
                self._note(len(self.files), path)
                self.files.append(path)
            except UsageError as error:
                self.notes.append(str(error))
        if self.notes and not self.files:
            raise UsageError(self.notes[0])

    def __len__(self) -> int:
        return len(self._captures)

    def addresses(self) -> Iterator[tuple[str, str]]:
        """(article key, an address that was asked for) of each article."""
        yield from self._urls.items()

    def captures(self, key: str) -> list[float]:
        """The times (seconds since 1970) at which an article was fetched, the first first."""
        return sorted(at for at, *_ in self._captures.get(key, ()))

    def articles(self, chosen: dict[str, float]) -> Iterator[Pages]:
        """The pages of each article in `chosen` (key → the time of the capture that is wanted)."""
        wanted: dict[int, set[int]] = {}
        for key, when in chosen.items():
            file, index = next((file, index) for at, file, index in self._captures[key] if at == when)
            wanted.setdefault(file, set()).add(index)
        further = _further(self.files, self._of_many) if wanted and self._of_many else {}
        for file, indices in sorted(wanted.items()):
            for index, page in enumerate(WarcPages(self.files[file])):
                if index in indices:
                    at = _seconds(page)
                    yield page, *(more for more in further.get(page.link.url, ()) if _seconds(more) >= at)

    def _note(self, number: int, path: Path) -> None:
        pages = WarcPages(path)
        for index, page in enumerate(pages):
            self.sites |= {page.link.site, urls.site_key(page.url)}
            if page.status != 200 or not self._wants(page):
                continue
            if page.link.via.startswith(_FURTHER):
                self._of_many.add(page.link.via.removeprefix(_FURTHER))
                continue
            key = urls.article_key(page.link.url)
            self._captures.setdefault(key, []).append((_seconds(page), number, index))
            self._urls[key] = page.link.url
        if pages.note:
            self.notes.append(pages.note)

    def _wants(self, page: Page) -> bool:
        late = self._since is None or _seconds(page) >= self._since.timestamp()
        return late and (not self._wanted or bool(self._wanted & {page.link.site, urls.site_key(page.url)}))


def _further(files: Iterable[Path], firsts: Container[str] | None = None) -> dict[str, list[Page]]:
    """Address of an article's first page (one of `firsts`) → its further pages, in the order they were fetched in."""
    found: dict[str, dict[str, Page]] = {}
    for path in files:
        for page in WarcPages(path):
            first = page.link.via.removeprefix(_FURTHER)
            if page.status == 200 and first != page.link.via and (firsts is None or first in firsts):
                found.setdefault(first, {})[page.link.url] = page
    return {url: list(pages.values()) for url, pages in found.items()}


def _seconds(page: Page) -> float:
    return (page.fetched_at or datetime.fromtimestamp(0, UTC)).timestamp()
