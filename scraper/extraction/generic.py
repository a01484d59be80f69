"""The generic answer where our own judges found next to nothing or are not sure: trafilatura. Rare: 40 parses each."""

from __future__ import annotations

from scraper.document import Document
from scraper.models import BodyPart

#: tags of a page from which on it is not asked: its time grows with their square. One of 1,514 real pages has 10,000
_MANY_TAGS = 30_000


def generic_body(document: Document, more_than: float = 0) -> tuple[BodyPart, ...]:
    """trafilatura's text of a page as paragraphs; () where it finds none, and of pages made of tiny pieces.

    It is not asked where the page has not `more_than` so many characters: pages that scripts fill have none at all.
    """
    if not _has_more(document, more_than):
        return ()
    html = document.tree.html or ""
    if html.count("<") > _MANY_TAGS:
        return ()
    from trafilatura import extract  # late: it takes longer to import than most runs take per page

    text = extract(html, fast=True, include_comments=False, include_tables=True)
    lines = (" ".join(line.split()) for line in (text or "").split("\n"))
    return tuple(BodyPart(type="paragraph", text=line) for line in lines if line)


def _has_more(document: Document, chars: float) -> bool:
    """Whether more characters than these stand in a page, or its text in JSON-LD."""
    if any("articleBody" in (node.text() or "") for node in document.told["script"]):
        return True
    body = document.tree.body
    hidden = sum(len(node.text() or "") for node in body.css("script,style,noscript")) if body is not None else 0
    return body is not None and len(body.text() or "") - hidden > chars
