"""The pages stored with the shipped configs: what `scraper check` says, as a test; and the config reference in step."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.checks import Verdict, check_site, find_stored
from scraper.cli.schema import config_reference
from scraper.document import selector_error
from scraper.sites import Sites

ROOT = Path(__file__).resolve().parents[1]


def verdicts() -> list[Verdict]:
    sites = Sites.load([ROOT / "configs"], check_selector=selector_error)
    found: list[Verdict] = []
    for page in find_stored(ROOT / "tests/pages"):
        site = sites.find(page.meta.url)
        found += check_site(site.domain if site else page.meta.url, site, [page]).verdicts
    return found


@pytest.mark.parametrize("verdict", verdicts(), ids=lambda verdict: verdict.name)
def test_each_field_of_each_stored_page(verdict: Verdict) -> None:
    assert (verdict.verdict, verdict.detail) == ("ok", "")


def test_the_config_reference_is_in_step() -> None:
    text = (ROOT / "scraper/docs/config.md").read_text(encoding="utf-8")
    assert text == config_reference(), "run: scraper schema --config > scraper/docs/config.md"
