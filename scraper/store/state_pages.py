"""The newest articles' pages of each site whose config has a layout: what a layout that broke is learned anew from."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from itertools import accumulate

import msgspec

from scraper.models import Page, Record
from scraper.signals import Signals
from scraper.store import policy
from scraper.store.database import Database

#: pages of a site that are kept: so many that its layout read, and so many that it did not
MOST = 20
#: bytes, packed, of either kind, and of one page
MOST_BYTES, LARGEST = 3_000_000, 1_000_000
_NEWEST = "run DESC, at DESC, rowid DESC"
_PUT = """
INSERT INTO pages (record, site, url, known, run, at, content_type, encoding, size, body)
VALUES (:record, :site, :url, :known, :run, :at, :content_type, :encoding, :size, :body)
ON CONFLICT (record) DO NOTHING
"""


class KeptPage(msgspec.Struct, frozen=True):
    """An article's first page, as it came."""

    #: id of its record
    record: str
    #: the address that was asked for, and the one that answered
    asked: str
    url: str
    content_type: str
    #: Content-Encoding of the body
    encoding: str
    body: bytes


class PageTable:
    """The table `pages`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, site: str) -> Sequence[KeptPage]:
        """The pages of a site, the oldest first."""
        query = (
            "SELECT p.record, s.url, p.url, content_type, encoding, body FROM pages p JOIN signals s USING (record) "
            "WHERE p.site = ? ORDER BY p.run DESC, p.at DESC, p.rowid DESC"
        )
        return [KeptPage(*row) for row in self._db.rows(query, (site,))][::-1]

    # --- within the caller's transaction ------------------------------------------------------------

    def put(self, record: Record, page: Page, signals: Signals, now: float, run: int = 0) -> None:
        """Keeps an article's page, as it was when it was new, if it is among the newest; of its kind the oldest go."""
        known = int(is_known(signals))
        fetched = policy.seconds(record.fetch.fetched_at) or now
        at = min(policy.seconds(record.date_published) or fetched, fetched)
        if self._is_too_old(record.site, known, run, at):
            return
        body, encoding = (page.body, page.encoding) if page.encoding else (gzip.compress(page.body, 6, mtime=0), "gzip")
        if len(body) > LARGEST:
            return
        self._db.execute(
            _PUT,
            {
                "record": record.id, "site": record.site, "url": page.url, "known": known, "run": run, "at": at,
                "content_type": page.headers.get("content-type", ""), "encoding": encoding, "size": len(body),
                "body": body,
            },
        )  # fmt: skip
        self._forget(record.site, known)

    def _is_too_old(self, site: str, known: int, run: int, at: float) -> bool:
        """Whether so many newer ones are there that it would go at once."""
        query = "SELECT count(*) FROM pages WHERE site = ? AND known = ? AND (run, at) > (?, ?)"
        row = self._db.row(query, (site, known, run, at))
        return bool(row and row[0] >= MOST)

    def _forget(self, site: str, known: int) -> None:
        query = f"SELECT rowid, size FROM pages WHERE site = ? AND known = ? ORDER BY {_NEWEST}"
        rows = list(self._db.rows(query, (site, known)))
        sums = accumulate(row["size"] for row in rows)
        gone = [(row["rowid"],) for n, (row, total) in enumerate(zip(rows, sums, strict=True))
                if n >= MOST or total > MOST_BYTES]  # fmt: skip
        self._db.many("DELETE FROM pages WHERE rowid = ?", gone)


def is_known(signals: Signals) -> bool:
    """Whether the config knew the page's layout: a rule for its body found something; without one, any rule."""
    body = [found for rule, found in signals.rules.items() if rule.startswith("body:")]
    return any(body) if body else any(signals.rules.values())
