"""Night after night over replica sites that grow. The long form, over all sites: tests/benchmarks/nightly.py."""

from __future__ import annotations

from pathlib import Path

import nightly
import pytest
import replicas

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not replicas.DATA.is_dir(), reason="the replicated sites (../shared/sites) are not here"),
]
#: with further pages, a Crawl-delay, a consent wall by redirect and by click, and without validators
SITES = ("us-latimes", "za-isolezwelesixhosa", "lt-lrt", "us-apnews", "de-stern")


def test_only_what_is_new_is_asked_for(tmp_path: Path) -> None:
    for night in nightly.growing([replicas.DATA / name for name in SITES], tmp_path):
        assert night["bad"] == [], night


def test_a_pause_outlives_the_run_that_was_told_of_it(tmp_path: Path) -> None:
    night = nightly.paused(replicas.DATA / "de-dw", tmp_path)
    assert night["bad"] == [], night
