"""The data that the fields are read by: meta names, class words, byline words, agencies
(`scraper/data/*.toml`).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from scraper import datafiles
from scraper.spelling import small_words


class Rules(NamedTuple):
    """`fields.toml`, with what is looked up turned into sets."""

    meta: dict[str, list[str]]
    article_types: dict[str, str]
    page_types: frozenset[str]
    organisations: frozenset[str]
    types: dict[str, frozenset[str]]
    classes: dict[str, frozenset[str]]
    separators: tuple[str, ...]
    kicker_ends: tuple[str, ...]
    generic_titles: frozenset[str]
    images: dict[str, list[str]]
    #: words of meta names of a site's own making
    meta_words: dict[str, frozenset[str]]
    #: folders of addresses below which authors have their pages
    author_folders: frozenset[str]
    #: keys that scripts give the date of publication
    script_dates: list[str]


@cache
def rules() -> Rules:
    """The parsed `fields.toml`; read once."""
    raw = datafiles.toml("fields.toml")
    return Rules(
        meta=raw["meta"],
        article_types=raw["jsonld"]["article_types"],
        page_types=frozenset(raw["jsonld"]["page_types"]),
        organisations=frozenset(raw["jsonld"]["organisations"]),
        types={kind: frozenset(words) for kind, words in raw["types"].items()},
        classes={kind: frozenset(words) for kind, words in raw["classes"].items()},
        separators=tuple(raw["titles"]["separators"]),
        kicker_ends=tuple(raw["titles"]["kicker_ends"]),
        generic_titles=frozenset(raw["titles"]["generic"]),
        images=raw["images"],
        meta_words={kind: frozenset(words) for kind, words in raw["meta_words"].items()},
        script_dates=raw["dates"]["script_keys"],
        author_folders=frozenset(raw["authors"]["folders"]),
    )


class Bylines(NamedTuple):
    """`bylines.toml`: how names are introduced, joined and decorated."""

    #: language → opening words, longest first
    intro: dict[str, tuple[str, ...]]
    all_and: frozenset[str]
    weak_and: frozenset[str]
    #: all the others
    strong_and: frozenset[str]
    particles: frozenset[str]
    roles: frozenset[str]
    noise: frozenset[str]
    nobody: frozenset[str]
    houses: frozenset[str]
    months: frozenset[str]


@cache
def bylines() -> Bylines:
    """The parsed `bylines.toml`; read once."""
    raw = datafiles.toml("bylines.toml")
    return Bylines(
        intro={language: tuple(sorted(words, key=len, reverse=True)) for language, words in raw["intro"].items()},
        all_and=frozenset(raw["parts"]["and"]),
        weak_and=frozenset(raw["parts"]["weak_and"]),
        strong_and=frozenset(raw["parts"]["and"]) - frozenset(raw["parts"]["weak_and"]),
        particles=frozenset(raw["parts"]["particles"]),
        roles=frozenset(raw["roles"]["words"]),
        noise=frozenset(raw["roles"]["noise"]),
        nobody=frozenset(raw["roles"]["nobody"]),
        houses=frozenset(raw["roles"]["houses"]),
        months=frozenset(raw["months"]["words"]),
    )


@cache
def agency_names() -> dict[str, str]:
    """The ways an agency is written, in lower case and without dots → its short form."""
    return {
        way.replace(".", ""): short
        for short, ways in datafiles.toml("agencies.toml")["agencies"].items()
        for way in ways
    }


#: a word of a name, as capitals inside it begin new ones
_WORDS = re.compile("[A-ZÀ-Þ]*[a-zß-ÿ]+|[A-ZÀ-Þ]+")


@lru_cache(maxsize=8192)
def class_words(text: str) -> frozenset[str]:
    """The words of a class or id, and neighbours joined: "articleHeader__intro-text" → article,
    header, introtext …
    """
    text = text[:400]
    plain = text.isascii() and text.islower()  # nearly all
    words = small_words(text) if plain else [word.lower() for word in _WORDS.findall(text)]
    if len(words) < 2:
        return frozenset(words)
    return frozenset(words + [words[i - 1] + words[i] for i in range(1, len(words))])
