"""Authors: people first (JSON-LD, meta, a byline, marked-up names), the house only where nobody else signs."""

from __future__ import annotations

from collections.abc import Iterator

from scraper.extraction.fields.authormarks import author_links, marked_authors
from scraper.extraction.fields.bylines import byline_authors, signature
from scraper.extraction.fields.declared import Signed, declared_people, meta_people
from scraper.extraction.fields.names import agency, house_name, is_nobody, named
from scraper.extraction.fields.text import key
from scraper.extraction.fields.view import View
from scraper.models import Author

#: how sources begin that the page only declares
_DECLARED = ("jsonld", "meta")


def read_people(view: View) -> tuple[tuple[Author, ...], list[str]]:
    """Authors, and the agencies that stood among them."""
    agencies: list[str] = []
    if ruled := _ruled(view):
        agencies += dict.fromkeys(short for author, _ in ruled if (short := agency(author.name)))
        if signed := [one for one in ruled if not agency(one[0].name)]:
            return _settle(view, signed), agencies
    houses: list[Signed] = list(ruled)
    accounts: list[Signed] = []
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
        if len(people) == 1 and people[0][1].startswith(_DECLARED) and _is_account(people[0][0].name):
            accounts = accounts or people
        elif people:
            return _settle(view, people), agencies
    return _settle(view, accounts or _house(houses)), agencies


def _ruled(view: View) -> list[Signed]:
    """Whom the config's rule names, a house too: its word is the last. A text that it gives is a name as it stands."""
    language = view.language[:2]
    found: list[Signed] = []
    for text, source in view.ruled("author"):
        plain = [Author(name=text)] if source.startswith("config:text:") else []
        found += ((author, source) for author in plain or named(text, language) or house_name(text))
    return found


def _is_account(name: str) -> bool:
    """Whether a name is how someone logs in: "jroe", "jane_roe", "roe42"."""
    return " " not in name and name.isascii() and (name.islower() or any(c.isdigit() or c in "_." for c in name))


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
    people, organisations = declared_people(view, language)
    yield people
    yield meta_people(view, language)
    yield byline_authors(view, language)
    yield marked_authors(view)
    yield signature(view, language)
    yield author_links(view)
    yield organisations
