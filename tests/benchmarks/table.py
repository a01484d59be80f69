"""Our figures beside the peers', in one run, as Markdown.

    python tests/benchmarks/table.py                            # trafilatura comes with the project
    python tests/benchmarks/table.py --peers DIR/bin/python     # the other peers from an environment of their own:
    python3 -m venv DIR && DIR/bin/pip install trafilatura resiliparse newspaper4k readability-lxml goose3 justext

Rows: ours as shipped (its model has seen these pages), ours cross-validated by site (no page is judged by a model that
has seen its site; needs `pip install lightgbm numpy`, or `--cv` with what `train.py --check --pages FILE` wrote), and
the peers that ../shared/bench/peers.py knows. Fields and time do not hang on the model: the cross-validated row repeats
those of the first. Each extractor reads all pages in a process of its own, warmed up, one after the other; its time is
a ratio to the bare parse in the same run. A dash: it does not give that.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import corpus  # noqa: E402

Figures = dict[str, Any]

PARSE, TEXT = "lexbor_parse", "text"
#: row → extractor, as score.py resolves it
OURS = {"scraper, as shipped": "ours:page_no_config"}
CROSS = "scraper, cross-validated"
PEERS = {
    "trafilatura": "trafilatura", "trafilatura, fast": "trafilatura_fast",
    "trafilatura, precision": "trafilatura_precision", "newspaper4k": "newspaper",
    "readability-lxml": "readability", "goose3": "goose", "jusText": "justext",
    "Resiliparse": "resiliparse",
}  # fmt: skip
CLEANERS = {"scraper": "ours:text", "the text as it is": "raw"}
#: set → what it is, and the figures it judges
SETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "fundus": ("news, 81 publishers", ("F1", "exact", "lost", "extra", "title", "authors", "date", "topics")),
    "zyte": ("news and blogs", ("F1", "exact")),
    "wcxb": ("articles of all kinds", ("F1", "exact", "wordF1", "title", "authors", "date")),
    "bbaw": ("German and other pages", ("segF1", "leak", "title", "authors", "date")),
    TEXT: ("fundus, text that someone pasted", ("F1", "exact", "lost", "extra")),
}
#: figures of the body; the others are of fields, none of which is right on no page at all
BODY = ("F1", "exact", "wordF1", "lost", "extra", "segF1", "leak")
LESS_IS_MORE = frozenset(("lost", "extra", "leak", "time"))


def scorer() -> ModuleType:
    """../shared/bench/score.py; it finds peers.py and ours.py beside itself."""
    path = corpus.SHARED / "bench" / "score.py"
    if not path.is_file():
        raise SystemExit(f"table.py needs the corpora and scorers of ../shared, and there is no {path}.")
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["score"] = module
    spec.loader.exec_module(module)
    return module


def rows_of(name: str) -> list[dict[str, Any]]:
    """The gold rows of a set; of "text" with the dirty text."""
    if name != TEXT:
        return corpus.gold(name)
    dirty = {row["id"]: row["text"] for row in corpus.dirty()}
    return [{**row, "dirty": dirty[row["id"]]} for row in corpus.gold("fundus")]


def judged(extractor: str, name: str, most: int | None) -> list[dict[str, Any]]:
    """score.py's judgement of every page, in this process; the first page once before, so that no import is timed."""
    score, rows = scorer(), rows_of(name)[:most]
    folder = corpus.SHARED / "corpus" / ("fundus" if name == TEXT else name) / "dev"
    score.work((extractor, folder, rows[:1], name == TEXT))
    pages: list[dict[str, Any]] = score.work((extractor, folder, rows, name == TEXT))
    return pages


def measured(python: str, extractor: str, name: str, most: int | None) -> Figures:
    """Figures of one extractor on one set, from a process of `python`'s; {"missing": why} where it is not installed."""
    command = [python, str(Path(__file__).resolve()), "--judge", extractor, "--on", name]
    command += ["--most", str(most)] if most else []
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        return {"missing": (done.stderr.strip().splitlines() or ["it stopped"])[-1]}
    pages = json.loads(done.stdout.splitlines()[-1])
    errors = [page["error"] for page in pages if page["error"]]
    if len(errors) == len(pages) and "No module named" in errors[0]:
        return {"missing": "not installed"}
    figures: Figures = scorer().summary(pages)
    return figures


def cross_validated(pages: Path | None, names: Sequence[str], most: int | None) -> dict[str, Figures]:
    """Figures of bodies by site-wise cross-validation, from train.py's rows; reasons where they cannot be had."""
    with tempfile.TemporaryDirectory() as folder:
        if pages is None:
            pages = Path(folder) / "cv.json"
            command = [sys.executable, str(HERE / "train.py"), "--check", "--pages", str(pages)]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                why = "needs lightgbm" if "lightgbm" in done.stderr else done.stderr.strip().splitlines()[-1]
                return {name: {"missing": why} for name in names}
        rows = [json.loads(line) for line in pages.read_text(encoding="utf-8").splitlines()]
    found = {}
    for name in names:
        wanted = {row["id"] for row in rows_of(name)[:most]}
        summary = scorer().summary([row for row in rows if row["corpus"] == name and row["id"] in wanted])
        found[name] = {key: summary[key] for key in BODY if key in summary}
    return found


def table(name: str, options: argparse.Namespace) -> dict[str, Figures]:
    """Row → figures of one set, with `time` in multiples of the bare parse."""
    if name == TEXT:
        return {row: measured(sys.executable, spec, name, options.most) for row, spec in CLEANERS.items()}
    parse = measured(sys.executable, PARSE, name, options.most)
    found: dict[str, Figures] = {}
    for row, spec in (*OURS.items(), *PEERS.items()):
        python = options.peers if spec in PEERS.values() else sys.executable
        found[row] = measured(python, spec, name, options.most)
        if "ms" in found[row] and parse.get("ms"):
            found[row]["time"] = found[row]["ms"] / parse["ms"]
        print(f"{name}: {row}", file=sys.stderr, flush=True)
    return found


def markdown(name: str, rows: Mapping[str, Figures], pages: int) -> str:
    """One table; the best figure of each column is bold, our in-sample row aside."""
    what, columns = SETS[name]
    columns = columns if name == TEXT else (*columns, "time")
    best = {c: _best(c, [r for row, r in rows.items() if row not in OURS]) for c in columns}
    heads = [f"{name}: {what}, {pages} pages", *("× parse" if c == "time" else c for c in columns)]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for row, figures in rows.items():
        if why := figures.get("missing"):
            cells = [why, *[""] * (len(columns) - 1)]
        else:
            cells = [_cell(c, figures.get(c), best[c] if row not in OURS else None) for c in columns]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _best(column: str, rows: Sequence[Figures]) -> float | None:
    values = [row[column] for row in rows if isinstance(row.get(column), float)]
    return (min if column in LESS_IS_MORE else max)(values, default=None)


def _cell(column: str, value: float | None, best: float | None) -> str:
    if value is None or (not value and column not in BODY):
        return "–"
    text = f"{value:.1f}" if column == "time" else f"{value:.2f}" if column in ("lost", "extra") else f"{value:.3f}"
    text = text.removeprefix("0") if column not in ("time", "lost", "extra") else text
    return f"**{text}**" if value == best else text


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument(
        "--peers", default=sys.executable, metavar="PYTHON", help="the interpreter that has the peers"
    )
    arguments.add_argument("--cv", type=Path, metavar="FILE", help="rows of `train.py --check --pages FILE`")
    arguments.add_argument("--on", default=",".join(SETS), help="sets, joined by commas")
    arguments.add_argument("--most", type=int, help="pages of each set, to try it out")
    arguments.add_argument("--out", type=Path, help="write the Markdown here too")
    arguments.add_argument("--judge", help=argparse.SUPPRESS)  # one extractor, in this process; rows as JSON
    options = arguments.parse_args()
    if options.judge:
        print(json.dumps(judged(options.judge, options.on, options.most)))
        return
    scorer()
    names = options.on.split(",")
    cross = cross_validated(options.cv, [name for name in names if name != TEXT], options.most)
    blocks: list[str] = []
    for name in names:
        rows = table(name, options)
        if name in cross:
            shipped = {row: rows.pop(row) for row in OURS}
            honest = {**shipped[next(iter(OURS))], **cross[name]}
            rows = {**shipped, CROSS: honest, **rows}
        blocks.append(markdown(name, rows, len(rows_of(name)[: options.most])))
        print(blocks[-1], end="\n\n", flush=True)
        if options.out:  # after each set: all of them take a quarter of an hour on an idle machine
            options.out.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
