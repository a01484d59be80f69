"""The main job over 24 replicated news sites, each with its gold: `pytest -m slow tests/acceptance` (some minutes)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import replicas
from replicas import CONSENT, DATA

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="the replicated sites (../shared/sites) are not here"),
]
ARTICLES = 24


class Served(NamedTuple):
    sites: replicas.Served
    log: Path


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """All sites on a port of their own, 20 ms before each answer."""
    log = tmp_path / "access.jsonl"
    with replicas.served([DATA], log=log) as sites:
        yield Served(sites, log)


@pytest.fixture
def consent(tmp_path: Path) -> Path:
    """A folder of configs that hold nothing but the three consent cookies."""
    return replicas.write_configs(tmp_path / "cookies")


def scraper(where: Path, served: Served, *arguments: object) -> tuple[int, dict[str, Any]]:
    """Runs the command in `where`; its exit code and its report."""
    command = replicas.scraper(*arguments, *served.sites.resolve, "--delay", "0.1", "--report", "report.json")
    done = subprocess.run(
        command, cwd=where, env=replicas.environment(), capture_output=True, text=True, timeout=400, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads((where / "report.json").read_text())


def score(records: list[Path], where: Path) -> dict[str, float]:
    """The last line of score_sites.py, column → number."""
    everything = where / "all.jsonl"
    everything.write_bytes(b"".join(path.read_bytes() for path in records))
    command = [sys.executable, replicas.SITES.parent / "bench/score_sites.py", "--gold", DATA, everything]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stdout.splitlines()
    header, total = lines[0].split(), lines[-1].split()
    assert total[0] == "ALL"
    return dict(zip(header, map(float, total[1:]), strict=True))


def test_a_run_over_all_home_pages_finds_every_article_once(served: Served, consent: Path, tmp_path: Path) -> None:
    code, report = scraper(tmp_path, served, "run", "--configs", consent, *served.sites.homes)
    total = report["total"]
    assert total["kept"] == len(served.sites.hosts) * ARTICLES == 576
    assert total["failed"] == total["refused"] == {}
    assert code == 0
    scores = score(sorted(tmp_path.glob("output/records/*/*.jsonl")), tmp_path)
    assert (scores["found"], scores["other"], scores["twice"]) == (576, 0, 0)
    assert scores["teaser"] == 0
    assert replicas.impolite(served.log) == ""


def test_without_the_cookies_consent_walls_are_refused_as_such(served: Served, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()  # else the configs that come along answer, with these sites' real feeds
    code, report = scraper(tmp_path, served, "run", "--configs", "none", *served.sites.homes)
    total = report["total"]
    assert total["kept"] == 504
    assert total["refused"] == {"consent": 72}
    assert total["failed"] == {}
    assert code == 0  # refused is not failed: nothing is wrong with us
    for domain in CONSENT:
        assert report["sites"][domain]["refused"] == {"consent": ARTICLES}
    scores = score(sorted(tmp_path.glob("output/records/*/*.jsonl")), tmp_path)
    assert (scores["found"], scores["other"], scores["twice"]) == (504, 0, 0)
    assert replicas.impolite(served.log) == ""


def test_a_list_of_their_addresses_likewise(served: Served, consent: Path, tmp_path: Path) -> None:
    gold = [json.loads(line) for path in sorted(DATA.glob("*/gold.jsonl")) for line in path.read_bytes().splitlines()]
    (tmp_path / "urls.txt").write_text("\n".join(article["url"] for article in gold))
    code, report = scraper(tmp_path, served, "get", "--configs", consent, "-i", "urls.txt", "-o", "out.jsonl")
    assert report["total"]["kept"] == len(gold) == 576
    assert report["total"]["failed"] == report["total"]["refused"] == {}
    assert code == 0
    scores = score([tmp_path / "out.jsonl"], tmp_path)
    assert (scores["found"], scores["other"], scores["twice"]) == (576, 0, 0)
    assert replicas.impolite(served.log) == ""
