"""link → page: robots.txt, pace, retry, redirects, guards and caps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scraper.fetch.lean import import_httpx
from scraper.fetch.memory import Memory
from scraper.fetch.policy import FetchPolicy
from scraper.fetch.resolve import Resolve, parse_resolve

if TYPE_CHECKING:  # `scraper --help` needs the policy, and must not import httpx
    from scraper.fetch.client import Fetcher

__all__ = ["FetchPolicy", "Fetcher", "Memory", "Resolve", "parse_resolve"]


def __getattr__(name: str) -> Any:
    if name == "Fetcher":
        import_httpx()
        from scraper.fetch.client import Fetcher

        return Fetcher
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
