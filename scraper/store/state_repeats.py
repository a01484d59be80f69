"""Fingerprints of blocks that stood on several articles of a site, kept from run to run with decay."""

from __future__ import annotations

from collections.abc import Iterable

from scraper.store.database import Database

#: fingerprints of a site that a page is judged by
MOST = 400
#: articles of the site after which a fingerprint that was seen once, or more often, is forgotten
ONCE, OFTEN = 40, 200
#: articles after which all counts of a site are halved
HALVED = 200
#: articles between two times of forgetting
_TIDIED = 10

_SAW = """
INSERT INTO repeats (site, print, articles, since, last) VALUES (?1, ?2, 1, ?3, ?3)
ON CONFLICT (site, print) DO UPDATE SET articles = articles + 1, last = ?3
"""
_COUNT = """
INSERT INTO repeats_seen (site, articles) VALUES (?, 1) ON CONFLICT (site) DO UPDATE SET articles = articles + 1
"""


class RepeatTable:
    """The tables `repeats` and `repeats_seen`. Each article is counted once: when it is new."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, site: str, *, again: bool = False) -> dict[int, tuple[int, int]]:
        """Fingerprint → (other articles that had it, other articles since it was first seen), from two on.

        `again`: the article that is to be judged was counted before, and is none of the others.
        """
        own, total = int(again), self._articles(site)
        query = (
            "SELECT print, articles, since FROM repeats WHERE site = ? AND articles >= ? ORDER BY articles DESC LIMIT ?"
        )
        return {
            row["print"]: (row["articles"] - own, total - row["since"] + 1 - own)
            for row in self._db.rows(query, (site, 2 + own, MOST))
        }

    # --- within the caller's transaction ------------------------------------------------------------

    def saw(self, site: str, prints: Iterable[int]) -> None:
        """A new article of the site and the fingerprints of its blocks."""
        self._db.execute(_COUNT, (site,))
        total = self._articles(site)
        self._db.many(_SAW, ((site, key, total) for key in set(prints)))
        if total % _TIDIED == 0:
            self._forget(site, total)

    def _articles(self, site: str) -> int:
        row = self._db.row("SELECT articles FROM repeats_seen WHERE site = ?", (site,))
        return int(row[0]) if row else 0

    def _forget(self, site: str, total: int) -> None:
        query = "DELETE FROM repeats WHERE site = ? AND last < iif(articles < 2, ?, ?)"
        self._db.execute(query, (site, total - ONCE, total - OFTEN))
        if total >= HALVED:
            self._db.execute("UPDATE repeats_seen SET articles = articles / 2 WHERE site = ?", (site,))
            self._db.execute(
                "UPDATE repeats SET articles = articles / 2, since = since / 2, last = last / 2 WHERE site = ?", (site,)
            )
            self._db.execute("DELETE FROM repeats WHERE site = ? AND articles = 0", (site,))
