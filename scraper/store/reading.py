"""Records out of what a sink wrote, its kind told by suffix or scheme as in `open_sink`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from scraper.errors import UsageError
from scraper.models import Record
from scraper.store.jsonl import records_of
from scraper.store.sinks import is_url, suffix_of

#: suffix → the module whose `records(path)` reads it
_READERS = {
    ".csv": "scraper.store.table",
    ".parquet": "scraper.store.parquet",
    ".db": "scraper.store.sqlite",
    ".sqlite": "scraper.store.sqlite",
}
_LINES = (".jsonl", ".ndjson", ".jsonl.gz")
#: what `open_records` takes, for help and errors
READABLE = ".jsonl, .jsonl.gz, .csv, .parquet, .db, a folder of .jsonl files, or postgresql://…"


def open_records(source: Path | str) -> Iterator[Record]:
    """The records of a file, a folder of JSON Lines files (all below it, in order of their names), or a table of
    PostgreSQL, as they are read. Markdown is for people: it is not read back.

    Raises UsageError for what is not there or holds no records.
    """
    if is_url(source):
        from scraper.store.postgres import records

        yield from records(str(source))
        return
    path = Path(source)
    if path.is_dir():
        yield from _folder(path)
        return
    suffix = suffix_of(path)
    if suffix not in (*_LINES, *_READERS):
        raise UsageError(f"{path}: records of kind '{suffix}' cannot be read; use {READABLE}")
    if not path.exists() and not path.with_name(path.name + ".jsonl").exists():
        raise UsageError(f"{path}: there is no such file")
    if suffix in _LINES:
        yield from records_of(path)
    else:
        yield from import_module(_READERS[suffix]).records(path)


def _folder(folder: Path) -> Iterator[Record]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and suffix_of(path) in _LINES)
    if not files:
        raise UsageError(f"{folder}: there are no .jsonl files in this folder")
    for path in files:
        yield from records_of(path)
