"""Faults on replica sites: each link ends for the right reason, in time. The long form: tests/benchmarks/faults.py."""

from __future__ import annotations

import json
from pathlib import Path

import faults
import pytest
import replicas

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not replicas.DATA.is_dir(), reason="the replicated sites (../shared/sites) are not here"),
]
#: MB, all processes; seconds
MOST, LONGEST = 400.0, 150.0
#: small sites of each kind: plain, with a consent wall by redirect and by click, with further pages, without validators
SITES = ("de-dw", "li-landesspiegel", "ca-globalnews", "py-wochenblatt", "us-apnews")


@pytest.mark.parametrize("seed", [11, 12])
def test_a_third_of_all_requests_faulty(tmp_path: Path, seed: int) -> None:
    folders = [replicas.DATA / name for name in SITES]
    trial = faults.Trial(folders, faults.mixture(seed, 0.3), tmp_path / "trial", LONGEST)
    for command in (trial.get, trial.run, trial.healed):
        found = command()
        assert faults.bad(found, MOST) == [], found


def test_every_fault_of_the_example(tmp_path: Path) -> None:
    rules = json.loads((replicas.SITES / "faults.example.json").read_text())["rules"]
    hosts = {rule["host"] for rule in rules}
    sites = [path.parent for path in replicas.DATA.glob("*/site.json") if json.loads(path.read_text())["host"] in hosts]
    found = faults.Trial(sites, rules, tmp_path / "trial", LONGEST).get()
    assert faults.bad(found, MOST) == [], found
