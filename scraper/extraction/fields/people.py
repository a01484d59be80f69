"""Authors: people first (JSON-LD, meta, a byline, marked-up names), the house only where nobody else signs."""

from __future__ import annotations

from collections.abc import Iterator

from scraper.extraction.fields.authormarks import author_links, marked_authors
from scraper.extraction.fields.bylines import byline_authors, signature
from scraper.extraction.fields.declared import Signed, declared_people, meta_people
from scraper.extraction.fields.names import agency, is_nobody, named
from scraper.extraction.fields.text import key
from scraper.extraction.fields.view import View
from scraper.models import Author

_DECLARED = ("jsonld", "meta")


def read_people(view: View) -> tuple[tuple[Author, ...], list[str]]:
    """Authors, and the agencies that stood among them."""
    agencies: list[str] = []
    houses: list[Signed] = []
    short_named: list[Signed] = []
    for candidates in _sources(view):
        people: list[Signed] = []
        for author, source in candidates:
            short = agency(author.name)
            if short and short not in agencies:
                agencies.append(short)
            if short or is_nobody(author.name, view.site_names):
                houses.append((author, source))
            else:
                people.append((author, source))
        if short_named:
            people = _longer(short_named[0], people)
        elif len(people) == 1 and people[0][1].startswith(_DECLARED) and " " not in people[0][0].name:
            short_named, people = people, []
        if people:
            return _settle(view, people), agencies
    return _settle(view, short_named or _house(houses)), agencies


def _longer(first: Signed, found: list[Signed]) -> list[Signed]:
    """Of the names printed on the page the one that begins with a declared first name: "Jane" → "Jane Roe"."""
    return [s for s in found if s[0].name.lower().startswith(f"{first[0].name.lower()} ")][:1]


def _house(found: list[Signed]) -> list[Signed]:
    """What signs where no person does: JSON-LD's own word before what meta tags repeat on every page of a site."""
    best = next((s for s in found if s[1].startswith(("config", "jsonld"))), found[0] if found else None)
    return [s for s in found if best and s[1] == best[1]]


def _settle(view: View, found: list[Signed]) -> tuple[Author, ...]:
    """`found` without repeats; the source of the first is the field's."""
    if found:
        view.provenance["authors"] = found[0][1]
    by_name: dict[str, Author] = {}
    for author, _ in found:
        known = by_name.get(key(author.name))
        if known is None or (known.url is None and author.url):
            by_name[key(author.name)] = author
    return tuple(by_name.values())


def _sources(view: View) -> Iterator[list[Signed]]:
    """The ways to learn who wrote it, best first; later ones are only looked at when earlier ones name nobody."""
    language = view.language[:2]
    yield [(a, f.source) for f in view.ruled("author") for a in named(f.text, language)]
    people, organisations = declared_people(view, language)
    yield people
    yield meta_people(view, language)
    yield byline_authors(view, language)
    yield marked_authors(view)
    yield signature(view, language)
    yield author_links(view)
    yield organisations
