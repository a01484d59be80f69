"""Cookies that servers set within a run: kept per host, sent as the standard rules have it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

import httpx

#: jars kept; the least recently used goes
_JARS = 1024


class Jars:
    """One jar for each group of hosts that could share a cookie.

    `http.cookiejar` looks through all its domains for every request: one jar for all hosts of a
    long run would be slow.
    """

    def __init__(self) -> None:
        self._jars: OrderedDict[str, httpx.Cookies] = OrderedDict()

    def store(self, response: httpx.Response) -> None:
        """Keeps what `response` sets."""
        if "set-cookie" in response.headers:
            self._jar(response.url.host).extract_cookies(response)

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
        # a cookie's Domain has two labels or more: hosts that differ in the last two share none
        key = ".".join(host.split(".")[-2:])
        jar = self._jars.get(key)
        if jar is None:
            jar = self._jars[key] = httpx.Cookies()
            if len(self._jars) > _JARS:
                self._jars.popitem(last=False)
        self._jars.move_to_end(key)
        return jar
