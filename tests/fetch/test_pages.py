"""Pages over a real wire: headers, bodies, caps, statuses, deadlines."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from scraper.errors import Failure, Refusal, UsageError
from scraper.models import Page
from scraper.sites.model import FetchRules


def test_a_page_comes_with_headers_and_encoded_body(web, answer, fetcher, outcome):
    packed = gzip.compress(b"<p>Hallo</p>")
    reply = answer(packed, content_encoding="gzip", ETag='"1"', X_Two="a\r\nX-Two: b")

    async def main():
        async with web({"/a": reply}) as site, fetcher() as fetch:
            got = await outcome(fetch, site.url("/a?x=ä#part"))
            plain = await outcome(fetch, site.url("/a"))
            return got, plain, site, fetch.requests

    missing, got, site, requests = asyncio.run(main())
    assert missing.reason == "http404"
    assert isinstance(got, Page)
    assert (got.status, got.encoding, got.body) == (200, "gzip", packed)
    assert got.headers["etag"] == '"1"'
    assert got.headers["x-two"] == "a, b"
    assert got.url == site.url("/a")
    assert got.requests == 1
    assert got.fetched_at.tzinfo is not None
    assert requests == 3
    assert site.paths() == ["/robots.txt", "/a?x=%C3%A4", "/a"]


def test_it_says_who_asks_and_what_it_understands(web, answer, fetcher, outcome):
    async def main():
        async with web({"/a": answer()}) as site:
            async with fetcher() as fetch:
                await outcome(fetch, site.url("/a"))
            async with fetcher(user_agent="bote-bot/2 (+https://bote.example/bot)") as fetch:
                await outcome(fetch, site.url("/a"))
            return [r.headers for r in site.asked if r.path == "/a"]

    ours, theirs = asyncio.run(main())
    assert ours["user-agent"].startswith("scraper/")
    assert "mozilla" not in ours["user-agent"].lower()
    assert theirs["user-agent"] == "bote-bot/2 (+https://bote.example/bot)"
    assert ours["accept-encoding"] == "gzip, br, zstd, deflate"
    assert "cookie" not in ours


@pytest.mark.parametrize("agent", ["Spinne\r\nX: y", "Käfer/1"])
def test_a_user_agent_that_no_header_can_hold_is_said_at_once(fetcher, agent):
    with pytest.raises(UsageError, match="printable ASCII"):
        fetcher(user_agent=agent)


def test_connections_are_used_again(web, answer, fetcher, outcome):
    peers = set()

    async def reply(request, writer):
        peers.add(writer.get_extra_info("peername"))
        writer.write(answer(status=404 if request.path == "/b" else 200))

    async def main():
        async with web({"/a": reply, "/b": reply}) as site, fetcher() as fetch:
            for path in ("/a", "/b", "/a", "/b"):
                await outcome(fetch, site.url(path))

    asyncio.run(main())
    assert len(peers) == 1


NO_ADDRESSES = [
    "mailto:x@y.example",
    "ftp://host/a",
    "javascript:alert(1)",
    "/path",
    "//",
    "//x",
    "http://",
    "http:///a",
    "http://[::1/",
    "http://127%2e0.0.1/",
    "http://１２７.0.0.1/",
    "http://x:99999/",
    "http://h:0/",
    "file:///etc/passwd",
    "data:text/html,x",
]


@pytest.mark.parametrize("address", [*NO_ADDRESSES, "", "http://a b/", "http://h/" + "a" * 70_000])
def test_what_is_no_http_address_is_refused(fetcher, outcome, address):
    async def main():
        async with fetcher() as fetch:
            return await outcome(fetch, address)

    error = asyncio.run(main())
    assert isinstance(error, Refusal)
    assert error.reason == "badUrl"
    assert len(str(error)) < 400


def test_user_and_password_in_an_address_are_not_sent(web, answer, fetcher, outcome):
    async def main():
        async with web({"/a": answer()}) as site, fetcher() as fetch:
            got = await outcome(fetch, site.url("/a").replace("//", "//me:secret@"))
            return got, site.asked[-1].headers

    got, headers = asyncio.run(main())
    assert "authorization" not in headers
    assert "secret" not in got.url


# --- caps ----------------------------------------------------------------------------------------


def test_a_declared_length_over_the_cap_is_refused_before_the_body(web, fetcher, outcome):
    head = b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n"

    async def main():
        async with web({"/a": head}) as site, fetcher(FetchRules(delay=0, max_bytes=4999)) as fetch:
            return await outcome(fetch, site.url("/a"))

    assert asyncio.run(main()).reason == "tooLarge"


def test_an_endless_body_ends_at_the_cap(web, fetcher, outcome):
    async def endless(request, writer):
        writer.write(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            await writer.drain()

    async def main():
        rules = FetchRules(delay=0, max_bytes=100_000)
        async with web({"/a": endless}) as site, fetcher(rules) as fetch:
            return await outcome(fetch, site.url("/a"))

    error = asyncio.run(main())
    assert error.reason == "tooLarge"
    assert error.requests == 1
    assert "100,000 bytes" in str(error)


@pytest.mark.parametrize("kind", ["image/jpeg", "application/pdf", "video/mp4", "application/zip"])
def test_binary_answers_are_left_on_the_server(web, fetcher, outcome, kind):
    head = f"HTTP/1.1 200 X\r\nContent-Type: {kind}\r\nContent-Length: 9000000\r\n\r\n".encode()

    async def main():
        async with web({"/a": head}) as site, fetcher() as fetch:
            return await outcome(fetch, site.url("/a"))

    error = asyncio.run(main())
    assert isinstance(error, Refusal)
    assert error.reason == "notHtml"
    assert kind in str(error)


FEED_TYPES = [
    "application/octet-stream",
    "application/x-gzip",
    "application/gzip",
    "application/rss+xml",
    "text/plain",
    "text/xml;charset=utf-8",
    "application/json",
]


@pytest.mark.parametrize("kind", [*FEED_TYPES, ""])
def test_what_may_be_a_feed_or_sitemap_comes_through(web, answer, fetcher, outcome, kind):
    async def main():
        async with web({"/a": answer("x", content_type=kind)}) as site, fetcher() as fetch:
            return await outcome(fetch, site.url("/a"))

    assert asyncio.run(main()).body == b"x"


# --- deadlines -----------------------------------------------------------------------------------


async def drip(request, writer):
    for byte in b"HTTP/1.1 200 X\r\nContent-Length: 90\r\n\r\n" + b"x" * 90:
        writer.write(bytes((byte,)))
        await asyncio.sleep(0.01)


async def drip_body(request, writer):
    writer.write(b"HTTP/1.1 200 X\r\nContent-Length: 90\r\n\r\n")
    await drip(request, writer)


async def hang(request, writer):
    await asyncio.sleep(60)


@pytest.mark.parametrize("slow", [drip, drip_body, hang])
def test_what_takes_too_long_ends(web, fetcher, outcome, slow):
    async def main():
        async with web({"/a": slow}) as site, fetcher(FetchRules(delay=0, timeout=0.15)) as fetch:
            return await outcome(fetch, site.url("/a"))

    error = asyncio.run(main())
    assert (error.reason, error.requests) == ("timeout", 1)


def test_a_read_that_waits_too_long_ends(web, fetcher, outcome):
    async def main():
        async with web({"/a": hang}) as site, fetcher(read_timeout=0.1) as fetch:
            return await outcome(fetch, site.url("/a"))

    assert asyncio.run(main()).reason == "timeout"


def test_huge_headers_are_a_failure(web, answer, fetcher, outcome):
    reply = answer(**{f"X_{n}": "x" * 1000 for n in range(300)})

    async def main():
        async with web({"/a": reply}) as site, fetcher() as fetch:
            return await outcome(fetch, site.url("/a"))

    assert asyncio.run(main()).reason == "protocol"


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"\x16\x03\x01 not http at all\r\n\r\n",
        b"HTTP/1.1 200 X\r\nContent-Length: -4\r\n\r\n",
        b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_http_is_a_failure(web, fetcher, outcome, reply):
    async def broken(request, writer):
        writer.write(reply)
        writer.close()

    async def main():
        async with web({"/a": broken}) as site, fetcher() as fetch:
            return await outcome(fetch, site.url("/a"))

    error = asyncio.run(main())
    assert isinstance(error, Failure)
    assert error.reason == "protocol"


def test_nobody_there(fetcher, outcome):
    async def main():
        server = await asyncio.start_server(hang, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        async with fetcher() as fetch:
            return await outcome(fetch, f"http://127.0.0.1:{port}/")

    assert asyncio.run(main()).reason == "connect"


def test_tls_that_is_none(fetcher, outcome):
    async def plain(reader, writer):
        writer.write(b"HTTP/1.1 400 X\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        closed.set()

    closed = asyncio.Event()

    async def main():
        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, fetcher() as fetch:
            got = await outcome(fetch, f"https://127.0.0.1:{port}/")
            await closed.wait()
            return got

    assert asyncio.run(main()).reason == "tls"


def test_cancelling_leaves_nothing_behind(web, answer, fetcher, outcome):
    async def main():
        async with web({"/a": hang, "/b": answer()}) as site, fetcher(per_host=1) as fetch:
            tasks = [asyncio.create_task(outcome(fetch, site.url("/a"))) for _ in range(3)]
            while "/a" not in site.paths():
                await asyncio.sleep(0.005)
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            after = await outcome(fetch, site.url("/b"))
        return ended, after, asyncio.all_tasks() - {asyncio.current_task()}

    ended, after, left = asyncio.run(main())
    assert all(isinstance(e, asyncio.CancelledError) for e in ended)
    assert isinstance(after, Page)
    assert not left
