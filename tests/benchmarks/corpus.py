"""The dev corpora of ../shared, as the benchmarks read them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SHARED = Path(__file__).resolve().parents[3] / "shared"
CORPORA = ("fundus", "zyte", "wcxb", "bbaw")


def gold(corpus: str, side: str = "dev") -> list[dict[str, Any]]:
    """The gold rows of a corpus, in file order."""
    with (SHARED / "corpus" / corpus / side / "gold.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def html(corpus: str, page: str, side: str = "dev") -> bytes:
    """The page as it was stored."""
    return gzip.decompress((SHARED / "corpus" / corpus / side / "html" / f"{page}.html.gz").read_bytes())


def pages(*corpora: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(corpus, gold row) of every page."""
    for corpus in corpora or CORPORA:
        for row in gold(corpus):
            yield corpus, row


def site(url: str) -> str:
    """What cross-validation must not split: the registrable domain, near enough."""
    labels = (urlsplit(url or "").hostname or "unknown").split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if short else labels[-2:])


def dirty(side: str = "dev") -> list[dict[str, Any]]:
    """fundus's articles as a careless scraper leaves them: id, text."""
    with (SHARED / "corpus" / "fundus" / side / "dirty.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
