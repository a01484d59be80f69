"""Runs that are killed, or meet a full disk, into every kind of output. The long form: tests/benchmarks/kill.py."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import kill
import pytest
import replicas

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not replicas.DATA.is_dir(), reason="the replicated sites (../shared/sites) are not here"),
]
FOLDERS = [replicas.DATA / name for name in ("us-apnews", "de-dw")]


def lists(sites: replicas.Served, folder: Path, output: str) -> kill.Lists:
    pace = ("--delay", "0.05", "--per-host", "2", "--workers", "1")
    return kill.Lists(sites, folder, output, sorted(replicas.gold(FOLDERS)), *pace)


def check(killed: kill.Lists, number: int, *, disk: bool) -> None:
    """Ends three runs early, lets a fourth go on to its end, and looks at what is there."""
    chance = random.Random(5)
    for turn in range(3):
        killed.killed_after(chance.uniform(1.0, 2.5), number, largest_file=150_000 if disk and turn == 1 else None)
    assert killed.to_the_end() == 0
    found = killed.verdict(set(replicas.gold(FOLDERS)))
    assert kill.fine(found | {"tracebacks": killed.tracebacks}), found


@pytest.mark.parametrize("disk", [False, True], ids=["", "full disk"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=str)
@pytest.mark.parametrize("name", ["out.jsonl.gz", "out.csv", "out.parquet", "out.db", "markdown"])
def test_a_list_into_a_file_or_folder(tmp_path: Path, name: str, number: signal.Signals, disk: bool) -> None:
    with replicas.served(FOLDERS, latency=5) as sites:
        check(lists(sites, tmp_path, str(tmp_path / name)), number, disk=disk)


@pytest.mark.skipif(bool(kill.postgres.why_not()), reason=kill.postgres.why_not())
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=str)
def test_a_list_into_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals) -> None:
    monkeypatch.chdir(tmp_path)
    with replicas.served(FOLDERS, latency=5) as sites, kill.postgres.server() as address:
        check(lists(sites, tmp_path, address), number, disk=False)
