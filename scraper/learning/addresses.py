"""The shape that the addresses of a site's articles share, as an expression for `article_url`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

#: addresses that must share a shape: the expression shuts out every other one
LEAST_ADDRESSES = 10
_SUFFIX = re.compile(r"\.(?:html?|php|aspx?|shtml|amp)$")
#: strong shapes of a path without its suffix, the strongest first; a section's or a tag's page has none of them
_SHAPES = (
    r"/(?:19|20)\d\d/[01]\d/[0-3]\d/[^/]*[^/\d][^/]*",
    r"/(?:19|20)\d\d-[01]\d-[0-3]\d[/-][^/]*[^/\d][^/]*",
    r"/(?:19|20)\d{6}/\d+/[^/]+-[^/]+",
    r"/(?:19|20)\d\d/[01]?\d/[^/]+-[^/]+",
    r"/[^/]+-[^/]+-\d{6,}",
    r"/[^/]+-[^/]+-\d{5,}-[a-z0-9]+",
    r"/[^/]+-[^/]+/a-\d{6,}",
    r"/\d{6,}/[^/]+-[^/]+",
)


def address_shape(urls: Sequence[str]) -> tuple[str, ...]:
    """An expression that finds all of these addresses and no front or section page; () where they share no shape.

    Fewer than ten distinct addresses show nothing: of a site that has two shapes, one is seen alone soon enough.
    """
    paths = {path for url in urls if (path := _path(url))}
    if len(paths) < LEAST_ADDRESSES or len(paths) < len(set(urls)):
        return ()
    suffixes = {match[0] if (match := _SUFFIX.search(path)) else "" for path in paths}
    if len(suffixes) > 1:
        return ()
    end = re.escape(suffixes.pop())
    for shape in _SHAPES:
        expression = rf"{shape}{end}/?(?:[?#]|$)"
        if all(re.search(expression, path) for path in paths):
            return (expression,)
    return ()


def _path(url: str) -> str:
    """The path of an address; "" of one that carries its article in the query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return "" if "=" in parts.query and not parts.path.strip("/") else parts.path.rstrip("/")
