"""Authors as printed: "By Jane Roe" near the headline or behind the text, and the bare name that signs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, takewhile

from scraper import lexicon
from scraper.document import Node
from scraper.extraction.fields.declared import Signed
from scraper.extraction.fields.dom import (
    TEXT_ID,
    after,
    ancestors,
    children,
    in_clutter,
    short_pieces,
    short_text,
    within,
)
from scraper.extraction.fields.names import after_intro, looks_like_name, may_open, split_names
from scraper.extraction.fields.rules import bylines
from scraper.extraction.fields.text import tidy
from scraper.extraction.fields.view import View
from scraper.models import Author

#: elements looked at above the headline and behind the text; characters of a byline and of a signature
_ABOVE, _BEHIND, _MAX_BYLINE, _MAX_SIGNATURE = 60, 40, 160, 50
#: elements looked at where no headline is shown
_ANYWHERE = 400
#: where a byline's names end: a digit (a date, a time), a bar, a bullet
_BYLINE_END = re.compile(r"\s*(?:(?<!\w)\d|[|•·●▪–—]|\s-\s|\n|\bam\b|\bon\b|\bin\b|\bvor\b|\bupdated\b|\bpublished\b)")
_NO_BYLINE = frozenset(
    ("time", "button", "figure", "figcaption", "h1", "img", "footer", "nav", "form", "input", "label")
)
#: what may stand before a byline: a bracket, a mark between it and the date
_OPENING = "([（【-–—|•· "
#: what may stand in front of a byline in the same element
_BEFORE = frozenset(("-comment", "time", "svg", "i"))
_PARAGRAPHS = frozenset(("p", "div"))
_TYPE = frozenset(("em", "strong", "b", "i"))
#: an account's name after "by"
_HANDLE_NAME = re.compile(r"[\w.-]{2,24}")


def byline_authors(view: View, language: str) -> list[Signed]:
    """ "By Jane Roe" in a short element: behind the headline, above it, or behind the text."""
    for node in _places(view):
        if node.tag not in _NO_BYLINE and _opens_byline(node, language):
            for place in (node, *ancestors(node, 2)):
                pieces = _from_opening(short_pieces(place, _MAX_BYLINE), language)
                if pieces and (found := _byline_names(pieces, language)):
                    return [(author, "dom:byline") for author in found]
    return []


def _places(view: View) -> Iterator[Node]:
    if view.headline_node is not None:
        yield from view.near
        above = list(ancestors(view.headline_node, 3))
        if above:
            yield from islice(within(above[-1]), _ABOVE)
    elif view.scope is not None:
        yield from islice(within(view.scope), _ANYWHERE)
    if view.last_node is not None:
        yield view.last_node
        yield from after(view.last_node, _BEHIND)


def _opens_byline(node: Node, language: str) -> bool:
    """Whether the element's own text begins with an opening word; cheap, as every element is asked."""
    child, text = node.first_child, ""
    while child is not None:
        if child.tag_id == TEXT_ID:
            if text := (child.text_content or "").strip():
                break
        elif child.tag not in _BEFORE and not _is_blank(child):
            return False
        child = child.next
    text = text.lstrip(_OPENING)
    if text[:2].isalpha() and not may_open(text, language):  # nearly all
        return False
    return 1 < len(text) <= _MAX_BYLINE and after_intro(f"{tidy(text)} -", language) is not None


def _is_blank(node: Node) -> bool:
    """Whether an element holds nothing, or only white space, as an icon does."""
    inside = node.first_child
    if inside is None:
        return True
    return inside.next is None and inside.tag_id == TEXT_ID and not (inside.text_content or "").strip()


def _from_opening(pieces: list[str], language: str) -> list[str]:
    """The pieces from the first that begins with an opening word, as a date or a place may stand before it."""
    opens = (i for i, piece in enumerate(pieces) if after_intro(f"{piece.lstrip(_OPENING)} -", language) is not None)
    return pieces[next(opens, 0) :]


def _byline_names(pieces: list[str], language: str) -> list[Author]:
    """The names after the opening word."""
    first = pieces[0].lstrip(_OPENING)
    rest = after_intro(f"{first} ", language)
    if rest is None and len(pieces) > 1 and after_intro(f"{first} -", language) == "-":
        rest = ""
    if rest is None:
        return []
    queue = [rest, *pieces[1:]] if rest.strip() else pieces[1:]
    alone = len(queue) == 1 or (len(queue) > 1 and bool(_BYLINE_END.match(queue[1])))
    return [Author(name=name) for name in joined_names(queue, language, alone=alone)]


def joined_names(pieces: list[str], language: str, *, alone: bool = False) -> list[str]:
    """The names of the first of some pieces of text, and of those behind it that a comma or "and" joins to it.

    `alone`: the first is all that there is, and may be an account's name.
    """
    found: list[str] = []
    joined = True
    for piece in pieces:
        if _is_joiner(piece):
            joined = True
            continue
        if not joined:
            break
        names = _leading_names(piece, language, alone=alone and piece is pieces[0])
        if not names:
            break
        found += names
        joined = piece.rstrip().endswith((",", "&", "/")) or piece.rstrip().lower().endswith((" und", " and"))
    return found


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
    if not good and alone and is_handle(text.strip(), language):
        return [text.strip()]
    return good


def is_handle(text: str, language: str) -> bool:
    """An account's name: one word that is no word of the language."""
    stop = lexicon.words("stop")
    known = stop.get(language, frozenset()) | stop.get("en", frozenset()) | bylines().noise
    return bool(_HANDLE_NAME.fullmatch(text)) and text.lower() not in known


def signature(view: View, language: str) -> list[Signed]:
    """A name that stands alone, set apart by type or side, in the text's last paragraph or right behind it."""
    if view.last_node is None:
        return []
    for node in (view.last_node, *islice(after(view.last_node, 2), 2)):
        text = short_text(node, _MAX_SIGNATURE) if node.tag in _PARAGRAPHS and _set_apart(node) else ""
        names = split_names(text.strip("()[] "), language) if text else []
        if names and len(names) <= 3 and all(_signs(name) for name in names):
            return [(Author(name=name), "dom:signature") for name in names]
    return []


def _set_apart(node: Node) -> bool:
    """Whether a paragraph is all bold or italic, or stands on the right; links are menus and tags."""
    if node.css_first("a,button,img") is not None or in_clutter(node, 4):
        return False
    if "right" in (node.attributes.get("style") or node.attributes.get("align") or ""):
        return True
    inside = [child for child in children(node) if (child.text() or "").strip()]
    return len(inside) == 1 and inside[0].tag in _TYPE


def _signs(name: str) -> bool:
    words = name.split()
    small = sum(word[:1].islower() for word in words)
    return looks_like_name(name) and 2 <= len(words) <= 4 and small < 2 and name[-1] not in ".,"
