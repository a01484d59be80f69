"""Runs over replica sites with faults: each healthy article there once, each faulty one with the reason it should have.

    python tests/benchmarks/faults.py                        the example faults, then three mixtures, by `get` and `run`
    python tests/benchmarks/faults.py --seeds 4 5 6 --share 0.5 --commands run
    python tests/benchmarks/faults.py --no-example --seeds 1 --sites de-dw us-apnews

A mixture gives that share of the articles a fault drawn from FAULTS, and that share of feeds, sitemaps and front pages
one that passes. `run` is then run again over sites without faults: what may pass is there, what may not is left alone.
Prints a JSON line for each run. Exit code 1 where an article is lost, there twice or has another reason than ENDS
says, a pause was not kept, a run took longer than --longest or more memory than --most. Needs ../shared/sites.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from hashlib import sha1
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import replicas
from kill import verdict
from memory import watched
from replicas import Served

from scraper import urls
from scraper.models import Failed, Link, Refused
from scraper.store.policy import may_pass

#: a fault that a link always meets → how the link ends ("kept", or a reason of scraper.errors)
ENDS = {
    "reset": "protocol",
    "truncate": "protocol",
    "drip": "timeout",
    "hang": "timeout",
    "redirect": "privateAddress",
    "redirect_loop": "redirects",
    "cookie_loop": "redirects",
    "gzip_bomb": "tooLarge",
    "endless": "tooLarge",
    "bad_gzip": "encoding",
    "bad_gzip plain": "kept",
    "huge_headers": "protocol",
    "charset": "kept",
    "content_type": "notHtml",
    "empty": "empty",
}
#: faults that are tried again at once, and how often in all (fetch.policy); a timeout is not
TRIED_AGAIN, TRIES = ("protocol", "http429", "http500", "http502", "http503", "http504"), 3
#: refusals among ENDS, and what the end of a site is whose robots.txt cannot be had
REFUSED = ("privateAddress", "notHtml", "empty", "robots")

#: what mixtures are drawn from: article faults of all kinds that there are, and some that pass
FAULTS: list[dict[str, Any]] = [
    *({"fault": "status", "status": status} for status in (403, 404, 410, 451, 500, 503)),
    {"fault": "status", "status": 503, "times": 2},
    {"fault": "status", "status": 429, "retry_after": 2, "times": 1},
    {"fault": "status", "status": 429, "retry_after": "date:3", "times": 1},
    {"fault": "reset", "part": 0.5},
    {"fault": "reset", "part": 0.0, "times": 1},
    {"fault": "truncate", "part": 0.6},
    {"fault": "truncate", "part": 0.9, "times": 2},
    {"fault": "drip", "bytes": 1, "interval": 1},
    {"fault": "drip", "bytes": 1, "interval": 1, "headers": True},
    {"fault": "hang"},
    {"fault": "redirect", "to": "http://169.254.169.254/latest/meta-data/"},
    {"fault": "redirect", "to": "http://127.0.0.1:9/private"},
    {"fault": "redirect", "to": "http://[::1]/private", "status": 308},
    {"fault": "redirect", "to": "http://2130706433/private"},
    {"fault": "redirect_loop", "mode": "grow"},
    {"fault": "redirect_loop", "mode": "self"},
    {"fault": "cookie_loop"},
    {"fault": "gzip_bomb", "mb": 500},
    {"fault": "endless"},
    {"fault": "bad_gzip", "mode": "corrupt"},
    {"fault": "bad_gzip", "mode": "plain"},
    {"fault": "huge_headers", "kb": 256},
    {"fault": "charset", "encode": "iso-8859-1", "declare": None, "meta": "strip"},
    {"fault": "charset", "encode": "windows-1252", "declare": "utf-8", "meta": "windows-1252"},
    {"fault": "charset", "encode": "utf-8", "declare": "iso-8859-1", "meta": "keep"},
    {"fault": "content_type", "type": "application/pdf", "body": "pdf"},
    {"fault": "content_type", "type": "text/html", "body": "pdf"},
    {"fault": "content_type", "type": "text/html", "body": "png"},
    {"fault": "content_type", "type": "image/jpeg", "body": "page"},
    {"fault": "empty"},
]
#: what a run's sources meet, and get over
PASSING: list[dict[str, Any]] = [
    {"fault": "status", "status": 500, "times": 1},
    # longer than the sites' Crawl-delays: of a robots.txt that could not be read nobody knows it yet
    {"fault": "status", "status": 429, "retry_after": 3, "times": 1},
    {"fault": "reset", "part": 0.5, "times": 1},
    {"fault": "truncate", "part": 0.5, "times": 2},
]
#: seconds that a request may take: what hangs ends then
TIMEOUT = 12.0


def mixture(seed: int, share: float) -> list[dict[str, Any]]:
    """Rules by which `share` of the articles are faulty, each in one way, and `share` of the sources for a while."""
    chance = random.Random(seed)
    faults = FAULTS.copy()
    chance.shuffle(faults)
    rules, left = [], 1.0
    for number, fault in enumerate(faults):
        part = share / len(faults)
        rules.append({"kind": "article", "share": part / left, "salt": f"{seed}/{number}", **fault})
        left -= part
    for kind in ("index", "rss", "sitemap", "robots"):
        rules.append({"kind": kind, "share": share, "salt": f"{seed}/{kind}", **chance.choice(PASSING)})
    return rules


# --- what should come of it --------------------------------------------------------------------------------------


def matching(rules: Sequence[Mapping[str, Any]], host: str, path: str, kind: str) -> list[Mapping[str, Any]]:
    """The rules that hold for a path, in their order (../shared/sites/README.md, Faults)."""
    return [rule for rule in rules if _matches(rule, host, path, kind)]


def _matches(rule: Mapping[str, Any], host: str, path: str, kind: str) -> bool:
    if rule.get("kind", kind) != kind or not fnmatchcase(host, rule.get("host", "*")):
        return False
    if not fnmatchcase(path, rule.get("path", "*")):
        return False
    drawn = int(sha1(f"{rule.get('salt', '')}{host}{path}".encode()).hexdigest()[:8], 16) / 2**32
    return bool(drawn < rule.get("share", 1.0))


def end_of(rule: Mapping[str, Any]) -> str:
    """How a request ends that meets this rule."""
    if rule["fault"] == "status":
        return f"http{rule.get('status', 503)}"
    return ENDS.get(f"{rule['fault']} {rule.get('mode', '')}".strip(), "") or ENDS[rule["fault"]]


def expected(url: str, rules: Sequence[Mapping[str, Any]]) -> str:
    """How an article's link should end."""
    host, path = urlsplit(url).hostname or "", urlsplit(url).path
    robots = [rule for rule in matching(rules, host, "/robots.txt", "robots") if not rule.get("times")]
    if any(end_of(rule) in TRIED_AGAIN for rule in robots):
        return "robots"  # RFC 9309, 2.3.1.4: unreachable is a no
    tries = 0
    for rule in matching(rules, host, path, "article"):
        end = end_of(rule)
        if end == "kept" or end not in TRIED_AGAIN or not rule.get("times"):
            return end
        tries += rule["times"]
        if tries >= TRIES:
            return end
    return "kept"


def pauses(articles: Sequence[str], rules: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], float]:
    """(host, path) → the seconds that its Retry-After asks for; one given as a date is whole seconds, cut."""
    found = {}
    for url in articles:
        host, path = urlsplit(url).hostname or "", urlsplit(url).path
        for rule in matching(rules, host, path, "article")[:1]:
            if (wait := rule.get("retry_after")) is not None:
                found[host, path] = float(wait[5:]) - 1.3 if isinstance(wait, str) else float(wait)
    return found


# --- what came of it ---------------------------------------------------------------------------------------------


class Ran(NamedTuple):
    """One run of the command."""

    report: dict[str, Any]
    records: list[dict[str, Any]]
    code: int
    seconds: float
    peak: int


def run(command: Sequence[str], folder: Path, records: str, *, longest: float) -> Ran:
    """Runs it in `folder`; `records`: a glob of what it writes. One that hangs is killed, and has exit code -9."""
    started = time.monotonic()
    with (folder / "errors.txt").open("wb") as errors:
        child = subprocess.Popen(command, cwd=folder, env=replicas.environment(), stderr=errors)
        peak = watched(child, longest)
    seconds = time.monotonic() - started
    said = (folder / "errors.txt").read_text()
    if "Traceback" in said or child.returncode not in (0, 1):
        sys.stderr.write(said[-3000:])
    path = folder / "report.json"
    report = json.loads(path.read_text()) if path.exists() else {}
    lines = [line for file in sorted(folder.glob(records)) for line in file.read_bytes().splitlines()]
    return Ran(report, [json.loads(line) for line in lines], child.returncode, seconds, peak)


def judge(ran: Ran, wanted: Mapping[str, str]) -> dict[str, Any]:
    """What is wrong with a run; `wanted`: address → how it should have ended."""
    got: dict[str, str] = {}
    for record in ran.records:
        for name in ("url", "finalUrl", "canonicalUrl"):
            got[urls.article_key(record[name] or "")] = "kept"
    for named in (*ran.report.get("failed", ()), *ran.report.get("refused", ())):
        got.setdefault(urls.article_key(named["url"]), named["reason"])
    ids = Counter(record["id"] for record in ran.records)
    wrong = {url: f"{end} expected, {found}" for url, end in wanted.items() if (found := _end(got, url)) != end}
    keys = {urls.article_key(url) for url in wanted}
    return {
        "kept": len(ids),
        "ends": dict(Counter(wanted.values()).most_common()),
        "wrong": wrong,
        "twice": sum(count - 1 for count in ids.values()),
        "others": sorted(f"{key}: {end}" for key, end in got.items() if key not in keys and end != "kept"),
        "complete": ran.report.get("ended") == "complete",
        "exit": ran.code,
        "seconds": round(ran.seconds, 1),
        "peakMB": round(ran.peak / 1e6),
    }


def _end(got: Mapping[str, str], url: str) -> str:
    return got.get(urls.article_key(url), "no end at all")


def garbled(ran: Ran, articles: Mapping[str, Mapping[str, Any]], rules: Sequence[Mapping[str, Any]]) -> list[str]:
    """Articles with a charset fault in whose text letters came out wrong."""
    by_url = {urls.article_key(record["url"]): record for record in ran.records}
    found = []
    for url, article in articles.items():
        record = by_url.get(urls.article_key(url))
        if record is None or not any(rule["fault"] == "charset" for rule in _met(url, rules)):
            continue
        special = {word for word in article["body"].split() if not word.isascii()}
        there = special & set(record["articleBody"].split())
        if len(there) < 0.9 * len(special) or ("\ufffd" in record["articleBody"]) > ("\ufffd" in article["body"]):
            found.append(url)
    return found


def _met(url: str, rules: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return matching(rules, urlsplit(url).hostname or "", urlsplit(url).path, "article")[:1]


class Trial:
    """One set of rules over one set of sites."""

    def __init__(
        self, folders: Sequence[Path], rules: Sequence[Mapping[str, Any]], where: Path, longest: float
    ) -> None:
        self.folders, self.rules, self.where, self.longest = folders, rules, where, longest
        self.articles = replicas.gold(folders)
        self.wanted = {url: expected(url, rules) for url in self.articles}
        where.mkdir(parents=True)
        (where / "faults.json").write_text(json.dumps({"rules": rules}))
        (where / "urls.txt").write_text("\n".join(self.articles))
        domains = {urls.site_key(url) for url in self.articles}
        self.configs = replicas.write_configs(where / "configs", domains, timeout=TIMEOUT)

    def get(self) -> dict[str, Any]:
        """The list of all addresses."""
        log = self.where / "get.jsonl"
        with replicas.served(self.folders, log=log, faults=self.where / "faults.json") as sites:
            ran = self._run(["get", "-i", "urls.txt", "-o", "out.jsonl"], sites, "out.jsonl")
            return {"command": "get", **self._found(ran, self.wanted, log)}

    def run(self) -> dict[str, Any]:
        """All home pages."""
        log = self.where / "run.jsonl"
        with replicas.served(self.folders, log=log, faults=self.where / "faults.json") as sites:
            ran = self._run(["run", *sites.homes], sites, "output/records/*/*.jsonl")
            found = self._found(ran, self._discoverable(), log)
        state = verdict(self.where / "output", set())
        return {"command": "run", **found, "sound": state["sound"] and not state["torn"] and not state["unwritten"]}

    def healed(self) -> dict[str, Any]:
        """The same home pages without faults: what may pass is there, what may not has not been asked again."""
        log = self.where / "healed.jsonl"
        wanted = {url: _healed(end) for url, end in self.wanted.items()}
        with replicas.served(self.folders, log=log) as sites:
            ran = self._run(["run", *sites.homes], sites, "output/records/*/*.jsonl")
            found = judge(ran, {url: end for url, end in wanted.items() if end == "kept"})
            asked = {entry["path"].partition("?")[0] for entry in replicas.entries(log) if entry["kind"] == "article"}
        lasting = {urlsplit(url).path for url, end in wanted.items() if end != "kept"}
        return {"command": "run, without faults", **found, "askedInVain": sorted(asked & lasting)}

    def _run(self, what: Sequence[str], sites: Served, records: str) -> Ran:
        options = ["--configs", self.configs, "--delay", "0.05", "--per-host", "2", "--report", "report.json", "-q"]
        command = replicas.scraper(*what, *sites.resolve, *options)
        return run(command, self.where, records, longest=self.longest)

    def _found(self, ran: Ran, wanted: Mapping[str, str], log: Path) -> dict[str, Any]:
        early = replicas.too_early(replicas.entries(log), pauses(list(self.articles), self.rules))
        words = garbled(ran, self.articles, self.rules)
        return {**judge(ran, wanted), "tooEarly": early, "garbled": words, "impolite": replicas.impolite(log)}

    def _discoverable(self) -> dict[str, str]:
        """A site whose robots.txt cannot be had is not discovered: its articles have no end."""
        return {url: "no end at all" if end == "robots" else end for url, end in self.wanted.items()}


def _healed(end: str) -> str:
    kind = Refused if end in REFUSED else Failed
    return "kept" if end in ("kept", "robots") or may_pass(kind(Link(url=""), end)) else end


#: what must be empty, or 0
_EMPTY = ("wrong", "twice", "others", "tooEarly", "garbled", "impolite", "askedInVain")


def bad(found: Mapping[str, Any], most: float) -> list[str]:
    """The names of what is wrong."""
    wrong = [
        name
        for name in ("wrong", "twice", "others", "tooEarly", "garbled", "impolite", "askedInVain")
        if found.get(name)
    ]
    wrong += ["complete"] * (not found["complete"]) + ["sound"] * (found.get("sound") is False)
    wrong += ["exit"] * (found["exit"] not in (0, 1)) + ["peakMB"] * (found["peakMB"] > most)
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    parser.add_argument("--share", type=float, default=0.3, help="of the articles, and of the sources")
    parser.add_argument("--commands", nargs="*", default=["get", "run", "healed"], choices=("get", "run", "healed"))
    parser.add_argument("--sites", nargs="*", default=[], help="folders below data/dev; default: all")
    parser.add_argument("--no-example", action="store_true", help="leave faults.example.json out")
    parser.add_argument("--longest", type=float, default=300.0, help="seconds that a run may take")
    parser.add_argument("--most", type=float, default=400.0, help="MB (PSS of all processes) that a run may need")
    options = parser.parse_args()
    folders = [replicas.DATA / name for name in options.sites] or [replicas.DATA]
    example = json.loads((replicas.SITES / "faults.example.json").read_text())["rules"]
    sets = [] if options.no_example else [("example", example)]
    sets += [(f"seed {seed}", mixture(seed, options.share)) for seed in options.seeds]
    code = 0
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        for number, (title, rules) in enumerate(sets):
            trial = Trial(folders, rules, Path(name) / str(number), options.longest)
            for command in options.commands:
                found = getattr(trial, command)()
                wrong = bad(found, options.most)
                print(json.dumps({"faults": title, **found, "bad": wrong}, ensure_ascii=False), flush=True)
                code = 1 if wrong else code
    return code


if __name__ == "__main__":
    sys.exit(main())
