"""The phrases of `data/phrases/<lang>.toml`, sorted for looking them up; `lexicon` says what the files hold.

The installation keeps what this makes of them (scraper/build.py).
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from scraper import datafiles
from scraper.spelling import fold, is_unspaced, normalise, words_in

#: what the book is called among the data that the installation made
NAME = "phrases"
#: characters by which prefixes are looked up: a longer one is the better answer
OPENINGS = (4, 3, 2)


class Entry(NamedTuple):
    """One phrase."""

    phrase: str
    #: place in `Book.rules`
    rule: int
    #: those of the phrase, single spaces between (of sentence phrases)
    words: str = ""


class Listed(NamedTuple):
    """Phrases by the longest word of each; those of scripts without spaces, or without words, in a list."""

    by_word: dict[str, list[Entry]]
    unspaced: list[Entry]

    def add(self, entry: Entry) -> None:
        found = words_in(entry.phrase)
        if is_unspaced(entry.phrase) or not found:
            self.unspaced.append(entry)
        else:
            self.by_word.setdefault(max(found, key=len), []).append(entry)


class Book(NamedTuple):
    """What the files say, in the form in which the installation keeps it (scraper/build.py)."""

    #: (kind, "phrases/de:recommendation")
    rules: list[tuple[str, str]]
    #: line → rules
    exact: dict[str, list[int]]
    #: first characters (of `OPENINGS`) → phrases that begin alike, longest first; the rule of each
    prefix: dict[str, tuple[tuple[str, ...], tuple[int, ...]]]
    contains: Listed
    #: sentence phrases
    told: Listed
    #: "kind.list" → the phrases of a list that judges pages
    pages: dict[str, Listed]
    #: list name → language → words
    words: dict[str, dict[str, frozenset[str]]]


def load_book() -> Book:
    """The phrases as the installation left them, or from the files."""
    ready = datafiles.made(NAME)
    return msgspec.msgpack.decode(ready, type=Book) if ready else read_files()


def read_files() -> Book:
    """All files. One that does not fit is a fault of the package: errors pass."""
    book = Book([], {}, {}, Listed({}, []), Listed({}, []), {}, {})
    prefixes: dict[str, list[Entry]] = {}
    for file in sorted((datafiles.FOLDER / "phrases").glob("*.toml")):
        for kind, lists in datafiles.parsed(file).items():
            if kind == "words":
                for name, listed in msgspec.convert(lists, dict[str, list[str]]).items():
                    known = book.words.setdefault(name, {})
                    known[file.stem] = frozenset(w.casefold() for w in listed)
            else:
                book.rules.append((kind, f"phrases/{file.stem}:{kind}"))
                _add(book, prefixes, kind, msgspec.convert(lists, _Lists))
    for opening, entries in prefixes.items():
        entries.sort(key=lambda e: -len(e.phrase))
        book.prefix[opening] = tuple(e.phrase for e in entries), tuple(e.rule for e in entries)
    return book


class _Lists(msgspec.Struct, forbid_unknown_fields=True):
    exact: list[str] = []
    prefix: list[str] = []
    contains: list[str] = []
    sentence: list[str] = []
    title: list[str] = []
    page: list[str] = []
    cut: list[str] = []
    offer: list[str] = []


def _add(book: Book, prefixes: dict[str, list[Entry]], kind: str, lists: _Lists) -> None:
    """The phrases of one table, whose rule is the book's last."""
    rule = len(book.rules) - 1
    for phrase in lists.exact:
        book.exact.setdefault(_spelled(phrase), []).append(rule)
    for phrase in lists.prefix:
        text = _spelled(phrase) + (":" if phrase.rstrip().endswith(":") else "")
        prefixes.setdefault(text[: OPENINGS[0]], []).append(Entry(text, rule))
    for phrase in lists.contains:
        book.contains.add(Entry(fold(phrase), rule))
    for phrase in lists.sentence:
        folded = fold(phrase)
        book.told.add(Entry(folded, rule, " ".join(words_in(folded))))
    for name in ("title", "page", "cut", "offer"):
        for phrase in getattr(lists, name):
            book.pages.setdefault(f"{kind}.{name}", Listed({}, [])).add(Entry(phrase, rule))


def _spelled(phrase: str) -> str:
    """A phrase of a file, normalised as lines are: its "#" stands for digits there."""
    return normalise(phrase.replace("#", "0"))
