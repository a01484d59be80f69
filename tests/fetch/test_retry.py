"""What is tried again, how long that waits, and what Retry-After does."""

from __future__ import annotations

import asyncio
from email.utils import formatdate
from itertools import pairwise

import pytest

from scraper.fetch.clock import Clock
from scraper.fetch.retry import retry_after
from scraper.models import Page
from scraper.sites.model import FetchRules


def first(bad, good, times=1):
    """Answers `bad` to the first requests for a path."""
    return lambda request: bad if request.before < times else good


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_passing_statuses_are_tried_again(web, answer, fetcher, outcome, fast, status):
    async def main():
        replies = {"/a": first(answer(status=status), answer(), 2)}
        async with web(replies) as site, fetcher(clock=fast) as fetch:
            return await outcome(fetch, site.url("/a"))

    got = asyncio.run(main())
    assert isinstance(got, Page)
    assert got.requests == 3
    assert 0.5 <= fast.slept[0] <= 1.0 <= fast.slept[1] <= 1.5


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 501])
def test_others_are_not(web, answer, fetcher, outcome, status):
    async def main():
        async with web({"/a": answer(status=status)}) as site, fetcher() as fetch:
            return await outcome(fetch, site.url("/a"))

    error = asyncio.run(main())
    assert (error.reason, error.status, error.requests) == (f"http{status}", status, 1)


def test_tries_end(web, answer, fetcher, outcome):
    async def main():
        async with web({"/a": answer(status=503)}) as site, fetcher(tries=4) as fetch:
            return await outcome(fetch, site.url("/a"))

    error = asyncio.run(main())
    assert (error.reason, error.requests) == ("http503", 4)


def test_a_body_that_breaks_off_is_tried_again(web, answer, fetcher, outcome):
    async def cut(request, writer):
        whole = answer("x" * 1000)
        writer.write(whole[:300] if request.before == 0 else whole)
        if request.before == 0:
            writer.close()

    async def reset(request, writer):
        if request.before:
            writer.write(answer("whole"))
        else:
            writer.write(answer("x" * 1000)[:300])
            await writer.drain()
            writer.transport.abort()

    async def main():
        async with web({"/cut": cut, "/reset": reset}) as site, fetcher() as fetch:
            return [await outcome(fetch, site.url(path)) for path in ("/cut", "/reset")]

    one, two = asyncio.run(main())
    assert len(one.body) == 1000
    assert two.body == b"whole"
    assert one.requests == two.requests == 2


@pytest.mark.parametrize("wait", ["7", formatdate(1007, usegmt=True)])
def test_retry_after_holds_the_whole_host(web, answer, fetcher, outcome, fast, wait):
    """Seconds and date alike; another link of the host waits as well."""
    limited = answer(status=429, Retry_After=wait)
    at = {}

    def reply(request):
        at.setdefault(request.path, []).append(fast.now)
        return limited if request.path == "/a" and request.before == 0 else answer()

    async def main():
        async with web({"/a": reply, "/b": reply}) as site, fetcher(clock=fast) as fetch:
            await fetch.sitemaps(site.url("/"))
            one = asyncio.create_task(outcome(fetch, site.url("/a")))
            while not at:
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.02)
            return await outcome(fetch, site.url("/b")), await one

    two, one = asyncio.run(main())
    assert isinstance(one, Page)
    assert isinstance(two, Page)
    assert at["/a"][1] - at["/a"][0] >= 7
    assert at["/b"][0] >= 1007


def test_a_long_retry_after_ends_the_host_for_now(web, answer, fetcher, outcome, fast):
    async def main():
        replies = {"/a": answer(status=503, Retry_After="3600"), "/b": answer()}
        async with web(replies) as site, fetcher(clock=fast, max_wait=100) as fetch:
            a = await outcome(fetch, site.url("/a"))
            b = await outcome(fetch, site.url("/b"))
            fast.now += 3600
            return a, b, await outcome(fetch, site.url("/b")), site.paths()

    a, b, later, paths = asyncio.run(main())
    assert (a.reason, a.retry_after, a.requests) == ("http503", 3600, 1)
    assert (b.reason, b.requests) == ("http503", 0)
    assert 3500 < b.retry_after <= 3600
    assert isinstance(later, Page)
    assert paths == ["/robots.txt", "/a", "/b"]


def test_waiting_for_a_turn_is_not_the_servers_time(web, answer, fetcher, outcome):
    """Retry-After 1 with a deadline of 0.3 s, by the real clock of the server's own log."""

    class Real:
        def clock(self):
            return Clock()

    async def main():
        rules = FetchRules(delay=0.25, timeout=0.2)
        async with web({"/a": answer()}) as site, fetcher(rules, clock=Real()) as fetch:
            got = await asyncio.gather(*(outcome(fetch, site.url("/a")) for _ in range(3)))
            return got, [r.at for r in site.asked]

    got, at = asyncio.run(main())
    assert all(isinstance(g, Page) for g in got)
    assert min(b - a for a, b in pairwise(at)) >= 0.25


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 0 "}, 0),
        ({"retry-after": formatdate(1060, usegmt=True)}, 60),
        ({"retry-after": formatdate(60, usegmt=True)}, 0),
        ({"retry-after": formatdate(5060), "date": formatdate(5000)}, 60),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(fast, headers, seconds):
    assert retry_after(headers, fast.clock()) == seconds
