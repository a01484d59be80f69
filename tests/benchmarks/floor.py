"""The floor that only rises: dev scores of the shipped model and rules, committed as floor.json.

    python tests/benchmarks/floor.py                    # compare with the floor; exit 1 below it
    python tests/benchmarks/floor.py --raise            # write today's figures where they are better
    python tests/benchmarks/floor.py --raise --allow-regression "why"   # also where they are worse

The figures are of pages that the model was trained on: a guard against regressions, no claim. What the project claims
is cross-validated by site (tests/benchmarks/train.py --check).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1]), str(HERE.parents[2] / "shared" / "bench")]

import corpus  # noqa: E402

FLOOR = HERE / "floor.json"
#: figure → whether more is better
FIGURES = {
    "F1": True, "exact": True, "lost": False, "extra": False, "segF1": True, "leak": False, "title": True,
    "authors": True, "date": True, "topics": True,
}  # fmt: skip
#: how far a figure may fall before it counts: one page of a small set
SLACK = 0.002

Figures = dict[str, dict[str, float]]


def digest(names: Sequence[str]) -> str:
    """SHA-256 over the gold of the corpora: other pages have other floors."""
    sha = hashlib.sha256()
    for name in names:
        sha.update((corpus.SHARED / "corpus" / name / "dev" / "gold.jsonl").read_bytes())
    return sha.hexdigest()


def _judge(job: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    score, ours = importlib.import_module("score"), importlib.import_module("ours")
    name, row = job
    got = ours.text(row["dirty"]) if name == "text" else ours.page_no_config(corpus.html(name, row["id"]), row["url"])
    return {"set": name, "error": None, "ms": 0.0, **score.judge(row, got)}


def measure(names: Sequence[str] = (*corpus.CORPORA, "text")) -> Figures:
    """Figures of each set: pages without configs, and cleaned texts ("text")."""
    score = importlib.import_module("score")
    jobs = [(name, row) for name in names if name != "text" for row in corpus.gold(name)]
    if "text" in names:
        dirty = {row["id"]: row["text"] for row in corpus.dirty()}
        jobs += [("text", {**row, "dirty": dirty[row["id"]]}) for row in corpus.gold("fundus")]
    with ProcessPoolExecutor(2) as pool:
        rows = list(pool.map(_judge, jobs, chunksize=20))
    out: Figures = {}
    for name in names:
        summary = score.summary([row for row in rows if row["set"] == name])
        out[name] = {k: round(summary[k], 4) for k in FIGURES if k in summary}
    return out


def regressions(today: Figures, floor: Figures) -> list[str]:
    """Every figure that is below its floor, as a sentence."""
    found = []
    for name, figures in today.items():
        for key, value in figures.items():
            least = floor.get(name, {}).get(key)
            if least is not None and (least - value if FIGURES[key] else value - least) > SLACK:
                found.append(f"{name} {key}: {value:.4f}, the floor is {least:.4f}")
    return found


def raised(today: Figures, floor: Figures, *, lower: bool) -> Figures:
    """The floor with today's better figures (and with the worse ones, if `lower`)."""
    out: Figures = {name: dict(figures) for name, figures in floor.items()}
    for name, figures in today.items():
        for key, value in figures.items():
            old = out.setdefault(name, {}).get(key)
            if old is None or lower or (value > old) == FIGURES[key]:
                out[name][key] = value
    return out


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--raise", dest="up", action="store_true", help="write better figures into floor.json")
    arguments.add_argument("--allow-regression", metavar="WHY", help="with --raise: write worse figures too")
    options = arguments.parse_args()
    stored = json.loads(FLOOR.read_text()) if FLOOR.exists() else {"figures": {}}
    today = measure()
    worse = regressions(today, stored["figures"])
    for name, figures in today.items():
        print(f"{name:<8}", "  ".join(f"{key} {value:.3f}" for key, value in figures.items()))
    print("\n".join(worse) or "nothing below the floor")
    if options.up and (not worse or options.allow_regression):
        new = raised(today, stored["figures"], lower=bool(options.allow_regression))
        why = [*stored.get("lowered", []), *([options.allow_regression] if worse else [])]
        FLOOR.write_text(
            json.dumps({"corpus": digest(corpus.CORPORA), "lowered": why, "figures": new}, indent=1) + "\n"
        )
    return int(bool(worse) and not options.allow_regression)


if __name__ == "__main__":
    raise SystemExit(main())
