"""Why titles, authors, dates and topics are not the gold's: classes of misses by counts.

python tests/benchmarks/errors_fields.py [--list SET.FIELD]      # --list: every miss, with what we said
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1]), str(HERE.parents[2] / "shared" / "bench")]

import corpus  # noqa: E402
import score  # noqa: E402

from scraper.dates import dates_inside, day_of, parse_date  # noqa: E402
from scraper.document import Document, parse  # noqa: E402
from scraper.extraction import extract_article  # noqa: E402
from scraper.models import Article  # noqa: E402

FIELDS = ("title", "authors", "date", "topics")


class Miss(NamedTuple):
    """A field that is not the gold's."""

    corpus: str
    id: str
    field: str
    #: the class of the miss
    why: str
    ours: str
    gold: str


def misses(job: tuple[str, dict[str, Any]]) -> tuple[list[Miss], list[str]]:
    """Of one page: its misses, and the fields that the gold judges."""
    name, row = job
    document = parse(corpus.html(name, row["id"]), row["url"])
    article = extract_article(document).article
    ours = {
        "title": article.headline,
        "authors": [a.name for a in article.authors],
        "date": (article.date_published or "")[:10],
        "topics": list(article.keywords),
    }
    verdict = score.judge(row, ours)
    judged = [field for field in FIELDS if row.get(field)]
    found = []
    for field in judged:
        if verdict[field] < 1:
            why = WHY[field](document, article, row[field])
            found.append(Miss(name, row["id"], field, why, str(ours[field]), str(row[field])))
    return found, judged


# --- classes ---


def _title(document: Document, article: Article, gold: Any) -> str:
    wanted, ours = score.key(gold), score.key(article.headline)
    if not ours:
        return "none found"
    if article.kicker and wanted == f"{score.key(article.kicker)} {ours}":
        return "the gold has kicker and headline in one"
    if f" {wanted} " in f" {ours} ":
        return "ours has words more (a kicker, a subtitle, the site)"
    forms = dict(_titles(document))
    for form, text in forms.items():
        if score.key(text) == wanted:
            return f"the gold is {form}"
    if f" {ours} " in f" {wanted} ":
        return "the gold has words more (a kicker, a subtitle, the site)"
    if any(f" {wanted} " in f" {score.key(text)} " for text in forms.values()):
        return "the gold is a part of another heading or title"
    if wanted.replace(" ", "") == ours.replace(" ", ""):
        return "cut into words otherwise"
    return "the gold is no title or heading of the page"


def _titles(document: Document) -> Iterator[tuple[str, str]]:
    """The page's forms of a title, the last named first: of equal ones the commonest name is kept."""
    tree = document.tree
    yield from (("a lower heading", node.text(separator=" ")) for node in tree.css("h2,h3,h4")[:60])
    yield from (("another h1, or more of it", node.text(separator=" ")) for node in tree.css("h1"))
    if (node := tree.css_first("title")) is not None:
        yield "the <title>", node.text()
    for thing in document.jsonld:
        if isinstance(text := thing.get("headline") or thing.get("name"), str):
            yield "JSON-LD's", text
    for name in ("twitter:title", "og:title"):
        for text in document.meta.get(name, ()):
            yield f"{name}'s", text


def _authors(document: Document, article: Article, gold: Any) -> str:
    wanted, ours = score.names(gold), score.names([a.name for a in article.authors])
    body = document.tree.body
    page = score.key(body.text(separator=" ") if body is not None else "")
    page += (
        " " + score.key(" ".join(c for texts in document.meta.values() for c in texts)) + str(document.jsonld).lower()
    )
    shown = all(name in page for name in wanted)
    if not ours:
        return "none found, though the page names them" if shown else "none found; the page does not name them so"
    if not shown:
        return "another than the page spells or names"
    if ours < wanted:
        return "one of several missing"
    if ours > wanted:
        return "one too many"
    if {w for n in ours for w in n.split()} & {w for n in wanted for w in n.split()}:
        return "the name in another form (a title, a handle, first names)"
    return "another name of the page (a house, a desk, another story's)"


def _date(document: Document, article: Article, gold: Any) -> str:
    wanted, ours = str(gold)[:10], (article.date_published or "")[:10]
    if not ours:
        return "none found"
    if (article.date_modified or "")[:10] == wanted:
        return "the gold is the date of the last change"
    if wanted in _declared(document):
        return "the gold is another declared date"
    first, second = parse_date(wanted), parse_date(ours)
    if first and second and abs((day_of(first) - day_of(second)).days) <= 1:
        return "a day apart (time zones)"
    return (
        "the gold is printed elsewhere" if wanted in _printed(document, article) else "the page does not show the gold"
    )


def _declared(document: Document) -> str:
    return f"{document.jsonld} {document.meta}"


def _printed(document: Document, article: Article) -> set[str]:
    """Every date with a year in the page's lines, as ISO."""
    body = document.tree.body
    lines = body.text(separator="\n").split("\n") if body is not None else []
    language = (article.in_language or "en",)
    found = (parse_date(part, languages=language) for line in lines for part in dates_inside(line[:200]))
    return {day_of(d).isoformat() for d in found if d}


def _topics(document: Document, article: Article, gold: Any) -> str:
    wanted, ours = {score.key(t) for t in gold}, {score.key(t) for t in article.keywords}
    body = document.tree.body
    page = score.key(f"{document.jsonld} {document.meta} {body.text(separator=' ') if body is not None else ''}")
    if not ours:
        return "none found"
    if not all(f" {t} " in f" {page} " for t in wanted):
        return "the page does not name them all"
    if ours < wanted or ours > wanted:
        return "some missing" if ours < wanted else "some too many"
    return "another list of the page" if not ours & wanted else "lists that overlap"


WHY: dict[str, Callable[[Document, Article, Any], str]] = {
    "title": _title, "authors": _authors, "date": _date, "topics": _topics,
}  # fmt: skip


# --- as Markdown ---


def report(listed: str = "") -> str:
    """A line per set and field: misses by class, commonest first."""
    with ProcessPoolExecutor(2) as pool:
        pages = list(pool.map(misses, list(corpus.pages()), chunksize=20))
    found = [miss for miss, _ in pages for miss in miss]
    if listed:
        return "\n".join(
            f"{m.id} | {m.why} | ours {m.ours} | gold {m.gold}" for m in found if f"{m.corpus}.{m.field}" == listed
        )
    judged: Counter[tuple[str, str]] = Counter()
    for (name, _), (_, fields) in zip(corpus.pages(), pages, strict=True):
        judged.update((name, field) for field in fields)
    lines = ["| set, field | right | misses by class |", "|---|---|---|"]
    for field in FIELDS:
        for name in corpus.CORPORA:
            here = Counter(m.why for m in found if (m.corpus, m.field) == (name, field))
            if total := judged[name, field]:
                classes = "; ".join(f"{why} {count}" for why, count in here.most_common())
                lines.append(f"| {name}, {field} | {total - sum(here.values())} of {total} | {classes} |")
    return "\n".join(lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--list", default="", metavar="SET.FIELD", help="every miss of one field")
    print(report(arguments.parse_args().list))


if __name__ == "__main__":
    main()
