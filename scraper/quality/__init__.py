"""article → what speaks against it: access (declared, complete) and quality (status, reasons)."""

from __future__ import annotations

import msgspec

from scraper.document import Document, Node
from scraper.models import Article, Link
from scraper.quality.access import judge_access
from scraper.quality.status import judge_quality
from scraper.quality.view import View
from scraper.sites.model import Layout

__all__ = ["View", "judge_access", "judge_quality", "judged"]


def judged(
    document: Document,
    article: Article,
    layout: Layout | None = None,
    *,
    link: Link | None = None,
    status: int = 200,
    last: Node | None = None,
) -> Article:
    """`article` with its `access` and `quality` filled in; the page is read once for both. `last`: the element that the
    text ends in, where that is known."""
    view = View(document, last)
    access = judge_access(view, article, layout, link=link)
    article = msgspec.structs.replace(article, access=access)
    return msgspec.structs.replace(article, quality=judge_quality(view, article, status=status))
