"""What a short line is by its shape alone: a date, a name, a caption, a trail of links."""

from __future__ import annotations

import re
from functools import cache

from scraper import lexicon
from scraper.extraction.fields.names import after_intro, agency, split_names
from scraper.extraction.fields.rules import bylines

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_URL = re.compile(r"^(?:https?://|www\.)\S+$|^\S+@\S+\.\S+$")
_SEAM = re.compile(r"(?<=[a-zà-ÿß])(?=[A-ZÀ-Þ])")
_TRAIL = re.compile(r"\s[/>»›|]\s")
_CAPTION_DATE = re.compile(
    r"\((?:[^()]{0,40}\s)?\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}\)\.?$|\((?:Archiv|File|Symbol)[^()]*\)\.?$"
)
_ENDS_IN_YEAR = re.compile(r"\s(?:\d{1,2}\.?\s)?[^\W\d_]{3,10}\.?\s(?:\d{1,2},\s)?20\d\d$")
_CREDIT = re.compile(r"(?:[©®]|\(c\)|\bFoto|\bPhoto|\bBild|\bImage|\bFot\.|\bPicture|\bCredit)", re.I)


@cache
def _date_words() -> frozenset[str]:
    return frozenset(word for words in lexicon.words("date").values() for word in words)


def is_date(text: str) -> bool:
    """Nothing but digits, months, weekdays and the small words between them."""
    tokens = _TOKEN.findall(text.casefold())
    if not tokens or len(tokens) > 18 or not any(t.isdigit() for t in tokens):
        return False
    return all(token.isdigit() or token in _date_words() for token in tokens)


def is_address(text: str) -> bool:
    return bool(_URL.match(text))


def is_byline(text: str, language: str | None) -> bool:
    """An opening such as "Von" or "By", and a name behind it."""
    if len(text) > 110 or text.endswith((".", "?", "!")):
        return False
    rest = after_intro(text, language or "en")
    if rest is None:
        return False
    names = split_names(rest, language or "en")
    return bool(names) and all(agency(name) or _looks_named(name) for name in names)


def is_name(text: str) -> bool:
    """Two to four words with capitals and nothing else: a person's name standing alone."""
    words = text.strip().split()
    return 2 <= len(words) <= 4 and len(text) <= 40 and _looks_named(text)


def _looks_named(text: str) -> bool:
    words = text.replace("-", " ").split()
    if not 1 < len(words) <= 6 or any(c in text for c in '"?!:;0123456789'):
        return False
    small = bylines().particles
    return words[-1][:1].isupper() and all(w[:1].isupper() or w in small for w in words)


def is_caption(text: str, *, ended: bool) -> bool:
    """A sentence that ends in a date in brackets, or a line with a credit at its end."""
    if len(text) > 420:
        return False
    if _CAPTION_DATE.search(text):
        return True
    tail = text[-60:]
    if _CREDIT.search(tail) and lexicon.hit(tail, kinds=("caption",)):
        return True
    if not ended and (_ENDS_IN_YEAR.search(text[-40:]) or _ends_in_credit(text)):
        return True
    match = re.search(r"(?:[.!?\"”]|\s)\s*\(?(?:©|Foto:|Photo:|Bild:|Image:|Credit:)[^.]{2,50}\)?\.?$", text)
    return match is not None


def _ends_in_credit(text: str) -> bool:
    """An agency or a photo service stands behind the last sentence, or closes the line."""
    last = re.split(r"[.!?|]\s+", text)[-1].strip()
    if last != text and len(last) <= 40 and any(map(agency, re.split(r"\s*/\s*", last))):
        return True
    hit = lexicon.hit(text[-32:], kinds=("caption",))
    return hit is not None and hit.how != "prefix" and hit.length >= 4


def ends_in_link(text: str) -> bool:
    """The words of a link ("mehr", "read more") stand behind the last sentence: a teaser."""
    match = re.search(r"[.!?…]\s+([^.!?…]{2,24})$", text)
    hit = lexicon.hit(match[1], kinds=("recommendation", "navigation")) if match else None
    return hit is not None and hit.how == "exact"


def is_trail(text: str) -> bool:
    """Short parts between slashes or arrows: "Home > Politik > Inland"."""
    parts = _TRAIL.split(text)
    return len(parts) >= 3 and max(map(len, parts)) <= 32


def glued(text: str) -> list[str]:
    """The parts of words that lost their spaces: "AboAbonnieren" → Abo, Abonnieren."""
    return [part.strip() for part in _SEAM.split(text)]


def is_glued(text: str) -> bool:
    """A line of menu words or topics whose spaces were lost: many seams, or few other spaces."""
    parts = glued(text)
    return len(parts) >= 4 and len(text) / len(parts) <= 24 and not text.endswith((".", "?", "!"))


def split_kicker(line: str, rest: str) -> tuple[str, str] | None:
    """(kicker, headline) of a line that glues the two; `rest`: the text that follows.

    A seam is a lower-case letter or a closing mark against a capital inside a word
    ("KonfliktNato"), where a short kicker stands before it, at least two words behind it,
    and the text knows no such word ("WhatsApp").
    """
    for match in re.finditer(r"(?<=[a-zà-ÿß\"“”»])(?=[A-ZÀ-Þ])|(?<=\w):(?=[A-ZÀ-Þ\"„“«])", line):
        left = line[: match.start()].strip()
        right = line[match.end() :].strip()
        word = _word_around(line, match.start())
        if len(right.split()) < 2 or not (3 < len(left) <= 45 and len(left.split()) <= 5):
            continue
        if is_date(left) or lexicon.hit(right) or lexicon.hit(left):
            continue
        if word and (word in rest or word.lower().startswith(("mc", "mac"))):
            continue
        if len(re.split(r"[\s-]", left)[-1]) >= 3:
            return left, right
    return None


def _word_around(line: str, at: int) -> str:
    left, right = re.search(r"[^\W\d_]*$", line[:at]), re.match(r"[^\W\d_]*", line[at:])
    both = (left[0] if left else "") + (right[0] if right else "")
    return both if left and left[0] and right and right[0] else ""
