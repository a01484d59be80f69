"""Headline and kicker: the heading that agrees with what the page says of itself elsewhere."""

from __future__ import annotations

from typing import NamedTuple

from scraper.document import Node
from scraper.extraction.fields.dom import ancestors, is_hidden, words_of
from scraper.extraction.fields.headings import Heading, is_logo, read_heading, strip_ending, strip_site
from scraper.extraction.fields.kicker import MAX_KICKER, kicker_before, kicker_in, read_alternative
from scraper.extraction.fields.rules import rules
from scraper.extraction.fields.text import key, overlap, tidy
from scraper.extraction.fields.view import Found, View

_LONGEST = 500
#: h1s looked at; lower headings looked at on pages whose h1 is none
_MOST_H1, _MOST_LOWER = 12, 40
#: steps up from a heading to the breadcrumb or menu that holds it
_PATH_STEPS = 5
#: characters of a title that is known again inside a heading
_TITLE = 20
_BARS = (" | ", " - ", " – ", " — ", " · ", " :: ", " » ")


class Titles(NamedTuple):
    """What was found, and the node that shows the headline."""

    headline: Found | None = None
    kicker: Found | None = None
    alternative: Found | None = None
    node: Node | None = None


def read_titles(view: View) -> Titles:
    """Headline, kicker and alternative headline of a page; where a rule gives the headline, nothing else is asked."""
    if ruled := view.ruled("headline"):
        return _complete(view, Titles(headline=_without_kicker(view, ruled[0]), node=_ruled_node(view, ruled[0])), [])
    read = [read_heading(node) for node in view.headings[:_MOST_H1]]
    headings = [h for h in read if _may_be_headline(h, view)]
    logos = frozenset(key(h.text) for h in read if h not in headings and is_logo(h.node))
    declared = _declared(view, headings, view.site_names | logos - {""})
    return _complete(view, _choose(view, headings, declared), declared)


def _ruled_node(view: View, found: Found) -> Node | None:
    """The element that a rule takes the headline from, or the h1 that shows what it takes from elsewhere."""
    if node := view.ruled_node(found):
        return node
    bare = key(found.text)
    return next((n for n in view.headings[:_MOST_H1] if bare in key(tidy(n.text(separator=" ") or ""))), None)


def _complete(view: View, titles: Titles, declared: list[Found]) -> Titles:
    ruled = view.ruled("kicker")
    kicker = ruled[0] if ruled else titles.kicker
    if titles.headline is None:
        return Titles(kicker=kicker, node=titles.node)
    headline = titles.headline.text
    if kicker is None and titles.node is not None:
        kicker = kicker_before(titles.node) or kicker_in(headline, declared)
    if kicker and key(kicker.text) == key(headline):
        kicker = None
    alternative = read_alternative(view, headline, kicker.text if kicker else "")
    return Titles(titles.headline, kicker, alternative, titles.node)


def _without_kicker(view: View, found: Found) -> Found:
    """A rule's headline without the kicker that another rule finds inside it."""
    kicker = next(iter(view.ruled("kicker")), None)
    if kicker and found.text.startswith(kicker.text) and len(found.text) > len(kicker.text):
        return Found(found.text[len(kicker.text) :].lstrip(" :|–—-+"), found.source)
    return found


def _may_be_headline(heading: Heading, view: View) -> bool:
    bare = key(heading.text)
    if not bare or bare in rules().generic_titles or len(heading.text) > 400:
        return False
    return bare not in view.site_names and not is_logo(heading.node)


# --- what the page says of itself -----------------------------------------------------------------


def _declared(view: View, headings: list[Heading], names: frozenset[str]) -> list[Found]:
    """JSON-LD's, the meta tags' and the title's words for the headline, without the site's name."""
    given = view.ld("headline") + view.meta_texts("title")
    if view.article:
        given += view.ld("name")
    sections = frozenset(key(found.text) for found in view.ld("articleSection"))
    stripped: dict[str, str] = {}
    found: list[Found] = []
    for text, source in given:
        if text not in stripped:
            stripped[text] = strip_ending(strip_site(text[:_LONGEST], names), sections)
        found.append(Found(stripped[text], source))
    if view.page_title:
        title = stripped.get(view.page_title) or strip_site(view.page_title[:_LONGEST], names)
        found.append(Found(_short_title(title, found, headings), "dom:title"))
    return [f for f in found if key(f.text) and key(f.text) not in view.site_names]


def _short_title(title: str, known: list[Found], headings: list[Heading]) -> str:
    """The page's `<title>` cut to what another source or an h1 confirms, else to its part before the last bar."""
    bare = f"{key(title)} "
    for found in known:
        if key(found.text) and bare.startswith(f"{key(found.text)} "):
            return found.text
    for heading in headings:
        if f" {key(heading.text)} " in f" {bare}":
            return heading.text
    for separator in _BARS:
        head, _, tail = title.rpartition(separator)
        if len(head.split()) >= 3 and len(tail.split()) <= 4:
            return head.strip()
    return title


# --- choosing -------------------------------------------------------------------------------------


def _choose(view: View, headings: list[Heading], declared: list[Found]) -> Titles:
    scored = [(_agreement(h, declared), -i, h) for i, h in enumerate(headings)]
    best = max(scored, default=None, key=lambda item: item[:2])
    if best and best[0] >= 1:
        return (_below_path(view, best[2], declared) if _in_path(best[2].node) else None) or _split(best[2], declared)
    if not declared:
        return _split(headings[0], []) if headings else Titles()
    told = _shortest(declared)
    lower = _lower(view, told)
    if lower is None and headings and _is_only(headings):
        return _split(headings[0], [])
    return lower or Titles(headline=told)


def _in_path(node: Node) -> bool:
    """Whether a heading is the end of a breadcrumb or stands in a menu: a title for search engines."""
    words = rules().classes["path"]
    return any(
        place.tag == "nav" or not words_of(place).isdisjoint(words) for place in (node, *ancestors(node, _PATH_STEPS))
    )


def _below_path(view: View, path: Heading, declared: list[Found]) -> Titles | None:
    """The h2 that shows another declared title than the h1 in a breadcrumb."""
    bare = key(path.text)
    others = [f for f in (*declared, *view.ld("alternativeHeadline")) if key(f.text) != bare]
    for node in view.document.tree.css("h2")[:_MOST_H1] if others else ():
        heading = read_heading(node)
        own = key(heading.text)
        if not own or is_hidden(node) or own in bare or bare in own:
            continue
        if any(own == key(f.text) or (len(f.text) > _TITLE and key(f.text) in own) for f in others):
            return None if _told_with_kicker(heading, others) else _split(heading, others)
    return None


def _told_with_kicker(heading: Heading, declared: list[Found]) -> bool:
    """Whether a heading is declared kicker and all: both headlines have equal right then, and the h1 stays."""
    kicker, whole = key(heading.pieces[0][0]), key(heading.text)
    told = next((f.text for f in declared if key(f.text) == whole), "") if len(heading.pieces) > 1 else ""
    return any(key(told.partition(mark)[0]) == kicker for mark in rules().kicker_ends if mark in told)


def _is_only(headings: list[Heading]) -> bool:
    """Whether a page has one h1 to be seen, of more than one word: its headline, whatever search engines are told."""
    text = headings[0].text
    if any(key(h.text) != key(text) for h in headings[1:]) or is_hidden(headings[0].node):
        return False
    return len(text.split()) > 1 and len(text) > 8


def _lower(view: View, told: Found) -> Titles | None:
    """A declared headline and the h2 to h4 that shows it; a `<title>` is cut to the heading that it holds."""
    bare = f" {key(told.text)} "
    for node in view.document.tree.css("h2,h3,h4")[:_MOST_LOWER]:
        text = tidy(node.text(separator=" ") or "")
        own = f" {key(text)} "
        if own == bare:
            return Titles(headline=told, node=node)
        if told.source == "dom:title" and own in bare and len(own.split()) > 3 and not is_hidden(node):
            return Titles(headline=Found(text, "dom:title"), node=node)
    return None


def _shortest(declared: list[Found]) -> Found:
    """The first, or another source's beginning of it: "Headline-Politics" where the other says "Headline"."""
    first = declared[0]
    for other in declared[1:]:
        rest = first.text.removeprefix(other.text)
        if rest != first.text and rest.lstrip()[:1] in ("-", "|", "_", "–", "—", "·"):
            return other
    return first


def _agreement(heading: Heading, declared: list[Found]) -> float:
    """3 equal to a declared title, 2 one holds the other, 1 half of the words are shared, else 0."""
    bare, best = key(heading.text), 0.0
    for found in declared:
        other = key(found.text)
        if bare == other:
            return 3.0
        if f" {bare} " in f" {other} " or f" {other} " in f" {bare} ":
            best = max(best, 2.0 if min(len(bare), len(other)) > 8 else 1.0)
        elif overlap(bare, other) >= 0.5:
            best = max(best, 1.0)
    return best


# --- kicker and headline in one heading -----------------------------------------------------------


def _split(heading: Heading, declared: list[Found]) -> Titles:
    """The headline in a heading, and the kicker that stands before it in the same heading.

    What the page itself declares as title, kicker and all, is left whole: so do most publishers' own records.
    """
    keys = [key(f.text) for f in declared]
    texts = [text for text, _ in heading.pieces]
    bare = key(heading.text)
    cut = next((i for i in range(1, len(texts)) if key(" ".join(texts[i:])) in keys), 0)
    if not cut and len(texts) > 1 and (heading.pieces[0][1] or texts[0].endswith((":", "|", "+++"))):
        told = {key(f.text) for f in declared if f.source != "dom:title"}
        cut = 0 if bare in told else 1
    if cut:
        return _titles(heading, " ".join(texts[:cut]), " ".join(texts[cut:]))
    if bare not in keys and len(texts) > 1:
        end = next((i for i in range(len(texts) - 1, 0, -1) if key(" ".join(texts[:i])) in keys), 0)
        if end:
            return _titles(heading, "", " ".join(texts[:end]))
    return _split_at_mark(heading, declared)


def _split_at_mark(heading: Heading, declared: list[Found]) -> Titles:
    """A kicker before a colon or a bar, where a declared title is what follows it.

    Where another one repeats the whole heading, og:title alone is believed: cards show it below a kicker of their own.
    """
    whole = key(heading.text)
    repeated = any(key(f.text) == whole for f in declared)
    told = {key(f.text) for f in declared if not repeated or f.source == "meta:og:title"}
    for ending in rules().kicker_ends:
        head, _, tail = heading.text.partition(ending)
        if tail and len(head) <= MAX_KICKER and key(tail) in told:
            return _titles(heading, head, tail)
    return _titles(heading, "", heading.text)


def _titles(heading: Heading, kicker: str, headline: str) -> Titles:
    kicker = kicker.strip(" :|–—-+•/")
    return Titles(
        headline=Found(headline.strip(" :|+"), f"dom:{heading.node.tag}"),
        kicker=Found(kicker, f"dom:{heading.node.tag}") if kicker else None,
        node=heading.node,
    )
