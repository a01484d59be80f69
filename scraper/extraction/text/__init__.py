"""Plain text that was scraped before → article."""

from scraper.extraction.text.clean import clean_text

__all__ = ["clean_text"]
