"""The language of a text, by its stop words."""

from __future__ import annotations

from collections import Counter
from functools import cache

from scraper import lexicon
from scraper.spelling import casefold, count_between, letter_words, western

#: scripts that one language of ours writes: first and last character, language
_SCRIPTS = (("\u3040", "\u30ff", "ja"), ("\uac00", "\ud7a3", "ko"), ("\u4e00", "\u9fff", "zh"))
#: words read, and share of stop words under which nothing is said
_READ, _ENOUGH = 3000, 0.06


@cache
def _languages_by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for language, words in lexicon.words("stop").items():
        for word in words:
            found.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in found.items()}


def language_of(text: str) -> str | None:
    """ISO 639-1 code, or None where too few known words stand in the text."""
    opening = text[:4000]
    if western(opening) is None:
        letters = max(1, len(letter_words(opening)))
        for first, last, language in _SCRIPTS:
            if count_between(opening, first, last) > letters:
                return language
    counts: Counter[str] = Counter()
    table, words = _languages_by_word(), letter_words(casefold(text))[:_READ]
    for word, count in Counter(words).items():
        for language in table.get(word, ()):
            counts[language] += count
    if not counts:
        return None
    language, hits = counts.most_common(1)[0]
    return language if hits >= max(3, _ENOUGH * len(words)) else None
