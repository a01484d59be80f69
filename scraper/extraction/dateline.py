"""Agencies and datelines in the text: "BERLIN (dpa) – ", "London/Moskau. ", "(EB/mit dpa)" at
the end.
"""

from __future__ import annotations

import re
from functools import lru_cache

from scraper.extraction.fields.names import agency
from scraper.extraction.fields.rules import agency_names

#: "PLACE[/PLACE] [(AGENCY)] [, 3 May] –": what may stand before the first sentence
_OPENING = re.compile(
    r"^(?P<places>[^\W\d_][^\n–—:;!?()\"„“«»]{0,70}?)\s*"
    r"(?:,\s*(?:den\s+)?\d{1,2}\.?\s*(?:de\s+)?[^\W\d_]{3,12}\.?(?:\s+(?:de\s+)?\d{4})?\s*)?"
    r"(?P<agencies>\((?:[^()]{2,50})\)|/[A-Z]{2,8}/)?\s*\.?\s*(?P<dash>[–—]|\s-{1,2})\s+(?=\S)"
)
_PLAIN = re.compile(r"^(?P<places>[^\n.:;!?()]{2,70}?)\s*\((?P<agencies>[^()]{2,50})\)\s*[.:–—-]?\s*(?=\S)")
_END_BRACKETS = re.compile(r"[(\[]([^()\[\]]{2,60})[)\]]\s*\.?\s*$")
_END_LINE = re.compile(r"(?:^|\n)\s*(?:©\s*)?([^\n]{2,60})\s*$")
_PARTS = re.compile(
    r"\s*(?:[/,;+&|]|\s-\s|–|\bmit\b|\bund\b|\band\b|\bwith\b|\bet\b|\bvon\b|\bby\b|\bvia\b|:)\s*",
    re.I,
)
_PLACE_PARTS = re.compile(r"\s*/\s*|\s*,\s+|\s+und\s+|\s+and\s+|\s+et\s+")
#: small words inside the names of places
_SMALL = frozenset(
    ("am", "an", "der", "im", "in", "bei", "de", "del", "di", "la", "le", "les", "los", "las", "el")
) | frozenset(("do", "da", "upon", "of", "the", "a.d.", "ob", "v.", "d.", "i.", "b.", "und"))
_MAX_PLACES = 4


def read_dateline(first_text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(places, agencies) before the first sentence; ((), ()) where it opens with no dateline."""
    opening = first_text[:140].lstrip()
    match = _OPENING.match(opening)
    if match and opening[match.end()].islower():  # "The bridge – so they say – is open"
        match = None
    if match is None and (match := _PLAIN.match(opening)) and not _agencies_in(match["agencies"]):
        match = None
    if match is None:
        return (), ()
    agencies = _agencies_in((match["agencies"] or "").strip("()/ "))
    places = [p for p in _PLACE_PARTS.split(match["places"].strip(" .,")) if p]
    named = [p for p in places if not agency(p)]
    agencies = list(dict.fromkeys([a for p in places if (a := agency(p))] + agencies))
    if not named or len(named) > _MAX_PLACES or not all(_is_place(p) for p in named):
        return (), tuple(agencies) if match["agencies"] else ()
    return tuple(dict.fromkeys(map(_cased, named))), tuple(agencies)


def _cased(text: str) -> str:
    """ "LOS ANGELES" → "Los Angeles"; an abbreviation ("USA") stays."""
    return text.title() if text.isupper() and len(text) > 4 else text


def _is_place(text: str) -> bool:
    """Capitalised words, at most four: "Frankfurt am Main", "NEW YORK"."""
    words = text.split()
    if not 1 <= len(words) <= 4 or not words[0][:1].isupper() or any(c.isdigit() for c in text):
        return False
    return all(w[:1].isupper() or w.lower() in _SMALL for w in words) and 1 < len(text) <= 40


def read_agencies(text: str) -> tuple[str, ...]:
    """Agencies that sign at the end of the text: "(dpa)", "(EB/mit dpa)", "dpa/lnw", "© AFP"."""
    tail = text.rstrip()[-120:]
    found: list[str] = []
    for pattern in (_END_BRACKETS, _END_LINE):
        if match := pattern.search(tail):
            found += _agencies_in(match[1])
    return tuple(dict.fromkeys(found))


def _agencies_in(text: str) -> list[str]:
    """The agencies among the parts of a short signature; [] where it is a sentence."""
    if not text or len(text.split()) > 8:
        return []
    whole = agency(text)
    if whole:
        return [whole]
    parts = [p for p in _PARTS.split(text) if p]
    found = [short for p in parts if (short := agency(p)) and _written_right(p)]
    return list(dict.fromkeys(found))


@lru_cache(maxsize=512)
def _written_right(text: str) -> bool:
    """Short forms must be written as agencies write them: "ap" and "Pa" in running text are
    words.
    """
    bare = text.strip(" .()")
    return len(bare) > 4 or bare.isupper() or agency_names().get(bare.lower()) == bare or bare.islower()
