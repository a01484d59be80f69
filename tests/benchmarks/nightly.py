"""Night after night over replica sites that grow: what is asked, told from the server's own log.

    python tests/benchmarks/nightly.py                       all 24 sites (some minutes)
    python tests/benchmarks/nightly.py --sites de-dw us-apnews

Night 1 finds the first articles of each site (and dead links in the frames of section pages). In night 2 nothing is
new: no article is asked for, every other place once, and conditionally. Before night 3 each site has six more: these
are asked for once (and their further pages), and nothing else. Night 4 is like night 2. Then a host that answers 429
with Retry-After while the run is killed: the next run keeps the pause, to the second, and then goes on. Over all of it
check_log.py looks for impoliteness.
Prints a JSON line for each night. Exit code 1 where something is not so. Needs ../shared/sites.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import replicas
from replicas import Served

#: articles of each site before and after the release
BEFORE, AFTER = 18, 24
#: seconds between two requests to a host, and requests under way to it
DELAY, PER_HOST = 0.1, 2
#: seconds that the host wants to be left alone
PAUSE = 12

Entries = Sequence[Mapping[str, Any]]


class Nights:
    """Runs over one set of sites, one after the other, into one output."""

    def __init__(self, folders: Sequence[Path], sites: Served, where: Path, log: Path) -> None:
        self.sites, self.where, self.log = sites, where, log
        configs = replicas.write_configs(where / "configs")
        options = ["--configs", configs, "--delay", DELAY, "--per-host", PER_HOST, "--report", "report.json", "-q"]
        self.command = replicas.scraper("run", *sites.homes, *sites.resolve, *options)
        self.articles = replicas.gold(folders)

    def night(self) -> tuple[dict[str, Any], Entries]:
        """A run to its end: the report's totals, and what was asked."""
        begun = time.time()
        done = subprocess.run(self.command, cwd=self.where, env=replicas.environment(), check=False)
        report = json.loads((self.where / "report.json").read_text())
        assert done.returncode in (0, 1), f"exit code {done.returncode}"
        return report["total"], replicas.entries(self.log, begun)

    def killed_at(self, status: int) -> Entries:
        """A run that is killed as soon as the server has answered with `status`; what was asked."""
        begun = time.time()
        child = subprocess.Popen(self.command, cwd=self.where, env=replicas.environment(), stderr=subprocess.DEVNULL)
        while child.poll() is None:
            if any(entry.get("status") == status for entry in replicas.entries(self.log, begun)):
                child.kill()
        child.wait()
        return replicas.entries(self.log, begun)

    def new(self) -> dict[str, Counter[str]]:
        """host → the pages of the articles that are released in between."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for url, article in self.articles.items():
            if BEFORE <= article["n"] - self.first < AFTER:
                found[urlsplit(url).hostname or ""].update(page["path"] for page in article["pages"])
        return found

    @property
    def first(self) -> int:
        """The number of a site's first article."""
        return min(int(article["n"]) for article in self.articles.values())


def of_articles(asked: Entries) -> dict[str, Counter[str]]:
    """host → article pages that were asked for, and how often."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in asked:
        if entry.get("kind") == "article":
            found[entry["host"]][_plain(entry["path"])] += 1
    return found


def _plain(path: str) -> str:
    """Without what a link says of where it stood."""
    bare, _, query = path.partition("?")
    kept = "&".join(part for part in query.split("&") if part.startswith("page="))
    return f"{bare}?{kept}" if kept else bare


def unconditional(asked: Entries) -> list[str]:
    """Requests for other things than articles that were not conditional."""
    return [_named(e) for e in asked if e.get("kind") != "article" and not (e.get("inm") or e.get("ims"))]


def repeated(asked: Entries) -> list[str]:
    """What was asked for more than once."""
    counts = Counter(_named(entry) for entry in asked)
    return sorted(name for name, count in counts.items() if count > 1)


def _named(entry: Mapping[str, Any]) -> str:
    return f"{entry['host']}{entry['path']}"


def quiet_night(nights: Nights, name: str) -> dict[str, Any]:
    """A night in which nothing is new, and what is wrong with it."""
    total, asked = nights.night()
    found = {"unconditional": unconditional(asked), "repeated": repeated(asked), "articles": of_articles(asked)}
    return {"night": name, "kept": total["kept"], "requests": len(asked), "saved": total["saved"], **found,
            "bad": [key for key, value in found.items() if value] + ["kept"] * bool(total["kept"])}  # fmt: skip


def busy_night(nights: Nights, name: str) -> dict[str, Any]:
    """The night after the release."""
    total, asked = nights.night()
    wanted, got = nights.new(), of_articles(asked)
    wrong = {host: _difference(wanted[host], got[host]) for host in wanted | got if wanted[host] != got[host]}
    others = [entry for entry in asked if entry.get("kind") != "article"]
    found = {"unconditional": unconditional(others), "repeated": repeated(others), "articles": wrong}
    count = len(nights.sites.hosts) * (AFTER - BEFORE)
    return {"night": name, "kept": total["kept"], "requests": len(asked), **found,
            "bad": [key for key, value in found.items() if value] + ["kept"] * (total["kept"] != count)}  # fmt: skip


def _difference(wanted: Counter[str], got: Counter[str]) -> dict[str, list[str]]:
    return {"missing": sorted(wanted - got), "inVain": sorted(got - wanted)}


def growing(folders: Sequence[Path], where: Path) -> Iterable[dict[str, Any]]:
    """The four nights, and a word on politeness."""
    where.mkdir(parents=True, exist_ok=True)
    log = where / "access.jsonl"
    with replicas.served(folders, log=log, released=BEFORE) as sites:
        nights = Nights(folders, sites, where, log)
        total, asked = nights.night()
        count = len(sites.hosts) * BEFORE
        yield {"night": "1, all is new", "kept": total["kept"], "requests": len(asked),
               "bad": ["kept"] * (total["kept"] != count)}  # fmt: skip
        yield quiet_night(nights, "2, nothing is new")
        sites.release(AFTER)
        yield busy_night(nights, "3, six are new on each site")
        yield quiet_night(nights, "4, nothing is new")
        rude = replicas.impolite(log, "--max-concurrent", PER_HOST, "--min-gap", DELAY)
        yield {"night": "check_log.py over all four", "bad": ["impolite"] * bool(rude), "impolite": rude}


def paused(folder: Path, where: Path) -> dict[str, Any]:
    """A run that is killed right after a 429 with Retry-After, and the one after it."""
    where.mkdir(parents=True, exist_ok=True)
    log, faults = where / "access.jsonl", where / "faults.json"
    article = list(replicas.gold([folder]))[-3]
    rule = {"path": urlsplit(article).path, "fault": "status", "status": 429, "retry_after": PAUSE, "times": 1}
    faults.write_text(json.dumps({"rules": [rule]}))
    with replicas.served([folder], log=log, faults=faults) as sites:
        nights = Nights([folder], sites, where, log)
        nights.killed_at(429)
        total, _ = nights.night()
        asked = replicas.entries(log)
        told = next(entry for entry in asked if entry.get("status") == 429)
        waits = {(told["host"], told["path"].partition("?")[0]): float(PAUSE)}
        after = [entry["t"] - told["t"] - told["ms"] / 1000 for entry in asked if entry["t"] > told["t"]]
        late = min((gap for gap in after if gap > PAUSE / 2), default=-1.0)
        early = replicas.too_early(asked, waits)
        fine = total["kept"] > 0 and not total["failed"] and PAUSE - 0.01 <= late <= PAUSE + 5
        return {"night": f"killed at a 429, Retry-After {PAUSE}", "next": round(late, 2), "tooEarly": early,
                "bad": ["tooEarly"] * bool(early) + ["next"] * (not fine)}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", nargs="*", default=[], help="folders below data/dev; default: all")
    options = parser.parse_args()
    folders = [replicas.DATA / name for name in options.sites] or [replicas.DATA]
    code = 0
    with tempfile.TemporaryDirectory(prefix="nightly-") as name:
        for found in (*growing(folders, Path(name) / "a"), paused(replicas.DATA / "de-dw", Path(name) / "b")):
            print(json.dumps(found, ensure_ascii=False), flush=True)
            code = 1 if found["bad"] else code
    return code


if __name__ == "__main__":
    sys.exit(main())
