"""JSON Lines: a record a line, in the form that `scraper schema` describes."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from scraper.errors import StoreError, UsageError
from scraper.models import Record
from scraper.store.appender import Appender, whole_lines
from scraper.store.texts import encoded


def line_of(record: Record) -> bytes:
    """The record as one line of JSON with its line break; the same record gives the same bytes."""
    return encoded(record) + b"\n"


def records_of(path: Path) -> Iterator[Record]:
    """The records of a .jsonl or .jsonl.gz file; a torn last line is left out.

    Raises UsageError for a line that is no record, with its number.
    """
    decoder = msgspec.json.Decoder(Record)
    torn: tuple[int, Exception] | None = None
    for number, line in enumerate(_lines(path), 1):
        if torn:
            raise UsageError(f"{path}:{torn[0]}: this line is no record ({torn[1]})") from torn[1]
        if not line.strip():
            continue
        try:
            yield decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if line.endswith(b"\n"):
                raise UsageError(f"{path}:{number}: this line is no record ({error})") from error
            torn = number, error


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with _open(path) as file:
            yield from file
    except (EOFError, zlib.error):  # a torn last member
        return
    except OSError as error:
        raise UsageError(f"{path}: it cannot be read ({error.strerror or error})") from error


def _open(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _is_object(path: Path, start: int) -> bool:
    """Whether what a file holds from there on is a whole JSON object."""
    with path.open("rb") as file:
        file.seek(start)
        try:
            return isinstance(msgspec.json.decode(file.read()), dict)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False


class JsonlSink:
    """A .jsonl file. A torn last line (a crash, a power cut) is cut off when the file is opened; one that lacks nothing
    but its line break, as other programs write them, gets that."""

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        self._file = Appender(path, overwrite=overwrite)
        size = self._file.size
        if size and (whole := whole_lines(path)) < size:
            if _is_object(path, whole):
                self._file.write(b"\n")
            else:
                self._file.cut(whole)

    def write(self, record: Record) -> None:
        self._file.write(line_of(record))

    def flush(self) -> None:
        """Nothing to do: every record was written at once."""

    def close(self) -> None:
        self._file.close()


class StdoutSink:
    """JSON Lines on standard output."""

    def write(self, record: Record) -> None:
        try:
            sys.stdout.buffer.write(line_of(record))
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise StoreError(f"standard output: {error.strerror}; stopped writing") from error

    def flush(self) -> None:
        """Nothing to do: every record was written at once."""

    def close(self) -> None:
        """Nothing to do: it is not ours to close."""
