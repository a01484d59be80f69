"""Replica news sites of ../shared/sites, served on loopback for benchmarks and tests: with faults, a log, a gold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SITES = ROOT.parent / "shared" / "sites"
DATA = SITES / "data" / "dev"
#: sites whose consent page wants a click; a config may state the cookie that the click sets
CONSENT = ("kleinezeitung.at", "globalnews.ca", "lrt.lt")


class Served(NamedTuple):
    """Replica sites that answer on loopback."""

    port: int
    hosts: list[str]

    @property
    def resolve(self) -> list[str]:
        """The options that lead a run there."""
        return ["--resolve", f"*=127.0.0.1:{self.port}"]

    @property
    def homes(self) -> list[str]:
        return [f"http://{host}/" for host in self.hosts]

    def release(self, count: int) -> None:
        """Shows the first `count` articles of each site."""
        address = f"http://127.0.0.1:{self.port}/release?n={count}"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(address, headers={"Host": "control.test"}), timeout=30) as answer:
            answer.read()


@contextmanager
def served(
    folders: Sequence[Path],
    *,
    latency: int = 20,
    log: Path | None = None,
    faults: Path | None = None,
    released: int | None = None,
) -> Iterator[Served]:
    """The sites of `folders`, until the end of the block."""
    command = [sys.executable, str(SITES / "serve.py"), "--port", "0", "--latency", str(latency), "--seconds", "7200"]
    options = {"log": log, "faults": faults, "released": released}
    for name, value in (*(("data", folder) for folder in folders), *options.items()):
        command += [f"--{name}", str(value)] if value is not None else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            first = json.loads(server.stdout.readline())
            yield Served(first["port"], first["hosts"])
        finally:
            server.terminate()
            server.communicate()


def write_configs(folder: Path, domains: Iterable[str] = (), *, timeout: float | None = None) -> Path:
    """A folder of configs that hold nothing but the consent cookies, and a `timeout` for all of `domains`."""
    folder.mkdir(parents=True, exist_ok=True)
    for domain in {*CONSENT, *domains}:
        lines = ["[fetch]"]
        lines += ['cookies = {consent = "1"}'] * (domain in CONSENT)
        lines += [f"timeout = {timeout}"] * (timeout is not None)
        (folder / f"{domain}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def scraper(*arguments: object) -> list[str]:
    """The command line of this checkout's scraper."""
    return [sys.executable, "-m", "scraper", *map(str, arguments)]


def environment() -> dict[str, str]:
    """What it runs in: this checkout's package, no proxies."""
    kept = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    return {**kept, "PYTHONPATH": str(ROOT)}


# --- what is there, and what was asked ---------------------------------------------------------------------------


def gold(folders: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """address → article."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("gold.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                article = json.loads(line)
                found[article["url"]] = article
    return found


def entries(log: Path, since: float = 0.0) -> list[dict[str, Any]]:
    """The requests in a server's log that began after `since`, in order. The server writes it a few times a second."""
    time.sleep(0.6)
    found = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return sorted((e for e in found if "path" in e and e["host"] != "control.test" and e["t"] > since), key=_start)


def impolite(log: Path, *options: object) -> str:
    """What check_log.py finds wrong in a log; "" where nothing is."""
    time.sleep(0.6)
    command = [sys.executable, str(SITES / "check_log.py"), str(log), *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def too_early(asked: Sequence[Mapping[str, Any]], waits: Mapping[tuple[str, str], float]) -> list[str]:
    """Requests to a host within the pause that it has asked for. `waits`: (host, path) → seconds of its Retry-After.

    What a busy server reads just after its wish was under way before: a request at once is none that ignored it.
    """
    wrong = []
    for entry in asked:
        wait = waits.get((entry["host"], entry["path"].partition("?")[0]))
        if wait is None or entry.get("status") not in (429, 503):
            continue
        begun = entry["t"] + entry["ms"] / 1000
        for other in asked:
            if other["host"] == entry["host"] and begun + 0.3 < other["t"] < begun + wait - 0.01:
                wrong.append(f"{other['host']}{other['path']}: {other['t'] - begun:.2f} s after a wish for {wait:g} s")
    return wrong


def _start(entry: Mapping[str, Any]) -> float:
    return float(entry["t"])
