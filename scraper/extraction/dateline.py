"""Datelines ("London/Moskau – …") and news agencies ("(EB/mit dpa)") of running text."""

from __future__ import annotations

import re

from scraper.extraction.fields.rules import agency_names

#: characters of a paragraph in which a dateline must end
_WINDOW = 90
_DASH = re.compile(r"\s*[–—]\s*|\s+-{1,2}\s+|\.\s+-\s+")
_PLACES = re.compile(r"\s*(?:/|,\s(?=[A-ZÀ-ÞĀ-Ž])|\sund\s|\sand\s|\set\s|\sy\s|\se\s)\s*")
_BRACKET = re.compile(r"\s*\(([^()]{1,40})\)\s*$")
_PLACE = re.compile(r"[A-ZÀ-ÞĀ-ŽА-ЯΑ-Ω][\w.’'-]*(?:\s[\w.’'-]+){0,3}")
_SMALL = frozenset(("am", "an", "de", "del", "der", "di", "do", "du", "in", "la", "le", "les", "of", "on", "the"))
_OPENING = re.compile(r"^[^()]{2,50}\(([^()]{1,40})\)\s*(?:[-–—]|\s)")
_LAST = re.compile(r"[(\[]([^()\[\]]{1,80})[)\]][\s.]*$")
_SPLIT = re.compile(r"\s*[/,;&+]\s*|\b(?:und|and|et|mit|with|y|e|avec|con)\s+")


def split_dateline(paragraph: str) -> tuple[str, ...]:
    """The places that a paragraph's dateline names, in order; () where it has none.

    >>> split_dateline("London/Moskau – Der Kanzler reist.")
    ('London', 'Moskau')
    """
    dash = _DASH.search(paragraph, 0, _WINDOW)
    if dash is None or not dash.start() or paragraph[dash.end() : dash.end() + 1].islower():
        return ()
    head = _BRACKET.sub("", paragraph[: dash.start()])
    parts = [part.strip(" .:") for part in _PLACES.split(head) if part.strip(" .:")]
    places = [part for part in parts if not _agency(part) and not re.search(r"\d", part)]
    if not places or len(places) > 5 or not all(_is_place(part) for part in places):
        return ()
    return tuple(dict.fromkeys(_cased(part) for part in places))


def agencies_in(text: str) -> tuple[str, ...]:
    """Short forms of the agencies in the dateline's brackets and in the last brackets of `text`."""
    found: list[str] = []
    for match in (_OPENING.search(text[:_WINDOW]), _LAST.search(text)):
        parts = _SPLIT.split(match[1]) if match else ()
        found += [short for part in parts if (short := _agency(part))]
    return tuple(dict.fromkeys(found))


def _agency(text: str) -> str | None:
    return agency_names().get(text.strip(" .:").lower().replace(".", ""))


def _is_place(text: str) -> bool:
    """At most four words with capitals, but for the small ones: "Frankfurt am Main"."""
    if not _PLACE.fullmatch(text) or len(text) > 40:
        return False
    return all(word[:1].isupper() or word.lower() in _SMALL for word in text.split())


def _cased(text: str) -> str:
    """ "LOS ANGELES" → "Los Angeles"; an abbreviation ("USA") stays."""
    return text.title() if text.isupper() and len(text) > 4 else text
