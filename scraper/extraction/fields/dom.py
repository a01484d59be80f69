"""Nodes as a reader sees them: words of their names, what is around, behind and inside, short texts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from scraper.document import Node, tag_number
from scraper.extraction.fields.rules import class_words, rules
from scraper.extraction.fields.text import tidy

Attributes = dict[str, str | None]

#: tags whose content no reader sees as text
UNSEEN: Final = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "select", "textarea", "object"))
#: Lexbor's numbers: of text, of the first element (text, comments and declarations stand before it), of the unseen
TEXT_ID: Final = 2
_FIRST_ID: Final = tag_number("a")
_UNSEEN_IDS: Final = frozenset(map(tag_number, UNSEEN))
#: characters of a text from which on it is too long for whoever asks for short ones
_GIANT: Final = 20_000
#: how deep nodes are followed into one another
_DEPTH: Final = 40
_HIDDEN_STYLES: Final = ("display:none", "display: none", "visibility:hidden", "visibility: hidden")


def words_of(node: Node) -> frozenset[str]:
    """The words of a node's class, id and test names."""
    return words_in(node.attributes)


def words_in(attributes: Attributes) -> frozenset[str]:
    """`words_of` an element with these attributes: reading them costs more than all that is done with them."""
    if not attributes:
        return _NO_WORDS
    text = attributes.get("class") or ""
    if text and len(attributes) == 1:
        return class_words(text)
    for name in _NAMING:
        if value := attributes.get(name):
            text = f"{text} {value}"
    return class_words(text) if text else _NO_WORDS


_NAMING: Final = ("id", "data-testid", "data-qa", "data-test", "itemprop")
_NO_WORDS: frozenset[str] = frozenset()


def is_hidden(node: Node) -> bool:
    """Whether the node's own attributes keep it from the reader's eye."""
    return says_hidden(node.attributes)


def says_hidden(attributes: Attributes) -> bool:
    """`is_hidden` of an element with these attributes."""
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style") or ""
    if style and any(s in style for s in _HIDDEN_STYLES):
        return True
    return not words_in(attributes).isdisjoint(rules().classes["hidden"])


def children(node: Node) -> Iterator[Node]:
    """Child nodes, text among them, in order."""
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def element_children(node: Node) -> Iterator[Node]:
    """Child elements in order."""
    return (child for child in children(node) if child.tag and child.tag[0] not in "-!_")


def ancestors(node: Node, steps: int) -> Iterator[Node]:
    """Up to `steps` nodes above, nearest first."""
    parent = node.parent
    while parent is not None and steps > 0 and parent.tag and parent.tag[0] not in "-!":
        yield parent
        parent, steps = parent.parent, steps - 1


def in_clutter(node: Node, steps: int = 8, *, aside: bool = True) -> bool:
    """Whether the node stands in a footer, menu, comment list or box of other stories (an
    `aside`, if that counts).
    """
    bad = rules().classes["clutter"]
    for parent in ancestors(node, steps):
        tag = parent.tag
        if tag in ("footer", "nav") or (aside and tag == "aside"):
            return True
        if tag in ("article", "main", "body"):
            return False
        if not words_of(parent).isdisjoint(bad):
            return True
    return False


def after(node: Node, limit: int) -> Iterator[Node]:
    """The first `limit` elements that begin after `node` ends, in document order; unseen ones
    are left out.
    """
    return islice(_after(node), limit)


def _after(node: Node) -> Iterator[Node]:
    above: Node | None = node
    while above is not None:
        yield from _elements(above.next, _DEPTH + 1)
        above = above.parent


def within(node: Node) -> Iterator[Node]:
    """`node` and the elements inside it, in document order; unseen ones are left out."""
    if is_seen(node):
        yield node
        yield from _elements(node.first_child, _DEPTH)


def _elements(first: Node | None, depth: int) -> Iterator[Node]:
    """The seen elements among `first` and its later siblings, and inside them, in document order.

    A stack of its own: generators inside generators cost a step per level for every node.
    """
    stack = [first]
    while stack:
        current = stack.pop()
        if current is None:
            continue
        stack.append(current.next)
        if is_seen(current):
            yield current
            if len(stack) < depth:
                stack.append(current.first_child)


def is_seen(node: Node) -> bool:
    """Whether a node is an element that a reader sees."""
    number = node.tag_id
    return number >= _FIRST_ID and number not in _UNSEEN_IDS


def short_pieces(node: Node, limit: int) -> list[str]:
    """The texts inside an element, each tidied; [] where they are longer than `limit` characters
    together.

    Stops as soon as it is too long: calling `text()` on every container would read the page many
    times over.
    """
    pieces: list[str] = []
    return pieces if _gather(node, pieces, limit, 0) >= 0 else []


def opening_pieces(node: Node, limit: int) -> list[str]:
    """The first texts inside an element, each tidied: as many as `limit` characters hold."""
    pieces: list[str] = []
    return pieces if _gather(node, pieces, limit, 0) >= 0 else pieces[:-1]


def _gather(node: Node, pieces: list[str], left: int, depth: int) -> int:
    child = node.first_child
    while child is not None and left >= 0:
        number = child.tag_id
        if number == TEXT_ID:
            raw = child.text_content or ""
            if len(raw) > _GIANT:
                raw = raw.strip()[:_GIANT]
            if not raw.isspace() and (text := tidy(raw)):
                left -= len(text) + 1
                pieces.append(text)
        elif number >= _FIRST_ID and number not in _UNSEEN_IDS:
            left = _gather(child, pieces, left, depth + 1) if depth < _DEPTH else -1
        child = child.next
    return left


def short_text(node: Node, limit: int) -> str:
    """The text of an element, "" where it is longer than `limit`."""
    return " ".join(short_pieces(node, limit))
