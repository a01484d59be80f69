"""The lead: a standfirst that a reader sees between headline and text."""

from __future__ import annotations

from collections.abc import Iterator

from scraper.document import Node
from scraper.extraction.fields.dom import after, ancestors, in_clutter, says_hidden, short_text, words_in, words_of
from scraper.extraction.fields.rules import rules
from scraper.extraction.fields.text import key
from scraper.extraction.fields.view import Found, View

#: elements looked at behind the headline; characters of a lead
_REACH, _SHORTEST, _LONGEST = 70, 30, 900
#: tags that hold one paragraph; a `div` only counts where it says lead or opens with text of its
#: own
_NO_LEAD = frozenset(("figure", "nav", "aside", "footer", "form", "button", "time", "figcaption"))
#: characters of a place before the lead
_PLACE = 30
#: words of a name that say that it is something else
_OTHER = frozenset(("image", "img", "photo", "media", "caption", "list", "item", "card", "related", "box"))
_PLAIN = frozenset(("p", "h2", "h3", "h4", "span", "strong", "em", "b", "li"))


def read_lead(view: View) -> Found | None:
    """The visible standfirst: a rule's, else marked by its class, else equal to the description and
    set apart from the paragraphs behind it.
    """
    if ruled := view.ruled("lead"):
        text = " ".join(dict.fromkeys(f.text for f in ruled))
        return Found(text, ruled[0].source)
    description = key(description_of(view) or "")
    for node, says in _candidates(view.headline_node) if view.headline_node is not None else ():
        if not says and (len(description) <= _SHORTEST or (node.tag not in _PLAIN and not _opens_with_text(node))):
            continue
        text = short_text(node, _LONGEST)
        if not _SHORTEST <= len(text) <= _LONGEST or _in_figure(node):
            continue
        if len(description) > _SHORTEST and _holds(key(text), description) and (says or not _is_like_next(node)):
            return Found(text, "dom:description")
        if says and not _has_paragraphs(node):
            return Found(text, "dom:lead")
    return None


def _in_figure(node: Node) -> bool:
    return any(parent.tag in ("figure", "figcaption") for parent in ancestors(node, 4))


def _is_like_next(node: Node) -> bool:
    """Whether a paragraph is followed by one like it: the description repeats how the text itself begins."""
    following = node.next
    while following is not None and following.tag in ("-text", "-comment"):
        following = following.next
    if following is None or node.tag != "p" or following.tag != "p" or _is_bold(node):
        return False
    alike = (node.attributes.get("class") or "") == (following.attributes.get("class") or "")
    return alike and len(following.text() or "") > _SHORTEST and not _is_bold(following)


def _is_bold(node: Node) -> bool:
    """Whether a paragraph begins with bold type."""
    child = node.first_child
    while child is not None and child.tag == "-text" and not (child.text_content or "").strip():
        child = child.next
    return child is not None and child.tag in ("b", "strong")


def _opens_with_text(node: Node) -> bool:
    child = node.first_child
    return child is not None and child.tag == "-text" and bool((child.text_content or "").strip())


def description_of(view: View) -> str | None:
    """What JSON-LD or meta gives as description."""
    found = next(iter(view.ld("description") + view.meta_texts("description")), None)
    return found.text if found else None


def _candidates(headline: Node) -> Iterator[tuple[Node, bool]]:
    """Elements behind the headline that could be one paragraph, and whether they say lead; the walk ends at the first
    plain long paragraph.
    """
    for node in after(headline, _REACH):
        tag = node.tag
        if tag in _NO_LEAD or says_hidden(attributes := node.attributes):
            continue
        yield node, bool(attributes) and _lead_words(words_in(attributes)) and not in_clutter(node, 4)
        if tag == "p" and len(node.text() or "") > 200 and not _near_lead(node):
            return


def _near_lead(node: Node) -> bool:
    return _says_lead(node) or any(_says_lead(parent) for parent in ancestors(node, 2))


def _says_lead(node: Node) -> bool:
    """Whether class, id or itemprop say lead, and nothing says that it is of another story."""
    return _lead_words(words_of(node)) and not in_clutter(node, 4)


def _lead_words(words: frozenset[str]) -> bool:
    return not words.isdisjoint(rules().classes["lead"]) and words.isdisjoint(_OTHER)


def _has_paragraphs(node: Node) -> bool:
    """A lead is one paragraph or two; more is the article itself."""
    return node.tag in ("div", "section", "header", "article") and len(node.css("p")) > 2


def _holds(text: str, description: str) -> bool:
    """Whether a text is the description, a place may stand before it ("Berlin. …"); descriptions are often cut."""
    size = int(min(len(text), len(description)) * 0.9)
    place = text.find(description[:size], 0, size + _PLACE)
    return size > 27 and place >= 0 and len(text) <= len(description) * 2 + 40
