"""Short messages to the operator's own services: a ping, a webhook. They never make a run fail."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from scraper.errors import UsageError
from scraper.fetch.agent import user_agent

#: seconds for a connection, and for each read
TIMEOUT = 5.0
#: tries of a connection that cannot be made
TRIES = 2


def notify(url: str, json: Any = None, *, timeout: float = TIMEOUT) -> str:
    """GETs `url`, or POSTs `json` there; "" where the answer was fine, else the sentence that says what was not.

    The address is the operator's own word: it may be private, and no robots.txt is asked.
    """
    where = _shown(url)
    try:
        with httpx.Client(
            transport=httpx.HTTPTransport(retries=TRIES - 1), timeout=timeout, headers={"User-Agent": user_agent("")}
        ) as client:
            answer = client.get(url) if json is None else client.post(url, json=json)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:
        return f"{where} could not be told: {str(error) or type(error).__name__}"
    return "" if answer.is_success else f"{where} answered {answer.status_code}"


def below(url: str, name: str) -> str:
    """The address of `name` below `url`, its query kept: "https://hc.example/uuid?rid=1" → "…/uuid/start?rid=1"."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}"))


def check_address(option: str, url: str) -> None:
    """Raises UsageError where `url` is no http(s) address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{option} {_shown(url)}: name an http(s) address")


def _shown(url: str) -> str:
    """Host alone: the rest of such an address is a secret."""
    return urlsplit(url).hostname or "the address"
