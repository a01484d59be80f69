"""What a run says as it goes, where nobody watches a terminal; a colour for every reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scraper.cli.colours import REASONS
from scraper.cli.progress import EVERY, Lines, line_of, watcher
from scraper.models import Done, Failed, Kept, Link, Quality, Reason, Record, Refused, Source
from scraper.report import Report

LINK = Link(url="https://a.example/1", site="a.example")


def kept(status: str = "ok") -> Done:
    record = Record(id="1", quality=Quality(status=status))  # type: ignore[arg-type]
    return Done(link=LINK, outcome=Kept(record), seconds=0.25)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def lines() -> Callable[[], tuple[Lines, Report, Clock]]:
    def make() -> tuple[Lines, Report, Clock]:
        clock, report = Clock(), Report()
        return Lines(report, None, verbose=False, clock=clock), report, clock

    return make


def test_a_line_every_now_and_then_with_rate_and_time_left(
    lines: Callable[[], tuple[Lines, Report, Clock]], capsys: pytest.CaptureFixture[str]
) -> None:
    screen, report, clock = lines()
    for event in (Source(site="a.example", url="u", kind="feed", links=40), *[kept()] * 10):
        report.add(event)
        screen.saw(event)
    assert capsys.readouterr().err == ""
    clock.now = EVERY
    failed = Done(link=LINK, outcome=Failed(LINK, "dns", "no"))
    report.add(failed)
    screen.saw(failed)
    said = capsys.readouterr().err
    assert said == "11 of 40 links: 10 kept, 0 refused, 1 failed (0.6/s, about 53 s left)\n"


def test_a_source_that_cannot_be_read_is_said_at_once(
    lines: Callable[[], tuple[Lines, Report, Clock]], capsys: pytest.CaptureFixture[str]
) -> None:
    screen, _, _ = lines()
    screen.saw(Source(site="a.example", url="https://x/f", kind="feed", error="https://x/f: gone"))
    assert capsys.readouterr().err == "a.example: feed https://x/f: gone\n"


def test_one_event_one_line() -> None:
    assert line_of(kept()) == "kept https://a.example/1 (0.2 s)"
    assert line_of(kept("teaser")).startswith("kept (teaser) ")
    refused = Refused(LINK, "robots", f"{LINK.url}: robots.txt says no")
    assert line_of(Done(link=LINK, outcome=refused)) == "refused https://a.example/1 robots: robots.txt says no"


def test_quiet_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with watcher(Report(), total=1, quiet=True, verbose=True) as screen:
        screen.saw(kept())
    assert capsys.readouterr() == ("", "")


def test_every_reason_has_a_colour_and_a_meaning() -> None:
    assert set(REASONS) == set(Reason)
