"""Where `run` writes: OUTPUT/records/<site>/<day>.jsonl, the day (UTC) being that of the fetch."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from scraper.errors import UsageError
from scraper.models import Record


def make_writable(folder: Path, *, shown: Path | None = None, option: str = "output") -> None:
    """Makes a folder where it is missing. Raises UsageError where nothing can be written in it; `shown`: what the
    sentence names instead, `option`: what to name another of."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        where = shown or folder
        raise UsageError(f"{where}: cannot write there ({error.strerror}); name another {option}") from error


def file_of(record: Record) -> str:
    """The file that a record belongs to, below the folder."""
    return f"{safe_name(record.site)}/{_day(record)}.jsonl"


def safe_name(site: str) -> str:
    """A site's name as one folder name: hosts stay as they are, nothing leads elsewhere."""
    return re.sub(r"[^a-zA-Z0-9.-]+", "_", site).strip(".") or "unknown"


def _day(record: Record) -> str:
    day = (record.fetch.fetched_at or "")[:10]
    return day if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else datetime.now(UTC).date().isoformat()
