"""The way from a site to its article links: ask its places, learn, judge, merge, freshest first."""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from scraper import urls
from scraper.discover.feeds import read_feed
from scraper.discover.judge import Judge, Scope, noise
from scraper.discover.merge import Collection
from scraper.discover.model import KINDS, Entry, Limits, Reading, Unreadable
from scraper.discover.pages import PageLinks, gate, is_section, page_links
from scraper.discover.sitemaps import File, Sitemap, read_sitemap, worth_asking
from scraper.document import decoded_body, parse
from scraper.errors import Failure, Refusal
from scraper.models import Fetch, Link, Page, Source
from scraper.sites.model import Site

T = TypeVar("T")
#: share of a front page's articles in sitemaps from which these are taken for complete
_COVERED = 1 / 3


async def discover(
    site: Site, fetch: Fetch, *, home: str | None = None, limits: Limits | None = None
) -> AsyncIterator[Link | Source]:
    """Every article link of the site, once, the freshest first; then a Source for each place.

    Places are those of the config; where it has none, those that `home` (else the domain's front
    page) leads to: robots.txt, feeds, sitemaps, the front page and its sections. A place that
    cannot be read is a Source with an error, and stops no other. Raises nothing.
    """
    search = Search(site, fetch, home=home, limits=limits or Limits())
    await search.run()
    collection = search.collection()
    links, added = collection.freshest(search.limits.max_links, search.limits.since)
    for link in links:
        yield link
    for number, reading in enumerate(search.readings):
        if reading.error and not reading.named:
            continue
        yield Source(
            site=site.domain,
            url=reading.url,
            kind=reading.kind,
            links=added[number],
            error=reading.error,
        )


class Search:
    """One site's places, asked one after the other: the pace is the fetcher's business."""

    def __init__(self, site: Site, fetch: Fetch, *, home: str | None, limits: Limits) -> None:
        self.site, self.limits, self.fetch = site, limits, fetch
        configured = site.feeds or site.sitemaps or site.news_sitemaps or site.sections
        front = home or (site.sections or ("",))[0]
        self.home = urls.normalise(front) or f"https://{site.domain}/"
        self.by_config = bool(configured)
        self.scope = Scope(site, self.home if home or not configured else "")
        self.readings: list[Reading] = []
        self._asked: set[str] = set()

    async def run(self) -> None:
        if self.by_config:
            await self._configured()
        else:
            await self._from_home()

    def collection(self) -> Collection:
        """What all places gave so far, judged and merged."""
        judge = Judge(self.site, self.scope, self.home)
        judge.learn(self.readings)
        ignore = frozenset(n for r in self.readings if r.kind == "feed" for n in noise(r))
        out = Collection(self.site.domain, ignore)
        order = sorted(
            (i for i, r in enumerate(self.readings) if r.kind in KINDS),
            key=lambda i: KINDS.index(self.readings[i].kind),
        )
        listed = 0
        for i in order:
            reading = self.readings[i]
            if reading.kind == "section" and not judge.learned:
                judge.learn_from_sitemaps(out.urls())
            found = list(judge.articles(reading))
            if reading.kind == "section" and listed >= self.limits.enough and not self.by_config:
                known = sum(e.url in out for e in found)
                if known >= _COVERED * len(found):
                    continue  # the sitemaps are alive: what they do not list is old, or no article
            listed += len(found) if reading.kind in ("sitemap", "news-sitemap") else 0
            out.add(reading, found, i)
        return out

    # --- the two ways ----------------------------------------------------------------------------

    async def _configured(self) -> None:
        site = self.site
        for feed in site.feeds:
            await self._feed(feed)
        files = [File(u, kind="news-sitemap", sure=True) for u in site.news_sitemaps]
        files += [File(u, sure=True) for u in site.sitemaps]
        await self._sitemaps(files or await self._robots())
        for section in site.sections:
            await self._page(section)

    async def _from_home(self) -> None:
        front = await self._page(self.home, front=True)
        for feed in (front.feeds if front else [])[: self.limits.max_feeds]:
            await self._feed(feed)
        files = await self._robots()
        if files:
            await self._sitemaps(files)
        elif not await self._usual_sitemaps():
            sentence = "it names no sitemap, and none is at the usual addresses"
            self.readings.append(Reading(urls.join(self.home, "/robots.txt") or "", "robots", error=sentence))
        if front and len(self.collection()) < self.limits.enough:
            sections = [u for u in front.navigation if is_section(u, self.home)]
            for section in sections[: self.limits.max_sections]:
                await self._page(section, named=False)

    # --- places ----------------------------------------------------------------------------------

    async def _robots(self) -> list[File]:
        named = await self.fetch.sitemaps(self.home)
        return [File(u) for u in named if urls.is_http(u)]

    async def _usual_sitemaps(self) -> bool:
        """Asks the addresses where sitemaps usually are; True when one of them was."""
        found = False
        for group in urls.rules().known_sitemaps:
            for path in group:
                before = len(self.readings)
                await self._sitemaps([File(urls.join(self.home, path) or "", named=False)])
                if any(not r.error for r in self.readings[before:]):
                    found = True
                    break
        return found

    async def _feed(self, url: str) -> None:
        def read(page: Page, body: bytes) -> tuple[Entry, ...]:
            return read_feed(body, page.url, page.headers.get("content-type", ""))

        entries, error = await self._ask(url, "feed", read)
        self.readings.append(self._reading(url, "feed", entries or (), error))

    async def _page(self, url: str, *, front: bool = False, named: bool = True) -> PageLinks | None:
        def read(page: Page, body: bytes) -> PageLinks:
            if gate(url, page.url):
                raise Unreadable(
                    f"it leads to {page.url}, a consent or login page; the cookie that a reader's"
                    " click there sets can be stated as `cookies` under [fetch] in a config"
                )
            if front:
                self.home = page.url
                self.scope.add(page.url)
            return page_links(parse(body, page.url, headers=page.headers))

        links, error = await self._ask(url, "section", read)
        found = tuple(links.entries) if links else ()
        self.readings.append(Reading(url, "section", found, error, named))
        return links

    async def _sitemaps(self, files: Sequence[File]) -> None:
        """Walks sitemaps and the files that indexes list, likeliest first, within the limits."""
        queue = worth_asking(files, self.limits.since)
        own = {urls.host(f.url) for f in files}
        asked = collected = 0
        while queue and asked < self.limits.max_sitemaps and collected < 2 * self.limits.max_links:
            file = queue.pop(0)
            if urls.normalise(file.url) in self._asked:
                continue
            asked += 1
            found = await self._sitemap(file)
            collected += len(self.readings[-1].entries)
            if found.files and file.depth < self.limits.max_depth:
                allowed = [f for f in found.files if self.scope.holds(f.url) or urls.host(f.url) in own]
                queue = worth_asking([*allowed, *queue], self.limits.since)

    async def _sitemap(self, file: File) -> Sitemap:
        def read(page: Page, body: bytes) -> Sitemap:
            return read_sitemap(body, page.url, limit=self.limits.max_bytes, depth=file.depth)

        found, error = await self._ask(file.url, "sitemap", read)
        found = found or Sitemap()
        kind = "news-sitemap" if found.news else file.kind
        reading = self._reading(file.url, kind, found.entries, error)
        self.readings.append(replace(reading, named=file.named))
        return found

    # --- asking ----------------------------------------------------------------------------------

    async def _ask(self, url: str, kind: str, read: Callable[[Page, bytes], T]) -> tuple[T | None, str]:
        """What `read` makes of the answer, or None and a sentence. No address is asked twice."""
        self._asked.add(urls.normalise(url) or url)
        try:
            page = await self.fetch(Link(url=url, site=self.site.domain, via=f"{kind}:{url}"))
            if page.status != 200:
                return None, f"the server answered {page.status}"
            body = decoded_body(page.body, page.encoding, limit=self.limits.max_bytes)
            return read(page, body), ""
        except (Refusal, Failure) as error:
            return None, error.detail
        except Unreadable as error:
            return None, str(error)

    def _reading(self, url: str, kind: str, entries: Sequence[Entry], error: str) -> Reading:
        """A reading of the entries on the site that are new enough; the freshest of too many."""
        inside = [e for e in entries if self.scope.holds(e.url)]
        if entries and not inside:
            other = urls.registrable(urls.host(entries[0].url))
            error = (
                f"all its {len(entries)} links lead to other sites ({other});"
                " if that is this site too, name it in `aliases`"
            )
        since = self.limits.since
        if since:
            inside = [e for e in inside if (e.published or e.modified or since) >= since]
        if len(inside) > self.limits.max_links:
            inside = heapq.nlargest(self.limits.max_links, inside, key=_date)
        return Reading(url, kind, tuple(inside), error)


def _date(entry: Entry) -> datetime:
    return entry.published or entry.modified or _UNDATED


_UNDATED = datetime.min.replace(tzinfo=UTC)
