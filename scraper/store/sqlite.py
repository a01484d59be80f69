"""A .db output: records in one SQLite file, with a view of short columns and a full-text index."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import msgspec

from scraper.errors import StoreError, UsageError
from scraper.models import Record
from scraper.store import index
from scraper.store.columns import view_sql
from scraper.store.database import read_only_uri
from scraper.store.policy import seconds
from scraper.store.texts import encoded

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    id            TEXT PRIMARY KEY,
    site          TEXT NOT NULL,
    url           TEXT NOT NULL,
    fetched_at    REAL,
    published     REAL,
    revision      INTEGER NOT NULL DEFAULT 1,
    content_hash  TEXT NOT NULL DEFAULT '',
    record        TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS records_by_site ON records (site, fetched_at);
"""
_UPSERT = """
INSERT INTO records (id, site, url, fetched_at, published, revision, content_hash, record)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET site = excluded.site, url = excluded.url, fetched_at = excluded.fetched_at,
    published = excluded.published, revision = excluded.revision, content_hash = excluded.content_hash,
    record = excluded.record
WHERE record <> excluded.record AND revision <= excluded.revision
RETURNING revision
"""
#: records, and seconds, after which a transaction ends: what a crash may cost that was not flushed
_BATCH, _SECONDS = 200, 1.0


class SqliteSink:
    """A .db file. An article's new version takes the place of the old one, never one of a lower revision."""

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        self._path = path
        if overwrite:
            for suffix in ("", "-journal", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    path.with_name(path.name + suffix).unlink()
        self._connection = _opened(path)
        self._waiting, self._since = 0, 0.0

    def write(self, record: Record) -> None:
        data = encoded(record).decode()
        row = (
            record.id, record.site, record.url, seconds(record.fetch.fetched_at), seconds(record.date_published),
            record.revision, record.content_hash, data,
        )  # fmt: skip
        with self._mapped():
            if not self._waiting:
                self._connection.execute("BEGIN IMMEDIATE")
                self._since = time.monotonic()
            changed = self._connection.execute(_UPSERT, row).fetchone()
            if changed:
                index.put(self._connection, record.id, changed[0], data)
        self._waiting += 1
        if self._waiting >= _BATCH or time.monotonic() - self._since > _SECONDS:
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            with self._mapped():
                self._connection.execute("COMMIT")
            self._waiting = 0

    def close(self) -> None:
        try:
            self.flush()
        finally:
            self._connection.close()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, UnicodeError) as error:
            if self._connection.in_transaction:
                self._connection.rollback()
            self._waiting = 0
            raise StoreError(f"{self._path}: {error}; stopped writing") from error


def records(path: Path) -> Iterator[Record]:
    """The records of a .db output or of a run's state database, in the order in which they came."""
    decoder = msgspec.json.Decoder(Record)
    try:
        with closing(sqlite3.connect(read_only_uri(path), uri=True)) as connection:
            for (data,) in connection.execute("SELECT record FROM records ORDER BY rowid"):
                yield decoder.decode(data)
    except (sqlite3.Error, msgspec.DecodeError) as error:
        raise UsageError(f"{path}: this is no database of records ({error})") from error


def _opened(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
    except (sqlite3.Error, OSError) as error:
        raise UsageError(f"{path}: cannot write there ({error}); name another output") from error
    try:
        _prepare(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise UsageError(f"{path}: cannot write there ({error}); name another output") from error
    except UsageError:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "links" in tables:
        raise UsageError(f"{path}: this is the state of runs, not an output; name another file")
    if tables and "records" not in tables:
        raise UsageError(f"{path}: this database holds other things; name another file, or --overwrite it")
    if "indexed" not in tables:
        connection.executescript(
            f"BEGIN; {_SCHEMA} {index.SCHEMA} {view_sql('VIEW IF NOT EXISTS articles', 'records')}; COMMIT;"
        )
    connection.execute("BEGIN IMMEDIATE")  # says at once where it cannot be written to
    connection.execute("COMMIT")
