"""A layout that broke → a candidate for a new one, learned from the pages since, tried, proposed or written."""

from __future__ import annotations

from scraper.mending.case import Case, Idle, case_of
from scraper.mending.model import Mended, Proposal, Tally, Trial
from scraper.mending.place import Place, apply, place_of, put_proposal, withdraw
from scraper.mending.propose import propose
from scraper.mending.run import How, mend_site

__all__ = [
    "Case",
    "How",
    "Idle",
    "Mended",
    "Place",
    "Proposal",
    "Tally",
    "Trial",
    "apply",
    "case_of",
    "mend_site",
    "place_of",
    "propose",
    "put_proposal",
    "withdraw",
]
