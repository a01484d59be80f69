"""Names of boxes → flags: what class, id, role and data-* words say about a box. The words are data/classes.toml."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from scraper import datafiles
from scraper.spelling import small_words

_WORD: Final = re.compile(r"[A-Z]?[a-zäöüßéèáóíñçøåæ]+|[A-Z]+(?![a-z])")


@cache
def flag_bits() -> dict[str, int]:
    """Flag name → its bit, in the order of the data file, behind the structural ones."""
    names = [*STRUCTURE, *_table()]
    return {name: 1 << i for i, name in enumerate(dict.fromkeys(names))}


#: flags that elements themselves carry
STRUCTURE: Final = (
    "in_article", "in_main", "in_aside", "in_nav", "in_footer", "in_header", "in_figure", "in_figcaption", "in_list",
    "in_table", "in_quote", "in_form", "in_heading", "in_link", "in_pre", "in_address", "in_details", "in_section",
    "item_body", "item_caption", "is_hidden",
)  # fmt: skip


@cache
def _table() -> dict[str, list[str]]:
    return datafiles.toml("classes.toml")


@cache
def word_flags() -> dict[str, int]:
    """Word → flags."""
    bits = flag_bits()
    words: dict[str, int] = {}
    for flag, listed in _table().items():
        for word in listed:
            words[word] = words.get(word, 0) | bits[flag]
    return words


#: characters of a class string up to which what was found out is remembered: giant ones would fill the memory
_REMEMBERED: Final = 400


def name_words(names: str) -> tuple[str, ...]:
    """The words of a class or id string, lower-cased, without numbers, each once."""
    if len(names) > _REMEMBERED:
        return _read(names)[0]
    return _known(names)[0]


def name_flags(names: str) -> int:
    """Flags of a class or id string; no look at the rest of the page."""
    if len(names) > _REMEMBERED:
        return _read(names)[1]
    return _known(names)[1]


def _read(names: str) -> tuple[tuple[str, ...], int]:
    """(words, flags) of a class or id string."""
    words: dict[str, None] = {}
    flags = 0
    for name in names.split():
        parts, own = _one_name(name) if len(name) <= _REMEMBERED else _read_one(name)
        words |= parts
        flags |= own
    return tuple(words), flags


def _read_one(name: str) -> tuple[dict[str, None], int]:
    """(words as keys, flags) of one class name or id."""
    # what utility classes carry in brackets is a value: "mt-[theme(spacing.header)]" is no header
    bare = name.partition("[")[0]
    plain = name.isascii() and name.islower()  # nearly all
    parts = small_words(bare) if plain else [part.lower() for part in _WORD.findall(bare)]
    if 1 < len(parts) < 4:  # "related-articles" is also "relatedarticles"
        parts.append("".join(parts))
    table, flags = word_flags(), 0
    for part in parts:
        flags |= table.get(part, 0)
    return dict.fromkeys(parts), flags


#: boxes of a page share most of their names, pages of a site too
_known = lru_cache(maxsize=16384)(_read)
_one_name = lru_cache(maxsize=16384)(_read_one)
