"""Cookies that servers set: kept per host, sent as the standard rules have it; those of redirects outlive a run."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from http.cookiejar import Cookie

import httpx
import msgspec

from scraper.fetch.memory import Memory

#: jars kept; the least recently used goes
_JARS = 1024
#: characters of a group's cookies that outlive a run
_MOST = 8000


class _Kept(msgspec.Struct, frozen=True):
    """A cookie with a date on which it ends, as it is written down."""

    name: str
    value: str
    domain: str
    path: str
    expires: int
    secure: bool
    #: sent to this host alone
    host_only: bool


class Jars:
    """One jar for each group of hosts that could share a cookie.

    `http.cookiejar` looks through all its domains for every request: one jar for all hosts of a
    long run would be slow.
    """

    def __init__(self, memory: Memory | None = None) -> None:
        """`memory`: keeps what a redirect sets until it expires: the next run is spared the detour over that page."""
        self._memory = memory
        self._jars: OrderedDict[str, httpx.Cookies] = OrderedDict()

    def store(self, response: httpx.Response, *, redirect: bool = False) -> None:
        """Keeps what `response` sets."""
        if "set-cookie" not in response.headers:
            return
        host = response.url.host
        jar = self._jar(host)
        jar.extract_cookies(response)
        if redirect and self._memory:
            text = _written(jar.jar)
            if len(text) <= _MOST:
                self._memory.keep_cookies(_group(host), text)

    def apply(self, request: httpx.Request, fixed: Mapping[str, str]) -> str:
        """Adds the Cookie header and returns it; `fixed` (a config's) win over a server's."""
        jar = self._jar(request.url.host)
        if jar:
            jar.set_cookie_header(request)
        pairs = [p.strip() for p in request.headers.get("cookie", "").split(";") if p.strip()]
        pairs = [p for p in pairs if p.partition("=")[0] not in fixed]
        pairs += [f"{name}={value}" for name, value in fixed.items()]
        header = "; ".join(pairs)
        if header:
            request.headers.encoding = "utf-8"  # httpx settles on ASCII where all others are that
            request.headers["cookie"] = header
        return header

    def _jar(self, host: str) -> httpx.Cookies:
        key = _group(host)
        jar = self._jars.get(key)
        if jar is None:
            jar = self._jars[key] = httpx.Cookies()
            for cookie in _read(self._memory.cookies(key) if self._memory else ""):
                jar.jar.set_cookie(cookie)
            if len(self._jars) > _JARS:
                self._jars.popitem(last=False)
        self._jars.move_to_end(key)
        return jar


def _group(host: str) -> str:
    """A cookie's Domain has two labels or more: hosts that differ in the last two share none."""
    return ".".join(host.split(".")[-2:])


def _written(cookies: Iterable[Cookie]) -> str:
    """Those that have a date on which they end; "" where there are none."""
    kept = [
        _Kept(c.name, c.value, c.domain, c.path, int(c.expires), c.secure, not c.domain_specified)
        for c in cookies
        if c.expires and c.value is not None and not c.is_expired()
    ]
    return msgspec.json.encode(kept).decode() if kept else ""


def _read(text: str) -> Iterable[Cookie]:
    """What `_written` wrote, but for those that have ended."""
    now = time.time()
    for kept in msgspec.json.decode(text, type=list[_Kept]) if text else ():
        if kept.expires > now:
            yield Cookie(
                version=0, name=kept.name, value=kept.value, port=None, port_specified=False, domain=kept.domain,
                domain_specified=not kept.host_only, domain_initial_dot=kept.domain.startswith("."), path=kept.path,
                path_specified=True, secure=kept.secure, expires=kept.expires, discard=False, comment=None,
                comment_url=None, rest={},
            )  # fmt: skip
