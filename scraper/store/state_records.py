"""Records and what they were before they changed."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from scraper.models import Record
from scraper.store import policy
from scraper.store.database import Database
from scraper.store.texts import encoded

_DECODER = msgspec.json.Decoder(Record)


class Records:
    """The tables `records` and `revisions`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, id: str) -> Record | None:
        """The record; None where there is none, or a damaged one, whose place the next that is added takes."""
        row = self._db.row("SELECT record FROM records WHERE id = ?", (id,))
        try:
            return _DECODER.decode(row["record"]) if row else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None

    def revision(self, id: str) -> int:
        """The current revision's number, from 1; 0 for an id that is not known."""
        row = self._db.row("SELECT revision FROM records WHERE id = ?", (id,))
        return int(row["revision"]) if row else 0

    def all(self, site: str | None = None) -> Iterator[Record]:
        """The records (of a site), in the order in which they were fetched."""
        where = "" if site is None else "WHERE site = ?"
        values = () if site is None else (site,)
        for row in self._db.rows(f"SELECT record FROM records {where} ORDER BY fetched_at, rowid", values):
            yield _DECODER.decode(row["record"])

    def earlier(self, id: str) -> Iterator[tuple[int, list[str], Record]]:
        """(revision, fields that the next one changed, the record as it was), the oldest first."""
        query = "SELECT revision, changed, record FROM revisions WHERE id = ? ORDER BY revision"
        for row in self._db.rows(query, (id,)):
            yield (
                int(row["revision"]),
                msgspec.json.decode(row["changed"], type=list[str]),
                _DECODER.decode(row["record"]),
            )

    # --- within the caller's transaction ------------------------------------------------------------

    def add(self, record: Record, now: float) -> Record:
        """The first revision, or the one after a damaged record's; the record with its number."""
        if known := self.revision(record.id):
            record = msgspec.structs.replace(record, revision=max(known + 1, record.revision))
        names = ", ".join(_columns(record, now))
        marks = ", ".join(f":{name}" for name in _columns(record, now))
        updates = ", ".join(f"{name} = excluded.{name}" for name in _columns(record, now))
        insert = f"INSERT INTO records ({names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {updates}"
        self._db.execute(insert, _columns(record, now))
        return record

    def replace(self, record: Record, changed: list[str], now: float) -> Record:
        """A further revision; the record with its number. What was there goes to `revisions`."""
        record = msgspec.structs.replace(record, revision=max(self.revision(record.id) + 1, record.revision))
        self._db.execute(
            "INSERT INTO revisions (id, revision, at, changed, record) "
            "SELECT id, revision, ?, ?, record FROM records WHERE id = ?",
            (now, msgspec.json.encode(changed).decode(), record.id),
        )
        values = _columns(record, now)
        sets = ", ".join(f"{name} = :{name}" for name in values if name != "id")
        self._db.execute(f"UPDATE records SET {sets} WHERE id = :id", values)
        return record


def _columns(record: Record, now: float) -> dict[str, str | float | None]:
    return {
        "id": record.id,
        "site": record.site,
        "url": record.url,
        "fetched_at": policy.seconds(record.fetch.fetched_at) or now,
        "published": policy.seconds(record.date_published),
        "revision": record.revision,
        "content_hash": record.content_hash,
        "simhash": record.simhash,
        "cluster_id": record.cluster_id,
        "record": encoded(record).decode(),
    }
