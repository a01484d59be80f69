"""Phrases that give clutter away, in many languages: look-ups over `data/phrases/<lang>.toml`.

A file has one table per kind (a `models.Reason` value, or one of PAGE_KINDS) with any of these
lists, each phrase written as `normalise` leaves it:

    exact      the whole line is the phrase
    prefix     the line begins with it, at a word's end ("Lesen Sie auch: …")
    contains   it stands in a short line
    sentence   it gives a longer text away, wherever it stands (`find`)

and lists that judge a page as a whole, digits as they are written (`spotted`):

    title      of PAGE_KINDS: it stands in the title or headline of such a page
    page       of PAGE_KINDS: it stands in the little text of such a page
    cut        of paywalls: what is missing, or what must be done to read on
    offer      of paywalls: an offer or a way in; says little alone

and a table `words` of plain word lists (`date`, `stop`, `role`). All languages are consulted
at once; "mul" holds what is the same in all of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Literal, NamedTuple

import msgspec

How = Literal["exact", "prefix", "contains"]

#: kinds of whole pages, beside the values of `models.Reason`
PAGE_KINDS = ("blockedPage", "consentPage", "loginPage", "errorPage")

#: characters up to which a line can be a prefix's line, and be looked through for `contains`
PREFIX_LINE = 220
CONTAINS_LINE = 90

_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+")
#: Latin-1 with a space for all that is no part of a word: a table of bytes is three times as fast as `_WORD`
_WORDS_ONLY = bytes(c if _WORD.match(chr(c)) else 32 for c in range(256))
_UNSPACED = re.compile("[\u0e00-\u0eff\u2e80-\ud7ff]")
#: what stands around a phrase and is none of it: quotes, arrows, bullets, brackets, end punctuation
_TRIM = (
    " \t\"'´`“”„‚‘’«»‹›<>()[]{}|/\\·•●■▪◆◇○◯※★☆✔✓*+_–—―-~=…:;.,!?¿¡"
    "。、：！？＞≫「」『』【】→←↑↓➔➜➡►▶▸▹▼▲△▽⇒⟶↗↪\u200b\ufeff#"
)
_SAME = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "‐": "-", "‑": "-", "\u00ad": None, "\u200b": None})
_HAS_SAME = re.compile("[’‘´`‐‑\u00ad\u200b]")
#: characters by which prefixes are looked up: a longer one is the better answer
_OPENINGS = (4, 3, 2)
#: lines of which the answer is remembered: menus and prompts are the same on every page of a site
_REMEMBERED = 4096


class Hit(NamedTuple):
    """Which phrase a line or text showed."""

    #: a `models.Reason` value or one of PAGE_KINDS
    kind: str
    #: "phrases/de:recommendation"
    rule: str
    how: How
    #: characters of the phrase
    length: int


class _Entry(NamedTuple):
    phrase: str
    kind: str
    rule: str
    #: those of the phrase, single spaces between (of sentence phrases)
    words: str = ""


class _Prefixes(NamedTuple):
    """Phrases that begin alike, longest first."""

    phrases: tuple[str, ...]
    entries: tuple[_Entry, ...]


def normalise(line: str) -> str:
    """`line` as phrases are spelled: casefolded, white space folded, digits "#", ends trimmed.

    >>> normalise("» Lesezeit  2 Minuten:")
    'lesezeit # minuten'
    """
    return _DIGITS.sub("#", _even(line).strip(_TRIM).casefold())


def _even(text: str) -> str:
    """`text` with white space folded, apostrophes and hyphens of one kind."""
    if ("`" in text) if text.isascii() else _HAS_SAME.search(text):  # `translate` costs ten times the search
        text = text.translate(_SAME)
    return " ".join(text.split())


@lru_cache(maxsize=256)
def _fold(text: str) -> str:
    """As `normalise`, the ends left as they are: "/dpa" and "(Foto:" are phrases."""
    return _DIGITS.sub("#", _even(text).casefold())


def _has_digit(text: str) -> bool:
    if text.isascii():
        return len(text.encode("ascii").translate(None, b"0123456789")) < len(text)
    return _DIGITS.search(text) is not None


def _words_in(text: str) -> list[str]:
    """The words of a folded text, in order."""
    try:
        plain = text.encode("latin-1")
    except UnicodeEncodeError:
        return _WORD.findall(text)
    return plain.translate(_WORDS_ONLY).decode("latin-1").split()


def hit(line: str, *, kinds: Collection[str] | None = None) -> Hit | None:
    """The phrase of `kinds` that `line` is, begins with or (a short line) contains; else None."""
    if len(line) > 2 * PREFIX_LINE:
        return None
    return _any_hit(line) if kinds is None else _hit(line, kinds)


def _hit(line: str, kinds: Collection[str] | None = None) -> Hit | None:
    tables, plain = _tables(), _even(line).casefold()
    text = plain.strip(_TRIM)
    if _has_digit(plain):  # digits at the ends are no trimming, so only now
        plain, text = _DIGITS.sub("#", plain), _DIGITS.sub("#", text)
    exact = tables.exact.get(text)
    if exact and (entry := _first(exact, kinds)):
        return Hit(entry.kind, entry.rule, "exact", len(entry.phrase))
    if len(text) > PREFIX_LINE:
        return None
    for size in _OPENINGS:
        prefixes = tables.prefix.get(text[:size])
        if prefixes and text.startswith(prefixes.phrases):  # asked once for all of them: nearly every line has none
            for entry in prefixes.entries:
                if (kinds is None or entry.kind in kinds) and _begins(text, entry.phrase):
                    return Hit(entry.kind, entry.rule, "prefix", len(entry.phrase))
    if len(text) <= CONTAINS_LINE and (entry := tables.contains.spot(plain, _words_in(plain), kinds)):
        return Hit(entry.kind, entry.rule, "contains", len(entry.phrase))
    return None


_any_hit = lru_cache(maxsize=_REMEMBERED)(_hit)


def find(text: str, kind: str) -> Hit | None:
    """The first sentence phrase of `kind` in a longer text, or None."""
    spotter = _tables().sentence.get(kind)
    if spotter is None:
        return None
    folded = _fold(text)
    entry = spotter.spot(folded, _words_of(folded))
    return Hit(entry.kind, entry.rule, "contains", len(entry.phrase)) if entry else None


def told(text: str, key: str) -> Hit | None:
    """The first sentence phrase of any kind in a longer text, or None.

    `key`: the text's words, lower-cased, with single spaces. A phrase is looked for among these first: to fold every
    text of a page would cost as much as to parse the page.
    """
    entry = _tables().told.among(text, key if key.isascii() else key.casefold())
    return Hit(entry.kind, entry.rule, "contains", len(entry.phrase)) if entry else None


def spotted(text: str, where: str) -> Iterator[str]:
    """Every phrase in `text` of a list that judges pages ("paywall.cut", "errorPage.title"), as the file spells it."""
    spotter, plain = _tables().pages.get(where), _plain(text)
    if spotter and spotter.may_spot(plain, found := _words_of(plain)):
        yield from (entry.phrase for entry in spotter.each(plain, found))


@lru_cache(maxsize=256)
def _plain(text: str) -> str:
    """`text` as phrases about pages are spelled: lower case, white space folded."""
    return _even(text).lower()


def words(name: str) -> Mapping[str, frozenset[str]]:
    """language → its words of the list `name` ("date", "stop", "role"), casefolded."""
    return _tables().words.get(name, {})


def _first(entries: Iterable[_Entry], kinds: Collection[str] | None) -> _Entry | None:
    return next((e for e in entries if kinds is None or e.kind in kinds), None)


def _begins(text: str, phrase: str) -> bool:
    """Whether `phrase` opens `text` and ends where a word ends (if its script has spaces)."""
    if not text.startswith(phrase):
        return False
    rest = text[len(phrase) : len(phrase) + 1]
    return not (rest.isalnum() and phrase[-1].isalnum()) or _unspaced(phrase)


def _stands(text: str, phrase: str) -> bool:
    """Whether `phrase` stands in `text` from a word's beginning to a word's end."""
    at = text.find(phrase)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(phrase) : at + len(phrase) + 1]
        if not (before.isalnum() and phrase[0].isalnum()) and not (after.isalnum() and phrase[-1].isalnum()):
            return True
        at = text.find(phrase, at + 1)
    return False


def _unspaced(text: str) -> bool:
    """Whether `text` is in a script without spaces between words, or one that glues endings."""
    return _UNSPACED.search(text) is not None


class _Spotter:
    """Finds one of many phrases in a text by the longest word of each: a look-up per word."""

    def __init__(self) -> None:
        self._by_word: dict[str, list[_Entry]] = {}
        self._unspaced: list[_Entry] = []
        #: first characters of the unspaced ones
        self._openings: set[str] = set()

    def add(self, entry: _Entry) -> None:
        found = _WORD.findall(entry.phrase)
        if _unspaced(entry.phrase) or not found:
            self._unspaced.append(entry)
            self._openings.add(entry.phrase[0])
        else:
            self._by_word.setdefault(max(found, key=len), []).append(entry)

    def spot(self, text: str, words: Sequence[str], kinds: Collection[str] | None = None) -> _Entry | None:
        """The first entry whose phrase stands in a folded text; `words`: all of the text's, in order."""
        return next(self.each(text, words, kinds), None) if self.may_spot(text, words) else None

    def may_spot(self, text: str, words: Sequence[str]) -> bool:
        """Whether it is worth a look: of nearly every line it is not."""
        if not self._by_word.keys().isdisjoint(words):
            return True
        return not text.isascii() and not self._openings.isdisjoint(text)

    def among(self, text: str, key: str) -> _Entry | None:
        """As `spot`, of a text that is not folded yet, by its words joined by spaces."""
        words = key.split(" ")
        if not self._by_word.keys().isdisjoint(words):
            for word in words:
                for entry in self._by_word.get(word, ()):
                    if entry.words in key and _stands(_fold(text), entry.phrase):
                        return entry
        if text.isascii() or not _UNSPACED.search(text):
            return None
        return next((entry for entry in self._unspaced if entry.phrase in _fold(text)), None)

    def each(self, text: str, words: Sequence[str], kinds: Collection[str] | None = None) -> Iterator[_Entry]:
        """All such entries."""
        for word in words:
            for entry in self._by_word.get(word, ()):
                if (kinds is None or entry.kind in kinds) and _stands(text, entry.phrase):
                    yield entry
        if not text.isascii():
            for entry in self._unspaced:
                if entry.phrase in text and (kinds is None or entry.kind in kinds):
                    yield entry


@lru_cache(maxsize=256)
def _words_of(text: str) -> tuple[str, ...]:
    """The words of a folded text: one line is asked for many kinds in turn."""
    return tuple(dict.fromkeys(_words_in(text)))


class _Tables(NamedTuple):
    exact: dict[str, list[_Entry]]
    #: first characters (of `_OPENINGS`) → phrases
    prefix: dict[str, _Prefixes]
    contains: _Spotter
    #: kind → its sentence phrases
    sentence: dict[str, _Spotter]
    #: those of all kinds
    told: _Spotter
    #: "kind.list" → the phrases of a list that judges pages
    pages: dict[str, _Spotter]
    #: list name → language → words
    words: dict[str, dict[str, frozenset[str]]]


@cache
def _tables() -> _Tables:
    """All files, read once. A file that does not fit is a fault of the package: errors pass."""
    tables = _Tables({}, {}, _Spotter(), {}, _Spotter(), {}, {})
    prefixes: dict[str, list[_Entry]] = {}
    files = resources.files("scraper").joinpath("data/phrases").iterdir()
    texts = {file.name.removesuffix(".toml"): file.read_text(encoding="utf-8") for file in files}
    for language in sorted(texts):
        for kind, lists in tomllib.loads(texts[language]).items():
            if kind == "words":
                for name, listed in msgspec.convert(lists, dict[str, list[str]]).items():
                    known = tables.words.setdefault(name, {})
                    known[language] = frozenset(w.casefold() for w in listed)
            else:
                _add(tables, prefixes, (kind, language), msgspec.convert(lists, _Lists))
    for opening, entries in prefixes.items():
        entries.sort(key=lambda e: -len(e.phrase))
        tables.prefix[opening] = _Prefixes(tuple(e.phrase for e in entries), tuple(entries))
    return tables


class _Lists(msgspec.Struct, forbid_unknown_fields=True):
    exact: list[str] = []
    prefix: list[str] = []
    contains: list[str] = []
    sentence: list[str] = []
    title: list[str] = []
    page: list[str] = []
    cut: list[str] = []
    offer: list[str] = []


def _add(tables: _Tables, prefixes: dict[str, list[_Entry]], source: tuple[str, str], lists: _Lists) -> None:
    """The phrases of one table; `source`: its kind and language."""
    kind, language = source
    rule = f"phrases/{language}:{kind}"
    for phrase in lists.exact:
        text = _spelled(phrase)
        tables.exact.setdefault(text, []).append(_Entry(text, kind, rule))
    for phrase in lists.prefix:
        text = _spelled(phrase) + (":" if phrase.rstrip().endswith(":") else "")
        prefixes.setdefault(text[: _OPENINGS[0]], []).append(_Entry(text, kind, rule))
    for phrase in lists.contains:
        tables.contains.add(_Entry(_fold(phrase), kind, rule))
    for phrase in lists.sentence:
        folded = _fold(phrase)
        entry = _Entry(folded, kind, rule, " ".join(_WORD.findall(folded)))
        tables.sentence.setdefault(kind, _Spotter()).add(entry)
        tables.told.add(entry)
    for name in ("title", "page", "cut", "offer"):
        spotter = tables.pages.setdefault(f"{kind}.{name}", _Spotter())
        for phrase in getattr(lists, name):
            spotter.add(_Entry(phrase, kind, rule))


def _spelled(phrase: str) -> str:
    """A phrase of a file, normalised as lines are: its "#" stands for digits there."""
    return normalise(phrase.replace("#", "0"))
