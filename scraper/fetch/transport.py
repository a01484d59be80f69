"""The way to the wire: a small pool of connections for each origin, direct or by a proxy.

httpcore's pool looks through all its connections for every request: one for all hosts is slow.
"""

from __future__ import annotations

import ssl
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from functools import cached_property
from importlib.util import find_spec
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from scraper.errors import UsageError
from scraper.fetch.guard import Guard
from scraper.fetch.resolve import Resolve

#: pools kept open
_POOLS = 256
#: seconds for which an unused connection is kept
_KEEPALIVE = 30.0

Origin = tuple[str, str, int | None]


class Pool(httpx.AsyncBaseTransport):
    """The connections to one origin."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool
        self._users = 0
        self._used = time.monotonic()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises httpcore's errors, which `mapping` knows."""
        url = request.url
        self._users += 1
        try:
            answer = await self._pool.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except BaseException:
            self._release()
            raise
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer, self._release),
            extensions=answer.extensions,
        )

    @property
    def idle_for(self) -> float:
        """Seconds since the last request ended; 0 while one is under way."""
        return 0.0 if self._users else time.monotonic() - self._used

    async def aclose(self) -> None:
        await self._pool.aclose()

    def _release(self) -> None:
        self._users -= 1
        self._used = time.monotonic()


class _Body(httpx.AsyncByteStream):
    """An answer's body as it comes over the wire; gives its pool back when closed."""

    def __init__(self, answer: httpcore.Response, release: Callable[[], None]) -> None:
        self._answer, self._release = answer, release

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answer.aiter_stream():
            yield part

    async def aclose(self) -> None:
        try:
            await self._answer.aclose()
        finally:
            release, self._release = self._release, lambda: None
            release()


class Proxies:
    """HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, as the standard library reads them."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._proxies = {
            scheme: _proxy(scheme, address)
            for scheme, address in getproxies().items()
            if scheme in ("http", "https", "all")
        }

    def of(self, scheme: str, host: str) -> httpcore.Proxy | None:
        """The proxy for an origin; None where it is asked directly (all that --resolve covers)."""
        proxy = self._proxies.get(scheme) or self._proxies.get("all")
        if proxy is None or self._resolve.target(host) is not None:
            return None
        return None if proxy_bypass(host) else proxy


class Router(httpx.AsyncBaseTransport):
    """Sends each request through the pool of its origin; pools at rest are closed, oldest first."""

    def __init__(self, guard: Guard, proxies: Proxies, per_host: Callable[[str], int]) -> None:
        self._guard, self._proxies, self._per_host = guard, proxies, per_host
        self._pools: OrderedDict[Origin, Pool] = OrderedDict()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        host = url.raw_host.decode("ascii")
        self._guard.check_literal(host)
        origin = (url.scheme, host, url.port)
        if origin not in self._pools:
            for resting in self._take_resting():
                await resting.aclose()
        # nothing is awaited until the pool has counted its user, so nobody closes it in between
        pool = self._pools.get(origin) or self._open(origin)
        self._pools[origin] = pool
        self._pools.move_to_end(origin)
        return await pool.handle_async_request(request)

    async def aclose(self) -> None:
        pools, self._pools = self._pools, OrderedDict()
        for pool in pools.values():
            await pool.aclose()

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """One for all: each takes 20 ms to make."""
        return httpx.create_ssl_context()

    def _open(self, origin: Origin) -> Pool:
        scheme, host, _ = origin
        proxy = self._proxies.of(scheme, host)
        size = self._per_host(host)
        return Pool(
            httpcore.AsyncConnectionPool(
                ssl_context=self._context if scheme == "https" else None,
                proxy=proxy,
                max_connections=size,
                max_keepalive_connections=size,
                keepalive_expiry=_KEEPALIVE,
                network_backend=httpcore.AnyIOBackend() if proxy else self._guard,
            )
        )

    def _take_resting(self) -> list[Pool]:
        surplus = len(self._pools) + 1 - _POOLS
        resting: list[Pool] = []
        for origin, pool in list(self._pools.items()):
            idle = pool.idle_for
            if idle > _KEEPALIVE or (idle > 0 and len(resting) < surplus):
                resting.append(self._pools.pop(origin))
        return resting


def _proxy(scheme: str, address: str) -> httpcore.Proxy:
    name = f"{scheme.upper()}_PROXY"
    try:
        proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
    except (ValueError, httpx.InvalidURL) as error:
        raise UsageError(f"the environment's {name} is not a proxy's address: {error}") from error
    if proxy.url.scheme.startswith("socks") and not find_spec("socksio"):
        raise UsageError(f"the environment's {name} is a SOCKS proxy: pip install 'httpx[socks]'")
    url = proxy.url
    return httpcore.Proxy(
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        auth=proxy.raw_auth,
    )
