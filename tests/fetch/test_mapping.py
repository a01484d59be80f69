"""Every error of httpx and httpcore has one of our reasons."""

from __future__ import annotations

import inspect
import socket
import ssl

import httpcore
import httpx
import pytest

from scraper.errors import FAILURES, REFUSALS, Failure, Refusal
from scraper.fetch.mapping import as_ours, is_temporary_dns, mapped

EXPECTED = {
    "CloseError": "protocol",
    "ConnectError": "connect",
    "ConnectTimeout": "connect",
    "DecodingError": "encoding",
    "HTTPStatusError": "http418",
    "InvalidURL": "badUrl",
    "LocalProtocolError": "protocol",
    "NetworkError": "protocol",
    "PoolTimeout": "timeout",
    "ProtocolError": "protocol",
    "ProxyError": "connect",
    "ReadError": "protocol",
    "ReadTimeout": "timeout",
    "RemoteProtocolError": "protocol",
    "TimeoutException": "timeout",
    "TooManyRedirects": "redirects",
    "UnsupportedProtocol": "badUrl",
    "WriteError": "protocol",
    "WriteTimeout": "timeout",
}
#: bases, and misuse of the libraries: they come from a bug of ours only
BUGS = {
    "ConnectionNotAvailable",
    "CookieConflict",
    "HTTPError",
    "RequestError",
    "RequestNotRead",
    "ResponseNotRead",
    "StreamClosed",
    "StreamConsumed",
    "StreamError",
    "TransportError",
}


def classes():
    for library in (httpx, httpcore):
        for name in library.__all__:
            kind = getattr(library, name)
            if inspect.isclass(kind) and issubclass(kind, Exception):
                yield pytest.param(kind, id=f"{library.__name__}.{name}")


def instance(kind):
    if kind is httpx.HTTPStatusError:
        request = httpx.Request("GET", "http://x.example")
        return kind("418", request=request, response=httpx.Response(418, request=request))
    if kind in (
        httpx.StreamConsumed,
        httpx.StreamClosed,
        httpx.ResponseNotRead,
        httpx.RequestNotRead,
    ):
        return kind()
    return kind("words")


@pytest.mark.parametrize("kind", list(classes()))
def test_every_error_of_the_libraries_is_mapped(kind):
    ours = as_ours(instance(kind), "http://x.example/a")
    expected = "crash" if kind.__name__ in BUGS else EXPECTED[kind.__name__]
    assert ours.reason == expected
    known = REFUSALS if isinstance(ours, Refusal) else FAILURES
    assert expected in known or expected == "http418"
    assert str(ours).startswith("http://x.example/a: ")


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (ssl.SSLCertVerificationError("expired"), "tls"),
        (socket.gaierror(socket.EAI_NONAME, "no"), "dns"),
        (ConnectionRefusedError("no"), "connect"),
    ],
)
def test_causes_of_connect_errors_count(cause, reason):
    assert as_ours(httpcore.ConnectError(cause), "u").reason == reason


@pytest.mark.parametrize(
    ("error", "reason"),
    [(TimeoutError(), "timeout"), (BrokenPipeError(), "protocol"), (KeyError("x"), "crash")],
)
def test_plain_errors(error, reason):
    with pytest.raises(Failure) as caught, mapped("u"):
        raise error
    assert caught.value.reason == reason


def test_ours_pass_as_they_are():
    error = Refusal("robots", "no")
    with pytest.raises(Refusal) as caught, mapped("u"):
        raise error
    assert caught.value is error


def test_temporary_dns():
    assert is_temporary_dns(httpcore.ConnectError(socket.gaierror(socket.EAI_AGAIN, "again")))
    assert not is_temporary_dns(httpcore.ConnectError(socket.gaierror(socket.EAI_NONAME, "no")))
