"""Spellings of texts for comparing them: folded, trimmed, as words alone.

Python folds and splits a text character by character as soon as one of them is not ASCII. Western texts have one byte a
character, and tables of bytes do the same at a quarter of the time.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_DIGITS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[^\W_]+")
_NO_WORD: Final = re.compile(r"[\W_]+")
_KEY_WORD: Final = re.compile(r"\w+")
#: what stands around a phrase and is none of it: quotes, arrows, bullets, brackets, end punctuation
TRIM: Final = (
    " \t\"'´`“”„‚‘’«»‹›<>()[]{}|/\\·•●■▪◆◇○◯※★☆✔✓*+_–—―-~=…:;.,!?¿¡"
    "。、：！？＞≫「」『』【】→←↑↓➔➜➡►▶▸▹▼▲△▽⇒⟶↗↪\u200b\ufeff#"
)
_SAME: Final = str.maketrans({
    "’": "'", "‘": "'", "´": "'", "`": "'", "‐": "-", "‑": "-", "\u00ad": None, "\u200b": None,
})  # fmt: skip
_HAS_SAME: Final = re.compile("[’‘´`‐‑\u00ad\u200b]")


def _western(charset: str) -> str:
    """The characters of a charset by their bytes."""
    return bytes(range(256)).decode(charset, "replace")


def _table(charset: str, word: re.Pattern[str] | None, *, folded: bool) -> bytes:
    """Bytes of a charset → the same in lower case, or folded; a space for what is no part of a `word`."""
    found = bytearray(range(256))
    for byte, character in enumerate(_western(charset)):
        if word is not None and not word.match(character):
            found[byte] = 32
        elif len(lowered := character.casefold() if folded else character.lower()) == 1:
            found[byte] = lowered.encode(charset, "replace")[0]
    return bytes(found)


#: the first has most texts, the second those with typographic quotes, dashes, and "€" too
_CHARSETS: Final = ("latin-1", "cp1252")
_FOLDED: Final = tuple([_table(charset, None, folded=True) for charset in _CHARSETS])
_LOWERED: Final = tuple([_table(charset, None, folded=False) for charset in _CHARSETS])
_KEYS: Final = tuple([_table(charset, _KEY_WORD, folded=False) for charset in _CHARSETS])
_NO_CAPITALS: Final = tuple([
    bytes(byte for byte, character in enumerate(_western(charset)) if not character.isupper()) for charset in _CHARSETS
])  # fmt: skip
_NO_DIGITS: Final = tuple([
    bytes(byte for byte, character in enumerate(_western(charset)) if not character.isdigit()) for charset in _CHARSETS
])  # fmt: skip
#: what is no part of a word
_BETWEEN: Final = tuple([
    bytes(byte for byte, character in enumerate(_western(charset)) if _NO_WORD.match(character))
    for charset in _CHARSETS
])  # fmt: skip
#: of Latin-1, cases left as they are
_WORDS_ONLY: Final = bytes(c if _WORD.match(chr(c)) else 32 for c in range(256))
#: "µ" and "ß", which fold to what these charsets do not have
_UNLIKE: Final = re.compile(b"[\xb5\xdf]")


def _bytes_of(text: str) -> tuple[bytes, int]:
    """A text in the first of `_CHARSETS` that has all of it; (b"", -1) where none has."""
    try:
        return text.encode("latin-1"), 0
    except UnicodeEncodeError:
        pass
    try:
        return text.encode("cp1252"), 1
    except UnicodeEncodeError:
        return b"", -1


def casefold(text: str) -> str:
    """`text.casefold()`."""
    if text.isascii():
        return text.lower()
    plain, charset = _bytes_of(text)
    if charset < 0 or _UNLIKE.search(plain):
        return text.casefold()
    return plain.translate(_FOLDED[charset]).decode(_CHARSETS[charset])


def lower(text: str) -> str:
    """`text.lower()`."""
    if text.isascii():
        return text.lower()
    plain, charset = _bytes_of(text)
    return plain.translate(_LOWERED[charset]).decode(_CHARSETS[charset]) if charset >= 0 else text.lower()


def key_of(text: str) -> str:
    """One spelling for comparing: lower-cased words, single spaces."""
    plain, charset = _bytes_of(text)
    if charset < 0:
        return " ".join(_KEY_WORD.findall(text.lower()))
    return " ".join(plain.translate(_KEYS[charset]).decode(_CHARSETS[charset]).split())


def squeezed(text: str) -> str:
    """Letters and digits of a text alone, in lower case."""
    plain, charset = _bytes_of(text)
    if charset < 0:
        return _NO_WORD.sub("", text).lower()
    return plain.translate(_LOWERED[charset], _BETWEEN[charset]).decode(_CHARSETS[charset])


def capitals_and_digits(text: str) -> tuple[int, int]:
    """How many there are."""
    plain, charset = _bytes_of(text)
    if charset < 0:
        return sum([c.isupper() for c in text]), sum([c.isdigit() for c in text])
    return len(plain.translate(None, _NO_CAPITALS[charset])), len(plain.translate(None, _NO_DIGITS[charset]))


def normalise(line: str) -> str:
    """`line` as phrases are spelled: casefolded, white space folded, digits "#", ends trimmed.

    >>> normalise("» Lesezeit  2 Minuten:")
    'lesezeit # minuten'
    """
    return _DIGITS.sub("#", casefold(even(line).strip(TRIM)))


def even(text: str) -> str:
    """`text` with white space folded, apostrophes and hyphens of one kind."""
    if ("`" in text) if text.isascii() else _HAS_SAME.search(text):  # `translate` costs ten times the search
        text = text.translate(_SAME)
    return " ".join(text.split())


@lru_cache(maxsize=256)
def fold(text: str) -> str:
    """As `normalise`, the ends left as they are: "/dpa" and "(Foto:" are phrases."""
    return _DIGITS.sub("#", casefold(even(text)))


def numbers_hidden(text: str) -> str:
    """`text` with "#" for each number."""
    if text.isascii() and len(text.encode("ascii").translate(None, b"0123456789")) == len(text):
        return text  # seldom has a line digits, and a table of bytes says so ten times as fast
    return _DIGITS.sub("#", text)


def words_in(text: str) -> list[str]:
    """The words of a folded text, in order."""
    try:
        plain = text.encode("latin-1")
    except UnicodeEncodeError:
        return _WORD.findall(text)
    return plain.translate(_WORDS_ONLY).decode("latin-1").split()
