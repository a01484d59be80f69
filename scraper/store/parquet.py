"""Parquet: columns with real lists and structs. The file is made when the sink is closed.

A Parquet file can neither grow nor be read before its last byte is there. So records go to a JSON Lines file beside it
("x.parquet.jsonl", safe against any crash), and closing turns what the two hold into the new file, batch by batch.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

import msgspec

from scraper.errors import StoreError, UsageError
from scraper.models import Record
from scraper.store.jsonl import JsonlSink, records_of
from scraper.store.texts import storable

if TYPE_CHECKING:
    import pyarrow as pa

#: records of a row group, and bytes of text that end one before: what stands in memory while a file is made
ROWS = 1000
_BYTES = 8 << 20


class ParquetSink:
    """A .parquet file. Records of a run that was killed are in the file beside it, and come in with the next one."""

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        _pyarrow()
        self._path, self._overwrite = path, overwrite
        self._spool = _spool(path)
        if path.exists() and not overwrite:
            _check(path)
        self._sink: JsonlSink | None = JsonlSink(self._spool, overwrite=overwrite)

    def write(self, record: Record) -> None:
        if self._sink:
            self._sink.write(record)

    def flush(self) -> None:
        """Nothing to do: every record is in the file beside it."""

    def close(self) -> None:
        if self._sink is None:
            return
        self._sink.close()
        self._sink = None
        before: Iterator[Record] = iter(()) if self._overwrite or not self._path.exists() else _rows(self._path)
        part = self._path.with_name(self._path.name + ".part")
        try:
            write_file(part, _once(chain(before, records_of(self._spool))))
            part.replace(self._path)
            self._spool.unlink()
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise StoreError(f"{self._path}: {error.strerror or error}; its records are in {self._spool}") from error


def write_file(path: Path, records: Iterable[Record]) -> None:
    """A new file, a row group for each batch of records. Raises OSError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, schema(), compression="zstd") as writer:
        for batch in _batches(records):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema()))


def records(path: Path) -> Iterator[Record]:
    """The records of a Parquet file, and those that wait beside it. Raises UsageError where it is not one of ours."""
    if path.exists():
        _check(path)
    spool = _spool(path)
    yield from _once(chain(_rows(path) if path.exists() else (), records_of(spool) if spool.exists() else ()))


@cache
def schema() -> pa.Schema:
    """The Arrow schema of a record, made from its types."""
    pa = _pyarrow()
    return pa.schema([(field.encode_name, _arrow(field.type)) for field in msgspec.structs.fields(Record)])


# --- inside --------------------------------------------------------------------------------------


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise UsageError("Parquet needs the library pyarrow: pip install 'scraper[parquet]'") from error
    return pyarrow


def _arrow(kind: Any) -> Any:
    pa = _pyarrow()
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(part for part in get_args(kind) if part is not type(None))
    plain = {bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    if kind in plain:
        return plain[kind]
    if get_origin(kind) is tuple:
        return pa.list_(_arrow(get_args(kind)[0]))
    if get_origin(kind) is dict:
        return pa.map_(pa.string(), pa.string())
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return pa.struct([(part.encode_name, _arrow(part.type)) for part in msgspec.structs.fields(kind)])
    assert kind is str or get_origin(kind) is Literal or issubclass(kind, str), f"no column for {kind}"
    return pa.string()


def _check(path: Path) -> None:
    """Raises UsageError for a file that is no Parquet, or holds other things than records."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        names = set(pq.read_schema(path).names)
    except (OSError, pa.ArrowException) as error:
        raise UsageError(f"{path}: this is no whole Parquet file; name another file, or --overwrite it") from error
    if not {"id", "url", "articleBody"} <= names:
        raise UsageError(f"{path}: its columns are not those of records; name another file, or --overwrite it")


def _rows(path: Path) -> Iterator[Record]:
    import pyarrow.parquet as pq

    # without pre_buffer it holds one row group at a time
    with pq.ParquetFile(path, pre_buffer=False) as file:
        for batch in file.iter_batches(batch_size=200, use_threads=False):
            for row in batch.to_pylist(maps_as_pydicts="strict"):
                yield msgspec.convert({key: value for key, value in row.items() if value is not None}, Record)


def _batches(records: Iterable[Record]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    size = 0
    for record in records:
        batch.append(msgspec.to_builtins(storable(record)))
        size += 2 * len(record.article_body) + 4000
        if len(batch) >= ROWS or size >= _BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _once(records: Iterable[Record]) -> Iterator[Record]:
    """Each article's revision once: a crash leaves some in both files, or has them fetched again."""
    seen: set[bytes] = set()
    for record in records:
        key = f"{record.id} {record.revision}"
        digest = blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()
        if digest not in seen:
            seen.add(digest)
            yield record


def _spool(path: Path) -> Path:
    return path.with_name(path.name + ".jsonl")
