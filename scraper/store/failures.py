"""failures.tsv: the links that failed and were not had since, for people and for other programs."""

from __future__ import annotations

from pathlib import Path

from scraper.errors import StoreError
from scraper.store.state import State

_HEAD = "url\treason\tattempts\tdetail\n"


def write_failures(state: State, path: Path) -> int:
    """Writes the file anew, whole or not at all; removes it where nothing failed. How many. Raises StoreError."""
    new = path.with_name(path.name + ".new")
    count = 0
    try:
        with new.open("w", encoding="utf-8", errors="replace") as file:
            file.write(_HEAD)
            for url, reason, attempts, detail in state.links.failures():
                count += 1
                file.write(f"{_cell(url)}\t{reason}\t{attempts}\t{_cell(detail)}\n")
        if count:
            new.replace(path)
        else:
            new.unlink()
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: it could not be written ({error.strerror})") from error
    return count


def _cell(text: str) -> str:
    return " ".join(text.split())
