"""The history of runs, and each site's counters by day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from scraper.models import Done, Failed, Kept, Outcome, Refused, Unchanged
from scraper.store.database import Database

_COUNT = """
INSERT INTO health (site, day, kept, unchanged, refused, failed, requests, bytes, seconds, reasons)
VALUES (:site, :day, :kept, :unchanged, :refused, :failed, :requests, :bytes, :seconds, :reasons)
ON CONFLICT (site, day) DO UPDATE SET kept = kept + :kept, unchanged = unchanged + :unchanged,
    refused = refused + :refused, failed = failed + :failed, requests = requests + :requests,
    bytes = bytes + :bytes, seconds = seconds + :seconds,
    reasons = CASE WHEN :reason = '' THEN reasons ELSE json_set(reasons, '$."' || :reason || '"',
        coalesce(json_extract(reasons, '$."' || :reason || '"'), 0) + 1) END
"""


#: runs whose reports are kept: `history` looks back on fewer
REPORTS = 200


class Runs:
    """The tables `runs` and `health`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, command: str, now: float) -> int:
        """A run begins; its number."""
        with self._db.transaction():
            cursor = self._db.execute("INSERT INTO runs (command, started) VALUES (?, ?)", (command, now))
        return int(cursor.lastrowid or 0)

    def end(self, run: int, exit_code: int, report: dict[str, Any], now: float) -> None:
        """A run has ended."""
        with self._db.transaction():
            self._db.execute(
                "UPDATE runs SET ended = ?, exit_code = ?, report = ? WHERE id = ?",
                (now, exit_code, json.dumps(report, ensure_ascii=False), run),
            )

    def began_between(self, when: float, now: float) -> bool:
        """Whether a run has begun in that time."""
        return self._db.row("SELECT 1 FROM runs WHERE started BETWEEN ? AND ?", (when, now)) is not None

    def forget(self) -> None:
        """Within a transaction: drops the reports of old runs; that they were stays."""
        self._db.execute(
            "UPDATE runs SET report = NULL WHERE report IS NOT NULL AND id <= (SELECT max(id) FROM runs) - ?",
            (REPORTS,),
        )

    def last(self, most: int = 10) -> Iterator[dict[str, Any]]:
        """The last runs, the newest first: id, command, started, ended, exit_code, report (or None)."""
        for row in self._db.rows("SELECT * FROM runs ORDER BY id DESC LIMIT ?", (most,)):
            yield {**dict(row), "report": json.loads(row["report"]) if row["report"] else None}

    def count(self, done: Done, outcome: Outcome, now: float) -> None:
        """Within the transaction that settles a link: its site's counters of the day."""
        reason = outcome.reason if isinstance(outcome, Refused | Failed) else ""
        self._db.execute(
            _COUNT,
            {
                "site": done.link.site, "day": datetime.fromtimestamp(now, UTC).date().isoformat(),
                "kept": isinstance(outcome, Kept), "unchanged": isinstance(outcome, Unchanged),
                "refused": isinstance(outcome, Refused), "failed": isinstance(outcome, Failed),
                "requests": done.requests, "bytes": done.bytes, "seconds": done.seconds,
                "reason": reason, "reasons": json.dumps({reason: 1}) if reason else "{}",
            },
        )  # fmt: skip
