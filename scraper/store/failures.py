"""failures.tsv: the links that failed and were not had since, for people and for other programs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from scraper.errors import StoreError
from scraper.store.state import State

_HEAD = "url\treason\tattempts\tdetail\n"


def write_failures(state: State, path: Path) -> int:
    """Writes the file anew, whole or not at all; removes it where nothing failed. How many. Raises StoreError."""
    failures = state.links.failures()
    first = next(failures, None)
    try:
        if first is None:
            path.unlink(missing_ok=True)
            return 0
        path.parent.mkdir(parents=True, exist_ok=True)
        return _write(path, chain((first,), failures))
    except OSError as error:
        raise StoreError(f"{path}: it could not be written ({error.strerror})") from error


def _write(path: Path, failures: Iterable[tuple[str, str, int, str]]) -> int:
    new = path.with_name(path.name + ".new")
    count = 0
    with new.open("w", encoding="utf-8", errors="replace") as file:
        file.write(_HEAD)
        for url, reason, attempts, detail in failures:
            count += 1
            file.write(f"{_cell(url)}\t{reason}\t{attempts}\t{_cell(detail)}\n")
    new.replace(path)
    return count


def _cell(text: str) -> str:
    return " ".join(text.split())
