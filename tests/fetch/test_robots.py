"""robots.txt as RFC 9309 has it."""

from __future__ import annotations

import asyncio
import gzip
from itertools import pairwise

import pytest

from scraper.errors import Refusal
from scraper.fetch.robots import MAX_BYTES, product_token
from scraper.models import Page
from scraper.sites.model import FetchRules


def run(web, fetcher, outcome, robots, paths=("/a",), **options):
    """(outcomes, server) of asking `paths` in turn, each served, under the given robots.txt."""

    async def main():
        replies = dict.fromkeys(paths, b"HTTP/1.1 200 X\r\nContent-Length: 0\r\n\r\n")
        async with web({**replies, "/robots.txt": robots}) as site, fetcher(**options) as fetch:
            return [await outcome(fetch, site.url(path)) for path in paths], site

    return asyncio.run(main())


def text(answer, *lines, **headers):
    return answer("\n".join(lines), **{"content_type": "text/plain", **headers})


def test_it_is_asked_once_and_first(web, answer, fetcher, outcome):
    robots = text(answer, "User-agent: *", "Disallow: /no/", "Allow: /no/but")
    paths = ("/a", "/no/x", "/no/but", "/b")
    got, site = run(web, fetcher, outcome, robots, paths)
    assert [isinstance(g, Page) for g in got] == [True, False, True, True]
    assert got[1].reason == "robots"
    assert "disallows" in str(got[1])
    assert site.paths() == ["/robots.txt", "/a", "/no/but", "/b"]


def test_our_own_group_counts_and_not_a_browsers(web, answer, fetcher, outcome):
    lines = ("User-agent: scraper", "Disallow: /a", "", "User-agent: news", "Disallow: /b", "")
    got, _ = run(web, fetcher, outcome, text(answer, *lines), ("/a", "/b"))
    assert [getattr(g, "reason", "") for g in got] == ["robots", ""]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_unavailable_allows_everything(web, answer, fetcher, outcome, status):
    got, _ = run(web, fetcher, outcome, answer(status=status))
    assert isinstance(got[0], Page)


@pytest.mark.parametrize("status", [500, 503])
def test_unreachable_disallows_everything(web, answer, fetcher, outcome, status, fast):
    got, site = run(web, fetcher, outcome, answer(status=status), ("/a", "/a"), clock=fast)
    assert [g.reason for g in got] == ["robots", "robots"]
    assert "could not be had" in str(got[0])
    assert str(status) in str(got[0])
    assert site.paths() == ["/robots.txt"] * 3
    assert min(fast.slept) >= 3


def test_one_that_hangs_or_breaks_disallows(web, answer, fetcher, outcome):
    async def hang(request, writer):
        await asyncio.sleep(60)

    got, _ = run(web, fetcher, outcome, hang, rules=FetchRules(delay=0, timeout=0.1))
    assert got[0].reason == "robots"


def test_it_is_tried_again_within_the_request_and_after_a_while(web, answer, fetcher, outcome, fast):
    def flaky(request):
        return answer(status=503) if request.before == 0 else text(answer, "")

    got, _ = run(web, fetcher, outcome, flaky)
    assert isinstance(got[0], Page)

    async def main():
        replies = {"/robots.txt": lambda r: answer(status=503 if r.before < 3 else 404)}
        async with web({**replies, "/a": answer()}) as site, fetcher(clock=fast) as fetch:
            first = await outcome(fetch, site.url("/a"))
            fast.now += 3600
            return first, await outcome(fetch, site.url("/a"))

    first, later = asyncio.run(main())
    assert first.reason == "robots"
    assert isinstance(later, Page)


def test_it_holds_for_a_day_and_is_then_asked_for_again(web, answer, fetcher, outcome, fast):
    async def main():
        replies = {"/robots.txt": lambda r: text(answer, "User-agent: *", f"Disallow: {'/a' if r.before else '/b'}")}
        async with web({**replies, "/a": answer()}) as site, fetcher(clock=fast) as fetch:
            found = []
            for hours in (0, 23, 2):
                fast.now += 3600 * hours
                found.append(type(await outcome(fetch, site.url("/a"))))
            return found

    assert asyncio.run(main()) == [Page, Page, Refusal]


def test_too_many_requests_is_said_as_such(web, answer, fetcher, outcome):
    got, _ = run(web, fetcher, outcome, answer(status=429, Retry_After="999"))
    assert (got[0].reason, got[0].retry_after) == ("http429", 999)


def test_its_redirects_are_followed_five_times(web, answer, fetcher, outcome):
    def chain(length):
        async def main():
            last = text(answer, "User-agent: *", "Disallow: /a")
            hops = ["/robots.txt", *(f"/r{n}" for n in range(length))]
            replies = {here: answer(status=301, Location=there) for here, there in pairwise(hops)}
            replies |= {hops[-1]: last, "/a": answer()}
            async with web(replies) as site, fetcher() as fetch:
                return await outcome(fetch, site.url("/a"))

        return asyncio.run(main())

    assert chain(5).reason == "robots"
    assert isinstance(chain(6), Page)


def test_a_large_one_is_read_to_the_cap(web, answer, fetcher, outcome):
    head = "User-agent: *\nDisallow: /a\n"
    robots = answer(head + "#" * MAX_BYTES + "\nDisallow: /b\n", content_type="text/plain")
    got, _ = run(web, fetcher, outcome, robots, ("/a", "/b"))
    assert [getattr(g, "reason", "") for g in got] == ["robots", ""]


def test_packed_marked_and_mislabelled_ones_are_read(web, answer, fetcher, outcome):
    body = "\ufeffUser-agent: *\r\nDisallow: /a".encode()
    for robots in (
        answer(gzip.compress(body), content_encoding="gzip"),
        answer(body, content_type="image/png"),
    ):
        got, _ = run(web, fetcher, outcome, robots)
        assert got[0].reason == "robots"


def test_crawl_delay_wins_where_it_is_longer(web, answer, fetcher, outcome, fast):
    at = []

    def reply(request):
        at.append(fast.now)
        lines = ("User-agent: *", "Crawl-delay: 2.5")
        return text(answer, *lines) if request.path == "/robots.txt" else answer(status=503)

    async def main():
        replies = {"/robots.txt": reply, "/a": reply}
        async with web(replies) as site, fetcher(clock=fast, delay=1.0) as fetch:
            for _ in range(2):
                await outcome(fetch, site.url("/a"))
            return fetch.delay_of("127.0.0.1"), fetch.delay_of("nobody.example")

    assert asyncio.run(main()) == (2.5, 1.0)
    assert len(at) == 7
    assert min(b - a for a, b in pairwise(at)) >= 2.5


def test_sitemap_lines(web, answer, fetcher):
    lines = ("Sitemap: https://x.example/s.xml", "User-agent: *", "Disallow: /", "sitemap: /n.xml")

    async def main():
        robots = text(answer, "Sitemap: ftp://no", "Sitemap: http://no:99999/", *lines)
        async with web({"/robots.txt": robots}) as site, fetcher() as fetch:
            found = await fetch.sitemaps(site.url("/any"))
            return found, site, await fetch.sitemaps("mailto:x"), fetch.requests

    found, site, none, requests = asyncio.run(main())
    assert found == ("https://x.example/s.xml", site.url("/n.xml"))
    assert (none, requests) == ((), 1)


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        ("scraper/0.1 (news article reader; x)", "scraper"),
        ("bote-bot/2 (+https://bote.example)", "bote-bot"),
        ("Mozilla/5.0 (compatible; BoteBot/1.0; +https://bote.example)", "BoteBot"),
        ("plain", "plain"),
    ],
)
def test_product_token(agent, token):
    assert product_token(agent) == token
