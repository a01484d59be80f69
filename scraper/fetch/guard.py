"""Where connections are opened: look the name up, check the addresses, connect to a checked one."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import httpcore

from scraper.errors import Refusal
from scraper.fetch.addresses import Address, is_public, literal_address
from scraper.fetch.resolve import Resolve

#: addresses of one name that are tried
_ADDRESSES = 4


class Guard(httpcore.AsyncNetworkBackend):
    """Connects to public addresses only, unless told otherwise.

    The address that was checked is the one connected to, so a name that answers differently a
    moment later (DNS rebinding) gains nothing; TLS and the Host header still carry the name.
    """

    def __init__(self, resolve: Resolve, *, allow_private: bool) -> None:
        self._resolve, self._allow_private = resolve, allow_private
        self._backend = httpcore.AnyIOBackend()
        # the loop's own pool has six threads on two cores: a few dead name servers would hold them
        self._threads = ThreadPoolExecutor(32, thread_name_prefix="dns")

    def check_literal(self, host: str) -> None:
        """Raises Refusal("privateAddress") where `host` spells an address that may not be asked."""
        address = literal_address(host)
        if address is not None and self._resolve.target(host) is None:
            self._check(host, [address])

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises Refusal("privateAddress"), httpcore.ConnectError or ConnectTimeout."""
        started = time.monotonic()
        target = self._resolve.target(host)
        found = await self._lookup(*(target or (host, port)), timeout)
        allowed = found if target else self._check(host, found)
        error: Exception = httpcore.ConnectError(f"{host} has no address")
        for n, address in enumerate(allowed[:_ADDRESSES]):
            left = None if timeout is None else timeout - (time.monotonic() - started)
            share = left and max(left, 0.1) / (min(len(allowed), _ADDRESSES) - n)
            try:
                return await self._backend.connect_tcp(
                    str(address),
                    target[1] if target else port,
                    share,
                    local_address,
                    socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
        raise error

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def close(self) -> None:
        """Lets go of the name look-ups; one that hangs is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _check(self, host: str, found: list[Address]) -> list[Address]:
        allowed = found if self._allow_private else [a for a in found if is_public(a)]
        if found and not allowed:
            name = host if host == str(found[0]) else f"{host} ({found[0]})"
            words = f"{name} is not a public address; --allow-private would allow it"
            raise Refusal("privateAddress", words)
        return allowed

    async def _lookup(self, host: str, port: int, timeout: float | None) -> list[Address]:
        loop = asyncio.get_running_loop()
        look_up = loop.run_in_executor(self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        try:
            async with asyncio.timeout(timeout):
                found = await look_up
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"no address for {host} in {timeout} s") from error
        except socket.gaierror as error:
            raise httpcore.ConnectError(error) from error
        except UnicodeError as error:  # a label of more than 63 characters, an empty one
            raise httpcore.ConnectError(socket.gaierror(socket.EAI_NONAME, str(error))) from error
        addresses = (ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found)
        return list(dict.fromkeys(addresses))
