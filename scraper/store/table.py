"""CSV: a record a row, flat columns; what is nested stays JSON inside its cell."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_origin

import msgspec

from scraper.errors import UsageError
from scraper.models import Record
from scraper.store.appender import Appender
from scraper.store.texts import storable

#: where a value is in the record (a dot goes one level down) → its column, where that is not the same word
_NAMES: dict[str, str] = {
    "access.declared": "accessDeclared",
    "access.complete": "accessComplete",
    "access.evidence": "accessEvidence",
    "quality.status": "quality",
    "quality.reasons": "qualityReasons",
    "fetch.fetchedAt": "fetchedAt",
    "fetch.discoveredVia": "discoveredVia",
}
#: what a spreadsheet wants to see first, and the JSON that it wants to see last
_FIRST = ("id", "url", "finalUrl", "canonicalUrl", "site", "publisher")
_LAST = ("body", "provenance", "removed")


def _columns() -> dict[str, str]:
    """column → where its value is; every field of a record has one."""
    places: dict[str, tuple[str, ...]] = {}
    for field in msgspec.structs.fields(Record):
        inner: tuple[str, ...] = ()
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            inner = tuple(f"{field.encode_name}.{part.encode_name}" for part in msgspec.structs.fields(field.type))
        places[field.encode_name] = inner or (field.encode_name,)
    order = [*_FIRST, *(name for name in places if name not in (*_FIRST, *_LAST)), *_LAST]
    return {_name(place): place for name in order for place in places[name]}


def _name(place: str) -> str:
    head, _, tail = place.partition(".")
    return _NAMES.get(place, head + tail[:1].upper() + tail[1:])


#: column → where its value is in the record; a dot goes one level down
COLUMNS: dict[str, str] = _columns()


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
        self._file.write(row_of(record))

    def flush(self) -> None:
        """Nothing to do: every record was written at once."""

    def close(self) -> None:
        self._file.close()


def row_of(record: Record) -> bytes:
    """The record as one row with its line break."""
    value = msgspec.to_builtins(storable(record))
    return _row([_cell(_at(value, where)) for where in COLUMNS.values()])


def records(path: Path) -> Iterator[Record]:
    """The records of a CSV file that CsvSink wrote. Raises UsageError for other columns.

    An empty cell is an empty field: None where the field may be that, else "" or ().
    """
    header: list[str] = []
    for row, _ in rows(path):
        if not header:
            header = row
            if header != list(COLUMNS):
                raise UsageError(f"{path}: its columns are not those of records")
            continue
        value: dict[str, Any] = {}
        for place, cell in zip(COLUMNS.values(), row, strict=True):
            if cell:
                head, _, tail = place.partition(".")
                inside = value.setdefault(head, {}) if tail else value
                inside[tail or head] = _value(place, cell)
        yield msgspec.convert(value, Record)


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
    if value is None or value == () or value == [] or value == {}:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value) and _one_a_line(value):
        return "\n".join(value)
    return msgspec.json.encode(value).decode()


def _one_a_line(texts: Sequence[str]) -> bool:
    """Whether texts can be told apart again when they stand one a line."""
    return all(text and "\n" not in text and "\r" not in text for text in texts) and not texts[0].startswith("[")


def _value(place: str, cell: str) -> Any:
    """What `_cell` made a text of."""
    kind = _types()[place]
    if kind is str or kind == str | None:
        return cell
    if kind == tuple[str, ...] and not cell.startswith("["):
        return cell.split("\n")
    return msgspec.json.decode(cell)


@cache
def _types() -> dict[str, Any]:
    """Where a value is in the record → its type."""
    found: dict[str, Any] = {}
    for field in msgspec.structs.fields(Record):
        found[field.encode_name] = field.type
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            for part in msgspec.structs.fields(field.type):
                plain = str if get_origin(part.type) is Literal else part.type
                found[f"{field.encode_name}.{part.encode_name}"] = plain
    return found
