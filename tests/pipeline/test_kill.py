"""kill -9, SIGTERM and a full disk at random moments of real runs: nothing is lost, nothing twice.

The long form, over all sites, is `python tests/benchmarks/kill.py`.
"""

from __future__ import annotations

import importlib.util
import os
import random
import signal
import sys
from pathlib import Path
from types import ModuleType

import pytest

_PATH = Path(__file__).resolve().parents[1] / "benchmarks" / "kill.py"


def _module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("kill", _PATH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["kill"] = module
    spec.loader.exec_module(module)
    return module


kill = _module()
pytestmark = pytest.mark.skipif(not kill.DATA.exists(), reason="needs the replica sites of ../shared")
#: sites without a Crawl-delay
SITES = ("us-apnews", "de-dw")


@pytest.mark.parametrize(("number", "disk"), [(signal.SIGKILL, True), (signal.SIGTERM, False)], ids=str)
def test_every_article_is_there_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, disk: bool
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]), prepend=os.pathsep)
    chance = random.Random(3)
    folders = [kill.DATA / name for name in SITES]
    with kill.served(folders, latency=2) as sites:
        runs = kill.Runs(sites, tmp_path, "--delay", "0.02", "--per-host", "2", "--workers", "1")
        for turn in range(2):
            runs.killed_after(chance.uniform(0.8, 1.6), number, largest_file=150_000 if disk and turn else None)
        assert runs.to_the_end() == 0
    found = kill.verdict(runs.output, kill.expected(folders))
    assert kill.fine(found), found
    assert found["articles"] == found["of"]
