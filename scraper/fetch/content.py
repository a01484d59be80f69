"""Which content types are not read at all."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files


def is_binary(content_type: str) -> bool:
    """Whether a Content-Type is plainly neither page nor feed nor sitemap (`data/fetch.toml`)."""
    name = content_type.partition(";")[0].strip().lower()
    return _matches(name)


@cache
def _matches(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in _patterns())


@cache
def _patterns() -> tuple[str, ...]:
    text = (files("scraper") / "data" / "fetch.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["binary"])
