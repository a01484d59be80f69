"""PostgreSQL: a table of records; each batch goes through COPY into a temporary table and is merged by id."""

from __future__ import annotations

import re
import time
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from scraper.errors import StoreError, UsageError
from scraper.models import Record
from scraper.store.policy import seconds
from scraper.store.texts import encoded, storable

if TYPE_CHECKING:
    import psycopg

#: the table that is used where the address names none (?table=NAME or ?table=SCHEMA.NAME)
TABLE = "articles"
#: records, bytes of JSON and seconds after which a batch goes off
_BATCH, _BYTES, _SECONDS = 500, 8 << 20, 2.0
#: column → its type; what is not a column of its own is in `record`
COLUMNS: dict[str, str] = {
    "id": "text PRIMARY KEY",
    "site": "text NOT NULL",
    "url": "text NOT NULL",
    "headline": "text",
    "lead": "text",
    "body": "text NOT NULL",
    "authors": "text[] NOT NULL",
    "keywords": "text[] NOT NULL",
    "section": "text",
    "language": "text",
    "published": "timestamptz",
    "modified": "timestamptz",
    "fetched": "timestamptz",
    "declared": "text NOT NULL",
    "complete": "boolean",
    "status": "text NOT NULL",
    "content_hash": "text NOT NULL",
    "revision": "integer NOT NULL",
    "record": "jsonb NOT NULL",
}
_SCHEMA = """
CREATE TABLE IF NOT EXISTS {table} ({columns},
    stored timestamptz NOT NULL DEFAULT now(), row bigint GENERATED ALWAYS AS IDENTITY);
CREATE INDEX IF NOT EXISTS {site_index} ON {table} (site, published)
"""
_MERGE = """
INSERT INTO {table} AS t ({names})
SELECT {names} FROM (
    SELECT DISTINCT ON (id) *, ctid AS place FROM {batch} ORDER BY id, revision DESC, ctid DESC
) b ORDER BY place
ON CONFLICT (id) DO UPDATE SET {updates}, stored = now()
WHERE t.record IS DISTINCT FROM excluded.record AND t.revision <= excluded.revision
"""


class PostgresSink:
    """A table. An article's new version takes the place of the old one, never one of a lower revision."""

    def __init__(self, url: str, *, overwrite: bool = False) -> None:
        """Connects, and makes the table where it is missing. Raises UsageError where that cannot be done."""
        self._connection, table = _connect(url)
        self._name = shown(url)
        self._table, self._batch = table, "scraper_batch"
        self._waiting: list[Record] = []
        self._bytes, self._since = 0, 0.0
        try:
            self._prepare(overwrite)
        except BaseException:
            self._connection.close()
            raise

    def write(self, record: Record) -> None:
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.append(record)
        self._bytes += 2 * len(record.article_body) + 4000
        late = time.monotonic() - self._since > _SECONDS
        if late or len(self._waiting) >= _BATCH or self._bytes >= _BYTES:
            self.flush()

    def flush(self) -> None:
        if not self._waiting:
            return
        from psycopg import sql

        names = [sql.Identifier(name) for name in COLUMNS]
        parts = {
            "table": self._table,
            "batch": sql.Identifier(self._batch),
            "names": sql.SQL(", ").join(names),
            "updates": sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(n) for n in names[1:]),
        }
        with self._mapped(StoreError, "stopped writing"), self._connection.transaction():
            cursor = self._connection.cursor()
            with cursor.copy(sql.SQL("COPY {batch} ({names}) FROM STDIN").format(**parts)) as copy:
                for record in self._waiting:
                    copy.write_row(_row(record))
            cursor.execute(sql.SQL(_MERGE).format(**parts))
            cursor.execute(sql.SQL("TRUNCATE {batch}").format(**parts))
        self._waiting.clear()
        self._bytes = 0

    def close(self) -> None:
        try:
            self.flush()
        finally:
            self._connection.close()

    def _prepare(self, overwrite: bool) -> None:
        from psycopg import sql

        columns = sql.SQL(", ").join(
            sql.SQL("{} " + kind).format(sql.Identifier(name)) for name, kind in COLUMNS.items()
        )
        site_index = sql.Identifier("_".join(_names(self._table)) + "_by_site")
        parts = {"table": self._table, "columns": columns, "site_index": site_index}
        with self._mapped(UsageError, "name another output"), self._connection.transaction():
            cursor = self._connection.cursor()
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('scraper'))")  # two that make the table at once
            if overwrite:
                cursor.execute(sql.SQL("DROP TABLE IF EXISTS {table}").format(**parts))
            cursor.execute("SET LOCAL client_min_messages = error")
            cursor.execute(sql.SQL(_SCHEMA).format(**parts))
            cursor.execute(
                sql.SQL("CREATE TEMP TABLE {} AS SELECT {} FROM {} WITH NO DATA").format(
                    sql.Identifier(self._batch), sql.SQL(", ").join(map(sql.Identifier, COLUMNS)), self._table
                )
            )

    @contextmanager
    def _mapped(self, kind: type[StoreError | UsageError], then: str) -> Iterator[None]:
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            raise kind(f"{self._name}: {_why(error)}; {then}") from error


def records(url: str) -> Iterator[Record]:
    """The records of a table, in the order in which they came first. Raises UsageError."""
    import_psycopg()
    import psycopg
    from psycopg import sql

    decoder = msgspec.json.Decoder(Record)
    connection, table = _connect(url)
    query = sql.SQL("SELECT record::text FROM {} ORDER BY row").format(table)
    try:
        with connection.transaction(), connection.cursor(name="scraper_records") as cursor:
            for (data,) in cursor.execute(query):
                yield decoder.decode(data)
    except psycopg.Error as error:
        raise UsageError(f"{shown(url)}: {_why(error)}") from error
    finally:
        connection.close()


def shown(url: str) -> str:
    """An address without its password."""
    return re.sub(r"(://[^/@:]*):[^@/]*@", r"\1@", url)


def import_psycopg() -> types.ModuleType:
    """Raises UsageError where the extra is not installed."""
    try:
        import psycopg
    except ImportError as error:  # also where it finds no libpq
        raise UsageError("PostgreSQL needs the library psycopg: pip install 'scraper[postgres]'") from error
    return psycopg


# --- inside --------------------------------------------------------------------------------------


def _connect(url: str) -> tuple[psycopg.Connection[Any], Any]:
    """An open connection, and the table's name as SQL."""
    psycopg = import_psycopg()
    from psycopg import sql

    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise UsageError(f"{shown(url)}: this is no address ({error})") from error
    given = dict(parse_qsl(parts.query))
    table = given.pop("table", TABLE)
    if not re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)?", table):
        raise UsageError(f"{shown(url)}: '{table}' is no name for a table; use letters, digits and _")
    address = urlunsplit(parts._replace(query=urlencode({"connect_timeout": "10", **given})))
    try:
        connection = psycopg.connect(address, autocommit=True)
    except psycopg.Error as error:
        raise UsageError(f"{shown(url)}: no connection to PostgreSQL ({_why(error)})") from error
    return connection, sql.Identifier(*table.split("."))


def _names(table: Any) -> list[str]:
    return list(table._obj)


def _row(record: Record) -> tuple[Any, ...]:
    record = storable(record)
    return (
        record.id, record.site, record.url, record.headline, record.lead, record.article_body,
        [author.name for author in record.authors], list(record.keywords), record.article_section,
        record.in_language, _moment(record.date_published), _moment(record.date_modified),
        _moment(record.fetch.fetched_at), record.access.declared, record.access.complete, record.quality.status,
        record.content_hash, record.revision, encoded(record).decode(),
    )  # fmt: skip


def _moment(text: str | None) -> str | None:
    """A date as PostgreSQL reads it; None for what is none."""
    from datetime import UTC, datetime

    moment = seconds(text)
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()


def _why(error: Exception) -> str:
    """An error of the server or its library in one line."""
    return re.sub(r"\s+", " ", str(error)).strip() or type(error).__name__
