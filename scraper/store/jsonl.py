"""JSON Lines: a record a line, in the form that `scraper schema` describes."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from scraper.errors import StoreError
from scraper.models import Record
from scraper.store.appender import Appender, whole_lines

_ENCODER = msgspec.json.Encoder()


def line_of(record: Record) -> bytes:
    """The record as one line of JSON with its line break; the same record gives the same bytes."""
    return _ENCODER.encode(record) + b"\n"


class JsonlSink:
    """A .jsonl file. A torn last line (a crash, a power cut) is cut off when the file is opened."""

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        self._file = Appender(path, overwrite=overwrite)
        size = self._file.size
        if size and (whole := whole_lines(path)) < size:
            self._file.cut(whole)

    def write(self, record: Record) -> None:
        self._file.write(line_of(record))

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

    def close(self) -> None:
        """Nothing to do: it is not ours to close."""
