"""Which answers are not read at all: media, bot checks."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache

from scraper import datafiles


def is_binary(content_type: str) -> bool:
    """Whether a Content-Type is plainly neither page nor feed nor sitemap (`data/fetch.toml`)."""
    name = content_type.partition(";")[0].strip().lower()
    return _matches(name)


def bot_check(headers: Mapping[str, str]) -> str:
    """The header that marks an answer as a bot check (`data/fetch.toml`), as "name: value"; "" for any other."""
    for pattern in _rules()["bot_check"]:
        name, _, value = pattern.partition(": ")
        if name in headers and fnmatchcase(headers[name].strip().lower(), value):
            return pattern
    return ""


@cache
def _matches(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in _rules()["binary"])


@cache
def _rules() -> dict[str, list[str]]:
    return datafiles.toml("fetch.toml")
