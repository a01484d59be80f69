"""FiveFilters' file format: bytes → numbered `key(argument): value` lines; only what is no text is an error."""

from __future__ import annotations

import re
from typing import NamedTuple

#: bytes of a file that is still read as one: the largest of the public set has a few thousand
MAX_BYTES = 1_000_000

_END = re.compile(r"\r\n|\n|\r")
#: an argument may hold colons and brackets, as in `replace_string(a: (b)): c`; a value may as well, so the shortest
#: argument that is followed by "):" is the one
_LINE = re.compile(r"(?P<key>[^:()]*?)\s*(?:\((?P<argument>.*?)\)\s*)?:(?P<value>.*)", re.S)


class NotText(ValueError):
    """Why a file is no site config; one clause."""


class Line(NamedTuple):
    """One directive."""

    number: int
    key: str
    #: what stands in brackets behind the key, as in `http_header(user-agent)`
    argument: str
    value: str


def read_lines(data: bytes) -> list[Line]:
    """Every line that is neither blank nor a comment, in order. One without a colon has the key "". Raises NotText."""
    lines = []
    for number, text in enumerate(_END.split(_decoded(data)), 1):
        text = text.strip()
        if text and not text.startswith("#"):
            match = _LINE.fullmatch(text)
            parts = (match["key"].strip(), match["argument"] or "", match["value"].strip()) if match else ("", "", text)
            lines.append(Line(number, *parts))
    return lines


def _decoded(data: bytes) -> str:
    """UTF-8, else UTF-16 with its mark, else Windows-1252."""
    if len(data) > MAX_BYTES:
        raise NotText(f"it is larger than {MAX_BYTES:,} bytes")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if b"\x00" in data:
        raise NotText("it is not a text file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("windows-1252", "replace")
