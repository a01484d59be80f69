"""The border where errors of httpx, httpcore, ssl and the resolver become ours."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore
import httpx

from scraper.errors import FAILURES, REFUSALS, Failure, Refusal, ScraperError

#: class name (the two libraries use the same) → reason; the first hit up the class tree counts
_REASONS = {
    "ConnectTimeout": "connect",
    "TimeoutException": "timeout",
    "ConnectError": "connect",
    "ProxyError": "connect",
    "NetworkError": "protocol",
    "ProtocolError": "protocol",
    "DecodingError": "encoding",
    "TooManyRedirects": "redirects",
    "UnsupportedProtocol": "badUrl",
    "InvalidURL": "badUrl",
}
_BY_CLASS = {
    getattr(library, name): reason
    for library in (httpx, httpcore)
    for name, reason in _REASONS.items()
    if hasattr(library, name)
}


@contextmanager
def mapped(url: str) -> Iterator[None]:
    """Inside, every error but cancellation leaves as Refusal or Failure (ours pass as they are)."""
    try:
        yield
    except ScraperError:
        raise
    except Exception as error:  # the contract of Fetch: nothing else comes out, and an unforeseen error is counted
        raise as_ours(error, url) from error


def as_ours(error: Exception, url: str) -> Refusal | Failure:
    """The error of ours for one of a library's."""
    if isinstance(error, httpx.HTTPStatusError):
        status = error.response.status_code
        return Failure(f"http{status}", f"{url}: the server answered {status}", status=status)
    reason = _reason(error)
    detail = f" ({error})" if str(error) else ""
    if reason == "badUrl":
        return Refusal(reason, f"{url}: {REFUSALS[reason]}{detail}")
    if reason == "crash":
        detail = f" ({type(error).__name__}: {error})"
    return Failure(reason, f"{url}: {FAILURES[reason]}{detail}")


def is_temporary_dns(error: BaseException | None) -> bool:
    """Whether the resolver said "try again" and not "no such name"."""
    return any(isinstance(e, socket.gaierror) and e.errno == socket.EAI_AGAIN for e in _chain(error))


def _reason(error: Exception) -> str:
    chain = _chain(error)
    if any(isinstance(e, socket.gaierror) for e in chain):
        return "dns"
    if any(isinstance(e, ssl.SSLError) and not isinstance(e, ssl.SSLWantReadError) for e in chain):
        return "tls"
    for kind in type(error).__mro__:
        if kind in _BY_CLASS:
            return _BY_CLASS[kind]
    if isinstance(error, TimeoutError):
        return "timeout"
    return "protocol" if isinstance(error, OSError) else "crash"


def _chain(error: BaseException | None) -> list[BaseException]:
    """The error and its causes; httpcore hands a cause on as first argument, not as `__cause__`."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        inner = error.args[0] if error.args else None
        error = inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__
    return found
