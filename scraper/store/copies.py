"""An index of texts: which of the records of late may have a given text, without comparing it with all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from scraper.models import Record
from scraper.store import policy
from scraper.store.database import Database

#: seconds for which a text is looked for: agencies' stories are printed within days
WINDOW = 30 * policy.DAY
#: records that a text is compared with at most
MOST = 20
_DECODER = msgspec.json.Decoder(Record)


class Copies:
    """The table `bands`. `bands` gives the numbers that the index holds of a text: `scraper.record` has it."""

    def __init__(self, db: Database, bands: Callable[[str], Sequence[int]]) -> None:
        self._db, self._bands = db, bands

    def candidates(self, record: Record, now: float) -> list[Record]:
        """The first MOST other records that may have the text of `record`, in the order in which they came."""
        places = self._bands(record.article_body)
        rows = self._db.rows(_SAME.format(marks=_marks(places)), (*places, now - WINDOW, record.id, MOST))
        ids = [row["id"] for row in rows]
        found = self._db.rows(f"SELECT record FROM records WHERE id IN ({_marks(ids)}) ORDER BY rowid", ids)
        return [_DECODER.decode(row["record"]) for row in found]

    def note(self, record: Record, now: float) -> None:
        """Within the caller's transaction: takes in a record, or its new text."""
        self._db.execute("DELETE FROM bands WHERE id = ?", (record.id,))
        rows = [(band, now, record.id) for band in self._bands(record.article_body)]
        self._db.many("INSERT OR IGNORE INTO bands (band, at, id) VALUES (?, ?, ?)", rows)

    def forget(self, now: float) -> None:
        """Drops what is too old to be looked for."""
        with self._db.transaction():
            self._db.execute("DELETE FROM bands WHERE at < ?", (now - WINDOW,))


_SAME = """
SELECT id FROM bands WHERE band IN ({marks}) AND at >= ? AND id != ? GROUP BY id ORDER BY min(at), id LIMIT ?
"""


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
