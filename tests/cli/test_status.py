"""`scraper status` on a real database: one screen, the worst first; JSON; exit code 1 where something is broken."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper.models import Done, Failed, Kept, Link, Page, Quality, Record, Refused, Source
from scraper.report import Report
from scraper.store.history import History
from scraper.store.state import State

HOUR, DAY = 3600.0, 86400.0
NOW = time.time()


class Runs:
    """Hourly runs in the past, written the way `scraper run` writes them."""

    def __init__(self, output: Path) -> None:
        self.now = NOW - 8 * DAY + HOUR
        self.state = State(output / "scraper.db", clock=lambda: self.now)
        self.state.write_lines(output, lambda record: ("records.jsonl", b"{}\n"))

    def run(self, ends: dict[str, list[str]], sources: tuple[Source, ...] = ()) -> None:
        """One run: site → how each of its new links ends: "kept", "teaser", or a reason."""
        number = self.state.runs.begin("run", self.now)
        report = Report()
        for source in sources:
            report.add(source)
        for site, reasons in ends.items():
            for n, reason in enumerate(reasons):
                link = Link(url=f"https://{site}/{number}-{n}", site=site, via="feed:x")
                self.state.links.note([link], self.now, number)
                report.add(self.state.settle(Done(link=link, outcome=self._outcome(link, reason), requests=1)))
        self.state.runs.end(number, 0, report.as_dict(), self.now)

    def _outcome(self, link: Link, reason: str) -> Kept | Refused | Failed:
        if reason in ("kept", "teaser"):
            quality = Quality(status="teaser" if reason == "teaser" else "ok")
            id_ = link.url.removeprefix("https://")
            return Kept(Record(id=id_, url=link.url, site=link.site, quality=quality))
        ended = Refused if reason in ("consent", "robots") else Failed
        return ended(link, reason, "no")


@pytest.fixture
def runs() -> Iterator[Runs]:
    made = Runs(Path("output"))
    yield made
    made.state.close()


@pytest.fixture
def week(runs: Runs) -> Runs:
    """Eight days of runs every six hours: one good site, one that met a wall two days ago, one that never gave any."""
    step = 0
    while runs.now < NOW - 1:
        walled = runs.now > NOW - 2 * DAY
        runs.run(
            {
                "good.example": ["kept", "kept", "kept", "teaser"],
                "walled.example": ["consent"] * 2 if walled else ["kept"] * 2,
                "never.example": ["http403"] if step < 8 else [],
            }
        )
        runs.now += 6 * HOUR
        step += 1
    runs.state.links.note([Link(url="https://good.example/later", site="good.example")], NOW - HOUR)
    runs.state.hosts.cool("www.walled.example", NOW + DAY, 429, NOW)
    return runs


@pytest.mark.usefixtures("week")
def test_one_screen_the_worst_first(scraper: Callable[..., Any]) -> None:
    result = scraper("status")
    assert result.code == 1
    lines = result.out.splitlines()
    sites = ["never.example", "walled.example", "good.example"]
    assert [word for line in lines for word in line.split()[:1] if word in sites][:3] == sites
    assert "never.example   it has never given an article, in 8 runs (8 http403)" in result.out
    assert "of its newest pages are behind a wall" in " ".join(result.out.split())
    assert "3 sites: 2 broken, 1 ok;" in result.out
    assert max(len(line) for line in lines if line.startswith(" ")) <= 120  # the table
    assert sum("; the first was http" in line for line in lines) == 2  # no address is cut in two


@pytest.mark.usefixtures("week")
def test_json_has_all_of_it(scraper: Callable[..., Any]) -> None:
    value = json.loads(scraper("status", "--json").out)
    never, walled, good = value["sites"]
    assert (never["verdict"], never["lastArticleAt"], never["usual"]) == ("broken", None, 0)
    assert walled["firstBad"].startswith("https://walled.example/")
    assert walled["lastRun"]["refused"] == {"consent": 2}
    assert walled["cooling"][0]["host"] == "www.walled.example"
    assert (good["verdict"], good["today"], good["usual"], good["teasers"]) == ("ok", 16, 16, 0.25)
    assert (good["unread"], good["oldestUnread"]) == (1, "https://good.example/later")
    assert value["late"] == ""
    assert value["lastRunAt"].endswith("+00:00")
    assert json.dumps(value).count("T") > 3


@pytest.mark.usefixtures("week")
def test_sites_that_were_named_alone(scraper: Callable[..., Any]) -> None:
    result = scraper("status", "good.example")
    assert result.code == 0
    assert "walled.example" not in result.out
    assert scraper("status", "https://www.walled.example/").code == 1
    wrong = scraper("status", "wall.example")
    assert wrong.code == 2
    assert "did you mean walled.example?" in wrong.err


def test_of_many_sites_those_that_are_well_are_counted(runs: Runs, scraper: Callable[..., Any]) -> None:
    runs.now = NOW - 60
    runs.run({f"s{n}.example": ["kept"] for n in range(60)} | {"bad.example": ["http403"] * 9})
    short, long = scraper("status"), scraper("status", "--all")
    assert "s7.example" not in short.out
    assert "61 sites: 1 broken, 60 ok (60 that are ok not shown; --all shows them)" in " ".join(short.out.split())
    assert "s7.example" in long.out


def test_runs_that_stopped_are_the_first_thing_to_know(runs: Runs, scraper: Callable[..., Any]) -> None:
    for _ in range(5):
        runs.run({"good.example": ["kept"] * 5})
        runs.now += HOUR
    result = scraper("status")
    assert result.code == 1
    assert "no run for 8 days (usually every 60 min)" in result.out


def test_without_a_run_it_says_so(scraper: Callable[..., Any]) -> None:
    result = scraper("status")
    assert result.code == 2
    assert "no run has been there yet" in result.err


def test_a_dead_sitemap_is_known_by_its_runs(runs: Runs) -> None:
    url = "https://good.example/sitemap.xml"
    for n in range(6):
        runs.run({"good.example": ["kept"]})
        if n < 2:
            runs.state.sources.fresh(url, "sitemap", "good.example", _page(url), runs.now)
            runs.state.sources.counted(Source(site="good.example", url=url, kind="sitemap"))
        else:
            runs.state.sources.failed(url, "sitemap", "good.example", 404, "the server answered 404", runs.now)
        runs.state.sources.failed(f"{url}.gz", "sitemap", "good.example", 404, "the server answered 404", runs.now)
        runs.now += HOUR
    (facts,) = History(runs.state.db).facts(runs.now)
    (source,) = facts.sources  # the guess that never answered is none
    assert (source.failed_runs, source.error) == (4, "the server answered 404")


def test_a_feed_that_answers_with_rubbish_is_known_by_its_runs_too(runs: Runs) -> None:
    url = "https://good.example/feed"
    for n in range(5):
        runs.run({"good.example": ["kept"]})
        error = "it is no feed" if n else ""
        runs.state.sources.fresh(url, "feed", "good.example", _page(url, b"<html>%d" % n), runs.now)
        runs.state.sources.counted(Source(site="good.example", url=url, kind="feed", error=error))
        runs.now += HOUR
    (facts,) = History(runs.state.db).facts(runs.now)
    assert facts.sources[0].failed_runs == 4


def _page(url: str, body: bytes = b"<urlset/>") -> Page:
    return Page(link=Link(url=url), url=url, body=body)


def test_a_report_of_another_version_is_passed_over(runs: Runs, scraper: Callable[..., Any]) -> None:
    runs.now = NOW - HOUR
    runs.run({"good.example": ["kept"]})
    number = runs.state.runs.begin("run", NOW - 60)
    runs.state.runs.end(number, 0, {"sites": {"good.example": {"kept": "many"}}}, NOW - 30)
    assert "1 site: 1 ok" in scraper("status").out
