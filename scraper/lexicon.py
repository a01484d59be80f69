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

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple

from scraper.phrases import OPENINGS, Book, Entry, Listed, load_book
from scraper.spelling import casefold, even, fold, is_unspaced, lower, spelled, words_in

How = Literal["exact", "prefix", "contains"]

#: kinds of whole pages, beside the values of `models.Reason`
PAGE_KINDS: Final = ("blockedPage", "consentPage", "loginPage", "errorPage")

#: characters up to which a line can be a prefix's line, and be looked through for `contains`
PREFIX_LINE: Final = 220
CONTAINS_LINE: Final = 90

#: characters beyond which a line can only begin with a phrase, and those looked at then: none has 50
_LONG, _OPENING = 120, 64

#: lines of which the answer is remembered: menus and prompts are the same on every page of a site
_REMEMBERED: Final = 4096


class Hit(NamedTuple):
    """Which phrase a line or text showed."""

    #: a `models.Reason` value or one of PAGE_KINDS
    kind: str
    #: "phrases/de:recommendation"
    rule: str
    how: How
    #: characters of the phrase
    length: int


def hit(line: str, *, kinds: Collection[str] | None = None) -> Hit | None:
    """The phrase of `kinds` that `line` is, begins with or (a short line) contains; else None."""
    if len(line) > PREFIX_LINE:
        return None
    return _any_hit(line) if kinds is None else _hit(line, kinds)


def _hit(line: str, kinds: Collection[str] | None = None) -> Hit | None:
    tables = _tables()
    long = len(line) > _LONG
    plain, text = spelled(line[:_OPENING] if long else line)
    for rule in () if long else tables.exact.get(text, ()):
        if kinds is None or tables.kind(rule) in kinds:
            return tables.hit(rule, "exact", text)
    for size in OPENINGS:
        prefixes = tables.prefix.get(text[:size])
        if prefixes and text.startswith(prefixes[0]):  # asked once for all of them: nearly every line has none
            for phrase, rule in zip(*prefixes, strict=True):
                if (kinds is None or tables.kind(rule) in kinds) and _begins(text, phrase):
                    return tables.hit(rule, "prefix", phrase)
    if not long and len(text) <= CONTAINS_LINE and (entry := tables.contains.spot(plain, words_in(plain), kinds)):
        return tables.hit(entry.rule, "contains", entry.phrase)
    return None


_any_hit = lru_cache(maxsize=_REMEMBERED)(_hit)


def find(text: str, kind: str) -> Hit | None:
    """The first sentence phrase of `kind` in a longer text, or None."""
    tables, folded = _tables(), fold(text)
    entry = tables.told.spot(folded, _words_of(folded), (kind,))
    return tables.hit(entry.rule, "contains", entry.phrase) if entry else None


def find_first(text: str, kinds: Sequence[str]) -> Hit | None:
    """The first sentence phrase in a longer text of the first of `kinds` that has any, or None."""
    told, folded = _tables().told, fold(text)
    if not told.may_spot(folded, _words_of(folded)):
        return None
    return next((found for kind in kinds if (found := find(text, kind))), None)


def told(text: str, key: str, words: list[str]) -> Hit | None:
    """The first sentence phrase of any kind in a longer text, or None.

    `key`: the text's `words`, lower-cased, with single spaces. A phrase is looked for among these first: to fold every
    text of a page would cost as much as to parse the page.
    """
    tables = _tables()
    if not key.isascii() and (folded := casefold(key)) != key:
        key, words = folded, folded.split(" ")
    entry = tables.told.among(text, key, words)
    return tables.hit(entry.rule, "contains", entry.phrase) if entry else None


def spotted(text: str, where: str) -> Iterator[str]:
    """Every phrase in `text` of a list that judges pages ("paywall.cut", "errorPage.title"), as the file spells it."""
    spotter, plain = _tables().pages.get(where), _plain(text)
    if spotter and spotter.may_spot(plain, found := _words_of(plain)):
        yield from (entry.phrase for entry in spotter.each(plain, found))


@lru_cache(maxsize=256)
def _plain(text: str) -> str:
    """`text` as phrases about pages are spelled: lower case, white space folded."""
    return lower(even(text))


def words(name: str) -> Mapping[str, frozenset[str]]:
    """language → its words of the list `name` ("date", "stop", "role"), casefolded."""
    return _tables().words.get(name, {})


def _begins(text: str, phrase: str) -> bool:
    """Whether `phrase` opens `text` and ends where a word ends (if its script has spaces)."""
    if not text.startswith(phrase):
        return False
    rest = text[len(phrase) : len(phrase) + 1]
    return not (rest.isalnum() and phrase[-1].isalnum()) or is_unspaced(phrase)


def _stands(text: str, phrase: str) -> bool:
    """Whether `phrase` stands in `text` from a word's beginning to a word's end."""
    at = text.find(phrase)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(phrase) : at + len(phrase) + 1]
        if not (before.isalnum() and phrase[0].isalnum()) and not (after.isalnum() and phrase[-1].isalnum()):
            return True
        at = text.find(phrase, at + 1)
    return False


class _Spotter:
    """Finds one of many phrases in a text by the longest word of each: a look-up per word."""

    def __init__(self, listed: Listed, rules: Sequence[tuple[str, str]]) -> None:
        self._by_word, self._unspaced = listed
        #: first characters of the unspaced ones
        self._openings = {entry.phrase[0] for entry in self._unspaced}
        self._rules = rules

    def spot(self, text: str, words: Sequence[str], kinds: Collection[str] | None = None) -> Entry | None:
        """The first entry whose phrase stands in a folded text; `words`: all of the text's, in order."""
        return next(self.each(text, words, kinds), None) if self.may_spot(text, words) else None

    def may_spot(self, text: str, words: Sequence[str]) -> bool:
        """Whether it is worth a look: of nearly every line it is not."""
        if not self._by_word.keys().isdisjoint(words):
            return True
        return not text.isascii() and not self._openings.isdisjoint(text)

    def among(self, text: str, key: str, words: list[str]) -> Entry | None:
        """As `spot`, of a text that is not folded yet, by its words, and these joined by spaces."""
        if not self._by_word.keys().isdisjoint(words):
            for word in words:
                for entry in self._by_word.get(word, ()):
                    if entry.words in key and _stands(fold(text), entry.phrase):
                        return entry
        if text.isascii() or not is_unspaced(text):
            return None
        return next((entry for entry in self._unspaced if entry.phrase in fold(text)), None)

    def each(self, text: str, words: Sequence[str], kinds: Collection[str] | None = None) -> Iterator[Entry]:
        """All such entries."""
        for word in words:
            for entry in self._by_word.get(word, ()):
                if (kinds is None or self._rules[entry.rule][0] in kinds) and _stands(text, entry.phrase):
                    yield entry
        if not text.isascii():
            for entry in self._unspaced:
                if entry.phrase in text and (kinds is None or self._rules[entry.rule][0] in kinds):
                    yield entry


@lru_cache(maxsize=256)
def _words_of(text: str) -> tuple[str, ...]:
    """The words of a folded text: one line is asked for many kinds in turn."""
    return tuple(dict.fromkeys(words_in(text)))


class _Tables:
    """The phrases, ready to be looked up."""

    def __init__(self, book: Book) -> None:
        self.rules, self.exact, self.prefix, self.words = book.rules, book.exact, book.prefix, book.words
        self.contains = _Spotter(book.contains, book.rules)
        self.told = _Spotter(book.told, book.rules)
        self.pages = {where: _Spotter(listed, book.rules) for where, listed in book.pages.items()}

    def kind(self, rule: int) -> str:
        return self.rules[rule][0]

    def hit(self, rule: int, how: How, phrase: str) -> Hit:
        kind, name = self.rules[rule]
        return Hit(kind, name, how, len(phrase))


@cache
def _tables() -> _Tables:
    return _Tables(load_book())
