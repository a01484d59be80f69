"""Addresses: which may be asked at all, and where a chain of redirects leads, hop by hop."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import httpx

from scraper.errors import Failure, Refusal

_HOST = re.compile(rb"[a-z0-9._-]+|[0-9a-f:.]+(?:%25[\w.-]+)?", re.I)


class Hop(Protocol):
    """What following needs to know of an answer."""

    @property
    def location(self) -> str | None:
        """Where it redirects to; None for a final answer."""
        ...

    @property
    def cookie(self) -> str:
        """The Cookie header that was sent for it."""
        ...


def http_url(address: str, base: httpx.URL | None = None) -> httpx.URL:
    """The address to ask: no fragment, no user and password. Raises Refusal("badUrl")."""
    try:
        url = base.join(address.strip()) if base else httpx.URL(address.strip())
        if url.userinfo or "#" in address:
            url = url.copy_with(userinfo=b"", fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise Refusal("badUrl", f"{address[:200]!r} is not an address: {error}") from error
    if url.scheme not in ("http", "https"):
        raise Refusal("badUrl", f"{address[:200]!r} is not an http or https address")
    if not _HOST.fullmatch(url.raw_host) or not (url.port is None or 0 < url.port < 65536):
        raise Refusal("badUrl", f"{address[:200]!r} names no valid host and port")
    return url


H = TypeVar("H", bound=Hop)


async def follow(
    get: Callable[[httpx.URL], Awaitable[H]], url: httpx.URL, *, limit: int
) -> tuple[H, httpx.URL, tuple[tuple[str, H], ...]]:
    """(final answer, its address, addresses passed through with what they answered).

    The same address may come up again once its cookies have changed: so consent pages work. Raises
    Failure("redirects") for a loop or more than `limit` redirects, Refusal("badUrl") for a hop that
    is not http(s).
    """
    passed: list[tuple[str, H]] = []
    seen: set[tuple[str, str]] = set()
    while True:
        answer = await get(url)
        if answer.location is None:
            return answer, url, tuple(passed)
        asked = (str(url), answer.cookie)
        if asked in seen:
            raise Failure("redirects", f"{url}: its redirects lead in a circle")
        if len(passed) >= limit:
            raise Failure("redirects", f"{url}: more than {limit} redirects one after the other")
        seen.add(asked)
        passed.append((str(url), answer))
        url = http_url(answer.location, url)
