"""Mutated real pages through the whole reading path: no exception, nothing slower than 50 times its parse.

    python tests/benchmarks/fuzz.py --pages 100000      # hours on two cores; 2,000 take a few minutes
    python tests/benchmarks/fuzz.py --seed 7 --only 123 # one page again

Each page is a corpus page with one to three mutations, chosen by the seed and the page's number alone.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import corpus  # noqa: E402

from scraper.document import parse  # noqa: E402
from scraper.pipeline.read import read_article  # noqa: E402

#: times its own parse that a page may take, and seconds below which nobody minds
SLOW, SOON = 50.0, 0.5


class Result(NamedTuple):
    number: int
    page: str
    mutations: tuple[str, ...]
    parse: float
    read: float
    error: str


def cut(page: bytes, rng: random.Random) -> bytes:
    return page[: rng.randrange(1, len(page) + 1)]


def middle_out(page: bytes, rng: random.Random) -> bytes:
    a, b = sorted(rng.randrange(len(page) + 1) for _ in range(2))
    return page[:a] + page[b:]


def doubled(page: bytes, rng: random.Random) -> bytes:
    a, b = sorted(rng.randrange(len(page) + 1) for _ in range(2))
    return page[:b] + page[a:]


def nested(page: bytes, rng: random.Random) -> bytes:
    tag = rng.choice((b"div", b"b", b"a", b"table", b"ul", b"span", b"p", b"blockquote", b"x-y"))
    at, depth = rng.randrange(len(page) + 1), rng.choice((200, 2000, 20000))
    closed = b"</%s>" % tag * depth if rng.random() < 0.5 else b""
    return page[:at] + b"<%s>" % tag * depth + b"text. " + closed + page[at:]


def noise(page: bytes, rng: random.Random) -> bytes:
    out = bytearray(page)
    for _ in range(rng.choice((1, 30, 3000))):
        out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def encoded(page: bytes, rng: random.Random) -> bytes:
    name = rng.choice(("utf-16", "utf-8-sig", "cp1252", "shift_jis", "koi8-r", "utf-32", "utf-7"))
    return page.decode("utf-8", "replace").encode(name, "xmlcharrefreplace")


def declared(page: bytes, rng: random.Random) -> bytes:
    name = rng.choice((b"utf-16", b"gbk", b"nonsense", b"x" * 60, b"iso-2022-kr", b"utf-7"))
    return b'<meta charset="%s">' % name + page


def broken_ld(page: bytes, rng: random.Random) -> bytes:
    bad = rng.choice((
        b'{"@type":"NewsArticle","author":' + b"[" * 3000, b'{"a":"\n"}', b"null", b"[1,2,{}]", b'"text"', b"{" * 100,
        b'{"@type":["NewsArticle"],"headline":["a",{}],"author":{"name":{"name":7}},"datePublished":{"@value":1},'
        b'"isAccessibleForFree":[],"hasPart":7,"keywords":{"a":[1]},"image":[[[{"url":[]}]]]}',
        b'{"@graph":[{"@id":"#a","author":{"@id":"#a"}}]}', b'{"articleBody":' + b"1e999}",
    ))  # fmt: skip
    return page.replace(b"<body", b'<script type="application/ld+json">' + bad + b"</script><body", 1)


def giant(page: bytes, rng: random.Random) -> bytes:
    kind = rng.choice((b"class", b"id", b"data-x", b"style", b"content", b"href"))
    at = page.find(b"<div") + 4 if b"<div" in page else 0
    return page[:at] + b" %s='%s' " % (kind, b"word-" * rng.choice((1000, 100_000))) + page[at:]


def nuls(page: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(page) + 1)
    return page[:at] + b"\0" * rng.choice((1, 1000)) + page[at:]


def long_line(page: bytes, rng: random.Random) -> bytes:
    at = max(0, page.find(b"<p>"))
    return page[:at] + rng.choice((b"a" * 500_000, b"( " * 100_000, b"1.1.2026 " * 40_000)) + page[at:]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    cut, middle_out, doubled, nested, noise, encoded, declared, broken_ld, giant, nuls, long_line,
)  # fmt: skip


@cache
def sources() -> list[tuple[str, str, str]]:
    return [(name, row["id"], row["url"]) for name, row in corpus.pages()]


def one(job: tuple[int, int]) -> Result:
    """Mutate and read page `number` of a seed."""
    seed, number = job
    rng = random.Random(f"{seed}:{number}")
    name, page, url = rng.choice(sources())
    html, done = corpus.html(name, page), []
    for mutate in rng.sample(MUTATIONS, rng.choice((1, 1, 2, 3))):
        html = mutate(html, rng) or b" "
        done.append(mutate.__name__)
    start = time.process_time()
    parse(html, url)
    middle = time.process_time()
    error = ""
    try:
        read_article(html, url)
    except Exception:  # finding these is what this is for
        error = traceback.format_exc(limit=-3)
    return Result(number, f"{name}/{page}", tuple(done), middle - start, time.process_time() - middle, error)


def is_slow(result: Result) -> bool:
    return result.read > SOON and result.read > SLOW * result.parse


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--pages", type=int, default=2000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--only", type=int, help="this number alone")
    options = arguments.parse_args()
    if options.only is not None:
        print(one((options.seed, options.only)))
        return 0
    bad, worst = 0, 0.0
    with ProcessPoolExecutor(2) as pool:
        for result in pool.map(one, ((options.seed, n) for n in range(options.pages)), chunksize=10):
            worst = max(worst, result.read / max(result.parse, SOON / SLOW))
            if result.error or is_slow(result):
                bad += 1
                print(f"{result.number} {result.page} {'+'.join(result.mutations)}: parse {result.parse:.3f} s, "
                      f"read {result.read:.3f} s\n{result.error}", flush=True)  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{options.pages} pages, {bad} bad; slowest {worst:.1f} times its parse; peak {peak} MiB a process")
    return int(bool(bad))


if __name__ == "__main__":
    raise SystemExit(main())
