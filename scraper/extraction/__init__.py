"""document → article: the body's blocks, what the judges keep of them, and the fields around them."""

from __future__ import annotations

from scraper.extraction.article import Extracted, extract_article, join_pages
from scraper.extraction.text import clean_text

__all__ = ["Extracted", "clean_text", "extract_article", "join_pages"]
