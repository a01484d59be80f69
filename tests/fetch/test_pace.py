"""Gaps, requests at a time, and hosts that do not wait for one another."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from scraper.errors import Failure
from scraper.fetch.pace import Limits, Pace, Paces
from scraper.models import Page
from scraper.sites.model import FetchRules


def limits(delay=1.0, per_host=2, max_wait=60.0):
    return Limits(delay=delay, per_host=per_host, max_wait=max_wait)


async def request(pace, clock, starts, seconds=0.0, begun=False):
    async with pace.slot(begun=begun):
        serial = await pace.begin()
        starts.append(clock.now)
        await clock.sleep(seconds)
        pace.answered(serial)


def test_starts_keep_the_gap(fast):
    async def main():
        pace, starts = Pace(limits(delay=1.5), fast.clock()), []
        await asyncio.gather(*(request(pace, fast, starts) for _ in range(5)))
        return starts

    starts = asyncio.run(main())
    assert len(starts) == 5
    assert min(b - a for a, b in pairwise(starts)) >= 1.5
    assert starts[-1] - starts[0] <= 4 * 1.5 * 2


def test_a_gap_counts_from_when_the_server_has_surely_seen_the_request(fast):
    async def main():
        pace, starts = Pace(limits(delay=1.0, per_host=1), fast.clock()), []
        for seconds in (0.1, 30.0, 0.0):
            await request(pace, fast, starts, seconds)
        return starts

    first, second, third = asyncio.run(main())
    assert second - first == pytest.approx(1.1)
    assert third - second == pytest.approx(30.0)


def test_a_pause_holds_everybody_and_a_long_one_fails_at_once(fast):
    async def main():
        pace, starts = Pace(limits(delay=0, max_wait=60), fast.clock()), []
        pace.pause(20, 429)
        pace.pause(5, 503)
        await request(pace, fast, starts)
        pace.pause(61, 503)
        with pytest.raises(Failure) as caught:
            await request(pace, fast, starts)
        return starts, caught.value

    starts, error = asyncio.run(main())
    assert starts == [1020.0]
    assert (error.reason, error.status, error.retry_after) == ("http503", 503, 61)


def test_what_has_begun_goes_first_and_cancelled_waiters_cost_nothing(fast):
    async def main():
        pace, order = Pace(limits(delay=0, per_host=1), fast.clock()), []

        async def one(name, begun):
            async with pace.slot(begun=begun):
                order.append(name)

        async with pace.slot():
            tasks = [asyncio.create_task(one(n, n == "old")) for n in ("gone", "new", "old")]
            await asyncio.sleep(0)
            tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return order, pace.at_rest

    assert asyncio.run(main()) == (["old", "new"], True)


def test_hosts_at_rest_are_forgotten_and_others_not(fast):
    async def main():
        paces = Paces(lambda host: limits(), fast.clock())
        paused = paces.of("paused")
        paused.pause(50, 429)
        kept = [paces.of(f"host-{n}") for n in range(5000)]
        return paces.of("paused") is paused, paces.of("host-0") is kept[0]

    assert asyncio.run(main()) == (True, False)


def test_no_more_requests_at_a_time_than_allowed(web, answer, fetcher, outcome):
    async def slow(request, writer):
        await asyncio.sleep(0.01)
        writer.write(answer())

    async def main(**options):
        async with web({"/a": slow}) as site, fetcher(**options) as fetch:
            got = await asyncio.gather(*(outcome(fetch, site.url("/a")) for _ in range(12)))
            assert all(isinstance(g, Page) for g in got)
            return site.most_inflight

    assert asyncio.run(main(per_host=3)) == 3
    assert asyncio.run(main(rules=FetchRules(delay=0, per_host=2))) == 2
    assert asyncio.run(main(per_host=8, concurrency=1)) == 1


def test_a_dead_host_delays_only_itself(web, answer, outcome):
    from scraper.fetch import Fetcher, FetchPolicy

    async def hang(request, writer):
        await asyncio.sleep(60)

    async def main():
        async with web({"/dead": hang, "/live": answer()}) as site:
            policy = FetchPolicy(resolve=(f"*=127.0.0.1:{site.port}",), delay=0)
            async with Fetcher(policy, lambda host: FetchRules()) as fetch:
                dead = [asyncio.create_task(outcome(fetch, "http://dead.example/dead")) for _ in range(8)]
                while "/dead" not in site.paths():
                    await asyncio.sleep(0.005)
                async with asyncio.timeout(2):
                    live = [await outcome(fetch, "http://live.example/live") for _ in range(20)]
                for task in dead:
                    task.cancel()
                await asyncio.gather(*dead, return_exceptions=True)
                return live

    assert all(isinstance(page, Page) for page in asyncio.run(main()))
