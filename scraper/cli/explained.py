"""What both forms of an explanation show: the article's fields with their sources, and counts."""

from __future__ import annotations

from collections import Counter

import msgspec

from scraper.models import Article
from scraper.pipeline.read import Explanation

#: fields shown above the blocks
FIELDS = (
    *("kicker", "headline", "lead", "authors", "agencies", "dateline", "datePublished"),
    *("dateModified", "articleSection", "keywords", "inLanguage", "articleType", "publisher"),
    *("canonicalUrl", "access", "quality"),
)


def fields_of(article: Article) -> list[tuple[str, str, str]]:
    """(field, value, source) of the fields that the article has."""
    values = msgspec.to_builtins(article)
    rows = []
    for field in FIELDS:
        if (value := values[field]) not in (None, "", (), []):
            rows.append((field, _shown(value), article.provenance.get(field, "")))
    return rows


def _shown(value: object) -> str:
    if isinstance(value, dict) and "name" in value:
        return str(value["name"])
    if isinstance(value, dict):
        return ", ".join(f"{k}: {_shown(v)}" for k, v in value.items() if v not in (None, "", [], ()))
    if isinstance(value, list | tuple):
        return "; ".join(_shown(item) for item in value)
    return str(value)


def counts_of(found: Explanation) -> Counter[str]:
    """Removed blocks by reason."""
    return Counter(str(block.reason or "removed") for block in found.blocks if not block.keep)
