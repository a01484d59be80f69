"""Candidates for new layouts that were tried, so that none is tried again and again."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from scraper.store.database import Database

#: tries of a site that are remembered
MOST = 20


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """One candidate and what came of it."""

    site: str
    #: hash of the pages that it was learned from, and of the config that broke
    sample: str
    #: address of the first article of the new layout; hash of the config that broke
    first_bad: str
    config: str
    #: pages of the new layout that it was learned from
    pages: int
    #: when, in seconds since 1970
    at: float
    #: "applied", "proposed", "refused", "declined" or "equal", as in `mending.Mended`
    outcome: str
    #: for a person
    sentence: str
    #: of what was written; "" for nothing
    path: str = ""


class MendingTable:
    """The table `mendings`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, site: str) -> Sequence[Tried]:
        """What was tried, the newest first."""
        names = ", ".join(Tried.__struct_fields__)
        query = f"SELECT {names} FROM mendings WHERE site = ? ORDER BY at DESC, rowid DESC"
        return [Tried(**dict(row)) for row in self._db.rows(query, (site,))]

    def put(self, tried: Tried) -> None:
        """Remembers it, in a transaction of its own."""
        values = msgspec.structs.asdict(tried)
        with self._db.transaction():
            marks = ", ".join(f":{name}" for name in values)
            self._db.execute(f"INSERT OR REPLACE INTO mendings ({', '.join(values)}) VALUES ({marks})", values)
            self._db.execute(
                "DELETE FROM mendings WHERE site = ?1 AND rowid NOT IN "
                "(SELECT rowid FROM mendings WHERE site = ?1 ORDER BY at DESC, rowid DESC LIMIT ?2)",
                (tried.site, MOST),
            )
