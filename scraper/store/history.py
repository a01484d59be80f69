"""What the state database tells of each site's past: read for `scraper status`, judged by `scraper.health`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from scraper.store import policy
from scraper.store.database import Database
from scraper.store.state_mendings import MendingTable, Tried
from scraper.store.state_signals import Measured, SignalTable

#: runs, and article times, that are looked back on
RUNS, TIMES = 60, 200
#: links whose ends are those of late, and those of before
LATEST, BEFORE = 20, 200
_DAY = 86400.0
#: days of articles that the usual number of a day is taken from
DAYS = 28


class SiteRun(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What one run did for one site: a run report's counts, as far as health needs them."""

    #: seconds since 1970
    started: float = 0.0
    kept: int = 0
    refused: dict[str, int] = {}
    failed: dict[str, int] = {}
    #: quality status → kept records that have it
    doubtful: dict[str, int] = {}
    #: sources asked, and those that could not be read
    sources: int = 0
    source_errors: int = 0


class SourceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """How one feed, sitemap or section page does. Times are seconds since 1970, None where there is none."""

    url: str
    kind: str
    asked_at: float
    #: when it could last be read
    read_ok: float
    last_changed: float | None = None
    #: one sentence where it could not be read when last asked
    error: str = ""
    #: runs since it could last be read
    failed_runs: int = 0


class SiteFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one site's past. Times are seconds since 1970."""

    site: str
    #: records kept in all
    records: int = 0
    #: of these, records whose text another had first
    copies: int = 0
    #: when the newest were fetched, newest first, TIMES at most
    kept_at: tuple[float, ...] = ()
    #: when the newest were published (else fetched), newest first, TIMES at most
    published_at: tuple[float, ...] = ()
    #: articles fetched on each of the last DAYS days before the last 24 hours, the latest first; None: no run that day
    by_day: tuple[int | None, ...] = ()
    #: articles of the last 24 hours
    today: int = 0
    #: the newest article's address
    last_url: str = ""
    #: the runs that had to do with it, newest first
    runs: tuple[SiteRun, ...] = ()
    sources: tuple[SourceFacts, ...] = ()
    #: how the newest LATEST links ended, and the BEFORE found before them: reason → links, "kept" where it gave one
    latest: dict[str, int] = {}
    before: dict[str, int] = {}
    #: how the links ended that were found since the last article: reason → links
    barren: dict[str, int] = {}
    #: the first link that gave no article since the last that did
    first_bad: str = ""
    #: links found and never asked: how many, the oldest and when it was found
    unread: int = 0
    oldest_unread: str = ""
    oldest_unread_at: float | None = None
    #: hosts that asked for a pause, or do not answer: (host, until)
    cooling: tuple[tuple[str, float], ...] = ()
    #: how its newest articles were come by, the oldest first
    signals: tuple[Measured, ...] = ()
    #: the last candidate for a new layout that was tried
    mending: Tried | None = None


class Totals(msgspec.Struct, frozen=True):
    """What became of a site's links since the database was made: these only grow."""

    kept: int
    unchanged: int
    refused: int
    failed: int
    #: reason → refused and failed links
    reasons: dict[str, int]


class Told(msgspec.Struct, frozen=True):
    """A site's verdict as it was last told."""

    verdict: str
    reason: str
    since: float


class _Sites(msgspec.Struct):
    sites: dict[str, SiteRun] = {}


class History:
    """Reads the tables; `tell` alone writes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def sites(self) -> list[str]:
        """Every site that was ever in a run, by name."""
        tables = " UNION ".join(f"SELECT site FROM {table}" for table in ("links", "records", "sources", "health"))
        return sorted(str(row[0]) for row in self._db.rows(tables) if row[0])

    def run_times(self) -> list[float]:
        """When the last runs of sites started, newest first."""
        query = "SELECT started FROM runs WHERE command = 'run' ORDER BY id DESC LIMIT ?"
        return [float(row[0]) for row in self._db.rows(query, (RUNS,))]

    def facts(self, now: float, sites: Iterable[str] | None = None) -> list[SiteFacts]:
        """The facts of sites (None: of all that were ever in a run)."""
        runs, times = self._runs(), self.run_times()
        pauses = {"now": now, "asked": now + policy.LONGEST_ASKED, "pace": now + policy.LONGEST_PACE}
        hosts = [(str(row[0]), float(row[1])) for row in self._db.rows(_COOLING, pauses)]
        return [self._facts(site, now, runs.get(site, []), times, hosts) for site in sites or self.sites()]

    def _facts(
        self, site: str, now: float, runs: list[SiteRun], times: list[float], hosts: list[tuple[str, float]]
    ) -> SiteFacts:
        newest = list(self._db.rows(_NEWEST, (site, TIMES)))
        kept_at = tuple(float(row["fetched_at"]) for row in newest)
        by_day = self._by_day(site, now, times)
        return SiteFacts(
            site=site,
            records=self._count("SELECT count(*) FROM records WHERE site = ?", (site,)),
            kept_at=kept_at,
            published_at=tuple(sorted((float(row["at"]) for row in newest), reverse=True)),
            copies=self._count(_COPIES, (site,)),
            by_day=by_day,
            today=self._count("SELECT count(*) FROM records WHERE site = ? AND fetched_at > ?", (site, now - _DAY)),
            last_url=newest[0]["url"] if newest else "",
            runs=tuple(runs),
            sources=tuple(self._sources(site, times)),
            cooling=tuple((host, until) for host, until in hosts if host == site or host.endswith("." + site)),
            signals=tuple(SignalTable(self._db).of(site)),
            mending=next(iter(MendingTable(self._db).of(site)), None),
            **self._unread(site),
            **self._ends(site, kept_at[0] if kept_at else 0.0),
        )

    def totals(self) -> dict[str, Totals]:
        """site → what became of its links since the database was made."""
        reasons: dict[str, dict[str, int]] = defaultdict(dict)
        for row in self._db.rows(_REASONS):
            reasons[row["site"]][row["reason"]] = int(row["count"])
        return {
            row["site"]: Totals(row["kept"], row["unchanged"], row["refused"], row["failed"], reasons[row["site"]])
            for row in self._db.rows(_TOTALS)
        }

    def told(self) -> Mapping[str, Told]:
        """site → its verdict as it was last told."""
        return {row["site"]: Told(row["verdict"], row["reason"], row["since"]) for row in self._db.rows(_TOLD)}

    def tell(self, verdicts: Mapping[str, Told]) -> None:
        """Remembers what has been told."""
        rows = [(site, told.verdict, told.reason, told.since) for site, told in verdicts.items()]
        with self._db.transaction():
            self._db.many("INSERT OR REPLACE INTO verdicts (site, verdict, reason, since) VALUES (?, ?, ?, ?)", rows)

    # --- inside ----------------------------------------------------------------------------------

    def _count(self, query: str, values: tuple[Any, ...]) -> int:
        row = self._db.row(query, values)
        return int(row[0]) if row else 0

    def _runs(self) -> dict[str, list[SiteRun]]:
        """site → what the last runs did for it, newest first."""
        found: dict[str, list[SiteRun]] = defaultdict(list)
        query = "SELECT started, report FROM runs WHERE command = 'run' AND report IS NOT NULL ORDER BY id DESC LIMIT ?"
        for row in self._db.rows(query, (RUNS,)):
            try:
                sites = msgspec.json.decode(row["report"], type=_Sites).sites
            except msgspec.MsgspecError:  # a report of another version of this program
                continue
            for site, run in sites.items():
                found[site].append(msgspec.structs.replace(run, started=float(row["started"])))
        return found

    def _by_day(self, site: str, now: float, times: list[float]) -> tuple[int | None, ...]:
        start = now - _DAY
        counts = {int(row[0]): int(row[1]) for row in self._db.rows(_BY_DAY, (start, site, start - DAYS * _DAY, start))}
        ran = {int((start - time) // _DAY) for time in times if time <= start} | set(counts)
        return tuple(counts.get(day, 0) if day in ran else None for day in range(min(DAYS, max(ran, default=-1) + 1)))

    def _sources(self, site: str, times: list[float]) -> Iterable[SourceFacts]:
        for row in self._db.rows(_SOURCES, (site,)):
            asked, read = row["asked_at"], row["read_ok"]
            failed = sum(read < time <= asked for time in times) if row["error"] else 0
            yield SourceFacts(**dict(row), failed_runs=failed)

    def _unread(self, site: str) -> dict[str, Any]:
        row = self._db.row(_UNREAD, (site,))
        if row is None or not row["unread"]:
            return {}
        return {"unread": row["unread"], "oldest_unread": row["url"], "oldest_unread_at": row["at"]}

    def _ends(self, site: str, since: float) -> dict[str, Any]:
        ends = list(self._db.rows(_ENDS, (site, LATEST + BEFORE)))
        first = self._db.row(_FIRST_BAD, (site, since))
        return {
            "latest": Counter(row["end"] for row in ends[:LATEST]),
            "before": Counter(row["end"] for row in ends[LATEST:]),
            "barren": Counter(row["end"] for row in ends if row["found_at"] > since),
            "first_bad": first["url"] if first else "",
        }


_COOLING = """
SELECT host, max(iif(cooldown_until <= iif(status, :asked, :pace), cooldown_until, 0),
                 iif(open_until <= :asked, open_until, 0)) AS until
FROM hosts WHERE until > :now ORDER BY host
"""
_NEWEST = """
SELECT url, fetched_at, min(coalesce(published, fetched_at), fetched_at) AS at
FROM records WHERE site = ? ORDER BY fetched_at DESC, rowid DESC LIMIT ?
"""
_COPIES = "SELECT count(*) FROM records WHERE site = ? AND cluster_id IS NOT NULL"
_BY_DAY = """
SELECT CAST((?1 - fetched_at) / 86400 AS INTEGER) AS day, count(*)
FROM records WHERE site = ?2 AND fetched_at > ?3 AND fetched_at <= ?4 GROUP BY day
"""
# those that could never be read are guesses of discovery
_SOURCES = """
SELECT url, kind, asked_at, read_ok, last_changed, error FROM sources
WHERE site = ? AND kind != 'robots' AND read_ok IS NOT NULL AND asked_at IS NOT NULL ORDER BY url
"""
_UNREAD = """
SELECT count(*) AS unread, url, min(found_at) AS at FROM links WHERE site = ? AND state = 'new'
"""
# what robots.txt or the link itself rules out is no sign of trouble
_TELLING = "reason NOT IN ('robots', 'badUrl', 'secondUrl', 'duplicate', 'offSite', 'notHtml', 'tdm', 'deadline')"
_ENDS = f"""
SELECT iif(state = 'kept', state, reason) AS end, found_at FROM links
WHERE site = ? AND state != 'new' AND {_TELLING} ORDER BY found_at DESC, rowid DESC LIMIT ?
"""
_FIRST_BAD = f"""
SELECT url FROM links
WHERE site = ? AND state IN ('refused', 'failed') AND fetched_at > ? AND {_TELLING} ORDER BY fetched_at, rowid LIMIT 1
"""
_TOTALS = """
SELECT site, sum(kept) AS kept, sum(unchanged) AS unchanged, sum(refused) AS refused, sum(failed) AS failed
FROM health WHERE site != '' GROUP BY site ORDER BY site
"""
_REASONS = """
SELECT site, key AS reason, sum(value) AS count FROM health, json_each(reasons)
WHERE site != '' GROUP BY site, key ORDER BY site, key
"""
_TOLD = "SELECT site, verdict, reason, since FROM verdicts"
