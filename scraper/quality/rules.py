"""The data of this stage: `scraper/data/walls.toml`, read once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

import msgspec

from scraper import lexicon

_WORD = re.compile(r"[^\W_]+")
_PAYWALL = frozenset(("paywall",))
_RECOMMENDATION = frozenset(("recommendation",))


class PageTags(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    silent: frozenset[str]
    breaks: frozenset[str]


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    names: tuple[str, ...]
    free: frozenset[str]
    metered: frozenset[str]
    paywalled: frozenset[str]
    paid_flags: tuple[str, ...]
    free_flags: tuple[str, ...]


class Markup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    wall: tuple[str, ...]


class Consent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    hosts: tuple[str, ...]
    segments: frozenset[str]


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    segments: frozenset[str]


class Blocked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sources: tuple[str, ...]
    markup: tuple[str, ...]


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    segments: frozenset[str]
    front: frozenset[str]
    article_types: frozenset[str]
    date_names: tuple[str, ...]
    list_types: frozenset[str]


class Walls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of walls.toml; the file's own comments say what each list is for."""

    page: PageTags
    tier: Tier
    markup: Markup
    consent: Consent
    login: Login
    blocked: Blocked
    listing: Listing
    phrases: dict[str, tuple[str, ...]]


@cache
def walls() -> Walls:
    text = (resources.files("scraper") / "data" / "walls.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Walls)


@cache
def wall_pattern() -> re.Pattern[str]:
    """Finds a word of the wall markup in a class or id."""
    return re.compile("|".join(map(re.escape, walls().markup.wall)))


def phrase(kind: str, text: str) -> str:
    """The first phrase of the table `kind` in `text`, whole words only; "" where there is none."""
    return next(_spotted(kind, text), "")


def offer(line: str, *, wall: bool) -> str:
    """The offer or way in that a line names: our phrase, in a wall else the lexicon's rule."""
    own = phrase("offer", line)
    if own or not wall:
        return own
    hit = lexicon.hit(line, kinds=_PAYWALL)
    return hit.rule if hit else ""


def recommends(line: str) -> bool:
    """Whether a line heads a list of other articles."""
    return lexicon.hit(line, kinds=_RECOMMENDATION) is not None


def phrases(kind: str, text: str) -> set[str]:
    """Every phrase of the table `kind` that stands in `text`."""
    return set(_spotted(kind, text))


def _spotted(kind: str, text: str) -> Iterator[str]:
    """Phrases of the table in `text`: one look-up per word, however long the table."""
    by_word, unspaced = _table(kind)
    low = " ".join(text.lower().replace("’", "'").split())
    for word in _WORD.findall(low):
        for known, pattern in by_word.get(word, ()):
            if known in low and pattern.search(low):
                yield known
    if not low.isascii():
        yield from (known for known in unspaced if known in low)


@cache
def _table(kind: str) -> tuple[dict[str, list[tuple[str, re.Pattern[str]]]], list[str]]:
    """(longest word → phrases with it, phrases of scripts that put no spaces between words)."""
    by_word: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    unspaced = []
    for known in (p.replace("’", "'") for p in walls().phrases[kind]):
        if known[0] >= "\u2e80":
            unspaced.append(known)
        else:
            longest = max(_WORD.findall(known), key=len)
            by_word.setdefault(longest, []).append((known, re.compile(_whole(known))))
    return by_word, unspaced


def _whole(words: str) -> str:
    """A phrase begins and ends where words do."""
    opened, closed = words[0].isalnum(), words[-1].isalnum()
    return (r"(?<![^\W_])" if opened else "") + re.escape(words) + (r"(?![^\W_])" if closed else "")
