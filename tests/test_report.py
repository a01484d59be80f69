"""The run report: every outcome counted once, every link without a record named."""

from __future__ import annotations

import io
import json

from rich.console import Console

from scraper.cli.summary import print_summary
from scraper.drift import DriftVerdict
from scraper.models import Done, Failed, Kept, Link, Quality, Record, Refused, Source, Unchanged
from scraper.report import NAMED, Report, duration, meaning, size


def link(number: int, site: str = "bote.example") -> Link:
    return Link(url=f"https://{site}/a-{number}", site=site, via="feed:x")


def filled() -> Report:
    report = Report(clock=iter([0.0, *[12.5] * 9]).__next__)
    ok, teaser = Record(id="1"), Record(id="2", quality=Quality(status="teaser"))
    report.add(Source(site="bote.example", url="https://bote.example/feed", kind="feed", links=5))
    report.add(Source(site="bote.example", url="https://x/", kind="sitemap", error="it is empty"))
    report.add(Done(link=link(1), outcome=Kept(ok), seconds=1, bytes=2000, requests=2))
    report.add(Done(link=link(2), outcome=Kept(teaser), generic=True, requests=1))
    report.add(Done(link=link(3), outcome=Refused(link(3), "robots", "robots.txt says no")))
    report.add(Done(link=link(4), outcome=Failed(link(4), "http404", "gone")))
    report.add(Done(link=link(5), outcome=Unchanged(link(5))))
    report.add(Done(link=link(6, "b.example"), outcome=Kept(ok)))
    return report


def test_every_link_is_counted_once() -> None:
    report = filled()
    tally = report.sites["bote.example"]
    assert (tally.kept, tally.unchanged, tally.refused) == (2, 1, {"robots": 1})
    assert (tally.failed, tally.generic, tally.doubtful) == ({"http404": 1}, 1, {"teaser": 1})
    assert (tally.links, tally.sources, tally.source_errors) == (5, 2, 1)
    assert tally.done == 5
    assert report.total.done == 6
    assert (report.total.requests, report.total.bytes) == (3, 2000)
    assert report.any_failed


def test_it_is_json_with_every_link_that_gave_no_record() -> None:
    value = json.loads(json.dumps(filled().as_dict()))
    assert value["total"]["kept"] == 3
    assert value["seconds"] == 12.5
    assert list(value["sites"]) == ["b.example", "bote.example"]
    assert value["sites"]["bote.example"]["sourceErrors"] == 1
    assert value["failed"] == [{"url": link(4).url, "via": "feed:x", "reason": "http404", "detail": "gone"}]
    assert [named["reason"] for named in value["refused"]] == ["robots"]
    assert value["ended"] == "complete"


def test_a_million_dead_links_do_not_fill_memory() -> None:
    report = Report()
    for number in range(NAMED + 5):
        report.add(Done(link=link(number), outcome=Failed(link(number), "dns", "no")))
    assert report.total.failed == {"dns": NAMED + 5}
    assert report.as_dict()["notNamed"] == 5


def test_an_early_end_is_a_failure_even_where_no_link_failed() -> None:
    report = Report()
    assert not report.any_failed
    report.ended = "disk full"
    assert report.any_failed


def test_a_site_of_which_nothing_could_be_read_fails_the_run() -> None:
    report = Report()
    report.add(Source(site="x.example", url="https://x.example/feed", kind="feed", error="no connection to the host"))
    assert report.any_failed
    report.add(Source(site="x.example", url="https://x.example/", kind="section", links=3))
    assert not report.any_failed  # one of several sources is dead: `status` says so when it stays so


def test_an_address_is_never_cut_in_two() -> None:
    report = Report()
    long = link(int("7" * 150))
    report.add(Done(link=long, outcome=Failed(long, "dns", f"{long.url}: no")))
    out = io.StringIO()
    print_summary(report, Console(file=out, width=80))
    assert f"  {long.url}  dns: no\n" in out.getvalue()


def test_the_summary_names_counts_reasons_and_failed_links() -> None:
    out = io.StringIO()
    print_summary(filled(), Console(file=out, width=110))
    text = out.getvalue()
    for part in (
        "2 sites",
        "3 kept, 1 refused, 1 failed, 1 known already (1 teaser among the kept)",
        "3 requests, 2.0 kB, 12.5 s",
        "trafilatura answered for 1",
        "1 refused: robots (robots.txt disallows it)",
        "1 failed: http404 (the server answered 404)",
        "https://bote.example/a-4  http404: gone",
        "1 of 2 sources could not be read",
        "https://x/  it is empty",
    ):
        assert part in text


def test_markup_in_addresses_is_printed_as_it_is() -> None:
    report = Report()
    bad = Link(url="https://x.example/[red]a[/nonsense]", site="[bold]x")
    report.add(Done(link=bad, outcome=Failed(bad, "dns", "[/] no")))
    out = io.StringIO()
    print_summary(report, Console(file=out, width=110))
    assert "[red]a[/nonsense]" in out.getvalue()
    assert "[bold]x" in out.getvalue()


def test_words_for_people() -> None:
    assert [size(n) for n in (0, 999, 1000, 2_500_000, 7e12)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "2.5 MB",
        "7000.0 GB",
    ]
    assert [duration(s) for s in (0.04, 59.9, 61, 7810)] == [
        "0.0 s",
        "59.9 s",
        "1 min 01 s",
        "2 h 10 min",
    ]
    assert meaning("http503") == "the server answered 503"
    assert meaning("nonsense") == "nonsense"


def test_layouts_that_changed_are_named_and_only_those_that_harm_fail_the_run() -> None:
    report = Report()
    changed = {
        "verdict": "broken",
        "first_bad": "https://bote.example/a-9",
        "rule": "markup",
        "reasons": ("moved", "2"),
    }
    report.drift["bote.example"] = DriftVerdict(**changed)  # type: ignore[arg-type]
    assert not report.any_failed  # the generic way reads it
    assert report.as_dict()["drift"]["bote.example"]["firstBad"] == "https://bote.example/a-9"
    out = io.StringIO()
    print_summary(report, Console(file=out, width=110))
    assert "Layouts that changed:" in out.getvalue()
    assert "bote.example  broken: moved; the first was https://bote.example/a-9" in out.getvalue()
    report.drift["bote.example"] = DriftVerdict(**changed, by_config=True)  # type: ignore[arg-type]
    assert report.any_failed
    report.drift["bote.example"] = DriftVerdict(verdict="degraded", rule="field:authors")
    assert not report.any_failed
