"""One output, its kind chosen by suffix or scheme."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Protocol

from scraper.errors import UsageError
from scraper.models import Record


class Sink(Protocol):
    """Where records go."""

    def write(self, record: Record) -> None:
        """Takes one record. A file has it whole at once; a database may wait for `flush`. Raises StoreError;
        BrokenPipeError."""
        ...

    def flush(self) -> None:
        """Returns when everything taken so far would survive the end of this process. Raises StoreError."""
        ...

    def close(self) -> None:
        """Flushes and lets go. Raises StoreError."""
        ...


class _Kind(NamedTuple):
    """A module of this package (imported when it is needed: some bring large libraries) and its sink."""

    module: str
    name: str


#: suffix → what opens it; a path without one is a folder of Markdown
SUFFIXES: dict[str, _Kind] = {
    ".jsonl": _Kind("jsonl", "JsonlSink"),
    ".jsonl.gz": _Kind("gzipped", "GzipSink"),
    ".ndjson": _Kind("jsonl", "JsonlSink"),
    ".csv": _Kind("table", "CsvSink"),
    ".parquet": _Kind("parquet", "ParquetSink"),
    ".db": _Kind("sqlite", "SqliteSink"),
    ".sqlite": _Kind("sqlite", "SqliteSink"),
    ".md": _Kind("markdown", "MarkdownSink"),
    "": _Kind("markdown", "MarkdownSink"),
}
#: schemes of a database's address
SCHEMES = ("postgresql://", "postgres://")
_SCHEME = re.compile(r"[A-Za-z][\w+.-]*://")
#: for help and errors
KINDS = ".jsonl, .jsonl.gz, .csv, .parquet, .db, postgresql://…, or a folder for Markdown"


def is_url(output: Path | str) -> bool:
    """Whether an output is a database's address rather than a path.

    Raises UsageError for an address of another kind: as a path it would be folders, one of them named for its password.
    """
    scheme = _SCHEME.match(str(output))
    if scheme and scheme[0] not in SCHEMES:
        raise UsageError(f"{scheme[0]}…: nothing of this kind can be written or read; use {KINDS}")
    return bool(scheme)


def open_sink(output: Path | str, *, overwrite: bool = False) -> Sink:
    """The sink for `output`, ready to be written to; what it holds is kept unless `overwrite`.

    ".jsonl" (or ".ndjson"), ".jsonl.gz": a record a line; ".csv": a record a row; ".parquet"; ".db" (or ".sqlite"):
    SQLite with full-text search; "postgresql://USER@HOST/DATABASE?table=NAME": a table of PostgreSQL; ".md", a path
    without a suffix or that ends in "/", or a folder: a Markdown file an article.
    Raises UsageError for another suffix, an extra that is not installed, or where nothing can be written.
    """
    if is_url(output):
        return _opener(_Kind("postgres", "PostgresSink"))(str(output), overwrite=overwrite)
    if not str(output):
        raise UsageError(f"an output without a name; use {KINDS}")
    folder = str(output).endswith("/")
    path = Path(output)
    suffix = "" if folder or path.is_dir() else suffix_of(path)
    if path.exists() and not (path.is_dir() or path.is_file()):
        suffix = ".jsonl"  # a device or a named pipe: nothing but a stream makes sense there
    if suffix not in SUFFIXES:
        raise UsageError(f"{path}: no output of kind '{suffix}'; use {KINDS}")
    return _opener(SUFFIXES[suffix])(path, overwrite=overwrite)


def suffix_of(path: Path) -> str:
    """What tells a file's kind, in lower case."""
    name = path.name.lower()
    return ".jsonl.gz" if name.endswith((".jsonl.gz", ".ndjson.gz")) else path.suffix.lower()


def _opener(kind: _Kind) -> Callable[..., Sink]:
    opener: Callable[..., Sink] = getattr(import_module(f"scraper.store.{kind.module}"), kind.name)
    return opener
