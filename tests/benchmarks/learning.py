"""What learning a site gives: the generic way beside a config learned from the site's first articles, on its others.

    python tests/benchmarks/learning.py ../shared/sites/data/dev             # first 10 of each site, no gold
    python tests/benchmarks/learning.py --corrected 3 ../shared/sites/data/dev
    python tests/benchmarks/learning.py --cost ../shared/sites/data/dev      # CPU of a record, in parses
    python tests/benchmarks/learning.py --corpus                             # real sites of ../shared/corpus

More sites: python ../shared/sites/replicate.py build --corpus ../shared/corpus/fundus/dev --out ../sites7 --seed 7

The replica sites' templates are pages that the shipped model was trained on. For figures that are not flattered by
that, train two models, each without the pages of half of the sites; each site is read by the one that has not seen it:

    python tests/benchmarks/train.py --half 0 --to m0.json; python tests/benchmarks/train.py --half 1 --to m1.json
    python tests/benchmarks/learning.py --models m0.json m1.json ../shared/sites/data/dev

`--corpus` takes sites with two or more pages: learned from all pages but the one that is judged (of two: from both).
Exit code 1 where a site comes out more than .05 below the generic way (without --corrected).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1]), str(HERE.parents[2] / "shared" / "bench")]

import corpus  # noqa: E402
import score  # noqa: E402
from halves import half_of  # noqa: E402
from replay import Article, articles  # noqa: E402
from selectolax.lexbor import LexborHTMLParser  # noqa: E402

import scraper  # noqa: E402
from scraper import models  # noqa: E402
from scraper.document import parse  # noqa: E402
from scraper.extraction import body, extract_article, join_pages, model  # noqa: E402
from scraper.learning import Sample, learn  # noqa: E402
from scraper.sites import Site  # noqa: E402

#: how far below the generic way a site may come out
ALLOWED = 0.05
COLUMNS = ("exact", "lost", "extra")


class Options(NamedTuple):
    first: int
    corrected: bool
    cost: bool
    models: tuple[Path, ...]


class Row(NamedTuple):
    """One site: (exact, lost, extra) means, generic and learned; CPU seconds of learning; CPU in parses."""

    site: str
    generic: tuple[float, ...]
    learned: tuple[float, ...]
    rules: int
    seconds: float
    cost: tuple[float, float] | None


@cache
def _model(path: Path) -> model.Model:
    return model.read_model(path.read_bytes())


def use_model(url: str, paths: Sequence[Path]) -> None:
    """Lets the pages of a site be judged by the model that has not seen it."""
    if paths:
        body.load_model = partial(_model, paths[half_of(corpus.site(url))])  # type: ignore[assignment]


def sample(article: Article, corrected: bool) -> Sample:
    page, gold = article.pages[0], article.gold
    expected = None
    if corrected:
        expected = models.Article(article_body=gold["body"], lead=gold.get("summary") or None, headline=gold["title"])
    return Sample(parse(page.body, page.url), expected)


def judged(article: Article, site: Site | None) -> tuple[float, ...]:
    text = join_pages([extract_article(parse(page.body, page.url), site) for page in article.pages]).article_body
    gold = article.gold
    texts = [gold["body"]] + ([f"{gold['summary']}\n\n{gold['body']}"] if gold.get("summary") else [])
    exact = max((score.body_score(text, each) for each in texts), key=lambda s: s[2])[3]
    lost, extra = score.paragraph_score(text, gold)
    return exact, lost, extra


def means(rows: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(statistics.mean(column) for column in zip(*rows, strict=True))


def run_site(folder: Path, options: Options) -> Row:
    found = articles(folder)
    use_model(found[0].url, options.models)
    samples = [sample(article, options.corrected) for article in found[: options.first]]
    started = time.process_time()
    learned = learn(samples)
    seconds = time.process_time() - started
    site = Site(domain="learned", layouts=(learned.layout,)) if learned.notes else None
    rest = found[options.first :]
    return Row(
        folder.name,
        means([judged(article, None) for article in rest]),
        means([judged(article, site) for article in rest]),
        len(learned.notes),
        seconds,
        cost(rest, site) if options.cost else None,
    )


def cost(rest: Sequence[Article], site: Site | None) -> tuple[float, float]:
    """CPU of a full record without and with the config, in parses of the page: means over pages, best of three each."""
    ratios: list[tuple[float, ...]] = []
    for article in rest:
        url, html = article.url, article.pages[0].body
        plain = best(lambda html=html: LexborHTMLParser(html).text())  # as lexbor_parse of the scorers
        generic = best(lambda html=html, url=url: scraper.extract(html, url, site=None))
        ruled = best(lambda html=html, url=url: scraper.extract(html, url, site=site))
        ratios.append((generic / plain, ruled / plain))
    generic, ruled = means(ratios)
    return generic, ruled


def best(call: Any) -> float:
    times = []
    for _ in range(3):
        started = time.process_time()
        call()
        times.append(time.process_time() - started)
    return min(times)


def show_sites(folder: Path, options: Options) -> int:
    """Prints a table; the number of sites that came out worse."""
    folders = sorted(file.parent for file in folder.glob("*/gold.jsonl"))
    with ProcessPoolExecutor(1 if options.cost else 2) as pool:
        rows = list(pool.map(partial(run_site, options=options), folders))
    print(f"\n{folder}\n{'':<28}{'generic: exact lost extra':>28}{'learned: exact lost extra':>28}  rules")
    worse = [row.site for row in rows if row.learned[0] < row.generic[0] - ALLOWED]
    for row in rows:
        told = f"{_cells(row.generic)}{_cells(row.learned)}  {row.rules:>5}"
        print(f"{row.site:<28}{told}{'  worse' if row.site in worse else ''}")
    total = Row("ALL", means([r.generic for r in rows]), means([r.learned for r in rows]), 0, 0.0, None)
    print(f"{total.site:<28}{_cells(total.generic)}{_cells(total.learned)}")
    seconds = [row.seconds for row in rows]
    print(f"learning: {statistics.mean(seconds):.1f} s CPU a site, at most {max(seconds):.1f}")
    costs = [row.cost for row in rows if row.cost]
    if costs:
        generic, ruled = means(costs)
        print(f"a record: {generic:.1f} parses the generic way, {ruled:.1f} with the learned config")
    return len(worse)


def _cells(values: Sequence[float]) -> str:
    return f"{values[0]:>14.3f}{values[1]:>7.2f}{values[2]:>7.2f}"


# --- real sites ------------------------------------------------------------------------------------------------------


def run_real(rows: list[tuple[str, dict[str, Any]]], models: tuple[Path, ...]) -> list[tuple[dict[str, Any], ...]]:
    rows = rows[:14]
    use_model(rows[0][1]["url"], models)
    documents = [parse(corpus.html(name, row["id"]), row["url"]) for name, row in rows]
    out = []
    for i, (name, row) in enumerate(rows):
        others = documents if len(rows) == 2 else documents[:i] + documents[i + 1 :]
        learned = learn([Sample(document) for document in others])
        site = Site(domain="learned", layouts=(learned.layout,)) if learned.notes else None
        texts = [extract_article(documents[i], each).article.article_body for each in (None, site)]
        base = {"corpus": name, "id": row["id"], "error": None, "ms": 0.0}
        out.append(tuple({**base, **score.judge(row, {"text": text})} for text in texts))
    return out


def site_of(url: str) -> str:
    """The host that a page is of, also of a copy in an archive: one blog of many below a domain, not all of them."""
    return (urlsplit(url[max(0, url.rfind("http")) :]).hostname or "").removeprefix("www.")


def show_corpus(models: tuple[Path, ...]) -> None:
    by_site: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for name, row in corpus.pages():
        by_site[site_of(row["url"])].append((name, row))
    groups = [rows for site, rows in by_site.items() if len(rows) > 1 and site]
    with ProcessPoolExecutor(2) as pool:
        pairs = [pair for found in pool.map(partial(run_real, models=models), groups) for pair in found]
    print(f"{len(groups)} sites with two or more pages: generic → learned")
    for name in corpus.CORPORA:
        own = [pair for pair in pairs if pair[0]["corpus"] == name]
        before, after = (score.summary([pair[i] for pair in own]) for i in (0, 1))
        keys = [k for k in ("F1", "exact", "lost", "extra", "segF1", "leak") if isinstance(before.get(k), float)]
        told = "  ".join(f"{key} {before[key]:.3f} → {after[key]:.3f}" for key in keys)
        print(f"{name:<8}{len(own):>4} pages  {told}")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path, nargs="*", help="folders of replica sites")
    arguments.add_argument("--first", type=int, default=10, help="articles to learn from (10)")
    arguments.add_argument("--corrected", type=int, default=0, help="learn from so many articles with their gold")
    arguments.add_argument("--cost", action="store_true", help="measure CPU too, in one process")
    arguments.add_argument("--corpus", action="store_true", help="real sites with two or more pages")
    arguments.add_argument("--models", type=Path, nargs=2, default=(), help="models of train.py --half 0 and --half 1")
    given = arguments.parse_args()
    options = Options(given.corrected or given.first, bool(given.corrected), given.cost, tuple(given.models))
    worse = sum(show_sites(folder, options) for folder in given.data)
    if given.corpus:
        show_corpus(options.models)
    return 1 if worse and not options.corrected else 0


if __name__ == "__main__":
    sys.exit(main())
