"""Small text helpers: one clean spelling for what is kept, one bare spelling for comparing."""

from __future__ import annotations

import re
from functools import lru_cache

from scraper.spelling import key_of, spaced

#: soft hyphen, zero-width space, word joiner, byte order mark, directional marks
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a\u202c]")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]+\d*);", re.I)
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.I)
#: control characters that only misread UTF-8 puts into a text
_C1 = re.compile("[\x80-\x9f]")
#: any of the two
_ODD = re.compile("[\x80-\x9f\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a\u202c]")
_WORD = re.compile(r"\w+")


def tidy(text: str) -> str:
    """`text` with entities (also doubly escaped ones) and tags undone, invisible characters
    gone, spaces folded.
    """
    if "&" in text:
        text = _unescaped(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if not text.isascii() and _ODD.search(text):
        if _C1.search(text):
            text = _undo_latin1(text)
        text = _INVISIBLE.sub("", text)
    return spaced(text)


def _unescaped(text: str) -> str:
    for _ in range(2):
        if not _ENTITY.search(text):
            break
        from html import unescape  # late: its table of names is long, and most pages have none

        text = unescape(text)
    return text


def _undo_latin1(text: str) -> str:
    """UTF-8 that was once read as Latin-1 ("Investorâ\x80\x99s"), read rightly; else as it was."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


@lru_cache(maxsize=2048)
def key(text: str) -> str:
    """The words of `text` in lower case, for comparing."""
    return key_of(text)


def any_word(text: str) -> bool:
    """Whether `key` leaves anything of `text`."""
    return _WORD.search(text) is not None


def overlap(a: str, b: str) -> float:
    """Share of the shorter text's words that the other has, 0 to 1; both as `key` gives them."""
    x, y = set(a.split()), set(b.split())
    return len(x & y) / min(len(x), len(y)) if x and y else 0.0


def unique(values: list[str]) -> list[str]:
    """`values` without empty ones and without repeats (compared by their words), in order."""
    found: dict[str, str] = {}
    for value in values:
        if value:
            found.setdefault(key(value) or value, value)
    return list(found.values())
