"""The language of a text, by its stop words."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import islice

from scraper import lexicon

_WORD = re.compile(r"[^\W\d_]+")
#: scripts that one language of ours writes: range of characters → language
_SCRIPTS = (
    (re.compile(r"[\u3040-\u30ff]"), "ja"),
    (re.compile(r"[\uac00-\ud7a3]"), "ko"),
    (re.compile(r"[\u4e00-\u9fff]"), "zh"),
)
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
    letters = max(1, len(_WORD.findall(text[:4000])))
    for script, language in _SCRIPTS:
        if len(script.findall(text[:4000])) > letters:
            return language
    counts: Counter[str] = Counter()
    table, read = _languages_by_word(), 0
    for word in islice((found[0] for found in _WORD.finditer(text.casefold())), _READ):
        read += 1
        counts.update(table.get(word, ()))
    if not counts:
        return None
    language, hits = counts.most_common(1)[0]
    return language if hits >= max(3, _ENOUGH * read) else None
