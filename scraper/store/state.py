"""The state of an output: what was seen, what was kept, what is asked again when. One SQLite file.

`output/scraper.db` is the truth of `scraper run`: a record and the link that gave it change in one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from scraper.models import Done, Failed, Kept, Link, Outcome, Record, Refused, Unchanged
from scraper.store import policy
from scraper.store.database import Database
from scraper.store.journal import Journal
from scraper.store.state_links import Links
from scraper.store.state_mendings import MendingTable
from scraper.store.state_pages import PageTable
from scraper.store.state_records import Records
from scraper.store.state_repeats import RepeatTable
from scraper.store.state_runs import Runs
from scraper.store.state_signals import SignalTable
from scraper.store.state_sources import Hosts, Sources

#: what becomes of a record: (file below the output's folder, the bytes to append to it)
Lines = Callable[[Record], tuple[str, bytes]]
#: gives a record what it shares with others: (record, the revision before or None, now) → record
Mark = Callable[[Record, Record | None, float], Record]


class State:
    """The state database; close it after use.

    `links`, `records`, `sources`, `hosts`, `runs`, `signals`, `repeats`, `pages` and `mendings` are its tables, each
    with methods named for what they do; `settle` is how a link's end gets into them.
    """

    def __init__(self, path: Path | None, *, read_only: bool = False, clock: Callable[[], float] = time.time) -> None:
        """Opens, makes or migrates the file; None for a private one that goes on closing.

        Raises UsageError where that cannot be done.
        """
        self.db = Database(path, read_only=read_only)
        self.now = clock
        self.links = Links(self.db)
        self.records = Records(self.db)
        self.sources = Sources(self.db)
        self.hosts = Hosts(self.db)
        self.runs = Runs(self.db)
        self.signals = SignalTable(self.db)
        self.repeats = RepeatTable(self.db)
        self.pages = PageTable(self.db)
        self.mendings = MendingTable(self.db)
        self._journal: Journal | None = None
        self._lines: Lines | None = None
        self._keep = False
        #: called before a record, or a revision, is stored, within that transaction
        self.mark: Mark | None = None
        #: makes what was written so far outlive a kill: an output may hold one transaction open over many links
        self.commit: Callable[[], None] = lambda: None

    def write_lines(self, folder: Path, lines: Lines, *, keep: bool = True) -> Journal:
        """Has every settled record appended to a file below `folder`, exactly once.

        `keep`: whether records are stored here too (`run`), or in that file alone (`get`).
        """
        self._journal, self._lines, self._keep = Journal(self.db, folder, shared=not keep), lines, keep
        return self._journal

    def settle(self, done: Done) -> Done:
        """Stores a link's end, in one transaction with its record; the end as it then is.

        A record that is known and has not changed comes back as Unchanged, one that another link gave as a
        duplicate. What was not even asked is not stored. Raises StoreError, nothing stored.
        """
        if isinstance(done.outcome, Unchanged) and not done.requests:
            return done
        now = self.now()
        try:
            with self.db.transaction():
                outcome = self._settle(done.link, done.outcome, now)
                self._remember(done, outcome, now)
                self.runs.count(done, outcome, now)
        except BaseException:
            if self._journal:
                self._journal.forget()
            raise
        if self._journal:
            self._journal.write()
        return done if outcome is done.outcome else msgspec.structs.replace(done, outcome=outcome)

    def adopt(self, record: Record, now: float) -> None:
        """Within a transaction: a record that an output holds, of a time before there was a state; or its next
        revision."""
        known = self.records.get(record.id)
        if known is None:
            self.records.add(record, now)
        elif record.revision > known.revision:
            self.records.replace(record, policy.changes(record, known), now)
        for address in dict.fromkeys((record.url, record.final_url, record.canonical_url or "")):
            if address:
                self.links.adopt(address, record.id, now, record.site)

    def forget(self) -> None:
        """Drops what a year of runs would pile up and nobody asks for any more: once a day, before its first run."""
        now = self.now()
        if self.runs.began_between(now - now % policy.DAY, now):
            return
        with self.db.transaction():
            self.links.forget(now)
            self.sources.forget(now)
            self.runs.forget()

    def checkpoint(self) -> None:
        """Syncs the files that records were appended to."""
        if self._journal:
            self._journal.checkpoint()

    def close(self) -> None:
        try:
            if self._journal:
                self._journal.close()
        finally:
            self.db.close()

    # --- inside ----------------------------------------------------------------------------------

    def _settle(self, link: Link, outcome: Outcome, now: float) -> Outcome:
        if isinstance(outcome, Kept):
            return self._kept(link, outcome, now)
        row = self.links.row(link.url)
        look = None
        if row is not None and row["state"] == "kept":  # a good record is never lost to a page that went bad
            look = policy.next_look(row["published"] or row["found_at"], now)
            why = "" if isinstance(outcome, Unchanged) else f"{outcome.reason}: {outcome.detail}"
            self.links.looked(link, now, look, why[:500])
        elif isinstance(outcome, Refused | Failed):
            self.links.ended(link, outcome, now)
        return outcome

    def _remember(self, done: Done, outcome: Outcome, now: float) -> None:
        """What an article that is new tells of its site; an edit of it tells nothing more."""
        if not self._keep or not isinstance(outcome, Kept) or not done.signals:
            return
        record = outcome.record
        if record.revision > 1:
            self.signals.revise(record, done.signals)
            return
        row = self.links.row(done.link.url)
        run = row["run"] or 0 if row else 0
        self.signals.put(record, done.signals, now, run)
        if done.page:
            self.pages.put(record, done.page, done.signals, now, run)
        self.repeats.saw(record.site, done.prints)

    def _kept(self, link: Link, outcome: Kept, now: float) -> Outcome:
        record = outcome.record
        row = self.links.row(link.url)
        known = row["record"] if row is not None else None
        if known != record.id and (self.links.kept_elsewhere(record.id, link.url) or self.records.revision(record.id)):
            twin = Refused(link, "duplicate", f"{link.url} is the same article as {record.id}")
            if known is None:
                self.links.ended(link, twin, now)
                return twin
            self.links.looked(link, now, None, twin.detail)
            return Unchanged(link)
        since = policy.seconds(record.date_published) or (row["published"] or row["found_at"] if row else now)
        look = policy.next_look(since, now) if self._keep else None
        if known is not None and not self._keep:
            return Unchanged(link)
        if known is not None and (old := self.records.get(known)):
            return self._again(link, outcome, old, look, now)
        if self._keep:
            record = self.mark(record, None, now) if self.mark else record
            record = self.records.add(record, now)
        self._append(record)
        self.links.kept(link, record.id, _validators(record), now, look)
        return Kept(record)

    def _again(self, link: Link, outcome: Kept, old: Record, look: float | None, now: float) -> Outcome:
        """A known article was read again: unchanged, worse, or a new revision."""
        record = msgspec.structs.replace(outcome.record, id=old.id)
        if why := policy.worse(record, old):
            self.links.looked(link, now, look, why)
            return Unchanged(link)
        changed = policy.changes(record, old)
        if changed:
            record = self.mark(record, old, now) if self.mark else record
            record = self.records.replace(record, changed, now)
            self._append(record)
        self.links.kept(link, old.id, _validators(record), now, look)
        return Kept(record) if changed else Unchanged(link)

    def _append(self, record: Record) -> None:
        if self._journal and self._lines:
            path, line = self._lines(record)
            if self._keep:
                self._journal.queue(path, line, id=record.id, revision=record.revision)
            else:
                self._journal.queue(path, line)


def _validators(record: Record) -> tuple[str, str]:
    return record.fetch.etag or "", record.fetch.last_modified or ""
