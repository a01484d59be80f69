"""Where `run` writes: OUTPUT/records/<site>/<day>.jsonl, the day (UTC) being that of the fetch."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from scraper.errors import StoreError, UsageError
from scraper.models import Record
from scraper.store.jsonl import JsonlSink

#: files held open at a time, far below what a process may have
_OPEN = 64


class RecordFolder:
    """A sink that sorts records into a file a site and day."""

    def __init__(self, folder: Path) -> None:
        """Raises UsageError where `folder` cannot be made or written to."""
        self.folder = folder
        #: files written to, in order of their first record
        self.paths: dict[Path, int] = {}
        self._open: dict[Path, JsonlSink] = {}
        probe = folder / ".probe"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise UsageError(f"{folder}: cannot write there ({error.strerror}); name another --output") from error

    def write(self, record: Record) -> None:
        path = self.folder / file_of(record)
        try:
            self._sink(path).write(record)
        except UsageError as error:  # opening it was possible when the run began
            raise StoreError(f"{path}: cannot be written any more; stopped writing") from error
        self.paths[path] = self.paths.get(path, 0) + 1

    def flush(self) -> None:
        """Nothing to do: every record was written at once."""

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()

    def _sink(self, path: Path) -> JsonlSink:
        if path not in self._open:
            if len(self._open) >= _OPEN:
                self.close()
            self._open[path] = JsonlSink(path)
        return self._open[path]


def file_of(record: Record) -> str:
    """The file that a record belongs to, below the folder."""
    return f"{safe_name(record.site)}/{_day(record)}.jsonl"


def safe_name(site: str) -> str:
    """A site's name as one folder name: hosts stay as they are, nothing leads elsewhere."""
    return re.sub(r"[^a-zA-Z0-9.-]+", "_", site).strip(".") or "unknown"


def _day(record: Record) -> str:
    day = (record.fetch.fetched_at or "")[:10]
    return day if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else datetime.now(UTC).date().isoformat()
