"""One SQLite file: opened, migrated, written in transactions; SQLite's errors become StoreError."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scraper.errors import StoreError, UsageError
from scraper.store.schema import MIGRATIONS, READABLE

Values = Sequence[Any] | Mapping[str, Any]

#: the largest number that SQLite takes
LARGEST = 2**63 - 1
#: seconds to wait for another process that writes
_BUSY = 30.0
#: what to do about a file that is lost
_ANEW = "move it away (and its -wal and -shm): the next run makes it anew out of the records that were written"


class Database:
    """A connection. Use from one thread at a time.

    Every write belongs into `with db.transaction()`: all of it is there afterwards, or nothing, whatever happens.
    """

    def __init__(self, path: Path | None, *, read_only: bool = False) -> None:
        """`path`: None for a private file that goes when it is closed.

        Raises UsageError where it cannot be opened, or was written by a newer version of this program.
        """
        self.path = path
        try:
            self._connection = _connect(path, read_only)
        except (sqlite3.Error, OSError) as error:
            raise UsageError(f"{path}: this database cannot be opened ({_why(error)})") from error
        self._depth = 0
        try:
            self._prepare(read_only)
        except BaseException:
            self._connection.close()
            raise

    def execute(self, sql: str, values: Values = ()) -> sqlite3.Cursor:
        """One statement. Raises StoreError."""
        with self._mapped():
            return self._connection.execute(sql, values)

    def many(self, sql: str, rows: Iterable[Values]) -> None:
        """One statement for many rows. Raises StoreError."""
        with self._mapped():
            self._connection.executemany(sql, rows)

    def row(self, sql: str, values: Values = ()) -> sqlite3.Row | None:
        """The first row, or None."""
        with self._mapped():
            found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return found

    def rows(self, sql: str, values: Values = ()) -> Iterator[sqlite3.Row]:
        """The rows, as they are read."""
        with self._mapped():
            yield from self._connection.execute(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; within another one, a part of it."""
        if self._depth:
            yield
            return
        self.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.rollback()
            raise
        finally:
            self._depth -= 1

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Nothing that is written inside lasts."""
        self.execute("BEGIN")
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            self._connection.rollback()

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def close(self) -> None:
        self._connection.close()

    # --- inside ----------------------------------------------------------------------------------

    def _prepare(self, read_only: bool) -> None:
        version = self._version()
        if version > len(MIGRATIONS):
            raise UsageError(
                f"{self.path}: this database was written by a newer version of scraper "
                f"(its schema is {version}, this one knows {len(MIGRATIONS)}); update scraper"
            )
        if read_only:
            if version < READABLE:
                raise UsageError(f"{self.path}: this database has an older schema; the next `scraper run` updates it")
            return
        for step in range(version, len(MIGRATIONS)):
            with self.transaction():
                if self._version() == step:  # nobody else was faster
                    for statement in _statements(MIGRATIONS[step]):
                        self.execute(statement)
                    self.execute(f"PRAGMA user_version = {step + 1}")

    def _version(self) -> int:
        try:
            row = self.row("PRAGMA user_version")
        except StoreError as error:
            raise UsageError(str(error)) from error
        return int(row[0]) if row else 0

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise StoreError(f"{self.path or 'the temporary database'}: {_why(error)}") from error


def at_rest(path: Path) -> bool:
    """Whether all that was written to a database is in its file, none in a -wal beside it."""
    wal = path.with_name(f"{path.name}-wal")
    return not wal.exists() or not wal.stat().st_size


def read_only_uri(path: Path) -> str:
    """The address of a file for a connection that only reads.

    In a folder in which nothing can be written SQLite reads a file of ours (its -shm is missing) only when told that
    nobody changes it; that is so while it is at rest.
    """
    still = not os.access(path.absolute().parent, os.W_OK) and at_rest(path)
    return f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if still else ''}"


def _connect(path: Path | None, read_only: bool) -> sqlite3.Connection:
    if path is None:
        connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    elif read_only:
        connection = sqlite3.connect(
            read_only_uri(path),
            uri=True,
            timeout=_BUSY,
            isolation_level=None,
            check_same_thread=False,
        )
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    if not read_only:
        # NORMAL: after a power cut the last transactions may be missing, never a part of one; what is missing is
        # fetched again, and the .jsonl files are cut back to what the database says
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would commit what is open."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _why(error: Exception) -> str:
    if getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return f"{error}: it is damaged, or is no database; {_ANEW}"
    return getattr(error, "strerror", None) or str(error)
