"""JSON-LD: which object is the article, and what its properties say once @id references are
followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scraper.extraction.fields.rules import rules
from scraper.extraction.fields.text import tidy

Thing = dict[str, Any]

#: how deep values are followed into one another
_DEPTH = 6


def types(thing: Thing) -> list[str]:
    """The lower-cased @types of an object, without a namespace."""
    value = thing.get("@type")
    values = value if isinstance(value, list) else [value]
    return [v.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for v in values if isinstance(v, str)]


def find_article(things: list[Thing], url: str, title: str) -> Thing:
    """The object that describes the page's article; {} if there is none.

    Of several the one that names this page's address or title wins, then one with a headline, then
    the first.
    """
    found = [t for t in _articles(things) if len(t) > 1]
    if len(found) < 2:
        return found[0] if found else {}
    return max(enumerate(found), key=lambda item: (_fit(item[1], url, title), -item[0]))[1]


def _articles(things: list[Thing]) -> Iterator[Thing]:
    known, pages = rules().article_types, rules().page_types
    for thing in things:
        kinds = types(thing)
        if any(kind in known for kind in kinds):
            yield thing
        elif any(kind in pages for kind in kinds):
            for name in ("mainEntity", "mainEntityOfPage", "hasPart"):
                for part in _list(thing.get(name)):
                    if isinstance(part, dict) and any(kind in known for kind in types(part)):
                        yield part
            if "headline" in thing or "datePublished" in thing:
                yield thing


def _fit(thing: Thing, url: str, title: str) -> int:
    kinds, known = types(thing), rules().article_types
    score = 4 if any(known.get(k) not in (None, "video", "podcast", "review") for k in kinds) else 0
    path = url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    for name in ("url", "@id", "mainEntityOfPage"):
        value = thing.get(name)
        value = value.get("@id") if isinstance(value, dict) else value
        if isinstance(value, str) and path and path in value:
            score += 2
            break
    headline = thing.get("headline") or thing.get("name")
    if isinstance(headline, str) and title and tidy(headline)[:20].lower() in title.lower():
        score += 2
    return score + bool(thing.get("headline")) + bool(thing.get("author"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


class Graph:
    """The page's objects by @id, to follow references."""

    def __init__(self, things: list[Thing]) -> None:
        self._by_id: dict[str, Thing] = {}
        for thing in things:
            name = thing.get("@id")
            if isinstance(name, str) and len(thing) > 1:
                self._by_id.setdefault(name, thing)

    def values(self, thing: Thing, name: str) -> list[Any]:
        """The values of a property: lists flattened, references followed."""
        value = thing.get(name)
        if value is None or isinstance(value, str):
            return [value] if value else []
        return [self._resolve(v) for v in _flat(value)]

    def strings(self, thing: Thing, name: str) -> list[str]:
        """The texts of a property; of objects their name."""
        if name not in thing:
            return []
        return [text for value in self.values(thing, name) if (text := self._text(value))]

    def first(self, thing: Thing, name: str) -> str:
        """The first text of a property, or ""."""
        for value in self.values(thing, name):
            if text := self._text(value):
                return text
        return ""

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
            return self._by_id.get(value["@id"], value)
        return value

    def _text(self, value: Any) -> str:
        if isinstance(value, str):
            return tidy(value)
        if isinstance(value, dict):
            for name in ("name", "@value", "url"):
                for text in _flat(value.get(name)):
                    if isinstance(text, str) and text.strip():
                        return tidy(text)
        return ""


def _flat(value: Any, depth: int = 0) -> Iterator[Any]:
    if isinstance(value, list) and depth < _DEPTH:
        for item in value:
            yield from _flat(item, depth + 1)
    elif value is not None and not isinstance(value, list):
        yield value
