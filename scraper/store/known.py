"""Which articles an output holds, read from the output itself: for outputs without a state beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from scraper.store.reading import open_records
from scraper.store.table import rows


class _Keys(msgspec.Struct, rename="camel"):
    """The part of a record that says which article it is; the rest of a line is skipped."""

    id: str = ""
    url: str = ""
    final_url: str = ""
    canonical_url: str | None = None


_DECODER = msgspec.json.Decoder(_Keys)
#: (a record's id, its addresses)
Article = tuple[str, tuple[str, ...]]


def articles_in(path: Path) -> Iterator[Article]:
    """The articles of an output that is a file or a folder of Markdown; none where there is nothing."""
    if path.is_dir():
        return _of_markdown(path)
    if path.is_file() and path.suffix.lower() == ".csv":
        return _of_csv(path)
    if path.is_file() and path.suffix.lower() in (".jsonl", ".ndjson"):
        return _of_jsonl(path)
    return _of_records(path) if path.is_file() else iter(())


def _article(id: str, *addresses: str | None) -> Article:
    return id, tuple(dict.fromkeys(address for address in addresses if address))


def _of_jsonl(path: Path) -> Iterator[Article]:
    with path.open("rb") as file:
        for line in file:
            try:
                keys = _DECODER.decode(line)
            except msgspec.DecodeError:  # a torn line: its article is fetched again
                continue
            yield _article(keys.id, keys.url, keys.final_url, keys.canonical_url)


def _of_records(path: Path) -> Iterator[Article]:
    for record in open_records(path):
        yield _article(record.id, record.url, record.final_url, record.canonical_url)


def _of_csv(path: Path) -> Iterator[Article]:
    header: list[str] = []
    for row, _ in rows(path):
        if not header:
            header = row
            continue
        cells = dict(zip(header, row, strict=False))
        yield _article(*(cells.get(key, "") for key in ("id", "url", "finalUrl", "canonicalUrl")))


def _of_markdown(path: Path) -> Iterator[Article]:
    for file in path.glob("*.md"):
        keys = _front_matter(file)
        if "id" in keys:
            yield _article(keys.pop("id"), *keys.values())


def _front_matter(path: Path) -> dict[str, str]:
    """The lines of a Markdown file's front matter that say which article it is."""
    found: dict[str, str] = {}
    with path.open(encoding="utf-8", errors="replace") as file:
        if file.readline().strip() != "---":
            return found
        for line in file:
            key, _, value = line.partition(": ")
            if line.startswith("---"):
                break
            if key in ("id", "url", "finalUrl", "canonicalUrl"):
                found[key] = value.strip().strip('"')
    return found
