"""`scraper reextract`: an archive read again, compared with what is stored, shown, and stored where that is wanted."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter, defaultdict
from contextlib import ExitStack, aclosing
from pathlib import Path
from typing import Literal

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scraper.cli import OK
from scraper.cli.jobs import settings_of
from scraper.cli.names import check_sites, known_as
from scraper.cli.options import RunOptions
from scraper.cli.out import put
from scraper.errors import UsageError
from scraper.models import Kept, Outcome, Record, Refused
from scraper.pipeline.compare import Change, Difference, compare, text_diff
from scraper.pipeline.replay import Archive, read_archived
from scraper.pipeline.settings import Settings
from scraper.store import Lock, Revisions, archive_files

#: the worst first
_ORDER: tuple[Change, ...] = ("worse", "different", "better")
_COLOURS = {"worse": "red", "different": "yellow", "better": "green"}


class How(msgspec.Struct, frozen=True, kw_only=True):
    """What `reextract` was told."""

    output: Path
    archive: Path
    sites: tuple[str, ...] = ()
    write: bool = False
    even_worse: bool = False
    samples: int = 5
    as_json: bool = False


class Changed(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One article that today's rules read differently."""

    url: str
    id: str
    site: str
    change: Change
    differences: tuple[Difference, ...]
    #: lines of the body that went and came
    diff: tuple[str, ...] = ()


class Tally(msgspec.Struct):
    """What came out, for one run of the command."""

    sites: dict[str, Counter[str]] = msgspec.field(default_factory=lambda: defaultdict(Counter))
    fields: dict[str, Counter[str]] = msgspec.field(default_factory=lambda: defaultdict(Counter))
    shown: list[Changed] = []
    #: pages that gave no record before and do now
    found: int = 0
    #: records that are newer than all of their pages
    newer: int = 0
    #: not stored, since something got worse
    held: int = 0

    def add(self, site: str, changed: Changed | None) -> None:
        verdict = changed.change if changed else "same"
        self.sites[site][verdict] += 1
        for difference in changed.differences if changed else ():
            self.fields[difference.field][difference.change] += 1

    def show(self, changed: Changed, most: int) -> None:
        """Keeps the worst `most`."""
        self.shown.append(changed)
        self.shown.sort(key=lambda one: _ORDER.index(one.change))
        del self.shown[most:]

    def count(self, verdict: str) -> int:
        return sum(counts[verdict] for counts in self.sites.values())


def reextract(how: How, options: RunOptions) -> int:
    """Shows what changes; the exit code. Raises UsageError, ConfigError, LockedError, StoreError."""
    settings = settings_of(options)
    how = msgspec.structs.replace(how, sites=tuple(map(known_as, how.sites)))
    files = list(archive_files(how.archive, options.since)) if how.archive.is_dir() else []
    if not files:
        since = " of that time" if options.since else ""
        raise UsageError(f"{how.archive}: there are no WARC files{since}; `scraper run --archive` keeps pages there")
    with ExitStack() as opened:
        if how.write:
            opened.enter_context(Lock(how.output / "scraper.lock"))
        stored = opened.enter_context(Revisions(how.output, write=how.write))
        archive = Archive(files, sites=how.sites, since=options.since)
        check_sites(how.sites, {*stored.sites(), *archive.sites}, settings.sites)
        for note in archive.notes:
            sys.stderr.write(f"scraper: {note}\n")
        tally = Tally()
        asyncio.run(_all(archive, stored, how, settings, tally))
        _print(tally, how, stored.written, len(archive.files))
    return OK


async def _all(archive: Archive, stored: Revisions, how: How, settings: Settings, tally: Tally) -> None:
    chosen = _chosen(archive, stored, tally)
    async with aclosing(read_archived(archive.articles(chosen), settings, recall=stored.remembered)) as reads:
        async for read in reads:
            link = read.pages[0].link
            outcome, old = read.reading.outcome, stored.of(link.url)
            if old is None:
                tally.found += isinstance(outcome, Kept) and not stored.has(outcome.record.id)
                continue
            new = _placed(outcome.record, old) if isinstance(outcome, Kept) else None
            changed = _changed(old, new, outcome)
            tally.add(old.site, changed)
            if changed:
                _tell(changed, how, tally)
                _store(changed, new, how, stored, tally)


def _chosen(archive: Archive, stored: Revisions, tally: Tally) -> dict[str, float]:
    """The capture of each article that its record is compared with: its own, else the last one."""
    chosen: dict[str, float] = {}
    for key, url in archive.addresses():
        captures = archive.captures(key)
        record = stored.of(url)
        at = stored.fetched_at(record) if record else 0.0
        if at in captures:
            chosen[key] = at
        elif captures[-1] > at:
            chosen[key] = captures[-1]
        else:
            tally.newer += 1
    return chosen


def _placed(new: Record, old: Record) -> Record:
    """The new record in the old one's place: what a page alone cannot tell stays."""
    return msgspec.structs.replace(
        new, id=old.id, url=old.url, site=old.site, revision=old.revision, cluster_id=old.cluster_id,
        syndicated_from=old.syndicated_from,
    )  # fmt: skip


def _changed(old: Record, new: Record | None, outcome: Outcome) -> Changed | None:
    if new is None:
        why = f"{outcome.reason}: {outcome.detail}" if isinstance(outcome, Refused) else "it cannot be read any more"
        differences: tuple[Difference, ...] = (Difference("quality", "worse", f"no article any more ({why})"),)
    else:
        differences = tuple(compare(old, new))
    if not differences:
        return None
    verdict = next(change for change in _ORDER if any(one.change == change for one in differences))
    diff = tuple(text_diff(old, new)) if new and new.article_body != old.article_body else ()
    return Changed(url=old.url, id=old.id, site=old.site, change=verdict, differences=differences, diff=diff)


def _tell(changed: Changed, how: How, tally: Tally) -> None:
    if how.as_json:
        put(msgspec.json.encode(changed).decode("utf-8", "replace") + "\n")
    else:
        tally.show(changed, how.samples)


def _store(changed: Changed, new: Record | None, how: How, stored: Revisions, tally: Tally) -> None:
    if not how.write:
        return
    if new is None or (changed.change == "worse" and not how.even_worse):
        tally.held += 1
        return
    stored.add(new, [difference.field for difference in changed.differences])


# --- what is shown -------------------------------------------------------------------------------


def _print(tally: Tally, how: How, written: int, files: int) -> None:
    console = Console(stderr=how.as_json, highlight=False, markup=False, soft_wrap=True)
    total = sum(counts.total() for counts in tally.sites.values())
    if total and not how.as_json:
        console.print(
            _table(
                "site", {site: [counts.total(), counts["same"]] for site, counts in tally.sites.items()}, tally.sites
            )
        )
        if tally.fields:
            console.print(_table("field", {field: [] for field in tally.fields}, tally.fields))
        for changed in tally.shown:
            _print_one(changed, console)
    words = ", ".join(f"{tally.count(change)} {change}" for change in ("better", "worse", "different"))
    console.print(f"{total} articles read again from {files} WARC files: {tally.count('same')} the same, {words}.")
    for sentence in _remarks(tally, how, written):
        console.print(sentence)


def _remarks(tally: Tally, how: How, written: int) -> list[str]:
    found = [f"{tally.found} pages that gave no record when they were fetched do now: `scraper get` reads WARC files."]
    newer = [f"{tally.newer} records are newer than their archived pages and were left alone."]
    held = [f"{tally.held} articles were not stored: something in them got worse (--even-worse stores them too)."]
    changes = tally.count("better") + tally.count("different") + tally.count("worse")
    last = f"{written} new revisions stored." if how.write else "Nothing was stored; --write does that."
    return [
        *found * bool(tally.found), *newer * bool(tally.newer), *held * bool(tally.held), *[last] * bool(changes),
    ]  # fmt: skip


def _table(label: Literal["site", "field"], rows: dict[str, list[int]], counts: dict[str, Counter[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(label)
    for name in (*(("articles", "same") if label == "site" else ()), "better", "worse", "different"):
        table.add_column(name, justify="right", style=_COLOURS.get(name, ""))
    for name, first in sorted(rows.items()):
        cells = [*first, *(counts[name][change] for change in ("better", "worse", "different"))]
        table.add_row(Text(name), *(str(cell or "") for cell in cells))
    return table


def _print_one(changed: Changed, console: Console) -> None:
    console.print(Text(changed.url, style="bold"))
    for difference in changed.differences:
        console.print(
            Text(f"  {difference.field}: ").append(difference.change, _COLOURS[difference.change]),
            Text(difference.rule),
        )
    for line in changed.diff:
        console.print(Text(f"    {line}", style="green" if line.startswith("+") else "red"))
    console.print()
