"""Worker processes: a page that kills or hangs one costs that page only; order is kept where it is asked for."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scraper.models import Done, Failed, Kept, Link, Page, Source, Unchanged
from scraper.pipeline.model import Job, Reading
from scraper.pipeline.order import AHEAD, Order
from scraper.pipeline.process import Nursery
from scraper.pipeline.workers import BOUND, Workers

_PAGE = (
    "<html><head><title>Rat tagt</title></head><body><article><h1>Rat tagt</h1>"
    + "<p>Der Rat hat am Abend über die Brücke beraten, und nach drei Stunden stand fest, dass nichts feststeht.</p>"
    * 3
    + "</article></body></html>"
)


class Deadly:
    """In place of a config: ends the process that unpacks it."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (1,)


class Endless:
    """In place of a config: keeps the process that unpacks it for longer than anybody waits."""

    def __reduce__(self) -> tuple[object, ...]:
        return time.sleep, (600,)


def job(number: int, site: object = None) -> Job:
    link = Link(url=f"https://www.bote.example/lokales/rat-{number}")
    return Job((Page(link=link, url=link.url, body=_PAGE.encode()),), site, "bote.example")  # type: ignore[arg-type]


def read(jobs: list[Job], *, patience: float = 60.0) -> list[Reading]:
    async def main() -> list[Reading]:
        async with Workers(1, patience=patience) as workers:
            return list(await asyncio.gather(*(workers.read(each) for each in jobs)))

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("bad", "patiences", "why"),
    [(Deadly(), (60.0,), "died"), (Endless(), (1.0, 4.0, 16.0, 60.0), "took more than {:g} s")],
    ids=["ends", "hangs"],
)
def test_a_page_that_ends_its_process_costs_no_other(bad: object, patiences: tuple[float, ...], why: str) -> None:
    """A longer patience where the others, too, took more than a short one: the machine may have much else to do."""
    for patience in patiences:
        readings = read([job(0), job(1, bad), job(2)], patience=patience)
        failed = readings[1].outcome
        assert isinstance(failed, Failed)
        assert failed.reason == "crash"
        assert why.format(patience) in failed.detail
        if isinstance(readings[0].outcome, Kept) and isinstance(readings[2].outcome, Kept):
            break
    assert [type(reading.outcome) for reading in readings] == [Kept, Failed, Kept]


def test_what_readings_cost_is_in_the_sum_of_whoever_waits_for_this_process() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    read([job(n) for n in range(3)])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime > 0.05  # loading the parsers alone takes longer


def test_workers_are_forked_anew_when_what_they_came_from_is_gone() -> None:
    async def main() -> list[Reading]:
        async with Workers(1) as workers:
            first = await workers.read(job(0))
            kill(one_child("scraper.pipeline.nursery"))
            return [first, *await asyncio.gather(*(workers.read(job(n)) for n in (1, 2, 3)))]

    assert {type(reading.outcome) for reading in asyncio.run(main())} == {Kept}


def test_what_a_process_has_not_read_yet_does_not_keep_it_from_being_closed() -> None:
    """A Ctrl-C while the first worker was on its way ended reextract with "Connection reset by peer"."""

    async def main() -> None:
        nursery = Nursery()
        forking = asyncio.create_task(nursery.fork())
        await asyncio.sleep(0)  # it has been told, and is still getting ready
        forking.cancel()
        await nursery.close()

    asyncio.run(main())


def test_nothing_is_left_of_a_process_that_was_killed() -> None:
    """In the middle of a page, so that nobody in it looks whether there is still somebody to read for."""
    code = "from test_workers import Endless, job, read; print(flush=True); read([job(0, Endless())])"
    program = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=Path(__file__).parent)
    assert program.stdout
    with program, program.stdout:
        program.stdout.readline()
        nursery = one_child("scraper.pipeline.nursery", program.pid)
        worker = one_child("scraper.pipeline.nursery", nursery)
        program.kill()
    gone(nursery)
    gone(worker)


def one_child(name: str, parent: int = 0) -> int:
    """The child (of this process) whose command line has `name` in it; waits for it."""
    children = Path(f"/proc/{parent or os.getpid()}/task")
    for _ in range(2000):
        for task in children.iterdir():
            for child in (task / "children").read_text().split():
                if name.encode() in Path(f"/proc/{child}/cmdline").read_bytes():
                    return int(child)
        time.sleep(0.005)
    raise AssertionError(f"no child of {parent} is a {name}")


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    gone(process)


def gone(process: int) -> None:
    """Waits until a process has ended (it may still be there for its parent to ask after)."""
    stat = Path(f"/proc/{process}/stat")
    for _ in range(2000):
        try:
            if stat.read_text().rpartition(")")[2].split()[0] == "Z":
                return
        except OSError:
            return
        time.sleep(0.005)
    raise AssertionError(f"process {process} lives on")


def test_a_page_that_hangs_in_this_process_is_given_up() -> None:
    async def main() -> Reading:
        async with Workers(1, patience=0.0, inline=1) as workers:
            return await workers.read(job(0))

    outcome = asyncio.run(main()).outcome
    assert isinstance(outcome, Failed)
    assert outcome.reason == "crash"


def test_too_many_unread_pages_hold_the_fetcher_back() -> None:
    async def main() -> list[bool]:
        held = []
        async with Workers(1) as workers:
            reading = [asyncio.create_task(workers.read(job(n))) for n in range(BOUND)]
            await asyncio.sleep(0)
            waiting = asyncio.create_task(workers.room())
            await asyncio.sleep(0)
            held.append(waiting.done())
            await asyncio.gather(*reading)
            await asyncio.wait_for(waiting, 5)
            held.append(waiting.done())
        return held

    assert asyncio.run(main()) == [False, True]


def link(number: int) -> Link:
    return Link(url=f"https://www.bote.example/{number}")


def test_order_is_that_of_the_list_and_gaps_are_waited_for() -> None:
    async def main() -> list[str]:
        order = Order()

        async def given() -> AsyncIterator[Link]:
            for number in range(6):
                yield link(number)

        taken = [each async for each in order.links(given())]

        async def events() -> AsyncIterator[Done | Source]:
            for number in (2, 0, 1, 5, 3):  # 4 is interrupted, so 5 must wait for the next time
                yield Done(link=taken[number], outcome=Unchanged(taken[number]))

        return [event.link.url[-1] async for event in order.events(events()) if isinstance(event, Done)]

    assert asyncio.run(main()) == ["0", "1", "2", "3"]


def test_order_reads_ahead_no_further_than_it_can_hold() -> None:
    async def main() -> int:
        order, taken = Order(), 0

        async def given() -> AsyncIterator[Link]:
            for number in range(10 * AHEAD):
                yield link(number)

        async def take() -> None:
            nonlocal taken
            async for _ in order.links(given()):
                taken += 1

        task = asyncio.create_task(take())
        for _ in range(10):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return taken

    assert asyncio.run(main()) == AHEAD
