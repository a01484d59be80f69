"""An imported config as TOML, with a comment that says where it came from and what is not in it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import tomlkit
from tomlkit.items import Array, String, Table

from scraper.document import selector_error
from scraper.errors import ScraperError
from scraper.ftr.directives import Entry, Read
from scraper.ftr.model import FileResult
from scraper.sites import Layout, Site
from scraper.sites.check import mistakes

#: the first words of every imported config: what begins otherwise was written by a person
MARK = "# Imported by `scraper import-ftr`"
#: lines of a config's head that name what is not in it; the report has all
_NAMED = 8
_WIDTH = 100


def written(domain: str, read: Read, sources: Iterable[FileResult], *, quarantined: bool) -> str:
    """The config's text."""
    document = tomlkit.document()
    for line in _head(list(sources)):
        document.add(tomlkit.comment(line))
    document.add("domain", _string(domain))
    if quarantined:
        document.add("quarantined", tomlkit.item(True).comment("old: its layout counts where `body` finds text"))
    layout = tomlkit.table()
    for key in Layout.__struct_fields__:
        if rules := read.layout.get(key):
            layout.add(key, _list(rules))
    _add_tables(document, "layouts", [layout])
    _add_tables(document, "tests", [_test(url, texts) for url, texts in read.tests.items()])
    return tomlkit.dumps(document)


def mistake(text: str) -> str:
    """What the loader would say against a config; "" where it would take it."""
    try:
        site = msgspec.convert(tomllib.loads(text), Site)
        return next(mistakes(site, selector_error), "")
    except (ValueError, ScraperError) as error:  # msgspec's and tomllib's are ValueErrors
        return str(error)


def _test(url: str, texts: list[str]) -> Table:
    table = tomlkit.table()
    table.add("url", _string(url))
    if texts:
        table.add("contains", _list(texts))
    return table


def _add_tables(document: tomlkit.TOMLDocument, name: str, tables: list[Table]) -> None:
    if tables:
        found = tomlkit.aot()
        for table in tables:
            found.append(table)
        document.add(name, found)


def _list(texts: list[str]) -> Array:
    array = tomlkit.array()
    for text in texts:
        array.append(_string(text))
    long = sum(len(text) + 4 for text in texts) > _WIDTH - 16
    return array.multiline(long and len(texts) > 1)


def _string(text: str) -> String:
    """In single quotes where it can be: CSS is full of double ones."""
    literal = '"' in text or "\\" in text
    return tomlkit.string(text, literal=literal and "'" not in text and text.isprintable())


# --- the head ---------------------------------------------------------------------------------------------------------


def _head(sources: list[FileResult]) -> Iterator[str]:
    for number, source in enumerate(sources):
        begin = MARK.removeprefix("# ") if number == 0 else "and behind its rules those"
        edited = f", last edited {source.edited}" if source.edited else ""
        yield f"{begin} from {_plain(source.file)} (FiveFilters){edited}."
    entries = [entry for source in sources for entry in source.entries]
    dropped = dict.fromkeys(entry.directive for entry in entries if entry.outcome == "leftOut")
    if dropped:
        yield f"Left out: {_plain(', '.join(dropped))}."
    lost = [entry for entry in entries if entry.outcome in ("refused", "unknown")]
    for entry in lost[:_NAMED]:
        yield _lost(entry)
    if len(lost) > _NAMED:
        yield f"… and {len(lost) - _NAMED} more that were not translated."


def _lost(entry: Entry) -> str:
    what = f"{entry.directive}: {entry.value}"
    shown = what if len(what) <= _WIDTH else f"{what[:_WIDTH]}…"
    return f"Not translated: {_plain(shown)} ({_plain(entry.why)})"


def _plain(text: Any) -> str:
    """A text for a comment: one line, nothing that TOML or a terminal minds."""
    return "".join(c if c.isprintable() else "?" for c in str(text))
