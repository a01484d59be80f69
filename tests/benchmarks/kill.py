"""Kills a run over replica sites again and again, lets it end, and counts: nothing lost, nothing twice.

    python tests/benchmarks/kill.py --kills 50                     `run` over all 24 sites, kill -9
    python tests/benchmarks/kill.py --kills 20 --signal TERM --sites de-heise us-apnews
    python tests/benchmarks/kill.py --kills 10 --full-disk         every other run with a file size limit in the way
    python tests/benchmarks/kill.py --kills 10 --outputs jsonl jsonl.gz csv parquet db md postgresql
                                                                   `get` of all addresses into each of them

Needs the replica sites of ../shared/sites; PostgreSQL's server for the last. Exit code 1 where anything was lost,
doubled, torn or unsound, or where a process that was killed left a traceback behind.
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
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import replicas
from replicas import DATA, Served, served

from scraper.store import articles_in, is_url, open_records, state_path

sys.path.append(str(replicas.ROOT / "tests" / "store"))
import postgres  # the server that the tests start

OUTPUTS = ("jsonl", "jsonl.gz", "csv", "parquet", "db", "md", "postgresql")


class Killed:
    """A command that is started as often as it takes."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        #: tracebacks that were printed, by whichever process
        self.tracebacks = 0

    def start(self, *, largest_file: int | None = None) -> subprocess.Popen[bytes]:
        """A run; `largest_file` (bytes) stands for a disk that fills up."""

        def limit() -> None:
            if largest_file is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

        env = replicas.environment()
        return subprocess.Popen(self._command, env=env, stderr=subprocess.PIPE, preexec_fn=limit)

    def killed_after(self, seconds: float, number: int, *, largest_file: int | None = None) -> bool:
        """Starts a run and ends it; False where it had ended by itself."""
        child = self.start(largest_file=largest_file)
        try:
            child.wait(seconds)
            early = False
        except subprocess.TimeoutExpired:
            child.send_signal(number)
            early = True
        self._heard(child.communicate()[1])
        return early

    def to_the_end(self) -> int:
        """A run that is left alone; its exit code."""
        child = self.start()
        self._heard(error := child.communicate()[1])
        if child.returncode:
            sys.stderr.write(error.decode())
        return child.returncode

    def _heard(self, error: bytes) -> None:
        if count := error.count(b"Traceback"):
            self.tracebacks += count
            sys.stderr.write(error.decode()[-3000:])


class Runs(Killed):
    """`scraper run` over the served sites into one output."""

    def __init__(self, sites: Served, folder: Path, *options: str) -> None:
        self.output = folder / "out"
        configs = replicas.write_configs(folder / "configs")
        command = replicas.scraper("run", "--configs", configs, "--output", self.output, "-q")
        super().__init__([*command, *sites.resolve, *options, *sites.homes])

    def verdict(self, wanted: set[str]) -> dict[str, Any]:
        """What is wrong with the output."""
        return verdict(self.output, wanted)


class Lists(Killed):
    """`scraper get` of a list of addresses into one output: "x.jsonl", "x.parquet", a folder, "postgresql://…"."""

    def __init__(self, sites: Served, folder: Path, output: str, addresses: Iterable[str], *options: str) -> None:
        self.output = output
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "urls.txt").write_text("\n".join(addresses))
        configs = replicas.write_configs(folder / "configs")
        command = replicas.scraper("get", "-i", folder / "urls.txt", "-o", output, "--configs", configs, "-q")
        super().__init__([*command, *sites.resolve, *options])

    def verdict(self, wanted: set[str]) -> dict[str, Any]:
        """What is wrong with the output."""
        ids, urls = Counter[str](), set()
        for id_, addresses in self._articles():
            ids[id_] += 1
            urls |= set(addresses)
        twice = sum(count - 1 for count in ids.values())
        found = {"articles": len(ids), "of": len(wanted), "lost": len(wanted - urls), "twice": twice}
        return found | {"sound": _sound(state_path(self.output))}

    def _articles(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        if not is_url(self.output):
            return articles_in(Path(self.output))
        return ((r.id, (r.url, r.final_url, r.canonical_url or "")) for r in open_records(self.output))


def _sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as db:
        return bool(db.execute("PRAGMA integrity_check").fetchone()[0] == "ok")


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
    with closing(sqlite3.connect(output / "scraper.db")) as db:
        stored = {row[0] for row in db.execute("SELECT id FROM records")}
        left = db.execute("SELECT count(*) FROM outbox").fetchone()[0]
    return {
        "articles": len(ids),
        "of": len(wanted),
        "lost": len(wanted - urls),
        "twice": sum(count - 1 for count in ids.values()),
        "torn": torn,
        "onlyInDatabase": len(stored - ids.keys()),
        "onlyInFiles": len(ids.keys() - stored),
        "unwritten": left,
        "sound": _sound(output / "scraper.db"),
    }


def fine(found: dict[str, Any]) -> bool:
    """Whether a verdict is a good one."""
    wrong = ("lost", "twice", "torn", "onlyInDatabase", "onlyInFiles", "unwritten", "tracebacks")
    return bool(found["sound"]) and not any(found.get(key) for key in wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--signal", default="KILL", choices=("KILL", "TERM", "INT"))
    parser.add_argument("--outputs", nargs="*", default=[], choices=OUTPUTS, help="kinds of output of `get`")
    parser.add_argument("--sites", nargs="*", default=[], help="folders below data/dev; default: all")
    parser.add_argument("--longest", type=float, default=6.0, help="seconds after which a run is killed at the latest")
    parser.add_argument("--full-disk", action="store_true", help="every other run meets a full disk")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, help="the server's access log, for check_log.py")
    options = parser.parse_args()
    folders = [DATA / name for name in options.sites] or [DATA]
    code = 0
    with ExitStack() as opened:
        where = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="kill-")))
        sites = opened.enter_context(served(folders, log=options.log))
        wanted = set(replicas.gold(folders))
        for name in options.outputs or ["run"]:
            killed = _killed(name, where / name, sites, wanted, opened)
            found = {"output": name, **_trial(killed, wanted, options)}
            print(json.dumps(found), flush=True)
            code = code if fine(found) else 1
    return code


def _killed(name: str, folder: Path, sites: Served, wanted: set[str], opened: ExitStack) -> Runs | Lists:
    pace = ("--delay", "0.05", "--per-host", "2")
    if name == "run":
        return Runs(sites, folder, *pace)
    output = str(folder / ("out" if name == "md" else f"out.{name}"))
    if name == "postgresql":
        folder.mkdir(parents=True)
        os.chdir(folder)  # the state of a database's output is in the current folder
        output = opened.enter_context(postgres.server())
    return Lists(sites, folder, output, sorted(wanted), *pace)


def _trial(killed: Runs | Lists, wanted: set[str], options: argparse.Namespace) -> dict[str, Any]:
    """Kills it again and again, and lets it end."""
    chance, number = random.Random(options.seed), getattr(signal, f"SIG{options.signal}")
    kills = 0
    for turn in range(options.kills):
        small = chance.randrange(1, 40) * 25_000 if options.full_disk and turn % 2 else None
        kills += killed.killed_after(chance.uniform(0.3, options.longest), number, largest_file=small)
    begun = time.monotonic()
    code = killed.to_the_end()
    seconds = round(time.monotonic() - begun, 1)
    return {
        **killed.verdict(wanted), "kills": kills, "tracebacks": killed.tracebacks, "exit": code,
        "lastRunSeconds": seconds,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
