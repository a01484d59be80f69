"""Names of people: splitting strings that hold several, cleaning each, and telling agencies and
houses apart.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from scraper.extraction.fields.rules import agency_names, bylines
from scraper.extraction.fields.text import key, tidy
from scraper.models import Author

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]{0,80})[)\]]\s*")
#: between an opening word and what it opens
_GAP = re.compile(r"(?:\s*[:：]\s*|\s+)(?=\S)")
_HARD = re.compile(r"\s*(?:;|\s\|\s|\s•\s|\s·\s|\n|\s\+\s)\s*")
#: a letter; what stands in no name
_LETTER, _NO_NAME = re.compile(r"[^\W\d_]"), re.compile(r"[\d²³¹⁰-⁹₀-₉?!:;()\[\]{}<>@#=_|]")
_EDGES = " \t,;:|–—-•·/*+&\"'“”„«»"
_MAX_NAME, _MAX_WORDS, _MOST = 90, 9, 2000
#: characters of a name in scripts without capitals, and without spaces
_CASELESS, _SPACELESS = 30, 8


def _joined(text: str, *, weak: bool) -> list[str]:
    """`text` split where "and" or a mark joins names; one of two words has no "and" between names."""
    if text.count(" ") < 2 and text.isascii() and "&" not in text:
        return [text]
    return _joiners(weak).split(text)


@lru_cache(maxsize=8)
def _joiners(weak: bool) -> re.Pattern[str]:
    data = bylines()
    words = data.weak_and if weak else data.strong_and
    ordered = sorted(map(re.escape, words), key=len, reverse=True)
    marks = "" if weak else r"\s*&\s*|\s+/\s+|\s*、\s*|\s*，\s*|"
    return re.compile(rf"{marks}\s+(?:{'|'.join(ordered)})\s+", re.I)


def _intro_words(language: str) -> set[str]:
    data = bylines().intro
    return {w for code in (*_SAFE, language) for w in data.get(code, ())}


@lru_cache(maxsize=64)
def _intros(language: str) -> dict[str, list[str]]:
    """Opening words by their first two characters, the longest first. One pattern of them all would take longer to
    compile than to read a page.
    """
    found: dict[str, list[str]] = {}
    for word in sorted({word.lower() for word in _intro_words(language)}, key=lambda word: (-len(word), word)):
        found.setdefault(word[:2], []).append(word)
    return found


@cache
def _openings() -> frozenset[str]:
    """Every opening word of every language, bare."""
    return frozenset(w.rstrip(" :") for words in bylines().intro.values() for w in words)


#: languages whose opening words cannot be mistaken for part of a name
_SAFE = ("de", "en", "fr", "es")


def may_open(text: str, language: str) -> bool:
    """Whether an opening word can stand at the start of `text`: of most texts it cannot."""
    return text[:2].lower() in _intros(language or "en")


def after_intro(text: str, language: str) -> str | None:
    """What follows "Von", "By", "Texte :" at the start of `text`; None where it does not start so, or where "and" comes
    next: "Author and poet Jane Roe" is no byline.
    """
    for word in _intros(language or "en").get(text[:2].lower(), ()):
        if text[: len(word)].lower() == word and (gap := _GAP.match(text, len(word))):
            rest = text[gap.end() :]
            return None if rest.partition(" ")[0].lower() in bylines().all_and else rest
    return None


def split_names(text: str, language: str = "") -> list[str]:
    """The names in a string such as "Von A. Meier und B. Huber, dpa". Cleaned; order kept; may
    hold agencies.
    """
    text = tidy(text[:_MOST])
    if "@" in text:
        text = _HANDLE.sub(" ", _EMAIL.sub(" ", text))
    rest = after_intro(text, language)
    while rest is not None:
        text, rest = rest, after_intro(rest, language)
    found: list[str] = []
    for part in _HARD.split(_open_agency_brackets(text)):
        for piece in _joined(part, weak=False):
            found += _commas(piece)
    return [name for part in found if (name := clean_name(part))]


def _open_agency_brackets(text: str) -> str:
    """ "Jane Roe (AFP)" → "Jane Roe; AFP"; other brackets are dropped."""

    def swap(match: re.Match[str]) -> str:
        return f"; {match[1]}; " if agency(match[1]) else " "

    return _BRACKETS.sub(swap, text) if "(" in text or "[" in text else text


def _commas(text: str) -> list[str]:
    """Parts between commas and weak "and"s: names if each is one, else the whole (a degree, a
    role, a surname "y …").
    """
    parts = [p for part in text.split(",") if (p := part.strip())] if "," in text else []
    if len(parts) > 1:
        head, *tail = parts
        if all(_is_full(p) or agency(p) for p in parts):
            return [name for part in parts for name in _weak(part)]
        named = [p for p in tail if _is_full(p) or agency(p)]
        if any(_is_role(p) for p in tail):
            return [head, *(p for p in named if not _is_role(p))]
        return [text, *()] if not any(agency(p) for p in tail) else parts
    return _weak(text)


def _weak(text: str) -> list[str]:
    parts = _joined(text, weak=True)
    return parts if len(parts) > 1 and all(_is_full(p) for p in parts) else [text]


def _is_full(text: str) -> bool:
    words = text.split()
    return 2 <= len(words) <= 6 and words[0][:1].isupper() and words[-1][:1].isupper() and not _is_role(text)


@cache
def _role_edges() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """(beginnings, endings, endings behind a comma or a dash) that make a text a role."""
    roles = sorted(bylines().roles, key=len, reverse=True)
    behind = tuple(f"{mark}{role}" for role in roles for mark in (", ", " - "))
    return tuple(f"{role} " for role in roles), tuple(f" {role}" for role in roles), behind


def _is_role(text: str) -> bool:
    lowered = text.lower().strip(_EDGES)
    first, last, _ = _role_edges()
    return lowered in bylines().roles or lowered.startswith(first) or lowered.endswith(last)


def clean_name(text: str) -> str:
    """A name without edges, roles and words of the page around it; "" where nothing of a name is
    left.
    """
    text = text.strip(_EDGES + ".") if not text.rstrip().endswith(("r.", ".com")) else text.strip(_EDGES)
    lowered = text.lower()
    if "://" in text or "©" in text or " www." in f" {lowered}" or lowered in bylines().noise:
        return ""
    text = _without_role(text)
    if len(text) > _MAX_NAME or text.count(" ") >= _MAX_WORDS or _LETTER.search(text) is None:
        return ""
    lowered = text.lower()
    if lowered in bylines().nobody:
        return text
    return "" if _is_role(text) or lowered in _openings() else text


def _without_role(text: str) -> str:
    """ "Web-Redakteurin Jane Roe", "Jane Roe, Redakteurin" → "Jane Roe"."""
    lowered, roles = text.lower(), bylines().roles
    if lowered.endswith(_role_edges()[2]):
        head = max(text.rfind(", "), text.rfind(" - "))
        return text[:head].rstrip(_EDGES)
    words = text.split()
    while len(words) > 1 and words[-1].lower() in bylines().strong_and:
        words.pop()
    if len(words) > 2 and words[0].lower().rsplit("-", 1)[-1] in roles:
        words = words[1:]
    if len(words) > 1 and words[-1] in roles:
        words = words[:-1]
    return " ".join(words)


def named(text: str, language: str, url: str | None = None) -> list[Author]:
    """The people (or agencies) in a string, with their page where it is one person's."""
    names = split_names(text, language)
    return [Author(name=name, url=url if len(names) == 1 else None) for name in names]


def house_name(text: str) -> list[Author]:
    """A desk that signs as a whole ("Blatt staff reporter", "The editors"): a role with words of its own around it."""
    text = tidy(text[:_MAX_NAME]).strip(_EDGES)
    text = (after_intro(text, "") or text).strip(_EDGES)
    words = text.split()
    if not 2 <= len(words) <= 6 or "@" in text or "://" in text or not text[:1].isupper() or "." in words[-1][:-1]:
        return []
    return [Author(name=text)] if _is_role(text) or is_nobody(text, frozenset()) else []


@lru_cache(maxsize=2048)
def agency(text: str) -> str:
    """The short form of a news agency's name, "" for everybody else: "Agence France-Presse" →
    "AFP".
    """
    bare = text.lower().replace(".", "").strip(_EDGES)
    return agency_names().get(bare) or agency_names().get(bare.partition(" in ")[0], "")


def is_nobody(text: str, house: frozenset[str]) -> bool:
    """Whether a name is the publisher's (`house`: keys of its names), an account's or a desk's, not a person's."""
    bare = key(text)
    data = bylines()
    if not data.houses.isdisjoint(bare.split()) or _is_role(text):
        return True
    if bare in house or text.lower() in data.nobody or bare in data.nobody:
        return True
    squeezed = bare.replace(" ", "")
    for name in house:  # noqa: SIM110  a loop costs a third: every name is asked, of every page
        if _is_house(bare, squeezed, name):
            return True
    return False


def _is_house(bare: str, squeezed: str, name: str) -> bool:
    """The house's name, or its name and more ("blatt.example, Frankfurt", "Blatt – Das Magazin")."""
    if len(name) <= 3:
        return False
    return squeezed == name.replace(" ", "") or (len(name) > 5 and bare.startswith(f"{name} "))


def looks_like_name(text: str) -> bool:
    """Whether a printed text reads like a person's name: one to five words, capitals or small
    name words.
    """
    words = text.split()
    if not 1 <= len(words) <= 6 or len(text) > 60 or _NO_NAME.search(text):
        return False
    particles = bylines().particles
    if text == text.upper() == text.lower():  # a script without capitals
        return len(text) <= (_CASELESS if " " in text else _SPACELESS)
    small = [w for w in words if w[:1].islower() and w.lower() not in particles]
    if words[0][:1].islower() and words[0].lower() not in particles:
        return False
    return not small and not any(w.lower() in bylines().noise for w in words)
