"""Headline, kicker and alternative headline: the h1 that agrees with what the page says of
itself elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from scraper.document import Node
from scraper.extraction.fields.rules import rules
from scraper.extraction.fields.text import key, overlap, tidy
from scraper.extraction.fields.view import (
    UNSEEN,
    Found,
    View,
    ancestors,
    children,
    is_hidden,
    words_of,
)

#: tags that only dress up words inside a heading
_DRESS = frozenset(("em", "i", "b", "u", "mark", "font", "sup", "sub", "wbr", "q", "abbr", "cite", "bdi"))
_MAX_KICKER, _LONGEST = 80, 500
#: letters that a site's name may have more in a title: "news.", " online", ".com"
_AFFIX = 8


@dataclass(frozen=True)
class Heading:
    """An h1 as text and as the pieces that its markup makes of it."""

    node: Node
    text: str
    pieces: tuple[tuple[str, bool], ...]  # (text, whether its class says kicker)


@dataclass(frozen=True)
class Titles:
    """What was found, and the node that shows the headline."""

    headline: Found | None = None
    kicker: Found | None = None
    alternative: Found | None = None
    node: Node | None = None


# --- headings -------------------------------------------------------------------------------------


def read_heading(node: Node) -> Heading:
    """The text of an h1 without hidden parts, and its pieces: text between elements, and each
    element.
    """
    inner = _only_child(node)
    pieces: list[tuple[str, bool]] = []
    run = ""
    for child in children(inner):
        if child.tag == "-text":
            run += child.text_content or ""
        elif child.tag in _DRESS:
            run += child.text() or ""
        elif child.tag == "br":
            run += " "
        elif child.tag and child.tag[0] not in "-!_" and child.tag not in UNSEEN:
            pieces.append((tidy(run), False))
            run = ""
            if not is_hidden(child):
                kicker = bool(words_of(child) & rules().classes["kicker"])
                pieces.append((tidy(child.text(separator=" ") or ""), kicker))
    pieces.append((tidy(run), False))
    kept = tuple(piece for piece in pieces if piece[0])
    return Heading(node, " ".join(text for text, _ in kept), kept)


def _only_child(node: Node) -> Node:
    """The innermost of elements that do nothing but wrap one another."""
    for _ in range(6):
        inside = [c for c in children(node) if c.tag != "-comment" and (c.text() or "").strip()]
        if len(inside) != 1 or inside[0].tag == "-text" or not inside[0].tag:
            break
        node = inside[0]
    return node


# --- what the page says of itself -----------------------------------------------------------------


def strip_site(text: str, names: frozenset[str]) -> str:
    """`text` without the site's name before or after it (" - Name", "Name: ")."""
    for separator in rules().separators:
        if separator not in text:
            continue
        exact = not separator.startswith(" ")
        head, _, tail = text.rpartition(separator)
        if head and _is_name(tail, names, exact):
            return strip_site(head.strip(), names)
        head, _, tail = text.partition(separator)
        if tail and _is_name(head, names, exact):
            return strip_site(tail.strip(), names)
    return text


def _is_name(text: str, names: frozenset[str], exact: bool) -> bool:
    """Whether `text` is one of the site's names; unless `exact` a few letters more or less at an
    end do not matter.
    """
    squeezed = key(text).replace(" ", "")
    if not 1 < len(squeezed) <= 60:
        return False
    for name in names:
        bare = name.replace(" ", "")
        if squeezed == bare:
            return True
        if exact or min(len(squeezed), len(bare)) < 3:
            continue
        longer, shorter = (squeezed, bare) if len(squeezed) > len(bare) else (bare, squeezed)
        if longer.startswith(shorter) or longer.endswith(shorter):
            return len(longer) - len(shorter) <= _AFFIX or (shorter is squeezed and len(squeezed) > 5)
    return False


def _declared(view: View) -> list[Found]:
    """JSON-LD's, the meta tags' and the title's words for the headline, without the site's name."""
    given = view.ld("headline") + view.meta_texts("title")
    if view.article:
        given += view.ld("name")
    found = [Found(strip_site(f.text[:_LONGEST], view.site_names), f.source) for f in given]
    if view.page_title:
        found.append(Found(_short_title(view, found), "dom:title"))
    return [f for f in found if key(f.text) and key(f.text) not in view.site_names]


def _short_title(view: View, known: list[Found]) -> str:
    """The page's `<title>` cut to what another source or an h1 confirms, else to its part before
    the last bar.
    """
    title = strip_site(view.page_title[:_LONGEST], view.site_names)
    bare = f"{key(title)} "
    for found in known:
        if key(found.text) and bare.startswith(f"{key(found.text)} "):
            return found.text
    for node in view.marked:
        if node.tag == "h1" and (text := tidy(node.text() or "")) and f"{key(text)} " in f" {bare}":
            return text
    for separator in (" | ", " - ", " – ", " — ", " · ", " :: ", " » "):
        head, _, tail = title.rpartition(separator)
        if len(head.split()) >= 3 and len(tail.split()) <= 4:
            return head.strip()
    return title


# --- choosing -------------------------------------------------------------------------------------


def read_titles(view: View) -> Titles:
    """Headline, kicker and alternative headline of a page."""
    headings = [read_heading(n) for n in view.marked if n.tag == "h1"][:12]
    headings = [h for h in headings if _may_be_headline(h, view)]
    declared = _declared(view)
    if ruled := view.ruled("headline"):
        node = next((h.node for h in headings if key(ruled[0].text) in key(h.text)), None)
        chosen = Titles(headline=_without_kicker(view, ruled[0], headings), node=node)
    else:
        chosen = _choose(headings, declared)
    return _complete(view, chosen, declared)


def _without_kicker(view: View, found: Found, headings: list[Heading]) -> Found:
    """A rule's headline without the kicker that another rule finds inside it."""
    kicker = next(iter(view.ruled("kicker")), None)
    if kicker and found.text.startswith(kicker.text) and len(found.text) > len(kicker.text):
        return Found(found.text[len(kicker.text) :].lstrip(" :|–—-+"), found.source)
    return found


def _may_be_headline(heading: Heading, view: View) -> bool:
    bare = key(heading.text)
    if not bare or bare in rules().generic_titles or len(heading.text) > 400:
        return False
    return bare not in view.site_names and not _is_logo(heading.node)


def _is_logo(node: Node) -> bool:
    """Whether an h1 leads home, as the site's own name above every page does."""
    link = node.css_first("a[href]")
    href = (link.attributes.get("href") or "") if link else ""
    if "/web/" in href:
        href = href[href.rfind("http") :]
    return (
        bool(link)
        and href.split("://", 1)[-1].rstrip("/").count("/") == 0
        and (href.rstrip("/") in ("", ".", "#", "index.html", "index.php") or "://" in href)
    )


def _choose(headings: list[Heading], declared: list[Found]) -> Titles:
    scored = [(_agreement(h, declared), -i, h) for i, h in enumerate(headings)]
    best = max(scored, default=None, key=lambda item: item[:2])
    if best and best[0] >= 1:
        return _split(best[2], declared)
    if declared:
        return Titles(headline=_shortest(declared))
    if headings:
        return _split(headings[0], [])
    return Titles()


def _shortest(declared: list[Found]) -> Found:
    """The first, or another source's beginning of it: "Headline-Politics" where the other says
    "Headline".
    """
    first = declared[0]
    for other in declared[1:]:
        rest = first.text.removeprefix(other.text)
        if rest != first.text and rest.lstrip()[:1] in ("-", "|", "_", "–", "—", "·"):
            return other
    return first


def _agreement(heading: Heading, declared: list[Found]) -> float:
    """3 equal to a declared title, 2 one holds the other, 1 half of the words are shared, else
    0.
    """
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


def _split(heading: Heading, declared: list[Found]) -> Titles:
    """The headline in an h1, and the kicker that stands before it in the same h1."""
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
    if bare not in keys:
        for ending in rules().kicker_ends:
            head, _, tail = heading.text.partition(ending)
            if tail and key(tail) in keys and len(head) <= _MAX_KICKER:
                return _titles(heading, head, tail)
    return _titles(heading, "", heading.text)


def _titles(heading: Heading, kicker: str, headline: str) -> Titles:
    kicker = kicker.strip(" :|–—-+•/")
    return Titles(
        headline=Found(headline.strip(" :|+"), "dom:h1"),
        kicker=Found(kicker, "dom:h1") if kicker else None,
        node=heading.node,
    )


# --- kicker beside the headline, alternative headline ---------------------------------------------


def _complete(view: View, titles: Titles, declared: list[Found]) -> Titles:
    ruled = view.ruled("kicker")
    kicker = ruled[0] if ruled else titles.kicker or _kicker_before(titles) or _kicker_in(titles, declared)
    if kicker and titles.headline and key(kicker.text) == key(titles.headline.text):
        kicker = None
    return Titles(
        headline=titles.headline,
        kicker=kicker,
        alternative=_alternative(view, titles, kicker),
        node=titles.node,
    )


def _kicker_before(titles: Titles) -> Found | None:
    """Small text just before the h1 whose class says kicker."""
    if titles.node is None:
        return None
    words = rules().classes["kicker"]
    for place in (titles.node, *ancestors(titles.node, 2)):
        node, steps = place.prev, 0
        while node is not None and steps < 6:
            if node.tag and node.tag[0] not in "-!_" and node.tag not in UNSEEN:
                text = tidy(node.text(separator=" ") or "") if words_of(node) & words else ""
                if 1 < len(text) <= _MAX_KICKER and not is_hidden(node):
                    return Found(text, "dom:kicker")
            node, steps = node.prev, steps + 1
        if place.tag in ("article", "main", "body"):
            break
    return None


def _kicker_in(titles: Titles, declared: list[Found]) -> Found | None:
    """What a declared title has before the h1's words: "Kicker: Headline"."""
    if titles.headline is None or titles.node is None:
        return None
    bare = key(titles.headline.text)
    for found in declared:
        for ending in rules().kicker_ends:
            head, _, tail = found.text.partition(ending)
            if tail and key(tail) == bare and len(head) <= _MAX_KICKER:
                return Found(head.strip(), f"{found.source} before dom:h1")
    return None


def _alternative(view: View, titles: Titles, kicker: Found | None) -> Found | None:
    """Another headline that the page declares, not this one with the kicker or the site's name
    around it.
    """
    if titles.headline is None:
        return None
    bare = key(titles.headline.text)
    known = {bare, key(f"{kicker.text} {titles.headline.text}") if kicker else bare}
    given = view.ld("alternativeHeadline") + view.ld("alternateName")
    given += view.ld("headline") + view.meta_texts("title")[:2]
    for found in given:
        text = strip_site(found.text[:_LONGEST], view.site_names)
        other = key(text)
        if other and other not in known and bare not in other and other not in bare:
            return Found(text, found.source)
    return None
