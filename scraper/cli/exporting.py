"""`scraper export` and `scraper search`, put together from the stores."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

from scraper.cli import FAILED, OK
from scraper.cli.names import check_sites, known_as
from scraper.cli.options import moment
from scraper.cli.out import put, shown
from scraper.errors import UsageError
from scraper.models import Record
from scraper.store import MARKS, Filters, Hit, Library, StdoutSink, is_url, open_records, open_sink

#: kinds of files that hold each revision of an article once, or the last one alone
_KNOWING = (".db", ".sqlite", ".parquet")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How `search` shows what it finds."""

    limit: int
    newest: bool = False
    as_json: bool = False


def filters_of(*, since: str = "", until: str = "", sites: tuple[str, ...] = (), **others: str) -> Filters:
    """The filters that a command was given. Raises UsageError."""
    try:
        before = moment(until)
    except UsageError as error:
        raise UsageError(str(error).replace("--since", "--until", 1)) from error
    named = tuple(known_as(shown(site)) for site in sites)
    texts: dict[str, Any] = {name: shown(given) for name, given in others.items()}
    return Filters(since=moment(since), until=before, sites=named, **texts)


def export(source: str, target: str, filters: Filters, *, overwrite: bool, quiet: bool) -> int:
    """Copies what passes from `source` to `target`; the exit code. Raises UsageError, StoreError."""
    if _same(source, target):
        raise UsageError(f"-o {target}: this is where the records come from; name another file")
    after = "" if overwrite or not _holds_lines(target) else ", after what it held (--overwrite begins anew)"
    damage = ""
    if not filters.any and (is_url(source) or not source.lower().endswith((".db", ".sqlite"))):
        count = _copy(open_records(source), target, overwrite=overwrite)
    else:
        with _library(source, filters) as library, closing(library.records(filters)) as records:
            count = _copy(records, target, overwrite=overwrite)
            damage = library.damage
    if not quiet:
        where = "standard output" if target == "-" else _without_password(target)
        sys.stderr.write(f"{count:,} record{'' if count == 1 else 's'} → {where}{after}\n")
    return _told(damage)


def search(source: str, filters: Filters, wanted: Wanted) -> int:
    """Prints what is found; the exit code. Raises UsageError."""
    with (
        _library(source, filters) as library,
        closing(library.search(filters, limit=wanted.limit, newest=wanted.newest)) as hits,
    ):
        found = _print_json(hits) if wanted.as_json else _print(hits)
        note, damage = library.note, library.damage
    if not found:
        sys.stderr.write(f"nothing found for: {filters.query}\n")
    if note:
        sys.stderr.write(f"scraper: {note}\n")
    return _told(damage)


def _told(damage: str) -> int:
    """The exit code, after what could not be read has been told."""
    if damage:
        sys.stderr.write(f"scraper: {damage}\n")
    return FAILED if damage else OK


def _same(source: str, target: str) -> bool:
    """Whether what is written would be read again: the same file, or one in the folder that is read."""
    if source == target or target == "-" or is_url(source) or is_url(target):
        return source == target
    here, there = (
        Path(os.path.realpath(source)),
        Path(os.path.realpath(target)),
    )  # as `resolve`, also of a loop of links
    return there == here or (here.is_dir() and there.is_file() and there.is_relative_to(here))


def _holds_lines(target: str) -> bool:
    """Whether it is a file with records in it, to which an article that it has is added once more."""
    path = Path(target)
    return target != "-" and not is_url(target) and path.is_file() and path.suffix.lower() not in _KNOWING


# --- inside --------------------------------------------------------------------------------------


@contextmanager
def _library(source: str, filters: Filters) -> Iterator[Library]:
    """Raises UsageError also for a site that is known nowhere."""
    with Library(source) as library:
        if filters.sites:
            check_sites(filters.sites, library.sites())
        yield library


def _copy(records: Iterable[Record], target: str, *, overwrite: bool) -> int:
    """The first record is read before the target is touched: a wrong filter must not empty a file."""
    records = iter(records)
    first = next(records, None)
    count = 0
    sink = StdoutSink() if target == "-" else open_sink(target, overwrite=overwrite)
    try:
        with closing(sink):
            while first is not None:
                sink.write(first)
                count += 1
                first = next(records, None)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to flush into the closed pipe
    return count


def _print_json(hits: Iterable[Hit]) -> int:
    count = 0
    for hit in hits:
        count += 1
        plain = msgspec.structs.replace(hit, snippet=hit.snippet.replace(MARKS[0], "**").replace(MARKS[1], "**"))
        put(msgspec.json.encode(plain).decode() + "\n")
    return count


def _print(hits: Iterable[Hit]) -> int:
    console = Console(highlight=False, soft_wrap=True)
    count = 0
    for hit in hits:
        count += 1
        console.print(Text(hit.headline or "(no headline)", style="bold"))
        console.print(Text(f"  {(hit.date_published or '')[:16].replace('T', ' ')}  {hit.url}".rstrip(), style="dim"))
        console.print(Text("  ").append_text(_marked(" ".join(hit.snippet.split()))))
        console.print()
    return count


def _marked(snippet: str) -> Text:
    text = Text()
    for part in snippet.split(MARKS[0]):
        match, mark, rest = part.rpartition(MARKS[1])
        text.append(match, "bold red" if mark else "")
        text.append(rest)
    return text


def _without_password(target: str) -> str:
    if not is_url(target):
        return target
    from scraper.store.postgres import shown

    return shown(target)
