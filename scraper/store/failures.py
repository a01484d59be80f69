"""failures.tsv: the links that failed and were not had since, for people and for other programs.

A folder has one, whatever outputs are in it: it lists the failures of them all, so that none takes another's away.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import chain
from pathlib import Path

from scraper.errors import StoreError, UsageError
from scraper.store.state import State

_HEAD = "url\treason\tattempts\tdetail\n"
#: the state of an output that is no file: a database at an address (see `output.state_path`)
_OF_ADDRESS = re.compile(r"scraper-[0-9a-f]{8}")

#: (url, reason, attempts, detail)
_Failure = tuple[str, str, int, str]


def write_failures(state: State, path: Path) -> int:
    """Writes the file anew, whole or not at all; removes it where nothing failed. How many. Raises StoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path.parent):
            failures = _failures(state, path.parent)
            first = next(failures, None)
            if first is None:
                path.unlink(missing_ok=True)
                return 0
            return _write(path, chain((first,), failures))
    except OSError as error:
        raise StoreError(f"{path}: it could not be written ({error.strerror})") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Of two runs that end at once, the second sees what the first has stored."""
    number = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


def _failures(state: State, folder: Path) -> Iterator[_Failure]:
    """Those of `state`, and of the other outputs in the folder."""
    yield from state.links.failures()
    for path in _others(state, folder):
        try:
            other = State(path, read_only=True)
        except UsageError:  # of another version, or damaged: a run of its own tells of that
            continue
        with closing(other), suppress(StoreError):
            yield from other.links.failures()


def _others(state: State, folder: Path) -> Iterator[Path]:
    own = state.db.path.resolve() if state.db.path else None
    for path in (folder / "scraper.db", *sorted(folder.glob("*.state"))):
        there = path if path.suffix == ".db" else path.with_suffix("")  # an output that was taken away is done with
        if (there.exists() or _OF_ADDRESS.fullmatch(there.name)) and path.resolve() != own:
            yield path


def _write(path: Path, failures: Iterable[_Failure]) -> int:
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
