"""What outlives a fetcher: validators, robots.txt, pauses, and the breaker of a host that does not answer."""

from __future__ import annotations

import asyncio

import pytest

from scraper.fetch import Fetcher, FetchPolicy
from scraper.fetch.memory import FAILURES, LONGEST, REST
from scraper.models import Link, Page
from scraper.sites.model import FetchRules


class Remembered:
    """A memory that lasts as long as the test."""

    def __init__(self) -> None:
        self.texts: dict[str, bytes] = {}
        self.pauses: dict[str, tuple[float, int]] = {}
        self.breakers: dict[str, tuple[int, float]] = {}
        self.jars: dict[str, str] = {}

    def robots(self, url):
        return self.texts.get(url)

    def keep_robots(self, url, body, status):
        self.texts[url] = body if status == 200 else b""

    def cooldown(self, host):
        return self.pauses.get(host)

    def cool(self, host, until, status):
        self.pauses[host] = (until, status)

    def breaker(self, host):
        return self.breakers.get(host, (0, 0.0))

    def broke(self, host, failures, open_until):
        self.breakers[host] = (failures, open_until)

    def cookies(self, group):
        return self.jars.get(group, "")

    def keep_cookies(self, group, text):
        self.jars[group] = text


@pytest.fixture
def memory():
    return Remembered()


def fetcher(memory, fast, rules=None, **policy):
    rules = rules or FetchRules(delay=0.0)
    values = {"allow_private": True, "tries": 1, **policy}
    return Fetcher(FetchPolicy(**values), lambda host: rules, clock=fast.clock(), memory=memory)


@pytest.mark.parametrize(
    ("known", "sent"),
    [
        ({"etag": '"a"'}, {"if-none-match": '"a"'}),
        ({"last_modified": "Mon, 23 Nov 2026 11:00:00 GMT"}, {"if-modified-since": "Mon, 23 Nov 2026 11:00:00 GMT"}),
    ],
)
def test_what_has_not_changed_is_a_page_of_status_304(web, answer, memory, fast, known, sent):
    async def main():
        replies = {"/a": b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"}
        async with web(replies) as site, fetcher(memory, fast) as fetch:
            return await fetch(Link(url=site.url("/a"), **known)), site.asked[-1]

    got, asked = asyncio.run(main())
    assert (got.status, got.body) == (304, b"")
    assert sent.items() <= asked.headers.items()


def test_a_304_that_nobody_asked_for_is_an_error(web, memory, fast, outcome):
    async def main():
        async with web({"/a": b"HTTP/1.1 304 Not Modified\r\n\r\n"}) as site, fetcher(memory, fast) as fetch:
            return await outcome(fetch, site.url("/a"))

    assert asyncio.run(main()).reason == "http304"


def test_robots_txt_is_asked_once_by_two_runs(web, answer, memory, fast, outcome):
    async def main():
        robots = answer("User-agent: *\nDisallow: /no", content_type="text/plain")
        async with web({"/robots.txt": robots, "/a": answer()}) as site:
            for _ in range(2):
                async with fetcher(memory, fast) as fetch:
                    assert isinstance(await outcome(fetch, site.url("/a")), Page)
                    assert (await outcome(fetch, site.url("/no"))).reason == "robots"
            return site.paths()

    assert asyncio.run(main()) == ["/robots.txt", "/a", "/a"]


def test_a_robots_txt_that_could_not_be_had_is_no_lasting_refusal(web, answer, memory, fast, outcome):
    async def main():
        async with web({"/robots.txt": answer(status=503)}) as site, fetcher(memory, fast) as fetch:
            return await outcome(fetch, site.url("/a"))

    refused = asyncio.run(main())
    assert (refused.reason, refused.temporary) == ("robots", True)
    assert memory.texts == {}


def test_retry_after_holds_for_the_next_run_too(web, answer, memory, fast, outcome):
    async def main():
        limited = lambda request: answer(status=429, retry_after="40") if request.before == 0 else answer()  # noqa: E731
        async with web({"/a": limited}) as site:
            async with fetcher(memory, fast) as fetch:
                assert (await outcome(fetch, site.url("/a"))).reason == "http429"
            fast.now += 10
            begun = fast.now
            async with fetcher(memory, fast) as fetch:
                assert isinstance(await outcome(fetch, site.url("/a")), Page)
            return fast.now - begun

    assert asyncio.run(main()) == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize(
    ("cookie", "again"),
    [("consent=1; Max-Age=86400", ["/a"]), ("consent=1", ["/a", "/wall", "/a"]), ("x=1; Max-Age=0", ["/a", "/wall"])],
    ids=["lasting", "of the session", "ended"],
)
def test_a_detour_that_a_lasting_cookie_spares_is_spared_to_the_next_run(
    web, answer, memory, fast, outcome, cookie, again
):
    def article(request):
        return answer() if "consent=1" in request.headers.get("cookie", "") else answer(status=302, location="/wall")

    async def main():
        wall = answer(status=302, location="/a", set_cookie=cookie)
        async with web({"/a": article, "/wall": wall}) as site:
            for _ in range(2):
                site.asked.clear()
                async with fetcher(memory, fast) as fetch:
                    await outcome(fetch, site.url("/a"))
            return [path for path in site.paths() if path != "/robots.txt"]

    assert asyncio.run(main())[: len(again)] == again


def test_a_crawl_delay_holds_between_two_runs(web, answer, memory, fast, outcome):
    async def main():
        async with web({"/a": answer()}) as site:
            for _ in range(2):
                async with fetcher(memory, fast, FetchRules(delay=5.0)) as fetch:
                    begun = fast.now
                    await outcome(fetch, site.url("/a"))
            return fast.now - begun

    assert asyncio.run(main()) >= 5


def test_a_host_that_does_not_answer_rests_and_is_tried_again(web, answer, memory, fast, outcome):
    """Nothing listens where `--resolve` leads; then somebody does."""

    async def ask(fetch, count, port=""):
        return [getattr(await outcome(fetch, f"http://dead.example/{n}"), "reason", "page") for n in range(count)]

    async def main():
        memory.texts["http://dead.example/robots.txt"] = b""
        dead = {"resolve": ("dead.example=127.0.0.1:9",), "allow_private": False}
        async with fetcher(memory, fast, **dead) as fetch:
            first = await ask(fetch, FAILURES + 3)
        async with fetcher(memory, fast, **dead) as fetch:
            second = await ask(fetch, 2)
            fast.now += REST + 1
            third = await ask(fetch, 2)
        async with web({"/0": answer(), "/1": answer()}) as site:
            fast.now += LONGEST
            async with fetcher(memory, fast, resolve=(f"dead.example=127.0.0.1:{site.port}",)) as fetch:
                last = await ask(fetch, 2)
        return first, second, third, last

    first, second, third, last = asyncio.run(main())
    assert first == ["connect"] * FAILURES + ["hostDown"] * 3
    assert second == ["hostDown"] * 2  # the next run knows
    assert third == ["connect", "hostDown"]  # one is let through, in vain
    assert last == ["page"] * 2
    assert memory.breakers["dead.example"] == (0, 0.0)


def test_errors_of_a_host_that_answers_open_no_breaker(web, answer, memory, fast, outcome):
    async def main():
        replies = {f"/{n}": answer(status=500) for n in range(3 * FAILURES)}
        async with web(replies) as site, fetcher(memory, fast) as fetch:
            return {(await outcome(fetch, site.url(path))).reason for path in replies}

    assert asyncio.run(main()) == {"http500"}


@pytest.mark.parametrize(
    ("status", "header", "reason"),
    [
        (403, {"cf_mitigated": "challenge"}, "blocked"),
        (202, {"x_amzn_waf_action": "captcha"}, "blocked"),
        (403, {"server": "cloudflare"}, "http403"),
        (401, {}, "http401"),
        (410, {}, "http410"),
        (429, {}, "http429"),
        (451, {}, "http451"),
    ],
)
def test_statuses_and_bot_checks_are_told_apart(web, answer, memory, fast, outcome, status, header, reason):
    async def main():
        async with web({"/a": answer(status=status, **header)}) as site, fetcher(memory, fast) as fetch:
            return await outcome(fetch, site.url("/a"))

    assert asyncio.run(main()).reason == reason
