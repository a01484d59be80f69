"""What is known of every link: its state, when it is asked again, with which validators."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

import msgspec

from scraper import urls
from scraper.models import Failed, Link, Refused
from scraper.store import policy
from scraper.store.database import LARGEST, Database

_NOTE = """
INSERT INTO links (key, url, site, next_try, published, via, found_at, last_seen, facts, run)
VALUES (:key, :url, :site, :now, :published, :via, :now, :now, :facts, :run)
ON CONFLICT (key) DO UPDATE SET last_seen = :now, run = :run, published = coalesce(published, :published),
    facts = CASE state WHEN 'kept' THEN NULL ELSE :facts END
"""
_SLOW = ", ".join(f"'{reason}'" for reason in policy.SLOW_REFUSALS)
# what lies beyond the farthest that is ever set was written when the clock was wrong
_DUE = f"""
SELECT * FROM links WHERE site = :site AND next_try IS NOT NULL
AND (next_try <= :now OR next_try > iif(reason IN ({_SLOW}), :slow, :far))
AND (:since IS NULL OR published IS NULL OR published >= :since)
ORDER BY state = 'kept', coalesce(published, found_at) DESC LIMIT :most
"""


class Links:
    """The table `links`. Times are seconds since 1970."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def note(self, links: Iterable[Link], now: float, run: int | None = None) -> None:
        """Takes in what discovery found; what is known already is marked as seen."""
        with self._db.transaction():
            self._db.many(_NOTE, (_row(link, now, run) for link in links))

    def claim(self, link: Link, now: float, run: int) -> str:
        """For lists: "new", "due" (the last run did not come to it), "twice" in this run, or the
        state in which it was left: "kept", "refused", "failed"."""
        key = urls.article_key(link.url)
        with self._db.transaction():
            row = self._db.row("SELECT state, reason, run FROM links WHERE key = ?", (key,))
            if row is not None and row["run"] == run:
                return "twice"
            self._db.execute(_NOTE, _row(link, now, run))
        if row is None:
            return "new"
        untried = row["state"] == "new" or row["reason"] in policy.NOT_TRIED
        return "due" if untried else str(row["state"])

    def due(self, site: str, now: float, most: int | None = None, since: float | None = None) -> list[Link]:
        """The site's links that are to be asked now, the freshest first; with the validators of those that are kept."""
        rows = self._db.rows(
            _DUE,
            {
                "site": site, "now": now, "far": now + policy.FARTHEST, "slow": now + policy.FARTHEST_SLOW,
                "since": since, "most": -1 if most is None else min(most, LARGEST),
            },
        )  # fmt: skip
        return [_link(row) for row in rows]

    def state_of(self, url: str) -> str:
        """ "new", "kept", "refused", "failed", or "" for an address that is not known."""
        row = self._db.row("SELECT state FROM links WHERE key = ?", (urls.article_key(url),))
        return str(row["state"]) if row else ""

    def retry(self, now: float, sites: Iterable[str] | None = None) -> int:
        """Makes all that failed due again, for good or not; how many. `sites`: None for all."""
        count = 0
        with self._db.transaction():
            for site in [None] if sites is None else sites:
                cursor = self._db.execute(
                    "UPDATE links SET state = 'new', next_try = ?1, attempts = 0 "
                    "WHERE state = 'failed' AND (?2 IS NULL OR site = ?2)",
                    (now, site),
                )
                count += cursor.rowcount
        return count

    def failures(self) -> Iterator[tuple[str, str, int, str]]:
        """(url, reason, attempts, detail) of every link that failed and was not had since."""
        query = "SELECT url, reason, attempts, detail FROM links WHERE state = 'failed' ORDER BY rowid"
        for row in self._db.rows(query):
            yield row["url"], row["reason"], int(row["attempts"]), row["detail"]

    def kept_elsewhere(self, record: str, url: str) -> bool:
        """Whether another link has led to that record."""
        key = urls.article_key(url)
        return self._db.row("SELECT 1 FROM links WHERE record = ? AND key != ?", (record, key)) is not None

    def forget(self, now: float) -> None:
        """Within a transaction: drops links that never gave a record, where no source has named them for long, and no
        try is still to come. One that is named again is new again."""
        self._db.execute(
            "DELETE FROM links WHERE state IN ('new', 'refused', 'failed') AND last_seen < ? "
            "AND coalesce(fetched_at, 0) < ? AND coalesce(next_try, 0) < ?",
            (now - policy.FORGOTTEN, now - policy.FORGOTTEN, now),
        )

    def adopt(self, url: str, record: str, now: float, site: str = "") -> None:
        """Within a transaction: an address that has led to a record of which the state did not know."""
        self._db.execute(
            "INSERT INTO links (key, url, site, state, found_at, last_seen, record) VALUES (?, ?, ?, 'kept', ?, ?, ?) "
            "ON CONFLICT (key) DO UPDATE SET state = 'kept', reason = '', detail = '', attempts = 0, next_try = NULL, "
            "record = excluded.record WHERE record IS NULL",
            (urls.article_key(url), url, site or urls.site_key(url), now, now, record),
        )

    # --- endings: each within the caller's transaction ---------------------------------------------

    def row(self, url: str) -> sqlite3.Row | None:
        return self._db.row("SELECT * FROM links WHERE key = ?", (urls.article_key(url),))

    def kept(self, link: Link, record: str, validators: tuple[str, str], now: float, look: float | None) -> None:
        """It gave a record, or has not changed."""
        self._ensure(link, now)
        self._db.execute(
            "UPDATE links SET state = 'kept', reason = '', detail = '', attempts = 0, facts = NULL, record = ?, "
            "etag = ?, last_modified = ?, fetched_at = ?, next_try = ? WHERE key = ?",
            (record, *validators, now, look, urls.article_key(link.url)),
        )

    def looked(self, link: Link, now: float, look: float | None, why: str = "") -> None:
        """A kept link was asked, and what is stored stays; `why` where that is because what came is worse."""
        self._db.execute(
            "UPDATE links SET fetched_at = ?, next_try = ?, detail = ? WHERE key = ?",
            (now, look, why, urls.article_key(link.url)),
        )

    def ended(self, link: Link, end: Refused | Failed, now: float) -> None:
        """It was refused, or failed."""
        self._ensure(link, now)
        row = self.row(link.url)
        attempts = (int(row["attempts"]) if row else 0) + (end.reason not in policy.NOT_TRIED)
        state = "refused" if isinstance(end, Refused) else "failed"
        again = policy.next_try(end, attempts, now)
        self._db.execute(
            "UPDATE links SET state = ?, reason = ?, detail = ?, attempts = ?, fetched_at = ?, next_try = ? "
            "WHERE key = ?",
            (state, end.reason, end.detail[:500], attempts, now, again, urls.article_key(link.url)),
        )

    def _ensure(self, link: Link, now: float) -> None:
        if self._db.row("SELECT 1 FROM links WHERE key = ?", (urls.article_key(link.url),)) is None:
            self._db.execute(_NOTE, _row(link, now, None))


def _row(link: Link, now: float, run: int | None) -> dict[str, object]:
    facts = msgspec.json.encode(msgspec.structs.replace(link, text="")).decode()
    return {
        "key": urls.article_key(link.url), "url": link.url, "site": link.site, "now": now,
        "published": policy.seconds(link.published), "via": link.via, "facts": facts, "run": run,
    }  # fmt: skip


def _link(row: sqlite3.Row) -> Link:
    if row["facts"]:
        return msgspec.json.decode(row["facts"], type=Link)
    return Link(url=row["url"], site=row["site"], via=row["via"], etag=row["etag"], last_modified=row["last_modified"])
