"""The main job over 24 replicated news sites, each with its gold: `pytest -m slow tests/acceptance` (some minutes)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
DATA = SHARED / "sites/data/dev"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="the replicated sites (../shared/sites) are not here"),
]

#: sites whose consent page wants a click; a config may state the cookie that the click sets
CONSENT = ("kleinezeitung.at", "globalnews.ca", "lrt.lt")
ARTICLES = 24


class Served(NamedTuple):
    port: int
    hosts: list[str]
    log: Path


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[Served]:
    """All sites on a port of their own, 20 ms before each answer."""
    log = tmp_path / "access.jsonl"
    command = [sys.executable, SHARED / "sites/serve.py", "--data", DATA, "--port", "0", "--log", log]
    command += ["--latency", "20", "--seconds", "500"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        first = json.loads(server.stdout.readline())
        yield Served(first["port"], first["hosts"], log)
        server.send_signal(signal.SIGTERM)
        server.communicate()


@pytest.fixture
def consent(tmp_path: Path) -> Path:
    """A folder of configs that hold nothing but the three consent cookies."""
    folder = tmp_path / "cookies"
    folder.mkdir()
    for domain in CONSENT:
        (folder / f"{domain}.toml").write_text('[fetch]\ncookies = {consent = "1"}\n')
    return folder


def scraper(where: Path, sites: Served, *arguments: object) -> tuple[int, dict[str, Any]]:
    """Runs the command in `where`; its exit code and its report."""
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    command = [sys.executable, "-m", "scraper", *map(str, arguments), "--resolve", f"*=127.0.0.1:{sites.port}"]
    command += ["--delay", "0.1", "--report", "report.json"]
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, timeout=400)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads((where / "report.json").read_text())


def score(records: list[Path], where: Path) -> dict[str, float]:
    """The last line of score_sites.py, column → number."""
    everything = where / "all.jsonl"
    everything.write_bytes(b"".join(path.read_bytes() for path in records))
    command = [sys.executable, SHARED / "bench/score_sites.py", "--gold", DATA, everything]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stdout.splitlines()
    header, total = lines[0].split(), lines[-1].split()
    assert total[0] == "ALL"
    return dict(zip(header, map(float, total[1:]), strict=True))


def check_politeness(sites: Served) -> None:
    """No disallowed hit, no broken Crawl-delay."""
    done = subprocess.run([sys.executable, SHARED / "sites/check_log.py", sites.log], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


def homes(sites: Served) -> list[str]:
    return [f"http://{host}/" for host in sites.hosts]


def test_a_run_over_all_home_pages_finds_every_article_once(sites: Served, consent: Path, tmp_path: Path) -> None:
    code, report = scraper(tmp_path, sites, "run", "--configs", consent, *homes(sites))
    total = report["total"]
    assert total["kept"] == len(sites.hosts) * ARTICLES == 576
    assert total["failed"] == total["refused"] == {}
    assert code == 0
    scores = score(sorted(tmp_path.glob("output/records/*/*.jsonl")), tmp_path)
    assert (scores["found"], scores["other"], scores["twice"]) == (576, 0, 0)
    assert scores["teaser"] == 0
    check_politeness(sites)


def test_without_the_cookies_consent_walls_are_refused_as_such(sites: Served, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()  # else the configs that come along answer, with these sites' real feeds
    code, report = scraper(tmp_path, sites, "run", "--configs", "none", *homes(sites))
    total = report["total"]
    assert total["kept"] == 504
    assert total["refused"] == {"consent": 72}
    assert total["failed"] == {}
    assert code == 0  # refused is not failed: nothing is wrong with us
    for domain in CONSENT:
        assert report["sites"][domain]["refused"] == {"consent": ARTICLES}
    scores = score(sorted(tmp_path.glob("output/records/*/*.jsonl")), tmp_path)
    assert (scores["found"], scores["other"], scores["twice"]) == (504, 0, 0)
    check_politeness(sites)


def test_a_list_of_their_addresses_likewise(sites: Served, consent: Path, tmp_path: Path) -> None:
    gold = [json.loads(line) for path in sorted(DATA.glob("*/gold.jsonl")) for line in path.read_bytes().splitlines()]
    (tmp_path / "urls.txt").write_text("\n".join(article["url"] for article in gold))
    code, report = scraper(tmp_path, sites, "get", "--configs", consent, "-i", "urls.txt", "-o", "out.jsonl")
    assert report["total"]["kept"] == len(gold) == 576
    assert report["total"]["failed"] == report["total"]["refused"] == {}
    assert code == 0
    scores = score([tmp_path / "out.jsonl"], tmp_path)
    assert (scores["found"], scores["other"], scores["twice"]) == (576, 0, 0)
    check_politeness(sites)
