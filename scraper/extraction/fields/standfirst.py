"""The lead: a standfirst that a reader sees between headline and text."""

from __future__ import annotations

from collections.abc import Iterator

from scraper.document import Node
from scraper.extraction.fields.rules import rules
from scraper.extraction.fields.text import key
from scraper.extraction.fields.view import (
    Found,
    View,
    after,
    ancestors,
    in_clutter,
    is_hidden,
    short_text,
    words_of,
)

#: elements looked at behind the headline; characters of a lead
_REACH, _SHORTEST, _LONGEST = 70, 30, 900
#: tags that hold one paragraph; a `div` only counts where it says lead or opens with text of its
#: own
_PLAIN = frozenset(("p", "h2", "h3", "h4", "span", "strong", "em", "b", "li"))


def read_lead(view: View, near: Node | None) -> tuple[Found | None, Node | None]:
    """The visible standfirst and its node: a rule's, else marked by its class, else equal to the
    description.
    """
    if ruled := view.ruled("lead"):
        text = " ".join(dict.fromkeys(f.text for f in ruled))
        return Found(text, ruled[0].source), None
    if near is None:
        return None, None
    description = key(description_of(view) or "")
    for node in _candidates(near):
        says = _says_lead(node)
        if not says and node.tag not in _PLAIN and not _opens_with_text(node):
            continue
        text = short_text(node, _LONGEST)
        if not _SHORTEST <= len(text) <= _LONGEST:
            continue
        bare = key(text)
        if description and len(description) > 30 and _same_start(bare, description):
            return Found(text, "dom:description"), node
        if says and not _has_paragraphs(node):
            return Found(text, "dom:lead"), node
    return None, None


def _opens_with_text(node: Node) -> bool:
    child = node.first_child
    return child is not None and child.tag == "-text" and bool((child.text_content or "").strip())


def description_of(view: View) -> str | None:
    """What JSON-LD or meta gives as description."""
    found = next(iter(view.ld("description") + view.meta_texts("description")), None)
    return found.text if found else None


def _candidates(near: Node) -> Iterator[Node]:
    """Elements behind the headline that could be one paragraph; the walk ends at the first plain
    long paragraph.
    """
    for node in after(near, _REACH):
        if node.tag in ("figure", "nav", "aside", "footer", "form", "button", "time", "figcaption"):
            continue
        if is_hidden(node) or (node.parent is not None and node.parent.tag == "figcaption"):
            continue
        yield node
        if node.tag == "p" and len(node.text() or "") > 200 and not _near_lead(node):
            return


def _near_lead(node: Node) -> bool:
    return _says_lead(node) or any(_says_lead(parent) for parent in ancestors(node, 2))


def _says_lead(node: Node) -> bool:
    """Whether class, id or itemprop say lead, and nothing says that it is of another story."""
    words = words_of(node)
    if not words & rules().classes["lead"]:
        return False
    if words & {
        "image",
        "img",
        "photo",
        "media",
        "caption",
        "list",
        "item",
        "card",
        "related",
        "box",
    }:
        return False
    return not in_clutter(node, 4)


def _has_paragraphs(node: Node) -> bool:
    """A lead is one paragraph or two; more is the article itself."""
    return node.tag in ("div", "section", "header", "article") and len(node.css("p")) > 2


def _same_start(a: str, b: str) -> bool:
    """Whether two texts begin alike over most of the shorter one; descriptions are often cut."""
    size = min(len(a), len(b))
    return size > 30 and a[: int(size * 0.9)] == b[: int(size * 0.9)] and len(a) <= len(b) * 2 + 40
