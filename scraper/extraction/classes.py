"""Names of boxes → flags: what class, id, role and data-* words say about a box. The words are data/classes.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources

_SPLIT = re.compile(r"[A-Z]?[a-zäöüßéèáóíñçøåæ]+|[A-Z]+(?![a-z])|\d+")


@cache
def flag_bits() -> dict[str, int]:
    """Flag name → its bit, in the order of the data file, behind the structural ones."""
    names = [*STRUCTURE, *_table()]
    return {name: 1 << i for i, name in enumerate(dict.fromkeys(names))}


#: flags that elements themselves carry
STRUCTURE = (
    "in_article", "in_main", "in_aside", "in_nav", "in_footer", "in_header", "in_figure", "in_figcaption", "in_list",
    "in_table", "in_quote", "in_form", "in_heading", "in_link", "in_pre", "in_address", "in_details", "in_section",
    "item_body", "item_caption", "is_hidden",
)  # fmt: skip


@cache
def _table() -> dict[str, list[str]]:
    data = resources.files("scraper").joinpath("data/classes.toml").read_text(encoding="utf-8")
    table: dict[str, list[str]] = tomllib.loads(data)
    return table


@cache
def word_flags() -> dict[str, int]:
    """Word → flags."""
    bits = flag_bits()
    words: dict[str, int] = {}
    for flag, listed in _table().items():
        for word in listed:
            words[word] = words.get(word, 0) | bits[flag]
    return words


@lru_cache(maxsize=16384)
def _one_name(name: str) -> tuple[tuple[str, ...], int]:
    """(words, flags) of one class name or id."""
    if name.islower() and name.isascii():
        parts = [part for part in name.replace("_", "-").split("-") if part and not part.isdigit()]
        if any(not part.isalpha() for part in parts):
            parts = _parts(name)
    else:
        parts = _parts(name)
    if 1 < len(parts) < 4:  # "related-articles" is also "relatedarticles"
        parts.append("".join(parts))
    table, flags = word_flags(), 0
    for part in parts:
        flags |= table.get(part, 0)
    return tuple(parts), flags


def _parts(name: str) -> list[str]:
    return [part.lower() for part in _SPLIT.findall(name) if not part.isdigit()]


def name_words(names: str) -> tuple[str, ...]:
    """The words of a class or id string, lower-cased, without numbers, each once."""
    words: dict[str, None] = {}
    for name in names.split():
        words.update(dict.fromkeys(_one_name(name)[0]))
    return tuple(words)


def name_flags(names: str) -> int:
    """Flags of a class or id string; no look at the rest of the page."""
    flags = 0
    for name in names.split():
        flags |= _one_name(name)[1]
    return flags
