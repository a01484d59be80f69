"""How each article of a site was come by: the newest of each site, for seeing drift."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from scraper.models import Record
from scraper.signals import Signals
from scraper.store import policy
from scraper.store.database import Database

#: articles of a site that are remembered, and how many more there may be before the oldest go
MOST, _SLACK = 300, 30
_NEWEST = "run DESC, at DESC, rowid DESC"
_DECODER = msgspec.json.Decoder(Signals)


class Measured(msgspec.Struct, frozen=True):
    """One article of a site and how it was come by."""

    #: its address
    url: str
    #: when it was published, else fetched, in seconds since 1970
    at: float
    signals: Signals


class SignalTable:
    """The table `signals`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, site: str, most: int = MOST) -> Sequence[Measured]:
        """The newest articles of a site, the oldest first: by the run that fetched them, for a page is made when it is
        fetched, and within a run by when they were published, for a first run takes in what lies there."""
        query = f"SELECT url, at, signals FROM signals WHERE site = ? ORDER BY {_NEWEST} LIMIT ?"
        rows = list(self._db.rows(query, (site, most)))
        return [Measured(row["url"], row["at"], _DECODER.decode(row["signals"])) for row in reversed(rows)]

    def repeated(self, record: str) -> dict[int, tuple[int, int]]:
        """What went from a record because it stood on the site's other articles, as in `Signals.repeated`."""
        row = self._db.row("SELECT signals FROM signals WHERE record = ?", (record,))
        return _DECODER.decode(row["signals"]).repeated if row else {}

    # --- within the caller's transaction ------------------------------------------------------------

    def revise(self, record: Record, signals: Signals) -> None:
        """A further revision: it is the same article, found when it was; what is `repeated` may have changed."""
        row = self._db.row("SELECT signals FROM signals WHERE record = ?", (record.id,))
        if row:
            old = _DECODER.decode(row["signals"])
            text = msgspec.json.encode(msgspec.structs.replace(old, repeated=signals.repeated)).decode()
            self._db.execute("UPDATE signals SET signals = ? WHERE record = ?", (text, record.id))

    def put(self, record: Record, signals: Signals, now: float, run: int = 0) -> None:
        """Takes in an article's signals, or puts them in the place of those it had. `run`: that fetched it."""
        fetched = policy.seconds(record.fetch.fetched_at) or now
        at = min(policy.seconds(record.date_published) or fetched, fetched)
        self._db.execute(
            "INSERT INTO signals (record, site, url, run, at, signals) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (record) DO UPDATE SET signals = excluded.signals",
            (record.id, record.site, record.url, run, at, msgspec.json.encode(signals).decode()),
        )
        self._forget(record.site)

    def _forget(self, site: str) -> None:
        row = self._db.row("SELECT count(*) FROM signals WHERE site = ?", (site,))
        if row and row[0] > MOST + _SLACK:
            self._db.execute(
                "DELETE FROM signals WHERE site = ?1 AND rowid NOT IN "
                f"(SELECT rowid FROM signals WHERE site = ?1 ORDER BY {_NEWEST} LIMIT ?2)",
                (site, MOST),
            )
