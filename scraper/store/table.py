"""CSV: a record a row, flat columns; what is nested stays JSON inside its cell."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from scraper.errors import UsageError
from scraper.models import Record
from scraper.store.appender import Appender

#: column → where its value is in the record; a dot goes one level down
COLUMNS: dict[str, str] = {
    "id": "id",
    "url": "url",
    "finalUrl": "finalUrl",
    "canonicalUrl": "canonicalUrl",
    "site": "site",
    "publisher": "publisher",
    "headline": "headline",
    "kicker": "kicker",
    "alternativeHeadline": "alternativeHeadline",
    "lead": "lead",
    "articleBody": "articleBody",
    "authors": "authors",
    "agencies": "agencies",
    "dateline": "dateline",
    "datePublished": "datePublished",
    "dateModified": "dateModified",
    "inLanguage": "inLanguage",
    "articleSection": "articleSection",
    "keywords": "keywords",
    "articleType": "articleType",
    "images": "images",
    "accessDeclared": "access.declared",
    "accessComplete": "access.complete",
    "quality": "quality.status",
    "qualityReasons": "quality.reasons",
    "fetchedAt": "fetch.fetchedAt",
    "discoveredVia": "fetch.discoveredVia",
    "contentHash": "contentHash",
}


class CsvSink:
    """A .csv file with a header line, UTF-8, RFC 4180."""

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        self._file = Appender(path, overwrite=overwrite)
        if not self._file.size:
            self._file.write(_row(list(COLUMNS)))
            return
        end = 0
        for row, after in rows(path):
            if not end and row != list(COLUMNS):
                self._file.close()
                raise UsageError(f"{path}: its columns are not ours; name another file, or --overwrite it")
            end = after
        self._file.cut(end)

    def write(self, record: Record) -> None:
        value = msgspec.to_builtins(record)
        self._file.write(_row([_cell(_at(value, where)) for where in COLUMNS.values()]))

    def close(self) -> None:
        self._file.close()


def rows(path: Path) -> Iterator[tuple[list[str], int]]:
    """The whole rows of a CSV file, header included, each with the offset of the byte after it."""
    consumed = 0

    def lines() -> Iterator[str]:
        nonlocal consumed
        with path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    return
                consumed += len(line)
                yield line.decode("utf-8", "replace")

    csv.field_size_limit(sys.maxsize)  # a long read is longer than the 128 KB that csv allows by default
    width = 0
    for row in csv.reader(lines()):
        width = width or len(row)
        if len(row) == width:
            yield row, consumed


def _row(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()


def _at(value: Any, where: str) -> Any:
    for key in where.split("."):
        value = value[key]
    return value


def _cell(value: Any) -> str:
    """Text as it is, lists of texts one a line, other things as JSON; nothing for nothing."""
    if value is None or value == () or value == []:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return msgspec.json.encode(value).decode()
