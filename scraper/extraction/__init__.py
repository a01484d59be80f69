"""document → article: the body's blocks, what the judges keep of them, and the fields around them."""

from __future__ import annotations

from scraper.extraction.article import Extracted, extract_article, join_pages

__all__ = ["Extracted", "extract_article", "join_pages"]
