"""JSON-LD as publishers write it: comment wrappers, raw line breaks, @graph, lists in lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

_BEFORE = re.compile(r"[\s\ufeff]*(?:(?://[^\n]*\n|/\*.*?\*/|<!--|<!\[CDATA\[)\s*)*", re.S)
_AFTER = re.compile(r"\s*+(?:(?://|/\*)?\s*(?:-->|\]\]>)(?:\s*\*/)?|;)\s*\Z")
_CONTROL = re.compile(r"[\x00-\x1f]+")
#: lists in lists, graphs in graphs
_DEPTH = 8


def json_value(text: str) -> Any:
    """The JSON value in a script; None where it is broken beyond comment wrappers and raw line breaks in strings."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        pass
    try:
        return msgspec.json.decode(_CONTROL.sub(" ", _unwrapped(text)))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


def _unwrapped(text: str) -> str:
    """Without the comments that hid scripts from browsers of the nineties, and still do."""
    start = _BEFORE.match(text)
    text = text[start.end() :] if start else text
    end = _AFTER.search(text, max(0, len(text) - 60))
    return text[: end.start()] if end else text


def objects_in(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-LD value, those in lists and in @graph after the one that holds them."""
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from objects_in(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        yield from objects_in(value.get("@graph"), depth + 1)


def strings_at(value: Any, keys: list[str]) -> Iterator[str]:
    """The strings at a dotted path; lists on the way are gone through, an object at its end gives its name."""
    if isinstance(value, list):
        for item in value:
            yield from strings_at(item, keys)
    elif not keys:
        if isinstance(value, str) and value.strip():
            yield value.strip()
        elif isinstance(value, dict):
            yield from strings_at(value.get("name"), [])
    elif isinstance(value, dict):
        yield from strings_at(value.get(keys[0]), keys[1:])
