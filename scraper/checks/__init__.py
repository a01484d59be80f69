"""Configs against pages that are stored with what they say: each field its own verdict; and what is odd in a config."""

from __future__ import annotations

from scraper.checks.expected import Expected, expected_json, read_expected
from scraper.checks.lints import family_of, lint_config
from scraper.checks.model import Lint, SiteCheck, Verdict
from scraper.checks.site import check_live, check_site, read_stored
from scraper.checks.stored import StoredPage, find_stored, store_page

__all__ = [
    "Expected",
    "Lint",
    "SiteCheck",
    "StoredPage",
    "Verdict",
    "check_live",
    "check_site",
    "expected_json",
    "family_of",
    "find_stored",
    "lint_config",
    "read_expected",
    "read_stored",
    "store_page",
]
