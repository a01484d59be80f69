"""New revisions of records that `run` has stored, outside of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scraper.errors import UsageError
from scraper.models import Link, Record
from scraper.store.folder import file_of
from scraper.store.history import History
from scraper.store.jsonl import line_of
from scraper.store.policy import seconds
from scraper.store.state import State


class Revisions:
    """The records below `folder`, a run's output. Whoever writes holds its lock. Use as a context manager."""

    def __init__(self, folder: Path, *, write: bool = False) -> None:
        """Raises UsageError where no run has written to `folder`."""
        path = folder / "scraper.db"
        if not path.is_file():
            raise UsageError(f"{path}: there is no such database; `scraper run` makes it, or name another --output")
        self._state = State(path, read_only=not write)
        self._journal = None
        if write:
            self._journal = self._state.write_lines(folder / "records", _line)
        #: revisions written
        self.written = 0

    def __enter__(self) -> Revisions:
        return self

    def __exit__(self, *_: object) -> None:
        self._state.close()

    def of(self, url: str) -> Record | None:
        """The record that an address has given."""
        row = self._state.links.row(url)
        return self._state.records.get(row["record"]) if row is not None and row["record"] else None

    def sites(self) -> list[str]:
        """Every site that was ever in a run."""
        return History(self._state.db).sites()

    def has(self, id: str) -> bool:
        """Whether there is a record with this id."""
        return bool(self._state.records.revision(id))

    def remembered(self, link: Link, site: str) -> dict[int, tuple[int, int]]:
        """What was dropped from a link's record because it stood on other articles of the site, when that was read:
        what was learned since is none of today's rules."""
        record = self.of(link.url)
        return self._state.signals.repeated(record.id) if record else {}

    @staticmethod
    def fetched_at(record: Record) -> float:
        """When its page was fetched, in seconds since 1970; 0 where that is not known."""
        return seconds(record.fetch.fetched_at) or 0.0

    def add(self, record: Record, changed: Sequence[str]) -> Record:
        """Makes `record` the next revision of what is stored under its id, in the database and the lines of its day;
        the record with its number. `changed`: the fields that differ, in JSON's names. Raises StoreError."""
        assert self._journal, "opened for reading"
        try:
            with self._state.db.transaction():
                record = self._state.records.replace(record, list(changed), self._state.now())
                path, line = _line(record)
                self._journal.queue(path, line, id=record.id, revision=record.revision)
        except BaseException:
            self._journal.forget()
            raise
        self._journal.write()
        self.written += 1
        return record


def _line(record: Record) -> tuple[str, bytes]:
    return file_of(record), line_of(record)
