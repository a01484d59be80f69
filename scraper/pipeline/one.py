"""One link's way to its end: fetch, read, fetch its further pages; whatever happens becomes an outcome."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

import msgspec

from scraper import urls
from scraper.errors import Failure, Refusal
from scraper.models import Done, Failed, Fetch, Kept, Link, Page, Refused, Unchanged
from scraper.pipeline.model import Job, Reading, Recall
from scraper.pipeline.reserving import respected
from scraper.pipeline.settings import Settings
from scraper.pipeline.workers import Workers
from scraper.sites import Site

_LOG = logging.getLogger(__name__)
#: requests, at the host's pace, that the ceiling of a link allows for
_TURNS = 50


async def read_link(
    link: Link,
    fetch: Fetch,
    workers: Workers,
    settings: Settings,
    *,
    recall: Recall | None = None,
    delay_of: Callable[[str], float],
) -> Done:
    """The end of one link. Raises nothing but CancelledError. `recall`: gives what is remembered of a link's site;
    `delay_of`: a host's pace, as far as it is known."""
    started = time.monotonic()
    pages: list[Page] = []
    reading, requests = None, 0
    try:
        async with asyncio.timeout(ceiling(link, settings, delay_of)):
            if not (link.etag or link.last_modified):  # else it may well not have changed
                workers.expect()
            reading = await _read(link, pages, fetch, _reader(workers, link, recall), settings)
            outcome = reading.outcome if reading else Unchanged(link)
    except Refusal as error:
        requests = error.requests
        outcome = Refused(link, error.reason, error.detail, error.temporary)
    except Failure as error:
        requests = error.requests
        outcome = Failed(link, error.reason, error.detail)
    except TimeoutError:
        words = f"{link.url}: given up after {time.monotonic() - started:.0f} s in all"
        outcome = Failed(link, "timeout", words)
    except Exception as error:  # the pipeline's border: a bug costs the link that met it, and is counted
        _LOG.exception("reading %s", link.url)
        outcome = Failed(link, "crash", f"{link.url}: {error!r}; please report this page")
    return Done(
        link=link,
        outcome=outcome,
        seconds=time.monotonic() - started,
        bytes=sum(len(page.body) for page in pages),
        requests=requests + sum(page.requests for page in pages),
        generic=bool(reading and reading.generic),
        signals=reading.signals if reading else None,
        prints=reading.prints if reading else (),
        page=pages[0] if pages and _is_worth_keeping(link, reading, settings) else None,
    )


Read = Callable[[tuple[Page, ...], Site | None, str], Awaitable[Reading]]


def _reader(workers: Workers, link: Link, recall: Recall | None) -> Read:
    """What reads the pages of an article, together with what is remembered of its site."""

    def read(pages: tuple[Page, ...], site: Site | None, domain: str) -> Awaitable[Reading]:
        return workers.read(Job(pages, site, domain, recall(link, domain) if recall else None))

    return read


async def _read(link: Link, pages: list[Page], fetch: Fetch, read: Read, settings: Settings) -> Reading | None:
    """Reads an article, fetching its further pages as they come to light; None: it has not changed.

    Raises Refusal, Failure.
    """
    site = settings.site_of(link.url)
    domain = site.domain if site else urls.site_key(link.url)
    pages.append(await fetch(link))
    if pages[0].status == 304:
        return None
    _archive(pages, settings)
    used: Site | None = site if settings.use_configs else None
    reading = await read(tuple(pages), used, domain)
    while reading.next_page:
        further = Link(url=reading.next_page, site=domain, via=f"page:{link.url}")
        try:
            pages.append(await fetch(further))
            _archive(pages, settings)
        except (Refusal, Failure):
            break  # the pages so far are an article; its access says that more was to come
        reading = await read(tuple(pages), used, domain)
    if settings.respect_tdm:
        reading = msgspec.structs.replace(reading, outcome=respected(reading.outcome, link))
    return reading


def _is_worth_keeping(link: Link, reading: Reading | None, settings: Settings) -> bool:
    """Whether a layout could be learned anew from the article's page."""
    if not (settings.keep_pages and settings.use_configs and reading and isinstance(reading.outcome, Kept)):
        return False
    site = settings.site_of(link.url)
    return bool(site and site.layouts)


def _archive(pages: list[Page], settings: Settings) -> None:
    """Hands the last page to the archive, where there is one."""
    if settings.archive:
        settings.archive(pages[-1], "article")


def ceiling(link: Link, settings: Settings, delay_of: Callable[[str], float]) -> float:
    """Seconds after which a link is given up whatever it is waiting for."""
    return settings.ceiling + _TURNS * delay_of(urls.host(link.url))
