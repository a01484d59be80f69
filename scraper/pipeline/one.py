"""One link's way to its end: fetch, read, fetch its further pages; whatever happens becomes an outcome."""

from __future__ import annotations

import asyncio
import logging
import time

from scraper import urls
from scraper.errors import Failure, Refusal
from scraper.models import Done, Failed, Fetch, Link, Outcome, Page, Refused, Unchanged
from scraper.pipeline.model import Job
from scraper.pipeline.reserving import respected
from scraper.pipeline.settings import Settings
from scraper.pipeline.workers import Workers
from scraper.sites import Site

_LOG = logging.getLogger(__name__)
#: requests, at the host's pace, that the ceiling of a link allows for
_TURNS = 50


async def read_link(link: Link, fetch: Fetch, workers: Workers, settings: Settings) -> Done:
    """The end of one link. Raises nothing but CancelledError."""
    started = time.monotonic()
    pages: list[Page] = []
    generic, requests = False, 0
    try:
        async with asyncio.timeout(_ceiling(link, settings)):
            outcome, generic = await _outcome(link, pages, fetch, workers, settings)
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
        generic=generic,
    )


async def _outcome(
    link: Link, pages: list[Page], fetch: Fetch, workers: Workers, settings: Settings
) -> tuple[Outcome, bool]:
    """Reads an article, fetching its further pages as they come to light. Raises Refusal, Failure."""
    site = settings.site_of(link.url)
    domain = site.domain if site else urls.site_key(link.url)
    pages.append(await fetch(link))
    if pages[0].status == 304:
        return Unchanged(link), False
    _archive(pages, settings)
    used: Site | None = site if settings.use_configs else None
    reading = await workers.read(Job(tuple(pages), used, domain))
    while reading.next_page:
        further = Link(url=reading.next_page, site=domain, via=f"page:{link.url}")
        try:
            pages.append(await fetch(further))
            _archive(pages, settings)
        except (Refusal, Failure):
            break  # the pages so far are an article; its access says that more was to come
        reading = await workers.read(Job(tuple(pages), used, domain))
    outcome = respected(reading.outcome, link) if settings.respect_tdm else reading.outcome
    return outcome, reading.generic


def _archive(pages: list[Page], settings: Settings) -> None:
    """Hands the last page to the archive, where there is one."""
    if settings.archive:
        settings.archive(pages[-1])


def _ceiling(link: Link, settings: Settings) -> float:
    """Seconds after which a link is given up whatever it is waiting for."""
    delay = settings.policy.delay
    if delay is None:
        delay = settings.rules_of(urls.host(link.url)).delay
    return settings.ceiling + _TURNS * delay
