"""Records that can be asked: by filters, by an SQL expression, by words. Reads a run's state or a .db output."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from scraper.errors import UsageError
from scraper.models import Record
from scraper.store import index
from scraper.store.columns import described, view_sql
from scraper.store.database import LARGEST, at_rest, read_only_uri
from scraper.store.reading import open_records
from scraper.store.sinks import is_url, suffix_of
from scraper.store.sqlite import SqliteSink

#: the full-text index of a state database stands beside it: it can be deleted, and is made anew when it is needed
INDEX_SUFFIX = "-search"
#: columns of a match that mean more, in the order of `texts`: headline, lead, body
_WEIGHTS = "5.0, 2.0, 1.0"
#: damaged records that are named
_FEW = 5
#: the records that can be asked by SQL, with the others left out
_WHOLE = "(SELECT rowid, * FROM store.records WHERE json_valid(record))"
#: words of a snippet
_WORDS = 24
#: the records of a state that an index does not have as they are
_STALE = """
SELECT r.id, r.revision FROM state.records r LEFT JOIN indexed i ON i.id = r.id
WHERE i.id IS NULL OR i.revision <> r.revision
"""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which records; what is empty filters nothing. All of them have to hold."""

    sites: tuple[str, ...] = ()
    #: by publication, by the fetch where the page gives no date
    since: datetime | None = None
    until: datetime | None = None
    #: "de" also finds "de-AT"
    language: str = ""
    #: e.g. "ok", "partial"
    status: str = ""
    section: str = ""
    #: a part of a name
    author: str = ""
    #: words, as `index.match_of` reads them
    query: str = ""
    #: an SQL expression over `columns.COLUMNS`
    where: str = ""

    @property
    def any(self) -> bool:
        return self != Filters()


class Hit(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A record that was found by its words."""

    id: str
    url: str
    site: str
    headline: str
    date_published: str | None
    #: words around the match, which stands between MARKS
    snippet: str


#: what stands before and after a match in a snippet
MARKS = ("\x02", "\x03")


class Library:
    """Use as a context manager. Nothing in it can be changed through it."""

    def __init__(self, source: Path | str) -> None:
        """`source`: a run's scraper.db, a .db output, or whatever `open_records` reads (copied to a temporary file).

        Raises UsageError where there is nothing to read.
        """
        self._temporary: Path | None = None
        #: one sentence where a search took longer than it would have to
        self.note = ""
        #: records that could not be read, each with why; they are left out, and all others are there
        self.damaged: dict[str, str] = {}
        path = Path(source)
        if is_url(source) or suffix_of(path) not in (".db", ".sqlite"):
            path = self._copied(source)
        if not path.is_file():
            raise UsageError(f"{path}: there is no such database; `scraper run` makes it, or name another with --from")
        self._path = path
        try:
            self._db = sqlite3.connect(":memory:", uri=True, isolation_level=None)
        except sqlite3.Error as error:
            self._clean()
            raise UsageError(f"{path}: {error}") from error
        self._index = "store"
        try:
            self._attach(path)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Library:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()
        self._clean()

    def records(self, filters: Filters) -> Generator[Record, None, None]:
        """The records that pass, in the order in which they were fetched. Raises UsageError for a wrong expression."""
        decoder = msgspec.json.Decoder(Record)
        condition, values = self._condition(filters)
        query = f"SELECT id, CAST(record AS BLOB) FROM articles WHERE {condition} ORDER BY _fetched, _row"
        for id_, data in self._rows(filters, query, values):
            try:
                yield decoder.decode(data)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                self.damaged[id_] = str(error)

    def sites(self) -> set[str]:
        """Every site that has a record, or was in a run."""
        tables = [table for table in ("records", "links", "sources", "health") if self._has("store", table)]
        union = " UNION ".join(f"SELECT site FROM store.{table}" for table in tables)
        with self._mapped():
            return {str(row[0]) for row in self._db.execute(union) if row[0]}

    def count(self, filters: Filters) -> int:
        """How many pass."""
        condition, values = self._condition(filters)
        return int(next(self._rows(filters, f"SELECT count(*) FROM articles WHERE {condition}", values))[0])

    def search(self, filters: Filters, *, limit: int = 20, newest: bool = False) -> Generator[Hit, None, None]:
        """What `filters.query` finds, the best first, or the newest."""
        rest = msgspec.structs.replace(filters, query="")
        match = self._match(filters.query)
        condition, values = self._condition(rest)
        texts, order = f"{self._index}.texts", "a.at DESC" if newest else "t.rank"
        query = (
            f"WITH t AS MATERIALIZED (SELECT rowid AS number, bm25(texts, {_WEIGHTS}) AS rank, "
            f"snippet(texts, -1, ?, ?, '…', {_WORDS}) AS snippet FROM {texts} WHERE texts MATCH ?) "
            f"SELECT a.id, a.url, a.site, a.headline, a.published, t.snippet FROM t "
            f"JOIN {self._index}.indexed i ON i.number = t.number JOIN articles a ON a.id = i.id "
            f"WHERE a.id IN (SELECT id FROM articles WHERE {condition}) ORDER BY {order} LIMIT ?"
        )
        if condition == "1":
            query = query.replace("WHERE a.id IN (SELECT id FROM articles WHERE 1) ", "")
        for id_, url, site, headline, published, snippet in self._rows(
            rest, query, [*MARKS, match, *values, min(limit, LARGEST)]
        ):
            yield Hit(
                id=id_, url=url, site=site, headline=headline or "", date_published=published, snippet=snippet or ""
            )

    @property
    def damage(self) -> str:
        """One sentence about what could not be read; "" where all could."""
        if not self.damaged:
            return ""
        few = list(self.damaged.items())[:_FEW]
        names = ", ".join(f"{id_} ({why})" for id_, why in few) + (" …" if len(self.damaged) > _FEW else "")
        what = "1 record is" if len(self.damaged) == 1 else f"{len(self.damaged):,} records are"
        return f"{self._path}: {what} damaged and left out, all others are there: {names}"

    # --- inside ----------------------------------------------------------------------------------

    def _copied(self, source: Path | str) -> Path:
        self._temporary = Path(tempfile.mkdtemp(prefix="scraper-"))
        copy = self._temporary / "records.db"
        try:
            with closing(SqliteSink(copy)) as sink:
                for record in open_records(source):
                    sink.write(record)
        except BaseException:
            self._clean()
            raise
        return copy

    def _clean(self) -> None:
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def _attach(self, path: Path) -> None:
        with self._mapped():
            self._db.execute("ATTACH ? AS store", (read_only_uri(path),))
            if not self._has("store", "records"):
                raise UsageError(f"{path}: this database holds no records")
            self._db.execute(view_sql("TEMP VIEW articles", "store.records"))

    def _has(self, schema: str, table: str) -> bool:
        found = self._db.execute(f"SELECT 1 FROM {schema}.sqlite_master WHERE name = ?", (table,)).fetchone()
        return found is not None

    def _condition(self, filters: Filters) -> tuple[str, list[Any]]:
        parts: list[str] = []
        values: list[Any] = []

        def add(part: str, *given: Any) -> None:
            parts.append(part)
            values.extend(given)

        if filters.sites:
            add(f"site IN ({', '.join('?' * len(filters.sites))})", *filters.sites)
        if filters.since:
            add("at >= ?", filters.since.timestamp())
        if filters.until:
            add("at < ?", filters.until.timestamp())
        if filters.language:
            wanted = filters.language.lower()
            add("(lower(language) = ? OR substr(lower(language), 1, ?) = ?)", wanted, len(wanted) + 1, wanted + "-")
        if filters.status:
            add("status = ?", filters.status)
        if filters.section:
            add("section = ? COLLATE NOCASE", filters.section)
        if filters.author:
            add("instr(lower(authors), lower(?)) > 0", filters.author)
        if filters.query:
            match = self._match(filters.query)
            texts = f"SELECT rowid FROM {self._index}.texts WHERE texts MATCH ?"
            add(f"id IN (SELECT id FROM {self._index}.indexed WHERE number IN ({texts}))", match)
        if filters.where:
            add(f"({filters.where}\n)")
        return " AND ".join(parts) or "1", values

    def _match(self, query: str) -> str:
        if (words := index.count_words(query)) > index.MOST:
            raise UsageError(f"'{query[:40]}…': {words:,} words to search for are too many; give at most {index.MOST}")
        match = index.match_of(query)
        if not match:
            raise UsageError(f"'{query}': there is no word to search for")
        self._indexed()
        return match

    def _indexed(self) -> None:
        """Makes the index ready: that of a .db output is in it, that of a state is brought up to date beside it."""
        with self._mapped():
            if self._index == "store" and not self._has("store", "texts"):
                self._db.execute("ATTACH ? AS words", (read_only_uri(self._index_file()),))
                self._index = "words"
            # opens it now: FTS5 does more on its first use than an expression of the user may
            self._db.execute(f"SELECT 1 FROM {self._index}.texts LIMIT 0")

    def _index_file(self) -> Path:
        """The index of a state, up to date: beside it or, where that cannot be written to, made for this time."""
        beside = self._path.with_name(self._path.stem + INDEX_SUFFIX + self._path.suffix)
        if _is_fresh(self._path, beside):
            return beside
        try:
            update_index(self._path, beside, self.damaged)
            return beside
        except UsageError as error:
            if not _unwritable(error.__cause__):
                raise
        self._temporary = self._temporary or Path(tempfile.mkdtemp(prefix="scraper-"))
        made = self._temporary / beside.name
        if beside.is_file() and at_rest(beside):
            shutil.copyfile(beside, made)
        count = update_index(self._path, made, self.damaged)
        self.note = f"{beside} cannot be written to: {count:,} records were indexed for this search alone"
        return made

    def _rows(self, filters: Filters, query: str, values: list[Any]) -> Iterator[Any]:
        given = 0
        self._db.set_authorizer(_only_reading)
        try:
            for row in self._db.execute(query, values):
                given += 1
                yield row
        except (sqlite3.Error, sqlite3.Warning) as error:
            if "malformed JSON" in str(error) and self._leave_out_damaged():
                yield from islice(self._rows(filters, query, values), given, None)
                return
            if filters.where:
                raise UsageError(f"--where {filters.where}: {error}; the columns are {described()}") from error
            raise UsageError(f"{self._path}: it cannot be read ({error})") from error
        finally:
            self._db.set_authorizer(None)

    def _leave_out_damaged(self) -> bool:
        """Takes what is no JSON out of the view; whether there was such a record. Looking for it reads them all."""
        self._db.set_authorizer(None)
        with self._mapped():
            found = self._db.execute("SELECT id FROM temp.articles WHERE NOT json_valid(record)").fetchall()
            self._db.execute("DROP VIEW temp.articles")
            self._db.execute(view_sql("TEMP VIEW articles", _WHOLE))
        self.damaged |= {str(id_): "it is not JSON" for (id_,) in found}
        return bool(found)

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            stuck = _unwritable(error) and not at_rest(self._path)
            hint = "; a run was broken off there: copy it, with its -wal, to where you may write" if stuck else ""
            raise UsageError(f"{self._path}: it cannot be read ({error}){hint}") from error


def update_index(state: Path, beside: Path, damaged: dict[str, str]) -> int:
    """Brings the index of a state database up to date; how many records were read for it. Raises UsageError.

    `damaged`: takes those that cannot be read, with why; they are tried again the next time.
    """
    try:
        with closing(sqlite3.connect(beside, uri=True, isolation_level=None, timeout=60)) as db:
            db.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {index.SCHEMA}")
            db.execute("ATTACH ? AS state", (read_only_uri(state),))
            db.execute("BEGIN IMMEDIATE")
            stale = db.execute(_STALE).fetchall()
            for id_, revision in stale:
                row = db.execute("SELECT CAST(record AS BLOB) FROM state.records WHERE id = ?", (id_,)).fetchone()
                try:
                    index.put(db, id_, revision, row[0])
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    damaged[id_] = str(error)
            db.execute("COMMIT")
            return len(stale)
    except sqlite3.Error as error:
        raise UsageError(f"{beside}: the index for searching cannot be written ({error})") from error


def _is_fresh(state: Path, beside: Path) -> bool:
    """Whether an index has all of a state as it is, so that nothing is to be written."""
    try:
        with closing(sqlite3.connect(read_only_uri(beside), uri=True)) as db:
            db.execute("ATTACH ? AS state", (read_only_uri(state),))
            return db.execute(f"{_STALE} LIMIT 1").fetchone() is None
    except sqlite3.Error:  # there is none yet, or it is damaged
        return False


def _unwritable(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says which file it was
    return code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


#: functions that reach out of the database
_BARRED = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "randomblob", "zeroblob"}


def _only_reading(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """What an expression of the user may do: read, and call harmless functions."""
    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_DENY if (second or "").lower() in _BARRED else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first == "data_version":  # FTS5 asks that
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY
