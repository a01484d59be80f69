"""Addresses that are never asked, and --resolve, which names those that may be."""

from __future__ import annotations

import asyncio
import ipaddress

import pytest

from scraper.errors import Refusal, UsageError
from scraper.fetch import Fetcher, FetchPolicy, parse_resolve
from scraper.fetch.addresses import is_public, literal_address
from scraper.models import Page
from scraper.sites.model import FetchRules


def rules(host):
    return FetchRules(delay=0)


PRIVATE = """
    127.0.0.1 127.8.8.8 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254
    100.64.0.1 100.127.255.254 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.1.1.1
    240.0.0.1 255.255.255.255 ::1 :: fe80::1 fc00::1 fd12:3456::1 fec0::1 ff02::1 2001:db8::1
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1::
    2002:a00:1::
"""
PUBLIC = """
    1.1.1.1 8.8.8.8 172.32.0.1 100.128.0.1 193.99.144.80 2606:4700::1111 ::ffff:8.8.8.8
    64:ff9b::808:808
"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC.split())
def test_public(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0x7f.0.0.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("[::1]", "::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("fe80::1%25eth0", "fe80::1"),
        ("localhost", "127.0.0.1"),
        ("LOCALHOST.", "127.0.0.1"),
        ("a.localhost", "127.0.0.1"),
        ("example.org", None),
        ("127.0.0.1.example.org", None),
        ("beef", None),
        ("", None),
    ],
)
def test_spellings_of_addresses(host, address):
    found = literal_address(host)
    assert (None if found is None else str(found)) == address


HIDDEN = """
    127.0.0.1 127.1 2130706433 0x7f000001 0.0.0.0 [::1] [::ffff:127.0.0.1] localhost
    169.254.169.254 [fe80::1] 10.0.0.1
"""


@pytest.mark.parametrize("host", HIDDEN.split())
@pytest.mark.parametrize("resolve", [(), ("*=127.0.0.1:1",)])
def test_private_targets_are_refused_and_a_star_names_none(outcome, host, resolve):
    async def main():
        async with Fetcher(FetchPolicy(resolve=resolve), rules) as fetch:
            return await outcome(fetch, f"http://{host}:9/secret"), fetch.requests

    error, requests = asyncio.run(main())
    assert isinstance(error, Refusal)
    assert (error.reason, requests) == ("privateAddress", 0)


def test_a_name_is_judged_by_the_address_it_leads_to(web, answer, outcome, monkeypatch):
    """The check comes after DNS: a public-looking name at a loopback address is not asked."""
    import socket

    real = socket.getaddrinfo

    def getaddrinfo(host, *args, **kwargs):
        return real("127.0.0.1" if host == "public.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    async def main(allow):
        policy = FetchPolicy(allow_private=allow)
        async with web({"/a": answer()}) as site, Fetcher(policy, rules) as fetch:
            return await outcome(fetch, site.url("/a", "public.example")), site.asked

    refused, asked = asyncio.run(main(False))
    assert refused.reason == "privateAddress"
    assert "public.example (127.0.0.1)" in str(refused)
    assert asked == []
    allowed, asked = asyncio.run(main(True))
    assert isinstance(allowed, Page)
    assert asked[-1].headers["host"].startswith("public.example:")


def test_redirects_to_private_targets_are_refused(web, answer, outcome):
    async def main():
        replies = {"/a": answer(status=302, Location="http://169.254.169.254/latest/meta-data/")}
        async with web(replies) as site:
            replies["/b"] = answer(status=301, Location=site.url("/c"))
            policy = FetchPolicy(resolve=(f"*=127.0.0.1:{site.port}",))
            async with Fetcher(policy, rules) as fetch:
                a = await outcome(fetch, site.url("/a", "bote.example"))
                b = await outcome(fetch, site.url("/b", "bote.example"))
            return a, b, site.paths()

    a, b, paths = asyncio.run(main())
    assert a.reason == b.reason == "privateAddress"
    assert a.requests == 1
    assert paths == ["/robots.txt", "/a", "/b"]


def test_resolve_sends_names_elsewhere_with_their_host_header(web, answer, outcome):
    async def main():
        async with web({"/a": answer()}) as site:
            to = f"127.0.0.1:{site.port}"
            policy = FetchPolicy(resolve=("*=127.0.0.1:1", f"WWW.Bote.example={to}"), tries=1)
            async with Fetcher(policy, rules) as fetch:
                named = await outcome(fetch, "http://www.bote.example/a")
                other = await outcome(fetch, "http://bote.example/a")
            policy = FetchPolicy(resolve=(f"127.0.0.1={to}",))
            async with Fetcher(policy, rules) as fetch:
                literal = await outcome(fetch, "http://127.0.0.1:9/a")
            return named, other, literal, [r.headers["host"] for r in site.asked]

    named, other, literal, hosts = asyncio.run(main())
    assert isinstance(named, Page)
    assert named.url == "http://www.bote.example/a"
    assert isinstance(literal, Page)
    assert other.reason == "connect"
    assert hosts == ["www.bote.example"] * 2 + ["127.0.0.1:9"] * 2


def test_a_name_without_address_is_a_dns_failure(outcome, monkeypatch):
    import socket

    def getaddrinfo(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    async def main():
        async with Fetcher(FetchPolicy(), rules) as fetch:
            first = await outcome(fetch, "http://no-such-host.example/")
            return first, await outcome(fetch, "http://no-such-host.example/b")

    for error in asyncio.run(main()):
        assert (error.reason, error.requests) == ("dns", 0)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("bote.example", "HOST=ADDRESS:PORT"),
        ("bote.example=", "HOST=ADDRESS:PORT"),
        ("=127.0.0.1:80", "HOST=ADDRESS:PORT"),
        ("bote.example=127.0.0.1", "HOST=ADDRESS:PORT"),
        ("bote.example=127.0.0.1:http", "'http' is not a port"),
        ("bote.example=127.0.0.1:0", "'0' is not a port"),
        ("bote.example=127.0.0.1:65536", "is not a port"),
        ("bote.example=::1:80", "brackets"),
        ("http://bote.example=127.0.0.1:80", "without http://"),
    ],
)
def test_malformed_resolve_is_one_clear_sentence(entry, words):
    with pytest.raises(UsageError, match=words) as caught:
        Fetcher(FetchPolicy(resolve=(entry,)), rules)
    assert repr(entry) in str(caught.value)


def test_contradicting_resolve_is_an_error():
    with pytest.raises(UsageError, match="given twice"):
        parse_resolve(("a.example=127.0.0.1:1", "A.example=127.0.0.1:2"))


def test_resolve_understands_names_and_ipv6():
    resolve = parse_resolve(("a.example=[::1]:8080", "*=staging.example:80", "[::1]=127.0.0.1:1"))
    assert resolve.target("A.EXAMPLE") == ("::1", 8080)
    assert resolve.target("b.example") == ("staging.example", 80)
    assert resolve.target("::1") == ("127.0.0.1", 1)
    assert resolve.target("127.0.0.1") is None
