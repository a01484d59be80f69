"""What every store can hold: records whose texts are whole Unicode, without NUL."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from scraper.models import Record

_ENCODER = msgspec.json.Encoder()
#: half a surrogate pair (JSON in pages has them: "\\ud83d" cut in two), and NUL, which PostgreSQL refuses
_WRONG = re.compile("[\ud800-\udfff\x00]")


def encoded(record: Record) -> bytes:
    """The record as JSON; the same record gives the same bytes. What no store can hold becomes U+FFFD."""
    try:
        data = _ENCODER.encode(record)
    except UnicodeEncodeError:
        return _ENCODER.encode(_mended(record))
    # also true of a text that speaks of "\u0000": then nothing is mended
    return _ENCODER.encode(_mended(record)) if b"\\u0000" in data else data


def storable(record: Record) -> Record:
    """The record as every store gives it back: itself, but for texts that no store can hold."""
    try:
        data = _ENCODER.encode(record)
    except UnicodeEncodeError:
        return _mended(record)
    return _mended(record) if b"\\u0000" in data else record


def _mended(record: Record) -> Record:
    return msgspec.convert(_walk(msgspec.to_builtins(record)), Record)


def _walk(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value) if _WRONG.search(value) else value
    if isinstance(value, dict):
        return {_walk(key): _walk(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_walk(item) for item in value]
    return value


def _text(text: str) -> str:
    """Pairs that were taken apart are joined; what stands alone is marked as lost."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\x00", "\ufffd")
