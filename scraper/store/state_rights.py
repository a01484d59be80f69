"""What origins said of text and data mining when they were asked: `/.well-known/tdmrep.json`."""

from __future__ import annotations

from scraper.store.database import Database


class TdmFiles:
    """The table `tdmrep`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, origin: str, since: float, now: float) -> tuple[str, bytes] | None:
        """(address, body) of an origin's file, where it was asked for after `since`; b"" where there was none."""
        row = self._db.row(
            "SELECT url, body FROM tdmrep WHERE origin = ? AND asked_at > ? AND asked_at <= ?", (origin, since, now)
        )
        return (row["url"], row["body"]) if row else None

    def put(self, origin: str, url: str, body: bytes, now: float) -> None:
        """Keeps a file; b"" for none."""
        with self._db.transaction():
            self._db.execute("INSERT OR REPLACE INTO tdmrep VALUES (?, ?, ?, ?)", (origin, now, url, body))
