"""JSON Lines, gzipped: a member a batch, so that the file is whole after every batch and any tool reads it."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from scraper.models import Record
from scraper.store.appender import Appender
from scraper.store.jsonl import line_of

#: bytes of JSON that make a member where nobody flushes before: `get` does, with the state that says what is done
_MEMBER = 16 << 20


class GzipSink:
    """A .jsonl.gz file. A torn last member (a crash, a power cut) is cut off when the file is opened."""

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        self._file = Appender(path, overwrite=overwrite)
        self._lines: list[bytes] = []
        self._bytes = 0
        size = self._file.size
        if size and (whole := whole_members(path)) < size:
            self._file.cut(whole)

    def write(self, record: Record) -> None:
        line = line_of(record)
        self._lines.append(line)
        self._bytes += len(line)
        if self._bytes >= _MEMBER:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            self._file.write(gzip.compress(b"".join(self._lines), 6, mtime=0))
            self._lines.clear()
            self._bytes = 0

    @property
    def size(self) -> int:
        """Bytes that were flushed."""
        return self._file.size

    def close(self) -> None:
        try:
            self.flush()
        finally:
            self._file.close()


def whole_members(path: Path, start: int = 0) -> int:
    """Length in bytes of a gzip file up to the end of its last whole member; `start`: where one of them begins."""
    whole = start
    decoder = zlib.decompressobj(31)
    with path.open("rb") as file:
        read = file.seek(start)
        while chunk := file.read(1 << 18):
            read += len(chunk)
            while chunk:
                try:
                    decoder.decompress(chunk)
                except zlib.error:
                    return whole
                if not decoder.eof:
                    break
                chunk = decoder.unused_data
                whole = read - len(chunk)
                decoder = zlib.decompressobj(31)
    return whole
