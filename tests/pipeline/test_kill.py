"""kill -9, SIGTERM and a full disk at random moments of real runs: nothing is lost, nothing twice.

The long form, over all sites, is `python tests/benchmarks/kill.py`; other outputs than `run`'s are in tests/acceptance.
"""

from __future__ import annotations

import random
import signal
from pathlib import Path

import kill
import pytest
import replicas

pytestmark = pytest.mark.skipif(not kill.DATA.exists(), reason="needs the replica sites of ../shared")
#: sites without a Crawl-delay
SITES = ("us-apnews", "de-dw")


@pytest.mark.parametrize(("number", "disk"), [(signal.SIGKILL, True), (signal.SIGTERM, False)], ids=str)
def test_every_article_is_there_once(tmp_path: Path, number: signal.Signals, disk: bool) -> None:
    chance = random.Random(3)
    folders = [kill.DATA / name for name in SITES]
    with kill.served(folders, latency=2) as sites:
        runs = kill.Runs(sites, tmp_path, "--delay", "0.02", "--per-host", "2", "--workers", "1")
        for turn in range(2):
            runs.killed_after(chance.uniform(0.8, 1.6), number, largest_file=150_000 if disk and turn else None)
        assert runs.to_the_end() == 0
    found = runs.verdict(set(replicas.gold(folders)))
    assert kill.fine(found), found
    assert found["articles"] == found["of"]
