"""Near-equal texts: a fingerprint that few edits change by few bits (Charikar 2002), what an index needs to find them,
and the measure that decides.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

from scraper.spelling import key_words, western

#: characters of a text that are looked at: a fingerprint must not cost more for a page that is a book
MAX_CHARS = 40_000
#: words below which a text has no fingerprint: two short notices are alike by nature (weather, results, corrections)
MIN_WORDS = 60
BITS = 64
#: what an index holds of a text: BANDS numbers, each made of the least of ROWS parts of its word pairs. Of 158 news
#: texts it finds all with 5 % of the words changed, .98 with another beginning, .89 with the last third cut off, and no
#: other text; the fingerprint in 8 pieces finds .96, .94, .78 and many others, in 4 pieces .39, .36, .12
BANDS, ROWS = 8, 3
#: share of the shorter text's word pairs that the other must have for the two to be the same text
MIN_ALIKE = 0.7

_MASK = (1 << BITS) - 1
#: for each bit of a byte, a table that turns bytes into 0 and 1
_BIT = tuple(bytes(byte >> bit & 1 for byte in range(256)) for bit in range(8))


def simhash(text: str) -> str:
    """The fingerprint as 16 hex digits; "" for a text of fewer than MIN_WORDS words."""
    found = _words(text)
    if len(found) < MIN_WORDS:
        return ""
    octets, half = _pairs(found), (len(found) - 1) // 2
    value = 0
    for place in range(8):
        column = octets[place::8]
        for bit in range(8):
            value = value << 1 | (column.translate(_BIT[bit]).count(1) > half)
    return f"{value:016x}"


@lru_cache(maxsize=2)  # asked for twice of each text: who may have it, and to take it in
def bands(text: str) -> tuple[int, ...]:
    """What an index holds of a text: texts that share most of their word pairs share at least one of BANDS numbers
    below 2^63, others hardly ever (min-hashes, Broder 1997, with one hash function for all: Li, Owen, Zhang 2012).

    () for a text of fewer than MIN_WORDS words.
    """
    found = _words(text)
    if len(found) < MIN_WORDS:
        return ()
    numbers = array("Q", _pairs(found))
    if sys.byteorder == "little":  # the same numbers on every machine
        numbers.byteswap()
    pairs = sorted(set(numbers))
    step = (1 << BITS) // (BANDS * ROWS)
    least = [pairs[bisect_left(pairs, part * step) % len(pairs)] for part in range(BANDS * ROWS)]
    rows = (least[band * ROWS : (band + 1) * ROWS] for band in range(BANDS))
    return tuple((a * 3 + b * 5 + c * 7 + band & _MASK) >> 1 for band, (a, b, c) in enumerate(rows))


def distance(one: str, two: str) -> int:
    """Bits in which two fingerprints differ; BITS where one of them is missing."""
    return (int(one, 16) ^ int(two, 16)).bit_count() if one and two else BITS


def alike(one: str, two: str) -> float:
    """Share of the shorter text's word pairs that stand in the longer one: 1.0 for a text that was only cut."""
    few, many = sorted((set(pairwise(_words(text))) for text in (one, two)), key=len)
    return len(few & many) / len(few) if few else 0.0


def _words(text: str) -> list[str]:
    text = text[:MAX_CHARS]
    return key_words(text, western(text))


def _pairs(words: Sequence[str]) -> bytes:
    """64 bits, big-endian, for each two words in a row, all made at once as parts of one long number.

    Pairs stand an edited text better than triples, and single words tell texts of one subject apart worse.
    """
    numbers = [_numbers(word) for word in words]
    ones, twos = b"".join([first for first, _ in numbers[:-1]]), b"".join([second for _, second in numbers[1:]])
    return (int.from_bytes(ones) ^ int.from_bytes(twos)).to_bytes(len(ones))


#: words remembered: with four times as many, which are 10 MB a process, no text takes less time
_KNOWN = 1 << 13


@lru_cache(maxsize=_KNOWN)
def _numbers(word: str) -> tuple[bytes, bytes]:
    """What stands for a word as the first and as the second of a pair: not the same, or a pair would be that of the
    same words the other way round."""
    number = blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
    return (int.from_bytes(number) * 3 & _MASK).to_bytes(8), number
