"""Document and article → Access: what the publisher declares, and whether the text is whole."""

from __future__ import annotations

from collections.abc import Sequence

from scraper.document import Document
from scraper.models import Access, Article, Link, Removed
from scraper.quality.cut import Case, complete
from scraper.quality.declared import declared
from scraper.quality.view import View
from scraper.sites.model import Layout


def judge_access(
    document: Document | View,
    article: Article,
    layout: Layout | None = None,
    *,
    link: Link | None = None,
    removed_hits: Sequence[Removed] = (),
) -> Access:
    """The two facts, with what each rests on.

    `removed_hits` defaults to the article's own `removed`. `layout.paywall` holds selectors that
    Lexbor can read (configs are checked when loaded). A `View` may stand for the document, so
    that a page is read once only.
    """
    view = document if isinstance(document, View) else View(document)
    kind, why = declared(view, link)
    case = Case(view, article, layout, link, kind, removed_hits or article.removed)
    whole, signs = complete(case)
    if kind == "unknown" and whole is False and signs[0].startswith("config:"):
        kind = "paywalled"
    return Access(declared=kind, complete=whole, evidence=tuple(dict.fromkeys((*why, *signs))))
