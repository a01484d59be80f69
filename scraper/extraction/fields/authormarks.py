"""Authors by the markup around their names: rel, itemprop, class, and links to an author's page."""

from __future__ import annotations

import re

from scraper.document import Node
from scraper.extraction.fields.bylines import joined_names
from scraper.extraction.fields.declared import Signed
from scraper.extraction.fields.dom import (
    ancestors,
    in_clutter,
    is_hidden,
    opening_pieces,
    short_pieces,
    short_text,
    words_of,
)
from scraper.extraction.fields.names import house_name, looks_like_name, split_names
from scraper.extraction.fields.rules import bylines, rules
from scraper.extraction.fields.view import View
from scraper.models import Author

#: asked of the whole page, and of the article where that finds nobody: such a search costs a good part of a parse
_SURE_CSS = "address,[rel~=author],[itemprop~=author],.author,.byline"
_LIKELY_CSS = "[class*=author i],[class*=byline i],[class*=autor i]"
_COMMENT = frozenset(("comment", "comments", "commentlist"))
_MOST, _MAX_NAME = 60, 160
#: steps up from a name to the footer and the article around it
_FOOTER_STEPS = 12
#: texts of a long element of which one may be the name
_OPENING = 3
#: an account's name in an element that says author in earnest
_ACCOUNT = re.compile(r"[\w.-]{2,24}")


def marked_authors(view: View) -> list[Signed]:
    """The first element behind (else before) the headline whose rel, itemprop or class says author."""
    body, scope = view.document.tree.body, view.wide_scope
    if body is None or scope is None:
        return []
    return _marked_in(view, body.css(f"h1,{_SURE_CSS}")) or _marked_in(view, scope.css(f"h1,{_LIKELY_CSS}"))


def _marked_in(view: View, nodes: list[Node]) -> list[Signed]:
    near = view.headline_node
    place = next((i for i, n in enumerate(nodes) if near and n.mem_id == near.mem_id), 0)
    single: list[Signed] = []
    account: list[Signed] = []
    for node in (nodes[place:] + nodes[:place])[:_MOST]:
        if node.tag in ("h1", "meta", "link", "img") or not _says_author(node):
            continue
        names = _names_in(view, node)
        if names and (" " in names[0][0].name or _in_earnest(node)):
            return names
        single = single or names
        account = account or _account(node)
    return single or account


def _in_earnest(node: Node) -> bool:
    return bool(node.attributes.get("rel") or node.attributes.get("itemprop"))


def _says_author(node: Node) -> bool:
    """Whether it says author of this article, not of a comment or of another story."""
    if not _in_earnest(node) and node.tag != "address":
        words = words_of(node)
        if not words & rules().classes["author"] or words & rules().classes["not_author"]:
            return False
    if is_hidden(node) or (in_clutter(node, aside=False) and not (_in_earnest(node) and _in_own_footer(node))):
        return False
    return not any(words_of(parent) & _COMMENT for parent in ancestors(node, 6))


def _in_own_footer(node: Node) -> bool:
    """Whether it stands in the footer of an article, with no clutter between: "Jane Roe in Local, 3 May"."""
    above = list(ancestors(node, _FOOTER_STEPS))
    names = [parent.tag for parent in above]
    if "footer" not in names or "article" not in names[names.index("footer") :]:
        return False
    return not any(words_of(parent) & rules().classes["clutter"] for parent in above[: names.index("footer")])


def _names_in(view: View, node: Node) -> list[Signed]:
    """The names in an element: those its own links, its first name-like piece with what is joined to it, its whole
    text, or of a long one, with a word on the author behind the name, how it begins."""
    inner = node if node.tag == "a" else node.css_first("[itemprop~=name],.fn,a[rel~=author]") or node
    pieces = short_pieces(inner, _MAX_NAME)
    whole = [" ".join(pieces)] if pieces else []
    pieces = pieces or opening_pieces(inner, _MAX_NAME)[:_OPENING]
    for place, piece in enumerate([*pieces, *whole]):
        names = [n for n in split_names(piece, "") if looks_like_name(n)]
        if names and names[0].lower() not in bylines().nobody:
            further = joined_names(pieces[place:], "")
            names = further if len(further) > len(names) else names
            url = _href(view, inner) if len(names) == 1 else None
            return [(Author(name=n, url=url), "dom:author") for n in names]
    return []


def _account(node: Node) -> list[Signed]:
    """An account's or a desk's name ("jroe", "The editors") in an element that links to its page as author."""
    inner = node if _in_earnest(node) else node.css_first("a[rel~=author],[itemprop~=name],.fn")
    text = short_text(inner, 40).strip(" ,:|") if inner is not None else ""
    if not text or text.lower() in bylines().noise:
        return []
    if _ACCOUNT.fullmatch(text):
        return [(Author(name=text), "dom:author")]
    return [(author, "dom:author") for author in house_name(text)]


def _href(view: View, node: Node) -> str | None:
    link = node if node.tag == "a" else node.css_first("a[href]")
    href = (link.attributes.get("href") or "") if link else ""
    if not href or href.startswith(("#", "javascript", "mailto")):
        return None
    return view.join(href)


def author_links(view: View) -> list[Signed]:
    """A name near the headline that links to a page below "author", "team", "people" …"""
    folders = rules().author_folders
    for node in view.near:
        if node.tag != "a":
            continue
        path = (node.attributes.get("href") or "").lower().split("?")[0].strip("/").split("/")
        if len(path) > 1 and folders & set(path[:-1]) and not in_clutter(node, 5):
            names = split_names(short_text(node, 60), "")
            if len(names) == 1 and looks_like_name(names[0]) and " " in names[0]:
                return [(Author(name=names[0], url=_href(view, node)), "dom:author link")]
    return []
