"""How a config's mistakes are told: the place in the file's own terms, and the nearest key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from scraper.sites.model import ConfigTest, FetchRules, Layout, Site, Strict

#: fields of Site that the loader fills in: no keys of a config
DERIVED = frozenset(("source", "hash"))
#: table → the struct that says which keys it has; "" is the top of the file
TABLES: Mapping[str, type[Strict]] = {
    "": Site,
    "fetch": FetchRules,
    "layouts": Layout,
    "tests": ConfigTest,
}
#: what msgspec and Python call a thing → what TOML calls it
_TOML_NAMES = {
    "`str`": "a string",
    "`int`": "a whole number",
    "`float`": "a number",
    "`bool`": "true or false",
    "`array`": "a list",
    "`object`": "a table",
    "`date`": "a date",
    "`datetime`": "a date with time",
    "`date | null`": "a date such as 2024-05-01",
}
_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_MESSAGE = re.compile(r"(.*?)(?: - at `\$(.*)`)?", re.S)


def keys_of(table: str) -> list[str]:
    """The keys that a table of a config may have, in the order of the reference."""
    names = TABLES[table].__struct_fields__
    return [name for name in names if table or name not in DERIVED]


def unknown_key(config: Mapping[str, Any]) -> str | None:
    """A sentence about the first key that no table of that name has, or None."""
    for where, table, values in _tables(config):
        known = keys_of(table)
        for key in values:
            if key not in known:
                place = f" in {where}" if where else ""
                return f"unknown key '{key}'{place}; {_advice(key, table, known)}"
    return None


def _tables(config: Mapping[str, Any]) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    """(place in words, table name, its keys and values) of every table in the file."""
    yield "", "", config
    for name in filter(None, TABLES):
        value = config.get(name)
        if isinstance(value, Mapping):
            yield f"[{name}]", name, value
        elif isinstance(value, list):
            for number, item in enumerate(value, 1):
                if isinstance(item, Mapping):
                    yield f"[[{name}]] #{number}", name, item


def _advice(key: str, table: str, known: list[str]) -> str:
    if guess := nearest(key, known):
        return f"did you mean '{guess}'?"
    others = [(nearest(key, keys_of(other)), other) for other in TABLES if other != table]
    for guess, other in sorted(others, key=lambda pair: pair[0] != key):
        if guess == key:
            return f"it belongs {_home(other)}"
        if guess:
            return f"did you mean '{guess}' {_home(other)}?"
    return f"valid are {', '.join(known)}"


def _home(table: str) -> str:
    if not table:
        return "at the top of the file, before the first [table]"
    return f"in [{table}]" if table == "fetch" else f"in [[{table}]]"


def nearest(word: str, known: Iterable[str]) -> str:
    """The one of `known` that `word` was most likely meant to be, or ""."""
    from difflib import get_close_matches  # late: for mistakes only

    return next(iter(get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)), "")


def wrong_value(message: str) -> str:
    """msgspec's message in the file's terms: "[[layouts]] #1, body: expected a list, got …"."""
    match = _MESSAGE.fullmatch(message)
    what, path = (match[1], match[2] or "") if match else (message, "")
    for name, toml_name in _TOML_NAMES.items():
        what = what.replace(name, toml_name)
    what = what[:1].lower() + what[1:]
    return f"{place(path)}: {what}" if path else what


def place(path: str) -> str:
    """ ".layouts[0].body[1]" → "[[layouts]] #1, body #2"."""
    words: list[str] = []
    for key, index in _STEP.findall(path):
        if key:
            words.append(f"[{key}]" if not words and key == "fetch" else key)
        elif index == "...":
            words[-1] += ", a value in it"
        elif words[-1] in TABLES:
            words[-1] = f"[[{words[-1]}]] #{int(index) + 1}"
        else:
            words[-1] += f" #{int(index) + 1}"
    return ", ".join(words)
