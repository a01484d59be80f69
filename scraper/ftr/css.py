"""Pieces of CSS and of our rules: quoting, compounds, and alternatives of conditions on one element."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from scraper.ftr.xpath import Untranslatable

#: alternatives that one expression may come to
MAX_ALTERNATIVES = 24

_NAME = re.compile(r"-?[A-Za-z_][\w-]*", re.A)
#: an element's name that a condition gives
_NAMED = re.compile(r":is\(([a-z][\w-]*)\)(.*)", re.S)
_STRING = re.compile(r'"(?:\\.|[^"\\])*"', re.S)
#: a step inside `:has()` that leads to many elements: any below, any behind
_WIDE = re.compile(r"(?:(?<![>+~,]) |:has\()(?![>+ ])")
_NOT_NAME = re.compile(r"[^\w-]", re.A)


class Condition(NamedTuple):
    """What one element must fulfil: CSS for the end of its compound, and filters of our rules."""

    css: str = ""
    filters: tuple[str, ...] = ()


#: alternatives, one of which must hold
Conditions = list[Condition]
ALWAYS: Conditions = [Condition()]
NEVER: Conditions = []


def string(text: str) -> str:
    """A CSS string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\{ord(m[0]):x} ", escaped) + '"'


def quoted(text: str) -> str:
    """A text in a step of our rules."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def name(text: str) -> str:
    """An element's or attribute's name in CSS; HTML's are in lower case."""
    text = _NOT_NAME.sub(lambda match: f"\\{match[0]}" if match[0].isascii() else match[0], text.lower())
    return f"\\{ord(text[0]):x} {text[1:]}" if text[:1].isdigit() else text


def attribute(key: str, operator: str = "", value: str = "") -> str:
    """`[key]`, `[key="value"]`, and the short forms of what is said of id and class."""
    plain = _NAME.fullmatch(value) is not None
    if plain and (key.lower(), operator) == ("id", "="):
        return f"#{value}"
    if plain and (key.lower(), operator) == ("class", "~="):
        return f".{value}"
    return f"[{name(key)}{operator}{string(value)}]" if operator else f"[{name(key)}]"


def compound(test: str, css: str) -> str:
    """An element's name and what follows."""
    tag = "" if test in ("*", "node()") else name(test)
    if not tag and (match := _NAMED.fullmatch(css)):
        return f"{match[1]}{match[2]}"
    return f"{tag}{css}" or "*"


def among(selectors: Iterable[str]) -> str:
    """One compound for a list of selectors."""
    found = list(dict.fromkeys(selectors))
    return f":is({', '.join(found)})"


def looks_out(css: str) -> bool:
    """Whether it asks for something around the element. Inside `:has()` Lexbor 3.0 looks no further than the element
    that is asked, so such a selector must not stand there.
    """
    return " *)" in css or " *," in css


def is_slow(selector: str) -> bool:
    """Whether Lexbor tries too many ways on pages made to hurt: `:has(div div b)` takes minutes below 390 nested div,
    `:has(~ p:has(~ b))` 20 s on 2,000 siblings; with one such step less it is seconds, and 0.02 s on real pages.
    """
    selector = _STRING.sub('""', selector)
    starts = [match.end() for match in re.finditer(r":has\(", selector)]
    insides = [selector[start : start + _length(selector[start:])] for start in starts]
    return any(len(_WIDE.findall(f" {inside}")) > (1 if "~" in inside else 2) for inside in insides)


def _length(text: str) -> int:
    """Characters up to the bracket that closes the one before `text`."""
    depth = 1
    for place, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return place
    return len(text)


def both(left: Conditions, right: Conditions) -> Conditions:
    """`left and right`."""
    if len(left) * len(right) > MAX_ALTERNATIVES:
        raise Untranslatable("it has too many alternatives")
    return [Condition(a.css + b.css, a.filters + b.filters) for a, b in product(left, right)]


def either(left: Conditions, right: Conditions) -> Conditions:
    """`left or right`: alternatives of CSS become one, and so do tests for several texts."""
    if ALWAYS[0] in left or ALWAYS[0] in right:
        return ALWAYS
    plain = [c.css for c in (*left, *right) if not c.filters]
    rest = list(dict.fromkeys(c for c in (*left, *right) if c.filters))
    texts: dict[tuple[str, str], list[str]] = {}
    for condition in rest:
        texts.setdefault(_kind(condition), []).append(condition.filters[0])
    joined = [Condition(css, (_joined(word, found),)) for (css, word), found in texts.items() if word]
    kept = [condition for condition in rest if not _kind(condition)[1]]
    merged = [Condition(plain[0] if len(plain) == 1 else among(_members(plain)))] if plain else []
    return [*merged, *joined, *kept]


def neither(conditions: Conditions) -> Conditions:
    """`not(conditions)`. Raises Untranslatable where a test of text stands in the way."""
    if not conditions:
        return ALWAYS
    if ALWAYS[0] in conditions:
        return NEVER
    if all(not condition.filters for condition in conditions):
        return [Condition(f":not({', '.join(_members(c.css for c in conditions))})")]
    only = conditions[0]
    if len(conditions) == 1 and not only.css and len(only.filters) == 1 and only.filters[0].startswith("contains "):
        return [Condition("", (f"lacks {only.filters[0].removeprefix('contains ')}",))]
    raise Untranslatable("it negates a test of text")


def _kind(condition: Condition) -> tuple[str, str]:
    """(CSS, the one test of text or "" where it cannot be joined with others)."""
    word = condition.filters[0].partition(" ")[0] if len(condition.filters) == 1 else ""
    return condition.css, "" if word in ("where", "lacks") else word


def _joined(word: str, filters: list[str]) -> str:
    return " ".join([word, *(found.removeprefix(f"{word} ") for found in dict.fromkeys(filters))])


def _members(found: Iterable[str]) -> list[str]:
    """What stands in `:is(…)` where that is all there is."""
    return [css[4:-1] if css.startswith(":is(") and _closes(css) else css for css in found]


def _closes(css: str) -> bool:
    """Whether the bracket that ":is(" opens is closed by the last character, and not before."""
    depth = 0
    for token in re.finditer(r'"(?:\\.|[^"\\])*"|\\.|[()]', css, re.S):
        depth += (token[0] == "(") - (token[0] == ")")
        if depth == 0:
            return token.end() == len(css)
    return False
