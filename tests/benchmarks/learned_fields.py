"""What learned configs do to the fields and to access, on replica sites of ../shared/sites: learn from the first ten
articles of a site, read the others without and with what was learned.

    python tests/benchmarks/learned_fields.py [--data DIR …] [--pages N] [--corrected N] [--wrong]

Per site: share of titles, authors and dates that are right the generic way and with the learned config, teasers passed
off as whole articles and whole articles called teasers (as ../shared/bench/score_sites.py counts the first).
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import scraper
from scraper.document import Document, parse
from scraper.learning import Learned, Sample, learn
from scraper.models import Article, Author
from scraper.sites import Site

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
FIELDS = ("title", "authors", "date")
ACCESS = ("teaser", "whole")

Gold = Mapping[str, Any]


def gold_of(folder: Path) -> list[Gold]:
    """The site's articles in order of time."""
    with (folder / "gold.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def page_of(folder: Path, gold: Gold) -> tuple[bytes, str]:
    """(HTML, address) of an article's first page."""
    first = gold["pages"][0]
    path = next(p for p in (folder / first["file"], folder / "html" / first["file"]) if p.exists())
    return gzip.decompress(path.read_bytes()), "/".join(gold["url"].split("/", 3)[:3]) + first["path"]


def corrected(gold: Gold) -> Article:
    """What a person who corrects a record writes down."""
    return Article(
        headline=gold["title"],
        authors=tuple(Author(name=name) for name in gold["authors"]),
        date_published=str(gold["date"]).replace(" ", "T") if gold["date"] else None,
        lead=gold["summary"] or None,
        article_body=gold["body"],
    )


def learned(folder: Path, golds: Sequence[Gold], corrections: int) -> Learned:
    """From these articles, the first `corrections` of them with what they should be."""
    samples = []
    for number, gold in enumerate(golds):
        document: Document = parse(*page_of(folder, gold))
        samples.append(Sample(document, corrected(gold) if number < corrections else None))
    return learn(samples)


def verdicts(gold: Gold, article: Article) -> dict[str, bool]:
    """Column → right (fields), or happened (access)."""
    from score import key, names  # type: ignore[import-not-found]  # of ../shared/bench

    complete = article.access.complete
    teaser = gold["free"] is False and len(gold["paragraphs"]) <= 2
    return {
        "title": key(article.headline) == key(gold["title"]),
        "authors": names([a.name for a in article.authors]) == names(gold["authors"]),
        "date": str(article.date_published or "")[:10] == str(gold["date"])[:10],
        "teaser": teaser and complete is not False,
        "whole": not teaser and complete is False,
    }


def tried(folder: Path, golds: Sequence[Gold], site: Site | None) -> Iterator[tuple[Gold, Article, dict[str, bool]]]:
    """Each article as it is read with the config, with its verdicts."""
    for gold in golds:
        article = scraper.extract(*page_of(folder, gold), site=site)
        yield gold, article, verdicts(gold, article)


def row(found: Sequence[dict[str, bool]]) -> list[float]:
    """Shares of the fields, counts of the access."""
    shares = [sum(v[name] for v in found) / max(1, len(found)) for name in FIELDS]
    return [*shares, *(sum(v[name] for v in found) for name in ACCESS)]


def show(name: str, cells: Sequence[float]) -> None:
    """One line of the table."""
    print(f"{name:<28}" + "".join(f"{c:>8.3f}" if isinstance(c, float) else f"{c:>8}" for c in cells), flush=True)


def print_wrong(before: Sequence[tuple[Gold, Article, dict[str, bool]]], after: Sequence[Any]) -> None:
    """Every verdict that the config turned."""
    for (gold, old, was), (_, new, now) in zip(before, after, strict=True):
        for name in (*FIELDS, *ACCESS):
            if was[name] != now[name]:
                good = now[name] == (name in FIELDS)
                field = {"title": "headline", "date": "date_published"}.get(name, name)
                values = [getattr(each, field, each.access) for each in (old, new)]
                print(f"  {'better' if good else 'WORSE'} {name} {gold['url']}: {values[0]!r} → {values[1]!r}")


def main() -> int:
    """The table; 1 where a field got worse on a site, or access is wrong more often than before."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, nargs="+", default=[SHARED / "sites" / "data" / "dev"])
    options.add_argument("--pages", type=int, default=10, help="articles to learn from")
    options.add_argument("--corrected", type=int, default=0, help="how many of them are corrected by the gold")
    options.add_argument(
        "--wrong", action="store_true", help="print every verdict that the config turned, and the rules"
    )
    given = options.parse_args()
    sys.path.insert(0, str(SHARED / "bench"))
    worse = 0
    totals: list[tuple[list[float], list[float]]] = []
    show("", [f"{n}" for n in (*FIELDS, *ACCESS) * 2])  # type: ignore[misc]
    for folder in sorted(path.parent for data in given.data for path in data.glob("*/gold.jsonl")):
        golds = gold_of(folder)
        found = learned(folder, golds[: given.pages], given.corrected)
        site = Site(domain=folder.name, layouts=(found.layout,))
        before = list(tried(folder, golds[given.pages :], None))
        after = list(tried(folder, golds[given.pages :], site))
        old, new = row([v for *_, v in before]), row([v for *_, v in after])
        worse += any(b > a for b, a in zip(old[:3], new[:3], strict=True)) + any(
            b < a for b, a in zip(old[3:], new[3:], strict=True)
        )
        totals.append((old, new))
        show(folder.name, [*old, *new])
        if given.wrong:
            print_wrong(before, after)
            fields = [n for n in found.notes if n.key not in ("body", "text", "remove", "remove_text", "strip_text")]
            for note in fields:
                print(f"    {note.key} = {note.rule}   ({note.pages}; {note.why}; {note.sample[:50]!r})")
            print(f"    article_url = {found.article_url}")
    olds, news = zip(*totals, strict=True)
    cells = [
        f(column)
        for rows in (olds, news)
        for column, f in zip(zip(*rows, strict=True), [_mean] * 3 + [sum] * 2, strict=True)
    ]
    show("ALL", cells)
    return 1 if worse else 0


def _mean(column: Sequence[float]) -> float:
    return sum(column) / len(column)


if __name__ == "__main__":
    sys.exit(main())
