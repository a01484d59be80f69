"""Headings as text and pieces, and titles without the site's name around them."""

from __future__ import annotations

from typing import NamedTuple

from scraper.document import Node
from scraper.extraction.fields.dom import UNSEEN, children, is_hidden, words_of
from scraper.extraction.fields.rules import rules
from scraper.extraction.fields.text import key, tidy

#: tags that only dress up words inside a heading
_DRESS = frozenset(("em", "i", "b", "u", "mark", "font", "sup", "sub", "wbr", "q", "abbr", "cite", "bdi"))
#: letters that a site's name may have more in a title: "news.", " online", ".com"
_AFFIX = 8


class Heading(NamedTuple):
    """A heading as text and as the pieces that its markup makes of it."""

    node: Node
    text: str
    pieces: tuple[tuple[str, bool], ...]  # (text, whether its class says kicker)


def read_heading(node: Node) -> Heading:
    """The text of a heading without hidden parts, and its pieces: text between elements, and each element."""
    inner = _only_child(node)
    pieces: list[tuple[str, bool]] = []
    run = ""
    for child in children(inner):
        tag = child.tag
        if tag == "-text":
            run += child.text_content or ""
        elif tag in _DRESS:
            run += child.text() or ""
        elif tag == "br":
            run += " "
        elif tag and tag[0] not in "-!_" and tag not in UNSEEN:
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


def is_logo(node: Node) -> bool:
    """Whether a heading leads home, as the site's own name above every page does."""
    link = node.css_first("a[href]")
    href = (link.attributes.get("href") or "") if link else ""
    if "/web/" in href:
        href = href[href.rfind("http") :]
    return (
        bool(link)
        and href.split("://", 1)[-1].rstrip("/").count("/") == 0
        and (href.rstrip("/") in ("", ".", "#", "index.html", "index.php") or "://" in href)
    )


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


def strip_ending(text: str, endings: frozenset[str]) -> str:
    """`text` without a last part behind a bar that is one of `endings` (keys), as a section's name is."""
    head, bar, tail = text.rpartition(" | ")
    return head.strip() if bar and head and key(tail) in endings else text


def _is_name(text: str, names: frozenset[str], exact: bool) -> bool:
    """Whether `text` is one of the site's names; unless `exact` a few letters more or less at an end do not matter."""
    if len(text) > 90:
        return False
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
        if not longer.startswith(shorter) and not longer.endswith(shorter):
            continue
        if len(longer) - len(shorter) <= _AFFIX or (shorter is squeezed and len(squeezed) > 5):
            return True
    return False
