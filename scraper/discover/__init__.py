"""site → links: feeds, sitemaps, section pages; each article once, the freshest first."""

from __future__ import annotations

from scraper.discover.model import Limits
from scraper.discover.run import discover

__all__ = ["Limits", "discover"]
