"""One output file or folder, its kind chosen by suffix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from scraper.errors import UsageError
from scraper.models import Record
from scraper.store.jsonl import JsonlSink
from scraper.store.markdown import MarkdownSink
from scraper.store.table import CsvSink


class Sink(Protocol):
    """Where records go."""

    def write(self, record: Record) -> None:
        """Stores one record whole, at once. Raises StoreError; BrokenPipeError."""
        ...

    def close(self) -> None: ...


#: suffix → what opens it; a path without one is a folder of Markdown
SUFFIXES: dict[str, Callable[..., Sink]] = {
    ".jsonl": JsonlSink,
    ".ndjson": JsonlSink,
    ".csv": CsvSink,
    ".md": MarkdownSink,
    "": MarkdownSink,
}


def open_sink(path: Path | str, *, overwrite: bool = False) -> Sink:
    """The sink for `path`, ready to be written to; what it holds is kept unless `overwrite`.

    ".jsonl" (or ".ndjson"): a record a line; ".csv": a record a row; ".md", a path without a
    suffix or that ends in "/", or a folder: a Markdown file an article.
    Raises UsageError for another suffix, or where nothing can be written.
    """
    folder = str(path).endswith("/")
    path = Path(path)
    suffix = "" if folder or path.is_dir() else path.suffix.lower()
    if path.exists() and not (path.is_dir() or path.is_file()):
        suffix = ".jsonl"  # a device or a named pipe: nothing but a stream makes sense there
    if suffix not in SUFFIXES:
        raise UsageError(f"{path}: no output of kind '{suffix}'; use .jsonl, .csv, or a folder for Markdown")
    return SUFFIXES[suffix](path, overwrite=overwrite)
