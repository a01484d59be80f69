"""What goes to the reading of pages, and what comes back; importing this loads no parser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from scraper.models import Link, Outcome, Page
from scraper.signals import Signals
from scraper.sites import Site

#: fingerprint of a block → (other articles of the site that had it, articles since it was first seen)
Repeats = Mapping[int, tuple[int, int]]
#: gives what is remembered of a link's site, by its domain
Recall = Callable[[Link, str], Repeats]


class Job(NamedTuple):
    """An article's pages so far, and what is known of its site."""

    pages: tuple[Page, ...]
    site: Site | None
    domain: str
    #: what stood on other articles of the site; None: nothing is remembered
    memory: Repeats | None = None


class Reading(msgspec.Struct, frozen=True):
    """What reading the pages of an article so far gave."""

    outcome: Outcome
    #: address of the article's next page, still to be fetched and read with these
    next_page: str | None = None
    #: whether trafilatura had to answer
    generic: bool = False
    #: how the article was come by, and fingerprints of its pages' blocks; None and () where there is none
    signals: Signals | None = None
    prints: tuple[int, ...] = ()
