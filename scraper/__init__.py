"""Turns news pages into clean article records.

from scraper import extract, clean
article = extract(html, url)               # bytes or str; the config is looked up by the url's host
article = extract(html, url, site=None)    # as for a site that nobody has seen
article = clean(text)                      # text that someone scraped before
"""

from __future__ import annotations

from scraper.loading import end_quietly

end_quietly()  # before the rest, which takes long enough for a Ctrl-C

from collections.abc import AsyncIterator, Iterable
from functools import cache
from typing import TYPE_CHECKING, Literal

from scraper.collector import collecting_later
from scraper.compiled import use_twins
from scraper.errors import ScraperError

with collecting_later():
    from scraper.models import Article, Event, Record

if TYPE_CHECKING:  # importing these loads parsers; `import scraper` stays light
    from scraper.pipeline.settings import Settings
    from scraper.sites import Site, Sites

use_twins()

__all__ = ["Article", "Record", "ScraperError", "clean", "extract", "scrape"]


def extract(html: bytes | str, url: str = "", *, site: Site | Literal["auto"] | None = "auto") -> Article:
    """The article in a page.

    `site`: a config (`scraper.sites.load_file`), None for none, "auto" for the one of `url`'s host. Never raises for
    what the page contains: `quality` says so. Raises ConfigError when the config is wrong.
    """
    with collecting_later():
        from scraper.pipeline.read import read_article

    return read_article(html, url, site=_sites().find(url) if site == "auto" else site)


def clean(text: str) -> Article:
    """The article in text that someone scraped carelessly: clutter removed, fields told apart."""
    from scraper.extraction.text import clean_text

    return clean_text(text)


async def scrape(addresses: Iterable[str], settings: Settings | None = None) -> AsyncIterator[Event]:
    """The pipeline, for programs: one `Done` for each address, as they end."""
    from scraper.models import Link
    from scraper.pipeline.crawl import get
    from scraper.pipeline.settings import Settings

    links = (Link(url=address) for address in addresses)
    async for event in get(links, settings or Settings(sites=_sites())):
        yield event


@cache
def _sites() -> Sites:
    from scraper.document import selector_error
    from scraper.sites import Sites, default_folders

    return Sites.load(default_folders(), check_selector=selector_error)
