"""Spellings of texts for comparing them: folded, trimmed, as words alone.

Python folds and splits a text character by character as soon as one of them is not ASCII. Western texts have one byte a
character, and tables of bytes do the same at a quarter of the time.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

_DIGITS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[^\W_]+")
_NO_WORD: Final = re.compile(r"[\W_]+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_KEY_WORD: Final = re.compile(r"\w+")
#: Python's own, which the compiled modules do not call otherwise: theirs does not know that a Greek word ends in "ς"
_LOWER: Final[Callable[[str], str]] = str.lower
#: what stands around a phrase and is none of it: quotes, arrows, bullets, brackets, end punctuation
TRIM: Final = (
    " \t\"'´`“”„‚‘’«»‹›<>()[]{}|/\\·•●■▪◆◇○◯※★☆✔✓*+_–—―-~=…:;.,!?¿¡"
    "。、：！？＞≫「」『』【】→←↑↓➔➜➡►▶▸▹▼▲△▽⇒⟶↗↪\u200b\ufeff#"
)
_SAME_AS: Final = {"’": "'", "‘": "'", "´": "'", "`": "'", "‐": "-", "‑": "-", "\u00ad": "", "\u200b": ""}
_SAME: Final = str.maketrans(_SAME_AS)
_HAS_SAME: Final = re.compile("[’‘´`‐‑\u00ad\u200b]")


#: the characters of windows-1252 by their bytes; five bytes stand for none
_WESTERN: Final = bytes(range(256)).decode("cp1252", "replace").replace("\ufffd", "\ufffe")
_ENCODING: Final = codecs.charmap_build(_WESTERN)


def western(text: str) -> bytes | None:
    """A text in windows-1252, where that has all of it: most texts are, with their typographic quotes and dashes."""
    if text.isascii():
        return text.encode("ascii")
    try:
        return codecs.charmap_encode(text, "strict", _ENCODING)[0]
    except UnicodeEncodeError:
        return None


def _decoded(plain: bytes) -> str:
    return plain.decode("ascii") if plain.isascii() else codecs.charmap_decode(plain, "strict", _WESTERN)[0]


def _table(change: Callable[[str], str]) -> bytes:
    """Bytes → those of what a function makes of their characters; of use where that is one character of ours again."""
    changed = [new if len(new := change(character)) == 1 else character for character in _WESTERN]
    return codecs.charmap_encode("".join(changed), "replace", _ENCODING)[0]


def _those(match: re.Pattern[str]) -> bytes:
    return bytes([byte for byte, character in enumerate(_WESTERN) if match.match(character)])


_FOLDED: Final = _table(str.casefold)
_LOWERED: Final = _table(str.lower)
_KEYS: Final = _table(lambda character: character.lower() if _KEY_WORD.match(character) else " ")
_WORDS_ONLY: Final = _table(lambda character: character if _WORD.match(character) else " ")
_LETTERS_ONLY: Final = _table(lambda character: character if _LETTERS.match(character) else " ")
#: as phrases are spelled, but for the number signs and for spaces that follow one another
_SPELLED: Final = _table(lambda c: "0" if c.isdecimal() else " " if c.isspace() else _SAME_AS.get(c, c.casefold()))
#: ASCII with a space for all that is no small letter
_SMALL_ONLY: Final = bytes(c if chr(c).isascii() and chr(c).islower() else 32 for c in range(256))
_BETWEEN: Final = _those(_NO_WORD)
_NO_CAPITALS: Final = bytes([byte for byte, character in enumerate(_WESTERN) if not character.isupper()])
_NO_DIGITS: Final = bytes([byte for byte, character in enumerate(_WESTERN) if not character.isdigit()])
#: "µ" and "ß", which fold to what windows-1252 does not have; and what is left out of phrases
_UNLIKE: Final = re.compile(b"[\xb5\xdf]")
_UNLIKE_SPELLED: Final = re.compile(b"[\xad\xb5\xdf]")


def casefold(text: str) -> str:
    """`text.casefold()`."""
    plain = western(text)
    if plain is None or _UNLIKE.search(plain):
        return text.casefold()
    return _decoded(plain.translate(_FOLDED))


def lower(text: str) -> str:
    """`text.lower()`."""
    plain = western(text)
    return _LOWER(text) if plain is None else _decoded(plain.translate(_LOWERED))


def key_of(text: str) -> str:
    """One spelling for comparing: lower-cased words, single spaces."""
    return " ".join(key_words(text, western(text)))


def key_words(text: str, plain: bytes | None) -> list[str]:
    """The words of `key_of`; `plain`: what `western` says of the text."""
    return _KEY_WORD.findall(_LOWER(text)) if plain is None else _decoded(plain.translate(_KEYS)).split()


def squeezed(text: str) -> str:
    """Letters and digits of a text alone, in lower case."""
    plain = western(text)
    return _LOWER(_NO_WORD.sub("", text)) if plain is None else _decoded(plain.translate(_LOWERED, _BETWEEN))


def capitals_and_digits(text: str, plain: bytes | None) -> tuple[int, int]:
    """How many there are; `plain`: what `western` says of the text."""
    if plain is None:
        return sum([c.isupper() for c in text]), sum([c.isdigit() for c in text])
    return len(plain.translate(None, _NO_CAPITALS)), len(plain.translate(None, _NO_DIGITS))


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
    return spaced(text)


def spaced(text: str) -> str:
    """`text` with white space folded: most texts have single spaces already, and no white space but these is printable,
    so that a look takes half of what splitting takes."""
    text = text.strip()
    return text if text.isprintable() and "  " not in text else " ".join(text.split())


@lru_cache(maxsize=256)
def fold(text: str) -> str:
    """As `normalise`, the ends left as they are: "/dpa" and "(Foto:" are phrases."""
    return spelled(text)[0]


def spelled(line: str) -> tuple[str, str]:
    """A line as `fold` leaves it, and without what stands around its words."""
    plain = western(line)
    if plain is None or _UNLIKE_SPELLED.search(plain):
        folded = casefold(even(line))
        return _DIGITS.sub("#", folded), _DIGITS.sub("#", folded.strip(TRIM))
    plain = plain.translate(_SPELLED)
    folded = _decoded(plain)
    # `find`, as Python's `in` takes bytes for a number first; blocks of pages have no such spaces
    if plain.find(b"  ") >= 0 or plain[:1] == b" " or plain[-1:] == b" ":
        folded = " ".join(folded.split())
    if plain.find(b"0") < 0:
        return folded, folded.strip(TRIM)
    return _numbered(folded), _numbered(folded.strip(TRIM))  # digits at the ends are no trimming


def _numbered(text: str) -> str:
    """`text` with a number sign for each run of zeros; most are a year or a day."""
    while "00" in text:
        text = text.replace("00", "0")
    return text.replace("0", "#")


def count_between(text: str, first: str, last: str) -> int:
    """How many characters of a text are in a range. A pattern with a large range takes milliseconds to compile."""
    return sum([first <= character <= last for character in text])


def is_unspaced(text: str) -> bool:
    """Whether `text` is in a script without spaces between words, or one that glues endings."""
    if western(text) is not None:
        return False
    return count_between(text, "\u0e00", "\u0eff") > 0 or count_between(text, "\u2e80", "\ud7ff") > 0


def words_in(text: str) -> list[str]:
    """The words of a folded text, in order."""
    plain = western(text)
    return _WORD.findall(text) if plain is None else _decoded(plain.translate(_WORDS_ONLY)).split()


def small_words(text: str) -> list[str]:
    """What of a text in ASCII is small letters, in order: the words of most class names."""
    return text.encode("ascii").translate(_SMALL_ONLY).decode("ascii").split()


def letter_words(text: str) -> list[str]:
    """What of a text is letters alone, in order."""
    plain = western(text)
    return _LETTERS.findall(text) if plain is None else _decoded(plain.translate(_LETTERS_ONLY)).split()
