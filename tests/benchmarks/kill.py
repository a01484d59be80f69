"""Kills a run over replica sites again and again, lets it end, and counts: nothing lost, nothing twice.

    python tests/benchmarks/kill.py --kills 50                     all 24 sites, kill -9
    python tests/benchmarks/kill.py --kills 20 --signal TERM --sites de-heise us-apnews
    python tests/benchmarks/kill.py --kills 10 --full-disk         every other run with a file size limit in the way

Needs the replica sites of ../shared/sites. Exit code 1 where anything was lost, doubled, torn or unsound.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

SITES = Path(__file__).resolve().parents[3] / "shared" / "sites"
DATA = SITES / "data" / "dev"
#: sites whose consent page wants a click
CONSENT = ("kleinezeitung.at", "globalnews.ca", "lrt.lt")


class Served(NamedTuple):
    """Replica sites that answer on loopback."""

    port: int
    hosts: list[str]


@contextmanager
def served(
    folders: Sequence[Path], *, latency: int = 20, log: Path | None = None, seconds: int = 3600
) -> Iterator[Served]:
    """The sites of `folders`, until the end of the block."""
    command = [sys.executable, str(SITES / "serve.py"), "--port", "0", "--latency", str(latency)]
    command += ["--seconds", str(seconds)]
    for folder in folders:
        command += ["--data", str(folder)]
    if log:
        command += ["--log", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            first = json.loads(server.stdout.readline())
            yield Served(first["port"], first["hosts"])
        finally:
            server.terminate()
            server.communicate()


class Runs:
    """`scraper run` over the served sites into one output, started as often as it takes."""

    def __init__(self, sites: Served, folder: Path, *options: str) -> None:
        self.output = folder / "out"
        configs = folder / "configs"
        configs.mkdir(parents=True, exist_ok=True)
        for host in CONSENT:
            (configs / f"{host}.toml").write_text('[fetch]\ncookies = {consent = "1"}\n', encoding="utf-8")
        self._command = [
            sys.executable,
            "-m",
            "scraper",
            "run",
            "--configs",
            str(configs),
            "--output",
            str(self.output),
        ]
        self._command += ["--resolve", f"*=127.0.0.1:{sites.port}", "-q", *options]
        self._command += [f"http://{host}/" for host in sites.hosts]

    def start(self, *, largest_file: int | None = None) -> subprocess.Popen[bytes]:
        """A run; `largest_file` (bytes) stands for a disk that fills up."""

        def limit() -> None:
            if largest_file is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

        return subprocess.Popen(self._command, stderr=subprocess.PIPE, preexec_fn=limit)

    def killed_after(self, seconds: float, number: int, *, largest_file: int | None = None) -> bool:
        """Starts a run and ends it; False where it had ended by itself."""
        child = self.start(largest_file=largest_file)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.send_signal(number)
            child.communicate()
            return True
        child.communicate()
        return False

    def to_the_end(self) -> int:
        """A run that is left alone; its exit code."""
        child = self.start()
        error = child.communicate()[1]
        if child.returncode not in (0, 1):
            sys.stderr.write(error.decode())
        return child.returncode


def expected(folders: Sequence[Path]) -> set[str]:
    """The addresses of all articles."""
    found = set()
    for folder in folders:
        for path in folder.rglob("gold.jsonl"):
            found |= {json.loads(line)["url"] for line in path.read_text(encoding="utf-8").splitlines()}
    return found


def verdict(output: Path, wanted: set[str]) -> dict[str, Any]:
    """What is wrong with an output; all counts are 0, and `sound` is True, where nothing is."""
    torn, ids, urls = 0, Counter[str](), set()
    for path in output.glob("records/*/*.jsonl"):
        data = path.read_bytes()
        torn += bool(data) and not data.endswith(b"\n")
        for line in data.splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                torn += 1
                continue
            ids[record["id"]] += 1
            urls |= {record["url"], record["finalUrl"], record["canonicalUrl"]}
    with sqlite3.connect(output / "scraper.db") as db:
        sound = db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        stored = {row[0] for row in db.execute("SELECT id FROM records")}
        left = db.execute("SELECT count(*) FROM outbox").fetchone()[0]
    db.close()
    return {
        "articles": len(ids),
        "of": len(wanted),
        "lost": len(wanted - urls),
        "twice": sum(count - 1 for count in ids.values()),
        "torn": torn,
        "onlyInDatabase": len(stored - ids.keys()),
        "onlyInFiles": len(ids.keys() - stored),
        "unwritten": left,
        "sound": sound,
    }


def fine(found: dict[str, Any]) -> bool:
    """Whether a verdict is a good one."""
    wrong = ("lost", "twice", "torn", "onlyInDatabase", "onlyInFiles", "unwritten")
    return bool(found["sound"]) and not any(found[key] for key in wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--signal", default="KILL", choices=("KILL", "TERM", "INT"))
    parser.add_argument("--sites", nargs="*", default=[], help="folders below data/dev; default: all")
    parser.add_argument("--longest", type=float, default=6.0, help="seconds after which a run is killed at the latest")
    parser.add_argument("--full-disk", action="store_true", help="every other run meets a full disk")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, help="the server's access log, for check_log.py")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    folders = [DATA / name for name in options.sites] or [DATA]
    number = getattr(signal, f"SIG{options.signal}")
    with tempfile.TemporaryDirectory(prefix="kill-") as name, served(folders, log=options.log) as sites:
        runs = Runs(sites, Path(name), "--delay", "0.05", "--per-host", "2")
        kills = 0
        for turn in range(options.kills):
            small = chance.randrange(1, 40) * 25_000 if options.full_disk and turn % 2 else None
            kills += runs.killed_after(chance.uniform(0.3, options.longest), number, largest_file=small)
        begun = time.monotonic()
        code = runs.to_the_end()
        found = verdict(runs.output, expected(folders))
    found |= {"kills": kills, "exit": code, "lastRunSeconds": round(time.monotonic() - begun, 1)}
    print(json.dumps(found))
    return 0 if fine(found) else 1


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    sys.exit(main())
