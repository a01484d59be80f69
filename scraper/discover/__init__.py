"""site → links: feeds, sitemaps, section pages; each article once, the freshest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scraper.discover.model import Limits

if TYPE_CHECKING:  # whoever reads a list needs the limits at most
    from scraper.discover.run import discover

__all__ = ["Limits", "discover"]


def __getattr__(name: str) -> Any:
    if name == "discover":
        from scraper.discover.run import discover

        return discover
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
