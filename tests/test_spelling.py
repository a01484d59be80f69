"""Spellings: the tables of bytes say what Python's own methods say, of every character."""

from __future__ import annotations

import re

import pytest

from scraper import spelling

#: every character that could be in one of the charsets, or fold to one, alone and among others
TEXTS = [
    f"{before}{chr(c)}{after}"
    for c in range(0x2300)
    for before, after in (("", ""), ("A ", "b"), ("É“", "_1"), ("« 12", "3 ´ "))
]
TEXTS += [
    "",
    "a  b",
    " a\tb ",
    "1000 0 00x0",
    "ÀÉÎ",
    "“Straße”",
    "µm²",
    "ΑΣ ΑΣ",
    "Ÿ™€Œ",
    "İstanbul",
    "Совет – «Мост»",
    "東京 3月",
    "\ud800x",
]


@pytest.mark.parametrize(
    ("ours", "plain"),
    [
        (spelling.casefold, str.casefold),
        (spelling.lower, str.lower),
        (spelling.key_of, lambda text: " ".join(re.findall(r"\w+", text.lower()))),
        (spelling.squeezed, lambda text: re.sub(r"[\W_]+", "", text).lower()),
        (spelling.words_in, lambda text: re.findall(r"[^\W_]+", text)),
        (spelling.letter_words, lambda text: re.findall(r"[^\W\d_]+", text)),
        (spelling.fold, lambda text: re.sub(r"\d+", "#", spelling.even(text).casefold())),
        (spelling.spaced, lambda text: " ".join(text.split())),
        (
            lambda text: spelling.spelled(text)[1],
            lambda text: re.sub(r"\d+", "#", spelling.even(text).casefold().strip(spelling.TRIM)),
        ),
        (
            lambda text: spelling.capitals_and_digits(text, spelling.western(text)),
            lambda text: (sum(map(str.isupper, text)), sum(map(str.isdigit, text))),
        ),
    ],
    ids=[
        "casefold",
        "lower",
        "key",
        "squeezed",
        "words",
        "letters",
        "fold",
        "spaced",
        "spelled",
        "capitals_and_digits",
    ],
)
def test_same_as_python_says(ours: object, plain: object) -> None:
    assert callable(ours)
    assert callable(plain)
    assert [text for text in TEXTS if ours(text) != plain(text)] == []
