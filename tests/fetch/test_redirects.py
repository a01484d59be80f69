"""Redirects, hop by hop: cookies, loops, consent pages, foreign hosts."""

from __future__ import annotations

import asyncio

import pytest

from scraper.errors import Refusal
from scraper.models import Page
from scraper.sites.model import FetchRules


def to(answer, where, **headers):
    return answer(status=302, Location=where, **headers)


def run(web, fetcher, outcome, replies, path="/a", **options):
    async def main():
        async with web(replies) as site, fetcher(**options) as fetch:
            return await outcome(fetch, site.url(path)), site

    return asyncio.run(main())


def test_hops_are_followed_and_noted(web, answer, fetcher, outcome):
    replies = {"/a": to(answer, "b"), "/b": to(answer, "/c#part"), "/c": answer("end")}
    got, site = run(web, fetcher, outcome, replies)
    assert isinstance(got, Page)
    assert got.url == site.url("/c")
    assert got.redirects == (site.url("/a"), site.url("/b"))
    assert [(hop.url, hop.status, hop.headers["location"]) for hop in got.hops] == [
        (site.url("/a"), 302, "b"),
        (site.url("/b"), 302, "/c#part"),
    ]
    assert (got.requests, got.body) == (3, b"end")


def test_a_consent_page_that_sets_its_cookie_leads_back_to_the_article(web, answer, fetcher, outcome):
    def article(request):
        consent = "consent=1" in request.headers.get("cookie", "")
        return answer("story") if consent else to(answer, "/consent?to=/a")

    replies = {"/a": article, "/consent?to=/a": to(answer, "/a", Set_Cookie="consent=1; Path=/")}
    got, site = run(web, fetcher, outcome, replies)
    assert isinstance(got, Page)
    assert got.body == b"story"
    assert site.paths() == ["/robots.txt", "/a", "/consent?to=/a", "/a"]


def test_one_detour_over_the_consent_page_is_enough(web, answer, fetcher, outcome):
    """Begun chains go first, so that links which wait have the cookie when their turn comes."""

    def article(request):
        consent = "consent=1" in request.headers.get("cookie", "")
        return answer("story") if consent else to(answer, "/consent")

    def consent(request):
        return to(answer, "/a", Set_Cookie="consent=1; Path=/")

    async def main():
        async with web({"/a": article, "/consent": consent}) as site:
            async with fetcher(per_host=1) as fetch:
                await asyncio.gather(*(outcome(fetch, site.url("/a")) for _ in range(6)))
            return site.paths()

    assert asyncio.run(main()).count("/consent") == 1


def test_a_configs_cookie_is_sent_and_wins(web, answer, fetcher, outcome):
    def article(request):
        return answer(request.headers["cookie"].encode("latin-1"))

    rules = FetchRules(delay=0, cookies={"consent": "1", "name": "ü"})
    first = to(answer, "/b", Set_Cookie="consent=0; Path=/")
    got, _ = run(web, fetcher, outcome, {"/a": first, "/b": article}, rules=rules)
    assert got.body.decode() == "consent=1; name=ü"


def test_cookies_do_not_reach_a_foreign_host(web, answer, outcome):
    from scraper.fetch import Fetcher, FetchPolicy

    async def main():
        async with web({}) as site:
            site.answers["/a"] = to(answer, site.url("/b", "other.example"), Set_Cookie="s=1")
            site.answers["/b"] = lambda r: answer(r.headers.get("cookie", "none"))
            policy = FetchPolicy(resolve=(f"*=127.0.0.1:{site.port}",), delay=0)
            cookies = {"one.example": {"consent": "1"}}
            async with Fetcher(policy, lambda h: FetchRules(cookies=cookies.get(h, {}))) as fetch:
                return await outcome(fetch, site.url("/a", "one.example")), site

    got, site = asyncio.run(main())
    assert got.body == b"none"
    assert got.url == site.url("/b", "other.example")
    assert site.paths().count("/robots.txt") == 2
    assert [r.headers.get("cookie") for r in site.asked if r.path == "/a"] == ["consent=1"]


def test_loops_and_long_chains_end(web, answer, fetcher, outcome):
    got, _ = run(web, fetcher, outcome, {"/a": to(answer, "/b"), "/b": to(answer, "/a")})
    assert (got.reason, got.requests) == ("redirects", 3)

    def grow(request):
        return to(answer, request.path + "x")

    replies = {"/a" + "x" * n: grow for n in range(20)}
    got, _ = run(web, fetcher, outcome, replies, max_redirects=4)
    assert (got.reason, got.requests) == ("redirects", 5)

    def cookies(request):
        return to(answer, "/a", Set_Cookie=f"visit={request.before}")

    got, _ = run(web, fetcher, outcome, {"/a": cookies}, max_redirects=6)
    assert (got.reason, got.requests) == ("redirects", 7)


@pytest.mark.parametrize("where", ["javascript:alert(1)", "file:///etc/passwd", "http://x:y:z/"])
def test_a_redirect_to_what_is_no_address_is_refused(web, answer, fetcher, outcome, where):
    got, _ = run(web, fetcher, outcome, {"/a": to(answer, where)})
    assert isinstance(got, Refusal)
    assert got.reason == "badUrl"


def test_a_redirect_without_location_is_an_error_status(web, answer, fetcher, outcome):
    got, _ = run(web, fetcher, outcome, {"/a": answer(status=302)})
    assert got.reason == "http302"


def test_each_hop_asks_robots(web, answer, fetcher, outcome):
    replies = {
        "/robots.txt": answer("User-agent: *\nDisallow: /private/", content_type="text/plain"),
        "/a": to(answer, "/private/b"),
        "/private/b": answer(),
    }
    got, site = run(web, fetcher, outcome, replies)
    assert got.reason == "robots"
    assert "/private/b" not in site.paths()
