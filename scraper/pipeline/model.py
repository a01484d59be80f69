"""What goes to the reading of pages, and what comes back; importing this loads no parser."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from scraper.models import Outcome, Page
from scraper.sites import Site


class Job(NamedTuple):
    """An article's pages so far, and what is known of its site."""

    pages: tuple[Page, ...]
    site: Site | None
    domain: str


class Reading(msgspec.Struct, frozen=True):
    """What reading the pages of an article so far gave."""

    outcome: Outcome
    #: address of the article's next page, still to be fetched and read with these
    next_page: str | None = None
    #: whether trafilatura had to answer
    generic: bool = False
