"""Authors as JSON-LD and meta tags declare them."""

from __future__ import annotations

from typing import Any

from scraper.extraction.fields.ld import types
from scraper.extraction.fields.names import after_intro, agency, house_name, is_nobody, named
from scraper.extraction.fields.rules import class_words, rules
from scraper.extraction.fields.view import Found, View
from scraper.models import Author

#: authors of one article that are read
_MOST = 500
#: (author, source)
Signed = tuple[Author, str]


def declared_people(view: View, language: str) -> tuple[list[Signed], list[Signed]]:
    """JSON-LD's (people, organisations)."""
    people: list[Signed] = []
    organisations: list[Signed] = []
    for name in ("author", "creator"):
        for value in view.values(name)[:_MOST]:
            place = organisations if _is_organisation(value) else people
            place += [(a, f"jsonld:{name}") for a in _from_value(view, value, language)]
        if people or organisations:
            break
    return people, organisations


def _is_organisation(value: Any) -> bool:
    return isinstance(value, dict) and any(t in rules().organisations for t in types(value))


def _from_value(view: View, value: Any, language: str) -> list[Author]:
    if isinstance(value, str):
        return named(value, language) or house_name(value)
    if not isinstance(value, dict):
        return []
    url = next((u for u in view.graph.strings(value, "url") if "/" in u), None)
    link = view.join(url) if url else None
    texts = view.graph.strings(value, "name")
    found = [author for text in texts for author in named(text, language, link)]
    if not found and isinstance(value.get("givenName"), str):
        found = named(f"{value['givenName']} {value.get('familyName') or ''}", language)
    if all(is_nobody(author.name, view.site_names) for author in found):
        return [author for text in texts for author in house_name(text)] or found
    return found


def meta_people(view: View, language: str) -> list[Signed]:
    """The first meta tag that names somebody; later ones repeat it in other words."""
    houses: list[Signed] = []
    by_source: dict[str, list[str]] = {}
    for found in (*view.meta_texts("author"), *_other_meta(view)):
        by_source.setdefault(found.source, []).append(found.text)
    for source, texts in by_source.items():
        if source == "meta:twitter:data1" and not _labelled_author(view, language):
            continue
        names = [(a, source) for text in texts for a in named(text, language) or house_name(text)]
        if any(not is_nobody(a.name, view.site_names) and not agency(a.name) for a, _ in names):
            return names
        houses += names
    return houses


def _other_meta(view: View) -> list[Found]:
    """Tags of a site's own making whose name says author: "lrt_authors", "page-author"."""
    said, known = rules().meta_words["author"], rules().meta["author"]
    return [
        Found(content, f"meta:{name}")
        for name, contents in view.document.meta.items()
        if "author" in name
        and name not in known
        and class_words(name) & said
        and not class_words(name) & rules().meta_words["not_author"]
        for content in contents
        if content and "/" not in content
    ]


def _labelled_author(view: View, language: str) -> bool:
    """Whether twitter:label1 says "Written by" (elsewhere it is a price or a reading time)."""
    label = view.document.first_meta("twitter:label1") or ""
    return after_intro(f"{label} -", language) is not None
