"""A learned layout → the text of a config: a new one, or the one that is there with what was learned laid into it."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Any

import msgspec
import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from scraper.document import selector_error
from scraper.errors import ConfigError, StoreError
from scraper.learning.model import KEYS, OTHER_LAYOUT, Learned
from scraper.learning.rulelist import Entry, entries_of, entry, merged, quoted, written
from scraper.sites import Layout, Site, load_file

#: characters of a sample in a comment
_SAMPLE = 60
_HEAD = """\
# Learned on {today} from {pages} pages ({source}).
# A rule whose comment begins with "learned" is the next `scraper learn`'s to change; without the comment it is yours.
"""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")


def config_text(
    learned: Learned,
    *,
    domain: str,
    existing: str | None,
    today: date,
    source: str,
    inherited: Layout | None = None,
    until: date | None = None,
) -> str:
    """The TOML of a config with what was learned; `source` says where the pages came from.

    `existing`: the text of the config that is there. All of it stays as it is, but for rules that an earlier `learn`
    put there (their comments begin with "learned" and a date) and that this one does not give. `inherited`: the
    family's rules, which need no repeating. `until`: last day of the layout that `existing` has; what was learned
    becomes a new one. Raises ConfigError where `existing` is not TOML, or has layouts that are not `[[layouts]]`.
    """
    lists = _entries(learned, today)
    if existing is None:
        head = _HEAD.format(today=today, pages=learned.pages, source=_plain(source))
        top = [f"domain = {quoted(domain)}", *_written({"article_url": lists.pop("article_url")})]
        block = _block(learned.layout, lists)
        return "\n".join([head + "\n".join(top), *([f"\n{block}"] if lists_filled(lists) else []), ""])
    document = _with_article_url(_parsed(existing), lists.pop("article_url"))
    if until:
        document = _closed(document, until)
    _merge_layout(document, learned.layout, lists, inherited or Layout())
    return tomlkit.dumps(document)


def without_learned(site: Site, existing: str) -> Site:
    """A site as people wrote it: without the rules that an earlier `learn` put into its newest layout.

    `existing` is the text of its config. Raises ConfigError as `config_text` does.
    """
    document = _parsed(existing)
    table = _layout_of(document, None) or {}
    gone = {key: _learned_in(table, key) for key in KEYS if key in table}
    layouts = [layout if layout.until else _without(layout, gone) for layout in site.layouts]
    expressions = _learned_in(document, "article_url") if "article_url" in document else set()
    kept = tuple(expression for expression in site.article_url if expression not in expressions)
    return msgspec.structs.replace(site, layouts=tuple(layouts), article_url=kept)


def _learned_in(table: Any, key: str) -> set[str]:
    return {one.rule for one in _read(table, key)[0] if one.learned}


def _without(layout: Layout, gone: Mapping[str, set[str]]) -> Layout:
    kept = {key: tuple(rule for rule in getattr(layout, key) if rule not in rules) for key, rules in gone.items()}
    return msgspec.structs.replace(layout, **kept)


def config_diff(old: str | None, new: str, name: str) -> str:
    """What changes, as a unified diff; "" where nothing does."""
    before = "/dev/null" if old is None else f"a/{name}"
    lines = difflib.unified_diff((old or "").splitlines(), new.splitlines(), before, f"b/{name}", lineterm="")
    return "\n".join(lines) + "\n" if old != new else ""


def write_config(path: Path, text: str) -> Site:
    """Writes a config, whole or not at all, once it has been loaded and its selectors are checked.

    Raises ConfigError where it is wrong (the file is as it was), StoreError where it cannot be written.
    """
    path = path.resolve()  # a link stays one
    draft = path.with_name(f"{path.stem}.draft{os.getpid()}")  # its stem is the domain where the text names none
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            draft.chmod(path.stat().st_mode & 0o777)
        site = load_file(draft, check_selector=selector_error)
        draft.replace(path)
    except ConfigError as error:
        raise ConfigError(str(error).replace(str(draft), str(path))) from error
    except OSError as error:
        raise StoreError(f"{path}: the config could not be written ({error.strerror})") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return msgspec.structs.replace(site, source=str(path))


def lists_filled(lists: Mapping[str, list[Entry]]) -> bool:
    """Whether there is any rule."""
    return any(lists.values())


# --- what was learned ----------------------------------------------------------------------------


def _entries(learned: Learned, today: date) -> dict[str, list[Entry]]:
    """key → the learned rules with their comments; "article_url" among them."""
    notes = {(note.key, note.rule): note for note in learned.notes}
    lists: dict[str, list[Entry]] = {}
    for key in KEYS:
        lists[key] = []
        for rule in getattr(learned.layout, key):
            note = notes.get((key, rule))
            words = f", {note.pages} of {learned.pages} pages" if note else ""
            words += f": {_plain(note.why)}" if note and note.why else ""
            words += f" (“{_plain(note.sample, _SAMPLE)}”)" if note and note.sample else ""
            lists[key].append(entry(rule, today, words))
    addresses = learned.pages + sum(why == OTHER_LAYOUT for _, why in learned.left_out)
    words = f", the addresses of {addresses} pages"
    lists["article_url"] = [entry(expression, today, words) for expression in learned.article_url]
    return lists


def _plain(text: str, most: int = 200) -> str:
    """A text that may stand in a comment, cut."""
    text = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _written(lists: Mapping[str, list[Entry]]) -> list[str]:
    return [written(key, entries) for key, entries in lists.items() if entries]


def _block(layout: Layout, lists: Mapping[str, list[Entry]]) -> str:
    """A `[[layouts]]` of its own."""
    until = [f"until = {layout.until}"] if layout.until else []
    return "\n".join(["[[layouts]]", *until, *_written(lists)])


# --- laid into a config --------------------------------------------------------------------------


def _parsed(text: str) -> tomlkit.TOMLDocument:
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise ConfigError(f"the config that is there is not valid TOML: {error}") from error
    if "layouts" in document and not isinstance(document["layouts"], AoT):
        raise ConfigError("the config that is there has its layouts in one list; write each as [[layouts]] first")
    return document


def _layout_of(document: tomlkit.TOMLDocument, until: date | None) -> Any:
    """The table of the layout that ends on that day; None where there is none."""
    return next((table for table in document.get("layouts", ()) if table.get("until") == until), None)


def _with_article_url(document: tomlkit.TOMLDocument, new: list[Entry]) -> tomlkit.TOMLDocument:
    """A person's expressions are left alone: one more would let in what they keep out."""
    if "article_url" not in document:
        if new:
            _add_line(document, written("article_url", new), before=("fetch", "layouts", "tests"))
    elif all(one.learned for one in _read(document, "article_url")[0]):
        _merge(document, "article_url", new)
    return _parsed(tomlkit.dumps(document))


def _merge_layout(
    document: tomlkit.TOMLDocument, layout: Layout, lists: Mapping[str, list[Entry]], inherited: Layout
) -> None:
    table = _layout_of(document, layout.until)
    if table is None:
        own = {key: merged((), new, getattr(inherited, key)) for key, new in lists.items()}
        if lists_filled(own):
            _add_line(document, f"\n{_block(layout, own)}", before=("layouts", "tests"))
        return
    for key, new in lists.items():
        if key in table:
            _merge(table, key, new, getattr(inherited, key))
    added = {key: merged((), new, getattr(inherited, key)) for key, new in lists.items() if key not in table}
    if lines := _written(added):
        _add_line(table, "\n".join(lines))


def _closed(document: tomlkit.TOMLDocument, until: date) -> tomlkit.TOMLDocument:
    """The document in which the layout that had no end ends on that day."""
    if (table := _layout_of(document, None)) is not None:
        _after(table, f"until = {until}")
    return _parsed(tomlkit.dumps(document))


def _read(table: Any, key: str) -> tuple[list[Entry], list[str]]:
    item = table[key]
    return entries_of(item.as_string(), item.trivia.comment.lstrip("#").strip())


def _merge(table: Any, key: str, new: list[Entry], inherited: Iterable[str] = ()) -> None:
    """Lays `new` into the list `key`; a list in which nothing changes keeps its every blank."""
    old, loose = _read(table, key)
    entries = merged(old, new, inherited)
    if entries == old:
        return
    if not entries and not loose:
        del table[key]
        return
    fresh = tomlkit.parse(written(key, entries, loose) + "\n")[key]
    comment, blank = fresh.trivia.comment, fresh.trivia.comment_ws
    table[key] = fresh
    fresh.trivia.comment, fresh.trivia.comment_ws = comment, blank  # tomlkit keeps the old one where there is no new


# tomlkit adds keys at the end of a table, below the comment that introduces the next one. So what is new is written
# behind the line of the last key, where `Trivia.trail` has the line's end.


def _add_line(container: tomlkit.TOMLDocument | Table, text: str, before: tuple[str, ...] = ()) -> None:
    """Text behind the last key of a table, or of the document's tables and keys above those in `before`."""
    items = [(key.key, item) for key, item in _body(container) if key is not None]
    above = list(takewhile(lambda pair: pair[0] not in before, items))
    if above or isinstance(container, Table):
        _after(_deepest(above[-1][1] if above else container), text)
    elif items:
        first = items[0][1]
        trivia = (first[0] if isinstance(first, AoT) else first).trivia
        trivia.indent = f"{text.lstrip()}\n\n{trivia.indent}"
    else:  # nothing in it but comments
        container.add(tomlkit.ws(f"{text}\n"))


def _body(container: tomlkit.TOMLDocument | Table) -> list[tuple[Any, Any]]:
    return container.value.body if isinstance(container, Table) else container.body


def _deepest(item: Any) -> Any:
    """The last key's value in a table; the table itself where it is empty."""
    while isinstance(item, Table | AoT):
        if isinstance(item, AoT):
            item = item[-1]
        inside = [child for key, child in _body(item) if key is not None]
        if not inside:
            return item
        item = inside[-1]
    return item


def _after(item: Any, text: str) -> None:
    """Text behind an item's line; of a table, behind its header."""
    item.trivia.trail = (item.trivia.trail or "\n") + text + "\n"
