"""The kicker beside the headline, and the other headline that a page declares."""

from __future__ import annotations

from scraper.document import Node
from scraper.extraction.fields.dom import UNSEEN, ancestors, is_hidden, words_of
from scraper.extraction.fields.headings import strip_site
from scraper.extraction.fields.rules import rules
from scraper.extraction.fields.text import key, tidy
from scraper.extraction.fields.view import Found, View

MAX_KICKER = 80
_LONGEST = 500


def kicker_before(heading: Node) -> Found | None:
    """Small text just before the headline's node whose class says kicker."""
    words = rules().classes["kicker"]
    for place in (heading, *ancestors(heading, 2)):
        node, steps = place.prev, 0
        while node is not None and steps < 6:
            tag = node.tag
            if tag and tag[0] not in "-!_" and tag not in UNSEEN:
                text = tidy(node.text(separator=" ") or "") if words_of(node) & words else ""
                if 1 < len(text) <= MAX_KICKER and not is_hidden(node):
                    return Found(text, "dom:kicker")
            node, steps = node.prev, steps + 1
        if place.tag in ("article", "main", "body"):
            break
    return None


def kicker_in(headline: str, declared: list[Found]) -> Found | None:
    """What a declared title has before the headline's words: "Kicker: Headline"."""
    bare = key(headline)
    for found in declared:
        if bare not in key(found.text):
            continue
        for ending in rules().kicker_ends:
            head, _, tail = found.text.partition(ending)
            if tail and len(head) <= MAX_KICKER and key(tail) == bare:
                return Found(head.strip(), f"{found.source} before dom:h1")
    return None


def read_alternative(view: View, headline: str, kicker: str) -> Found | None:
    """Another headline that the page declares, not this one with the kicker or the site's name around it."""
    bare = key(headline)
    known = {bare, key(f"{kicker} {headline}")}
    given = view.ld("alternativeHeadline") + view.ld("alternateName")
    given += view.ld("headline") + view.meta_texts("title")[:2]
    for found in given:
        if found.text == headline:
            continue
        text = strip_site(found.text[:_LONGEST], view.site_names)
        other = key(text)
        if other and other not in known and bare not in other and other not in bare:
            return Found(text, found.source)
    return None
