"""Authors: people first (JSON-LD, meta, a byline, marked-up names), the house only where nobody
else signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Any

from scraper import lexicon
from scraper.document import Node
from scraper.extraction.fields.ld import types
from scraper.extraction.fields.names import (
    after_intro,
    agency,
    is_nobody,
    looks_like_name,
    split_names,
)
from scraper.extraction.fields.rules import bylines, rules
from scraper.extraction.fields.text import key, tidy
from scraper.extraction.fields.view import (
    View,
    after,
    ancestors,
    in_clutter,
    is_hidden,
    short_pieces,
    within,
    words_of,
)
from scraper.models import Author

#: elements looked at after the headline, and characters of a byline
_REACH, _MAX_BYLINE = 120, 160
#: where a byline's names end: a digit (a date, a time), a bar, a bullet
_BYLINE_END = re.compile(r"\s*(?:\d|[|•·●▪–—]|\s-\s|\n|\bam\b|\bon\b|\bin\b|\bvor\b|\bupdated\b|\bpublished\b)")
_NO_BYLINE = frozenset(
    (
        "time",
        "button",
        "figure",
        "figcaption",
        "h1",
        "img",
        "footer",
        "nav",
        "form",
        "input",
        "label",
    )
)
#: an account's name after "by"
_HANDLE_NAME = re.compile(r"[\w.-]{2,24}")
_AUTHOR_CSS = "address,[rel~=author],[itemprop~=author],[class*=author i],[class*=byline i],[class*=autor i]"


def read_people(view: View, near: Node | None, last: Node | None) -> tuple[tuple[Author, ...], list[str]]:
    """Authors, and the agencies that stood among them. `near`: the headline; `last`: the last
    body paragraph.
    """
    agencies: list[str] = []
    houses: list[tuple[Author, str]] = []
    for candidates in _sources(view, near, last):
        people: list[tuple[Author, str]] = []
        for author, source in candidates:
            short = agency(author.name)
            if short and short not in agencies:
                agencies.append(short)
            if short or is_nobody(author.name, view.site_names):
                houses.append((author, source))
            else:
                people.append((author, source))
        if people:
            return _settle(view, people), agencies
    return _settle(view, [h for h in houses if h[1] == houses[0][1]]), agencies


def _settle(view: View, found: list[tuple[Author, str]]) -> tuple[Author, ...]:
    """`found` without repeats; the source of the first is the field's."""
    if found:
        view.provenance["authors"] = found[0][1]
    by_name: dict[str, Author] = {}
    for author, _ in found:
        known = by_name.get(key(author.name))
        if known is None or (known.url is None and author.url):
            by_name[key(author.name)] = author
    return tuple(by_name.values())


def _sources(view: View, near: Node | None, last: Node | None) -> Iterator[list[tuple[Author, str]]]:
    """The ways to learn who wrote it, best first; later ones are only looked at when earlier
    ones name nobody.
    """
    language = view.language[:2]
    yield [(a, f.source) for f in view.ruled("author") for a in _named(f.text, language)]
    people, organisations = _from_jsonld(view, language)
    yield people
    yield _from_meta(view, language)
    yield _from_byline(view, near, last, language)
    yield _from_markup(view, near)
    yield organisations


def _named(text: str, language: str, url: str | None = None) -> list[Author]:
    names = split_names(text, language)
    return [Author(name=name, url=url if len(names) == 1 else None) for name in names]


# --- JSON-LD and meta -----------------------------------------------------------------------------


def _from_jsonld(view: View, language: str) -> tuple[list[tuple[Author, str]], list[tuple[Author, str]]]:
    people: list[tuple[Author, str]] = []
    organisations: list[tuple[Author, str]] = []
    for name in ("author", "creator"):
        for value in view.values(name):
            place = organisations if _is_organisation(value) else people
            place += [(a, f"jsonld:{name}") for a in _from_value(view, value, language)]
        if people or organisations:
            break
    return people, organisations


def _is_organisation(value: Any) -> bool:
    return isinstance(value, dict) and any(t in rules().organisations for t in types(value))


def _from_value(view: View, value: Any, language: str) -> list[Author]:
    if isinstance(value, str):
        return _named(value, language)
    if not isinstance(value, dict):
        return []
    url = next((u for u in view.graph.strings(value, "url") if "/" in u), None)
    found = [
        author
        for text in view.graph.strings(value, "name")
        for author in _named(text, language, view.join(url) if url else None)
    ]
    if not found and isinstance(value.get("givenName"), str):
        found = _named(f"{value['givenName']} {value.get('familyName') or ''}", language)
    return found


def _from_meta(view: View, language: str) -> list[tuple[Author, str]]:
    """The first meta tag that names somebody; later ones repeat it in other words."""
    houses: list[tuple[Author, str]] = []
    by_source: dict[str, list[str]] = {}
    for found in view.meta_texts("author"):
        by_source.setdefault(found.source, []).append(found.text)
    for source, texts in by_source.items():
        if source == "meta:twitter:data1" and not _labelled_author(view, language):
            continue
        names = [(a, source) for text in texts for a in _named(text, language)]
        if any(not is_nobody(a.name, view.site_names) and not agency(a.name) for a, _ in names):
            return names
        houses += names
    return houses


def _labelled_author(view: View, language: str) -> bool:
    """Whether twitter:label1 says "Written by" (elsewhere it is a price or a reading time)."""
    label = view.document.first_meta("twitter:label1") or ""
    return after_intro(f"{label} -", language) is not None


# --- printed bylines ------------------------------------------------------------------------------


def _from_byline(view: View, near: Node | None, last: Node | None, language: str) -> list[tuple[Author, str]]:
    """ "By Jane Roe" in a short element: behind the headline, above it, or behind the text."""
    for node in _byline_places(view, near, last):
        if node.tag not in _NO_BYLINE and _opens_byline(node, language):
            for place in (node, *ancestors(node, 2)):
                pieces = short_pieces(place, _MAX_BYLINE)
                if pieces and (found := _byline_names(pieces, language)):
                    return [(author, "dom:byline") for author in found]
    return []


def _opens_byline(node: Node, language: str) -> bool:
    """Whether the element's own text begins with an opening word; cheap, as every element is
    asked.
    """
    child = node.first_child
    while child is not None and child.tag == "-comment":
        child = child.next
    if child is None or child.tag != "-text":
        return False
    text = (child.text_content or "").strip()
    return 1 < len(text) <= _MAX_BYLINE and after_intro(f"{tidy(text)} -", language) is not None


def _byline_places(view: View, near: Node | None, last: Node | None) -> Iterator[Node]:
    if near is not None:
        yield from after(near, _REACH)
        above = list(ancestors(near, 3))
        if above:
            yield from islice(within(above[-1]), _REACH // 2)
    elif view.document.tree.body is not None:
        yield from islice(within(view.document.tree.body), 10 * _REACH)
    if last is not None:
        yield last
        yield from after(last, _REACH // 4)


def _byline_names(pieces: list[str], language: str) -> list[Author]:
    """The names after the opening word: those of one piece, and of further ones that a comma or
    "and" joins to it.
    """
    rest = after_intro(f"{pieces[0]} ", language)
    if rest is None and len(pieces) > 1 and after_intro(f"{pieces[0]} -", language) == "-":
        rest = ""
    if rest is None:
        return []
    queue = [rest, *pieces[1:]] if rest.strip() else pieces[1:]
    found: list[str] = []
    joined = True
    for piece in queue:
        if _is_joiner(piece):
            joined = True
            continue
        if not joined:
            break
        names = _leading_names(piece, language, alone=len(queue) == 1)
        if not names:
            break
        found += names
        joined = piece.rstrip().endswith((",", "&", "/")) or piece.rstrip().lower().endswith((" und", " and"))
    return [Author(name=n) for n in found]


def _is_joiner(text: str) -> bool:
    bare = text.strip(" ,&/").lower()
    return not bare or bare in bylines().all_and


def _leading_names(text: str, language: str, *, alone: bool) -> list[str]:
    """The names that `text` begins with, up to a date, a bar or a role."""
    match = _BYLINE_END.search(text)
    cut = text[: match.start()] if match else text
    words = cut.split()
    if match and match[0].strip().isdigit():
        while words and (words[-1].lower().strip(".,") in bylines().months or words[-1][:1].islower()):
            words.pop()
    names = split_names(" ".join(words).strip(" ,"), language)
    good = list(takewhile(looks_like_name, names))
    if not good and alone and _is_handle(text.strip(), language):
        return [text.strip()]
    return good


def _is_handle(text: str, language: str) -> bool:
    """An account's name: one word that is no word of the language."""
    stop = lexicon.words("stop")
    known = stop.get(language, frozenset()) | stop.get("en", frozenset()) | bylines().noise
    return bool(_HANDLE_NAME.fullmatch(text)) and text.lower() not in known


# --- marked-up names ------------------------------------------------------------------------------


def _from_markup(view: View, near: Node | None) -> list[tuple[Author, str]]:
    """The first element behind (else before) the headline whose rel, itemprop or class says
    author.
    """
    nodes = view.document.tree.css(f"h1,{_AUTHOR_CSS}")
    place = next((i for i, n in enumerate(nodes) if near and n.mem_id == near.mem_id), 0)
    single: list[tuple[Author, str]] = []
    for node in (nodes[place:] + nodes[:place])[:60]:
        if node.tag in ("h1", "meta", "link", "img") or not _says_author(node):
            continue
        names = _names_in(view, node)
        if names and (" " in names[0][0].name or _in_earnest(node)):
            return names
        single = single or names
    return single


def _in_earnest(node: Node) -> bool:
    return bool(node.attributes.get("rel") or node.attributes.get("itemprop"))


def _says_author(node: Node) -> bool:
    """Whether it says author of this article, not of a comment or of another story."""
    if not _in_earnest(node) and node.tag != "address":
        words = words_of(node)
        if not words & rules().classes["author"] or words & rules().classes["not_author"]:
            return False
    if is_hidden(node) or in_clutter(node, aside=False):
        return False
    comment = {"comment", "comments", "commentlist"}
    return not any(words_of(parent) & comment for parent in ancestors(node, 6))


def _names_in(view: View, node: Node) -> list[tuple[Author, str]]:
    """The names in an element: those its own links, its first name-like piece, or its whole
    text.
    """
    inner = node if node.tag == "a" else node.css_first("[itemprop~=name],.fn,a[rel~=author]") or node
    pieces = short_pieces(inner, _MAX_BYLINE)
    for piece in [*pieces, " ".join(pieces)]:
        names = [n for n in split_names(piece, "") if looks_like_name(n)]
        if names and names[0].lower() not in bylines().nobody:
            url = _href(view, inner) if len(names) == 1 else None
            return [(Author(name=n, url=url), "dom:author") for n in names]
    return []


def _href(view: View, node: Node) -> str | None:
    link = node if node.tag == "a" else node.css_first("a[href]")
    href = (link.attributes.get("href") or "") if link else ""
    if not href or href.startswith(("#", "javascript", "mailto")):
        return None
    return view.join(href)
