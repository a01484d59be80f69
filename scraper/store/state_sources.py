"""What is known of feeds, sitemaps, section pages and robots.txt: validators, and the body that a 304 stands for."""

from __future__ import annotations

from typing import Any

import msgspec

from scraper.models import Link, Page, Source
from scraper.store import policy
from scraper.store.database import Database

#: encoded bytes of a body that are kept; a larger one is asked for whole each time
MOST = 8_000_000


class KnownSource(msgspec.Struct, frozen=True):
    """One place as it was left."""

    etag: str
    last_modified: str
    #: seconds since 1970 of the last question
    asked_at: float
    #: the status of the last answer; 0: none came
    status: int
    error: str
    #: the last whole answer; None where none came, or it was too large to keep
    page: Page | None


class _Head(msgspec.Struct):
    """The part of a page that is not its body."""

    url: str
    headers: dict[str, str]
    encoding: str


class Sources:
    """The table `sources`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, url: str) -> KnownSource | None:
        """What is known of the place."""
        row = self._db.row("SELECT * FROM sources WHERE url = ?", (url,))
        if row is None or row["asked_at"] is None:
            return None
        page = None
        if row["page"] is not None and row["body"] is not None:
            head = msgspec.json.decode(row["page"], type=_Head)
            link = Link(url=url, site=row["site"])
            page = Page(link=link, url=head.url, headers=head.headers, body=row["body"], encoding=head.encoding)
        return KnownSource(row["etag"], row["last_modified"], row["asked_at"], row["status"], row["error"], page)

    def fresh(self, url: str, kind: str, site: str, page: Page, now: float) -> None:
        """A whole answer came."""
        body = page.body if len(page.body) <= MOST else None
        head = msgspec.json.encode(_Head(page.url, page.headers, page.encoding)).decode()
        etag = page.headers.get("etag", "") if body is not None else ""
        modified = page.headers.get("last-modified") or page.headers.get("date", "") if body is not None else ""
        old = self._db.row("SELECT body, last_changed FROM sources WHERE url = ?", (url,))
        changed = now if old is None or old["body"] != body or not old["last_changed"] else old["last_changed"]
        self._put(
            url, kind=kind, site=site, etag=etag, last_modified=modified, asked_at=now, last_ok=now,
            last_changed=changed, status=200, error="", page=head, body=body,
        )  # fmt: skip

    def same(self, url: str, now: float) -> None:
        """The answer was 304."""
        with self._db.transaction():
            self._db.execute(
                "UPDATE sources SET asked_at = ?1, last_ok = ?1, status = 304, error = '' WHERE url = ?2", (now, url)
            )

    def failed(self, url: str, kind: str, site: str, status: int, error: str, now: float) -> None:
        """It could not be had; what was had before stays."""
        self._put(url, kind=kind, site=site, asked_at=now, status=status, error=error[:500])

    def counted(self, source: Source) -> None:
        """What discovery made of it."""
        with self._db.transaction():
            self._db.execute(
                "UPDATE sources SET kind = ?1, items = ?2, error = ?3, read_ok = iif(?3 = '', asked_at, read_ok) "
                "WHERE url = ?4",
                (source.kind, source.links, source.error[:500], source.url),
            )

    def forget(self, now: float) -> None:
        """Within a transaction: drops places that nobody has asked for long, such as last year's sitemaps."""
        self._db.execute("DELETE FROM sources WHERE asked_at < ?", (now - policy.FORGOTTEN,))

    def _put(self, url: str, **values: Any) -> None:
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        sets = ", ".join(f"{name} = :{name}" for name in values)
        with self._db.transaction():
            self._db.execute(
                f"INSERT INTO sources (url, {names}) VALUES (:url, {marks}) ON CONFLICT (url) DO UPDATE SET {sets}",
                {"url": url, **values},
            )


class Hosts:
    """The tables `hosts` (who asked for a pause, who does not answer) and `cookies`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def cooldown(self, host: str, now: float) -> tuple[float, int] | None:
        """(seconds since 1970 until which nobody asks it, the status that said so)."""
        row = self._db.row(
            "SELECT cooldown_until, status FROM hosts WHERE host = ? AND cooldown_until > ?", (host, now)
        )
        if row is None or row[0] > now + policy.longest_pause(row[1]):  # the clock was wrong when it was written
            return None
        return float(row[0]), int(row[1])

    def cool(self, host: str, until: float, status: int, now: float) -> None:
        """Nobody is to ask the host until then; an earlier end does not shorten a later one. `status` 0: its pace."""
        until = min(until, now + policy.longest_pause(status))
        with self._db.transaction():
            known = self.cooldown(host, now)
            if known is None or known[0] < until:
                self._put(host, cooldown_until=until, status=status)

    def breaker(self, host: str) -> tuple[int, float]:
        """(failures in a row, seconds since 1970 until which the breaker is open; 0 where it is not)."""
        row = self._db.row("SELECT failures, open_until FROM hosts WHERE host = ?", (host,))
        return (int(row[0]), float(row[1] or 0)) if row else (0, 0.0)

    def broke(self, host: str, failures: int, open_until: float) -> None:
        """The breaker has opened, or (0, 0) closed."""
        self._put(host, failures=failures, open_until=open_until or None)

    def cookies(self, group: str) -> str:
        """What was last kept for a group of hosts, else ""."""
        row = self._db.row("SELECT jar FROM cookies WHERE hosts = ?", (group,))
        return str(row[0]) if row else ""

    def keep_cookies(self, group: str, text: str) -> None:
        """Takes the place of what was kept."""
        with self._db.transaction():
            self._db.execute("INSERT OR REPLACE INTO cookies (hosts, jar) VALUES (?, ?)", (group, text))

    def _put(self, host: str, **values: Any) -> None:
        sets = ", ".join(f"{name} = :{name}" for name in values)
        with self._db.transaction():
            self._db.execute(
                f"INSERT INTO hosts (host, {', '.join(values)}) VALUES (:host, {', '.join(':' + v for v in values)}) "
                f"ON CONFLICT (host) DO UPDATE SET {sets}",
                {"host": host, **values},
            )
