"""What stands between our text and the gold's, class by class, and how far any choice of our blocks could come.

    python tests/benchmarks/errors.py [--cache FILE] [--out FILE]

Needs ../shared and `pip install lightgbm numpy`. Bodies are those of the cross-validation by site (train.py); fields
are those of the rules (errors_fields.py). `--cache` keeps the feature rows, as train.py's does, and FILE.values the
probabilities. The ceiling is the block oracle: the labels instead of the model's answers, through the same last steps.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1]), str(HERE.parents[2] / "shared" / "bench")]

import corpus  # noqa: E402

if not (corpus.SHARED / "bench" / "score.py").is_file():
    raise SystemExit(f"errors.py needs the corpora and scorers of ../shared, and there is no {corpus.SHARED}.")

import errors_fields  # noqa: E402
import score  # noqa: E402
import train  # noqa: E402
from train import Page, Sample  # noqa: E402, F401  (train.py, run as a program, pickles them as __main__.Page …)

from scraper.document import Document, parse  # noqa: E402
from scraper.extraction.blocks import Block  # noqa: E402
from scraper.extraction.body import finish  # noqa: E402
from scraper.extraction.classes import flag_bits  # noqa: E402
from scraper.extraction.clues import words_key  # noqa: E402
from scraper.extraction.frame import Frame  # noqa: E402
from scraper.extraction.judges import opinions  # noqa: E402
from scraper.extraction.segment import segment  # noqa: E402
from scraper.models import Reason  # noqa: E402

#: what an oracle answers instead of the model
YES, NO = 0.98, 0.02
LINKS, SIGNED = "teaser, link line", "byline, date, author box"
#: kind → flags of the boxes around a block that tell it, the more telling first
BY_FLAG = (
    ("caption, credit", ("in_figcaption", "caption", "item_caption", "in_figure")),
    ("tweet, embed, quote", ("embed", "in_quote", "quote")),
    (SIGNED, ("byline", "bio", "meta")),
    ("list item", ("in_list",)),
    ("table, code", ("in_table", "in_pre")),
)
BY_REASON = {
    Reason.RECOMMENDATION: LINKS, Reason.NAVIGATION: LINKS, Reason.TAGS: LINKS, Reason.BYLINE: SIGNED,
    Reason.DATE: SIGNED, Reason.AUTHOR_BOX: SIGNED, Reason.READING_TIME: SIGNED, Reason.CAPTION: "caption, credit",
    Reason.EMBED: "tweet, embed, quote", Reason.LEGAL: "source line, notice",
}  # fmt: skip
PROMOTION = "promotion, paywall, newsletter, share, comments"
SHORT = 60


def kind_of(frame: Frame, i: int) -> str:
    """What a reader would call a block of the window, whether it belongs to the story or not."""
    block = frame.blocks[i]
    if len(block.tag) == 2 and block.tag[0] == "h" and block.tag[1].isdigit():
        return "subhead"
    bits, flags = flag_bits(), frame.flags(block)
    for kind, names in BY_FLAG[:3]:
        if any(flags & bits[name] for name in names):
            return kind
    said = next((reason for reason, _ in opinions(frame, i) if reason is not Reason.HEADLINE), None)
    if said is not None:
        return BY_REASON.get(said, PROMOTION)
    for kind, names in BY_FLAG[3:]:
        if any(flags & bits[name] for name in names):
            return kind
    return _plain_kind(block)


def _plain_kind(block: Block) -> str:
    if block.text.lstrip("([*– ").lower().startswith(("source", "quelle", "via ")):
        return "source line, notice"
    return "paragraph" if len(block.text) >= SHORT else "short line"


class Seen(NamedTuple):
    """One page: what was wrong with it, as counts."""

    corpus: str
    exact: bool
    oracle: bool
    #: (kind, "lost" | "extra" | "kept" | "dropped") → blocks: ours against the labels, and the labels themselves
    blocks: Counter[tuple[str, str]]
    #: why the gold cannot be reached by choosing blocks: its first reason; "" where it can
    unreachable: str
    #: segments of bbaw by what became of them
    segments: Counter[str]


def seen(job: tuple[Sample, Any]) -> Seen:
    sample, values = job
    document = parse(corpus.html(sample.corpus, sample.id), sample.row["url"])
    frame = Frame(segment(document))
    body = finish(frame, [float(v) for v in values])
    counts: Counter[tuple[str, str]] = Counter()
    for i, (label, kept) in enumerate(zip(sample.labels, body.kept, strict=True)):
        if label is not None:
            kind, wanted = kind_of(frame, i), label > 0.5
            counts[kind, "kept" if wanted else "dropped"] += 1
            if wanted != kept:
                counts[kind, "lost" if wanted else "extra"] += 1
    if not sample.row.get("body"):
        segments = Counter(_segments(document, frame, body.text, sample.row))
        return Seen(sample.corpus, False, False, counts, "", segments)
    best = finish(frame, [YES if label else NO for label in sample.labels]).text
    exact, oracle = (bool(score.judge(sample.row, {"text": text})["body"][3]) for text in (body.text, best))
    why = "" if oracle else _unreachable(document, frame, best, sample.row)
    return Seen(sample.corpus, exact, oracle, counts, why, Counter())


# --- why no choice of blocks gives the gold ---


def _unreachable(document: Document, frame: Frame, best: str, row: dict[str, Any]) -> str:
    """The first of these that holds for any part of the gold."""
    gold, got = score.words(row["body"]), score.words(best)
    if Counter(gold) == Counter(got):
        return "the gold has it in another order"
    places = [_place(document, frame, text) for text in row["body"].split("\n") if words_key(text)]
    for place in ("not in the HTML", "in hidden or skipped markup", "outside the window"):
        if place in places:
            return f"a line of the gold is {place}"
    if "inside one block" in places:
        return "the gold has a part of a block"
    if any(place == "over several blocks" for place in places) and len(gold) == len(got):
        return "words are cut otherwise"
    return "the gold drops, repeats or adds what looks like the rest (subheads, lists, leads)"


def _place(document: Document, frame: Frame, text: str) -> str:
    """Where a line of the gold stands on the page."""
    key = words_key(text)
    keys = [words_key(block.text) for block in frame.blocks]
    if key in keys:
        return "a block"
    if any(f" {key} " in f" {other} " for other in keys):
        return "inside one block"
    if f" {key} " in f" {' '.join(keys)} ":
        return "over several blocks"
    if f" {key} " in f" {words_key(' '.join(block.text for block in frame.all_blocks))} ":
        return "outside the window"
    body = document.tree.body
    whole = words_key(body.text(separator=" ")) if body is not None else ""
    return "in hidden or skipped markup" if key.replace(" ", "") in whole.replace(" ", "") else "not in the HTML"


def _segments(document: Document, frame: Frame, text: str, row: dict[str, Any]) -> Iterable[str]:
    """What became of the segments that must, and must not, appear."""
    ours = score.squeeze(text)
    blocks = [score.squeeze(block.text) for block in frame.blocks]
    for wanted in (score.squeeze(s) for s in row.get("with", ())):
        if wanted in ours:
            yield "wanted: there"
        elif any(wanted in block for block in blocks):
            yield "wanted: lost by the model"
        elif any(wanted in score.squeeze(block.text) for block in frame.all_blocks):
            yield "wanted: lost outside the window"
        elif words_key(wanted) in words_key(" ".join(blocks)):
            yield "wanted: cut by a block's border"
        else:
            yield "wanted: not in the page's visible text"
    for unwanted in (score.squeeze(s) for s in row.get("without", ())):
        if unwanted not in ours:
            yield "unwanted: gone"
        else:
            i = next((i for i, block in enumerate(blocks) if unwanted in block), None)
            yield f"unwanted: {kind_of(frame, i) if i is not None else 'several blocks'}"


# --- as Markdown ---


def bodies(pages: Sequence[Seen]) -> str:
    """A table of kinds a set, and why gold cannot be reached."""
    blocks = []
    for name in corpus.CORPORA:
        here = [page for page in pages if page.corpus == name]
        whole = [page for page in here if not page.segments]
        if len(whole) > len(here) / 2:
            blocks.append(_kind_table(name, whole))
        elif here:
            blocks.append(_segment_table(name, here))
    return "\n\n".join(blocks)


def _kind_table(name: str, pages: Sequence[Seen]) -> str:
    total: Counter[tuple[str, str]] = sum((page.blocks for page in pages), Counter())
    exact, oracle = (sum(getattr(page, what) for page in pages) for what in ("exact", "oracle"))
    alone: Counter[str] = Counter()
    for page in pages:
        wrong = {kind for kind, what in page.blocks if what in ("lost", "extra") and page.blocks[kind, what]}
        if not page.exact and page.oracle and len(wrong) == 1:
            alone.update(wrong)
    n = len(pages)
    lines = [
        f"**{name}**: {exact} of {n} pages exact ({exact / n:.3f}); "
        f"by a perfect choice of blocks {oracle} ({oracle / n:.3f}).",
        "",
        "| blocks of the kind | lost | extra | alone keep a page from being exact | the gold keeps | and drops |",
        "|---|---|---|---|---|---|",
    ]
    kinds = sorted({kind for kind, _ in total}, key=lambda k: -(total[k, "lost"] + total[k, "extra"]))
    for kind in kinds:
        cells = [total[kind, "lost"], total[kind, "extra"], alone[kind], total[kind, "kept"], total[kind, "dropped"]]
        lines.append(f"| {kind} | {' | '.join(map(str, cells))} |")
    why = Counter(page.unreachable for page in pages if page.unreachable)
    lines += [
        "",
        f"Not reachable by any choice: {'; '.join(f'{reason} {count}' for reason, count in why.most_common())}.",
    ]
    return "\n".join(lines)


def _segment_table(name: str, pages: Sequence[Seen]) -> str:
    total: Counter[str] = sum((page.segments for page in pages), Counter())
    lines = [
        f"**{name}**, segments that must and must not appear:",
        "",
        "| what became of it | segments |",
        "|---|---|",
    ]
    return "\n".join([*lines, *(f"| {what} | {count} |" for what, count in sorted(total.items()))])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--cache", type=Path, help="keep feature rows and probabilities here between calls")
    arguments.add_argument("--out", type=Path, help="write the Markdown here too")
    options = arguments.parse_args()
    samples, pages, _ = train.load(options.cache)
    kept = options.cache.with_suffix(".values") if options.cache else None
    if kept and kept.exists():
        values = pickle.loads(kept.read_bytes())
    else:
        values = train.held_out(samples, pages)
        if kept:
            kept.write_bytes(pickle.dumps(values))
    with ProcessPoolExecutor(2) as pool:
        pages = list(pool.map(seen, zip(samples, values, strict=True), chunksize=20))
    text = f"{bodies(pages)}\n\n{errors_fields.report()}\n"
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
