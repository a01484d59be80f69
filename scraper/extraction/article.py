"""document + site → article: head, body, fields, in that order, each reading the same parsed page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from scraper.document import Document, find_nodes, node_text
from scraper.extraction.body import MAX_TITLE, Body, read_body
from scraper.extraction.clues import words_key
from scraper.extraction.fields import BodyHints, read_fields, read_head
from scraper.extraction.generic import generic_body
from scraper.extraction.paging import joined, next_page
from scraper.extraction.reasons import removed_of
from scraper.extraction.repeated import Repeats
from scraper.extraction.scope import Marks
from scraper.models import Article, BodyPart, Link
from scraper.sites import Layout, Site, layout_for

#: own judges found less text than this …
LITTLE = 200
#: … or were less sure of it than this on average: trafilatura is asked
UNSURE = 0.60
#: its answer is taken when it has so many times our text
MUCH_MORE = 2.0
#: characters that `body` of a quarantined layout finds where it is still right (the study's measure of a hit)
PROOF = 100


class Extracted(NamedTuple):
    """What extraction found on one page."""

    article: Article
    body: Body
    #: the layout of the site's config that fits the page best; where its `body` finds nothing, it was not applied
    layout: Layout | None = None
    #: address of this article's next page
    next_page: str | None = None
    #: the nodes that the layout's rules find
    marks: Marks | None = None


def extract_article(
    document: Document, site: Site | None = None, *, link: Link | None = None, memory: Repeats | None = None
) -> Extracted:
    """The article in a page, without access and quality. Never raises for what the page contains.

    `memory`: what stood on other articles of the site; None where nothing is known of them.
    """
    found = _marks(document, site)
    marks = None if found and found.dead else found
    layout = marks.layout if marks else None
    head = read_head(document, site, layout, hint=link)
    titles = [t for t in (head.headline, head.alternative_headline) if t]
    body = read_body(document, marks, titles, memory)
    parts, source = _parts(document, body, titles, by_config=bool(marks and marks.body))
    text = "\n\n".join(part.text for part in parts)
    hints = BodyHints(
        head=head,
        last_node=body.last_node,
        text=text,
        first_text=next((p.text for p in parts if p.type == "paragraph"), ""),
    )
    fields = read_fields(document, site, layout, hint=link, body=hints)
    article = replace(
        fields,
        body=parts,
        article_body=text,
        removed=removed_of(body),
        provenance={**fields.provenance, "articleBody": source},
    )
    return Extracted(article, body, found.layout if found else None, next_page(document, layout), found)


def join_pages(pages: Sequence[Extracted]) -> Article:
    """One article from its pages, first page first."""
    return joined([page.article for page in pages])


def _marks(document: Document, site: Site | None) -> Marks | None:
    """The layout that fits the page, with the nodes its selectors find."""
    if site is None or not site.layouts:
        return None
    marks = {id(layout): Marks(document, layout) for layout in site.layouts}
    layout = layout_for(site, lambda candidate: marks[id(candidate)].fit())
    if layout is None or (site.quarantined and not _finds_text(document, marks[id(layout)])):
        return None
    return marks[id(layout)]


def _finds_text(document: Document, marks: Marks) -> bool:
    """Whether the layout's `body` finds text on the page, which is what a quarantined layout has to show."""
    rule = next(iter(marks.body.values()), None)
    nodes = find_nodes(document.tree, rule) if rule else []
    return sum(len(node_text(node)) for node in nodes) >= PROOF


def _parts(
    document: Document, body: Body, titles: Sequence[str], *, by_config: bool
) -> tuple[tuple[BodyPart, ...], str]:
    """The body's parts and where they come from. `by_config`: the config says where the body is, and it is there."""
    if by_config and body.parts:
        return body.parts, "config"
    if len(body.text) < LITTLE or body.certainty < UNSURE:
        least = max(LITTLE, MUCH_MORE * len(body.text))
        other = _without_titles(generic_body(document, least), titles)
        if sum(len(p.text) for p in other) > least:
            return other, "trafilatura"
    return body.parts, "blocks"


def _without_titles(parts: tuple[BodyPart, ...], titles: Sequence[str]) -> tuple[BodyPart, ...]:
    """trafilatura puts the headline on top of the text."""
    keys = {words_key(title) for title in titles}
    first = parts[0].text if parts else ""
    return parts[1:] if first and len(first) < MAX_TITLE and words_key(first) in keys else parts
