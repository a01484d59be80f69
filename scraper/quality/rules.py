"""The data of this stage: `scraper/data/walls.toml`, read once."""

from __future__ import annotations

import re
from functools import cache

import msgspec

from scraper import datafiles, lexicon

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


@cache
def walls() -> Walls:
    return msgspec.convert(datafiles.toml("walls.toml"), Walls)


@cache
def wall_pattern() -> re.Pattern[str]:
    """Finds a word of the wall markup in a class or id."""
    return re.compile("|".join(map(re.escape, walls().markup.wall)))


def phrase(where: str, text: str) -> str:
    """The first phrase of the lexicon's list ("paywall.cut") in `text`, whole words only; "" where there is none."""
    return next(lexicon.spotted(text, where), "")


def offer(line: str, *, wall: bool) -> str:
    """The offer or way in that a line names: our phrase, in a wall else the lexicon's rule."""
    own = phrase("paywall.offer", line)
    if own or not wall:
        return own
    hit = lexicon.hit(line, kinds=_PAYWALL)
    return hit.rule if hit else ""


def recommends(line: str) -> bool:
    """Whether a line heads a list of other articles."""
    return lexicon.hit(line, kinds=_RECOMMENDATION) is not None


def phrases(where: str, text: str) -> set[str]:
    """Every phrase of the lexicon's list that stands in `text`."""
    return set(lexicon.spotted(text, where))
