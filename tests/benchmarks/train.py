"""Train the block classifier on ../shared/corpus and write scraper/data/model.json.

    python tests/benchmarks/train.py              # cross-validate by site, then train on everything and write
    python tests/benchmarks/train.py --check      # only cross-validate
    python tests/benchmarks/train.py --half 0 --to FILE   # a model that has not seen that half of the sites

Needs `pip install lightgbm numpy`. The same corpora and the same code give the same file, byte for byte: one thread,
a fixed seed, sites dealt to folds by the hash of their name.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import pickle
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1]), str(HERE.parents[2] / "shared" / "bench")]

import corpus  # noqa: E402
import score  # noqa: E402
from export import LogOdds, write_model  # noqa: E402
from halves import half_of  # noqa: E402
from labels import segment_labels  # noqa: E402

from scraper.document import parse  # noqa: E402
from scraper.extraction.body import finish  # noqa: E402
from scraper.extraction.classes import name_words  # noqa: E402
from scraper.extraction.clues import clues_of, words_key  # noqa: E402
from scraper.extraction.context import CONTEXT, Context, Places  # noqa: E402
from scraper.extraction.features import Scores, Table, feature_names, first_names, number_names  # noqa: E402
from scraper.extraction.frame import Frame  # noqa: E402
from scraper.extraction.model import DROPPED, FAR, KEPT, SURE  # noqa: E402
from scraper.extraction.segment import segment  # noqa: E402
from scraper.extraction.trees import FIRST_TREES, SECOND_TREES  # noqa: E402
from scraper.learning.labels import keep_labels, rank_of  # noqa: E402

SEED = 20261123
FOLDS = 5
#: news pages count for more than the blogs, shops and manuals of the general sets; a page counts the same however long
CORPUS_WEIGHT = {"fundus": 5.0, "zyte": 5.0, "wcxb": 1.2, "bbaw": 0.6}
#: a name or word is learned when so many sites use it
MIN_SITES = {"names": 4, "words": 8}
#: pages whose gold is mostly not among their blocks (other text, images of text) teach nothing
MIN_COVERAGE = 0.6
#: parts of the training sites; the others' first trees give a part the first judgements that its second trees learn by
INNER_FOLDS = 4
PARAMETERS = {
    "objective": "binary", "num_leaves": 31, "learning_rate": 0.06, "min_data_in_leaf": 40, "feature_fraction": 0.4,
    "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "verbose": -1, "seed": SEED, "deterministic": True,
    "num_threads": 2, "force_row_wise": True, "extra_trees": True,
}  # fmt: skip
TREES = 400
#: the first trees see what a first look gives, and are few: what they are unsure of, the others decide without them (to
#: have those go on from their answer gave 5 % more wrong blocks)
FIRST = {"num_leaves": 63, "learning_rate": 0.15}
#: the others learn of two blocks in five
REST = {"min_data_in_leaf": 20}


class Sample(NamedTuple):
    """One page, ready to learn from."""

    corpus: str
    id: str
    site: str
    row: dict[str, Any]
    labels: list[float | None]
    names: list[list[str]]
    words: list[list[str]]
    #: share of the gold's words that the kept blocks hold
    coverage: float


def sample(job: tuple[str, dict[str, Any]]) -> Sample:
    """Labels and the words that the learned scores are counted from."""
    name, row = job
    document = parse(corpus.html(name, row["id"]), row["url"])
    frame = Frame(segment(document))
    texts = [block.text for block in frame.blocks]
    if row.get("body"):
        first = [rank_of(block, in_main=frame.in_main(block)) for block in frame.blocks]
        labels = keep_labels(texts, row["body"], row.get("summary") or "", first)
    else:
        labels = segment_labels(texts, row.get("with") or (), row.get("without") or ())
    names = [list(name_words(block.box.names)) for block in frame.blocks]
    words = []
    for text in texts:
        key = words_key(text).split(" ", 24)[:24]
        words.append([*set(key), f"^{' '.join(key[:2])}"] if key and key[0] else [])
    kept = sum(len(t.split()) for t, label in zip(texts, labels, strict=True) if label)
    coverage = kept / max(1, len(row["body"].split())) if row.get("body") else 1.0
    return Sample(name, row["id"], corpus.site(row["url"]), row, labels, names, words, coverage)


Shares = dict[str, dict[str, tuple[float, float]]]


def counts(samples: Sequence[Sample], what: str) -> Shares:
    """word → site → (share of kept blocks, share of dropped blocks) it stands in, summed over the site's pages."""
    table: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for s in samples:
        blocks = s.names if what == "names" else s.words
        kept: Counter[str] = Counter()
        dropped: Counter[str] = Counter()
        for label, found in zip(s.labels, blocks, strict=True):
            if label is not None:
                (kept if label > 0.5 else dropped).update(found)
        for word in kept.keys() | dropped.keys():
            cell = table[word][s.site]
            total = kept[word] + dropped[word]
            cell[0] += kept[word] / total
            cell[1] += dropped[word] / total
    least = MIN_SITES[what]
    return {w: {k: (v[0], v[1]) for k, v in sites.items()} for w, sites in table.items() if len(sites) >= least}


def log_odds(table: Shares, without: str = "") -> dict[str, float]:
    """word → log-odds of standing in kept blocks; a site's pages together count at most once."""
    out = {}
    for word, sites in table.items():
        kept = dropped = 0.0
        for site, (k, d) in sites.items():
            if site != without:
                kept += k / (k + d)
                dropped += d / (k + d)
        value = math.log((kept + 0.7) / (dropped + 0.7))
        if abs(value) > 0.15:
            out[word] = round(value, 2)
    return out


class Page(NamedTuple):
    """What the trees see of a page: a row for each block, NaN where they are not asked, without what the first look
    says of the others; and where the blocks stand, for that to be worked out."""

    rows: np.ndarray
    places: Places


def rows_of(
    job: tuple[list[Sample], LogOdds, dict[str, tuple[dict[str, float], dict[str, float]]]],
) -> list[Page]:
    """Feature rows of pages, each with the scores learned without its own site."""
    samples, scores, patches = job
    out, width = [], len(feature_names())
    for s in samples:
        document = parse(corpus.html(s.corpus, s.id), s.row["url"])
        frame = Frame(segment(document))
        names, words = patches[s.site]
        own = Scores({**scores.names, **names}, {**scores.words, **words})
        if not frame.blocks:
            out.append(Page(np.zeros((0, width), dtype=np.float32), ([], [], [], [], [], [], [])))
            continue
        table = Table(frame, clues_of(document), own)
        table.know([FAR] * len(frame.blocks))
        asked = [not frame.is_far(i) for i in range(len(frame.blocks))]
        rows = [spread(table, i) if ask else [np.nan] * width for i, ask in enumerate(asked)]
        out.append(Page(np.array(rows, dtype=np.float32), table.places))
    return out


def spread(table: Table, i: int) -> list[float]:
    """All numbers of a block, as both looks give them; those of the context are still to come."""
    row = table.look(i)
    table.look_closer(i, row)
    return row.spread()


def dataset(samples: list[Sample]) -> tuple[list[Page], LogOdds]:
    tables = {what: counts(samples, what) for what in ("names", "words")}
    scores = LogOdds(log_odds(tables["names"]), log_odds(tables["words"]))
    by_site: dict[str, dict[str, set[str]]] = defaultdict(lambda: {"names": set(), "words": set()})
    for what, table in tables.items():
        for word, sites in table.items():
            for site in sites:
                by_site[site][what].add(word)
    patches = {}
    for site in {s.site for s in samples}:
        patch = []
        for what in ("names", "words"):
            own = {w: tables[what][w] for w in by_site[site][what]}
            values = log_odds(own, without=site)
            patch.append({w: values.get(w, 0.0) for w in own})
        patches[site] = (patch[0], patch[1])
    chunks = [samples[i : i + 60] for i in range(0, len(samples), 60)]
    jobs = [(c, scores, {s.site: patches[s.site] for s in c}) for c in chunks]
    with ProcessPoolExecutor(2) as pool:
        return [page for chunk in pool.map(rows_of, jobs) for page in chunk], scores


def fold_of(site: str, of: int = FOLDS, salt: str = "") -> int:
    return int(hashlib.sha256(f"{salt}{site}".encode()).hexdigest()[:8], 16) % of


class Trees(NamedTuple):
    """The first trees, and those that are asked where these are unsure."""

    first: lightgbm.Booster
    rest: lightgbm.Booster

    def predict(self, page: Page) -> np.ndarray:
        """Probabilities, as `extraction.model.Model` gives them."""
        value = first_values(self.first, page)
        rows = in_context(page, value)
        second = self.rest.predict(rows, raw_score=True, num_iteration=SECOND_TREES)
        other = np.where(np.abs(second) < SURE, self.rest.predict(rows, raw_score=True), second)
        return probability(page, np.where(is_unsure(value), other, value))


def first_values(trees: lightgbm.Booster, page: Page) -> np.ndarray:
    """Log-odds that the first trees give each block."""
    return trees.predict(at_first_sight(page.rows), raw_score=True)


def is_unsure(value: np.ndarray) -> np.ndarray:
    return (value > DROPPED) & (value < KEPT)


def at_first_sight(rows: np.ndarray) -> np.ndarray:
    """The rows, all that a closer look adds made one value, which no tree can ask for."""
    out = rows.copy()
    out[:, len(first_names()) : len(number_names())] = 0.0
    return out


def probability(page: Page, value: np.ndarray) -> np.ndarray:
    """Log-odds as probabilities; FAR for the blocks that are not asked about."""
    return np.where(np.isnan(page.rows[:, 0]), FAR, 1 / (1 + np.exp(-value)))


def in_context(page: Page, value: np.ndarray) -> np.ndarray:
    """The rows, with what the first look (`value`: its log-odds) says of the others."""
    out, end = page.rows.copy(), len(number_names())
    context = Context(page.places, [float(p) for p in probability(page, value)])
    out[:, end - len(CONTEXT) : end] = [context.numbers(i) for i in range(len(out))]
    return out


def fit(samples: Sequence[Sample], pages: Sequence[Page], chosen: Sequence[int], **changes: Any) -> Trees:
    """Both runs of trees. The second learn what they will be asked: of the blocks that the first are unsure of, with
    first judgements by trees that have not seen the page's site. Those of trees that have are better than any that
    they will meet."""
    seen = {i: at_first_sight(pages[i].rows) for i in chosen if len(pages[i].rows)}
    every = {i: np.full(len(rows), True) for i, rows in seen.items()}
    in_view, unsure = {}, {}
    for part in range(INNER_FOLDS):
        inside = [i for i in seen if fold_of(samples[i].site, INNER_FOLDS, "inner") == part]
        outside = {i: mask for i, mask in every.items() if i not in set(inside)}
        trees = boosted(samples, seen, outside, FIRST_TREES, **{**changes, **FIRST})
        for i in inside:
            value = first_values(trees, pages[i])
            in_view[i], unsure[i] = in_context(pages[i], value), is_unsure(value)
    first = boosted(samples, seen, every, FIRST_TREES, **{**changes, **FIRST})
    return Trees(first, boosted(samples, in_view, unsure, TREES, **{**changes, **REST}))


def boosted(
    samples: Sequence[Sample],
    rows: Mapping[int, np.ndarray],
    chosen: Mapping[int, np.ndarray],
    trees: int,
    **changes: Any,
) -> lightgbm.Booster:
    """Trees out of the `chosen` blocks (number of a page → mask over its rows), as far as they have labels."""
    x, y, w = [], [], []
    for i, mask in chosen.items():
        s = samples[i]
        known = ~np.isnan(rows[i][:, 0]) & [label is not None for label in s.labels]
        own = np.flatnonzero(known & mask)
        if not len(own) or s.coverage < MIN_COVERAGE:
            continue
        x.append(rows[i][own])
        y.extend(s.labels[j] for j in own)
        # between "each page counts the same" and "each block counts the same"
        w.extend([CORPUS_WEIGHT[s.corpus] / math.sqrt(known.sum())] * len(own))
    weight = np.array(w) / np.mean(w)
    data = lightgbm.Dataset(np.vstack(x), np.array(y), weight=weight, feature_name=list(feature_names()))
    return lightgbm.train({**PARAMETERS, **changes}, data, num_boost_round=trees)


def text_of(s: Sample, values: np.ndarray) -> str:
    document = parse(corpus.html(s.corpus, s.id), s.row["url"])
    frame = Frame(segment(document))
    return finish(frame, [float(v) for v in values]).text


def judged(job: tuple[Sample, np.ndarray]) -> dict[str, Any]:
    s, values = job
    return {
        "corpus": s.corpus,
        "id": s.id,
        "error": None,
        "ms": 0.0,
        **score.judge(s.row, {"text": text_of(s, values)}),
    }


def held_out(samples: list[Sample], pages: list[Page], **changes: Any) -> list[np.ndarray]:
    """The blocks' probabilities of each page, by a model that has not seen its site."""
    values: list[np.ndarray] = [np.zeros(0)] * len(samples)
    for fold in range(FOLDS):
        model = fit(samples, pages, [i for i, s in enumerate(samples) if fold_of(s.site) != fold], **changes)
        for i, s in enumerate(samples):
            if fold_of(s.site) == fold and len(pages[i].rows):
                values[i] = model.predict(pages[i])
    return values


def cross_validate(samples: list[Sample], pages: list[Page], **changes: Any) -> dict[str, Any]:
    values = held_out(samples, pages, **changes)
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(judged, zip(samples, values, strict=True), chunksize=20))
    out = {}
    for name in corpus.CORPORA:
        own = [r for r in results if r["corpus"] == name]
        if own:
            out[name] = score.summary(own)
    out["pages"] = results
    return out


def show(result: Mapping[str, Any]) -> None:
    for name in corpus.CORPORA:
        if name in result:
            cells = [
                f"{k} {v:.3f}"
                for k, v in result[name].items()
                if k in ("P", "R", "F1", "exact", "lost", "extra", "segF1", "leak")
            ]
            print(f"{name:<8}", "  ".join(cells), flush=True)


def load(cache: Path | None) -> tuple[list[Sample], list[Page], LogOdds]:
    if cache and cache.exists():
        return pickle.loads(cache.read_bytes())
    with ProcessPoolExecutor(2) as pool:
        samples = list(pool.map(sample, list(corpus.pages()), chunksize=20))
    pages, scores = dataset(samples)
    if cache:
        cache.write_bytes(pickle.dumps((samples, pages, scores)))
    return samples, pages, scores


def train_without(half: int, target: Path) -> None:
    """A model for measuring: neither its trees nor its words come from the sites of that half."""
    with ProcessPoolExecutor(2) as pool:
        samples = [s for s in pool.map(sample, list(corpus.pages()), chunksize=20) if half_of(s.site) != half]
    pages, scores = dataset(samples)
    model = fit(samples, pages, range(len(samples)))
    print("wrote", write_model(model, scores, samples=len(samples), seed=SEED, cv={}, target=target))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="cross-validate only, write nothing")
    arguments.add_argument("--cache", type=Path, help="keep feature rows here between calls")
    arguments.add_argument("--pages", type=Path, help="write a row per cross-validated page here")
    arguments.add_argument("--half", type=int, choices=(0, 1), help="leave out this half of the sites (needs --to)")
    arguments.add_argument("--to", type=Path, help="write the model here")
    options = arguments.parse_args()
    if options.half is not None:
        train_without(options.half, options.to)
        return
    samples, pages, scores = load(options.cache)
    result = cross_validate(samples, pages)
    show(result)
    if options.pages:
        options.pages.write_text("\n".join(json.dumps(r) for r in result["pages"]))
    if not options.check:
        model = fit(samples, pages, range(len(samples)))
        cv = {
            k: {m: round(v, 4) for m, v in result[k].items() if isinstance(v, float) and m not in ("ms", "med")}
            for k in corpus.CORPORA
        }
        print("wrote", write_model(model, scores, samples=len(samples), seed=SEED, cv=cv))


if __name__ == "__main__":
    main()
