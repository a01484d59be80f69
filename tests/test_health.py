"""Verdicts on synthetic pasts: what is wrong is told, what is merely slow is not called broken."""

from __future__ import annotations

from typing import Any

import pytest

from scraper.health import DAY, HOUR, judge, late, span, usual
from scraper.signals import Signals
from scraper.store.history import SiteFacts, SiteRun, SourceFacts
from scraper.store.state_signals import Measured

NOW = 1_800_000_000.0


def facts(**changes: Any) -> SiteFacts:
    """A site that has given twelve articles a day, one every two hours, to hourly runs."""
    times = tuple(NOW - n * 2 * HOUR for n in range(1, 150))
    good: dict[str, Any] = {
        "site": "bote.example",
        "records": 800,
        "kept_at": times,
        "published_at": times,
        "by_day": (12, 11, 13, 12, 0, 12, 40),
        "today": 12,
        "runs": tuple(SiteRun(started=NOW - n * HOUR, kept=n % 2, sources=3) for n in range(60)),
        "sources": (source("feed"), source("sitemap")),
        "latest": {"kept": 18, "http404": 2},
        "before": {"kept": 190, "notArticle": 10},
    }
    return SiteFacts(**(good | changes))


def source(kind: str, **changes: Any) -> SourceFacts:
    good = {"url": f"https://bote.example/{kind}", "asked_at": NOW, "read_ok": NOW, "last_changed": NOW - HOUR}
    return SourceFacts(kind=kind, **(good | changes))


def since(pause: float, **changes: Any) -> SiteFacts:
    """The same, its newest article `pause` seconds old."""
    times = tuple(NOW - pause - n * 2 * HOUR for n in range(150))
    return facts(kept_at=times, published_at=times, **changes)


def test_a_site_that_does_as_usual_is_ok() -> None:
    health = judge(facts(), NOW)
    assert (health.verdict, health.reasons) == ("ok", ())
    assert (health.today, health.usual, health.last_article_at) == (12, 12.0, NOW - 2 * HOUR)
    assert health.first_bad == ""


def test_new_links_and_no_article_is_broken_with_the_first_of_them() -> None:
    health = judge(facts(barren={"consent": 6, "http500": 1}, first_bad="https://bote.example/a-7"), NOW)
    assert health.verdict == "broken"
    assert "7 new links since the last article, none of them gave one (6 consent, 1 http500)" in health.reasons
    assert health.first_bad == "https://bote.example/a-7"


@pytest.mark.parametrize("barren", [{"http404": 4}, {"notArticle": 1}])
def test_a_few_bad_links_are_not(barren: dict[str, int]) -> None:
    assert judge(facts(barren=barren), NOW).verdict == "ok"


def test_a_site_most_of_whose_links_never_were_articles_needs_more_of_them() -> None:
    videos = {"kept": 40, "notArticle": 160}
    assert judge(facts(latest={}, before=videos, barren={"notArticle": 12}), NOW).verdict == "ok"
    assert judge(facts(latest={}, before=videos, barren={"notArticle": 40}), NOW).verdict == "broken"


def test_a_wall_that_comes_up_is_a_break_one_that_was_always_there_is_not() -> None:
    walled = {"kept": 8, "consent": 9, "blocked": 3}
    health = judge(facts(latest=walled), NOW)
    assert health.verdict == "broken"
    assert "60% of its newest pages are behind a wall (9 consent, 3 blocked), 0% were before" in health.reasons
    assert judge(facts(latest=walled, before={"kept": 80, "consent": 120}), NOW).verdict == "ok"
    assert judge(facts(latest=walled, before={}), NOW).verdict == "ok"


def test_a_feed_frozen_for_far_longer_than_usual_is_stale() -> None:
    frozen = source("feed", last_changed=NOW - 5 * DAY)
    health = judge(since(4 * DAY, sources=(frozen,), today=0), NOW)
    assert health.verdict == "stale"
    assert health.reasons[0].startswith("nothing new for 4 days, at most 2 h was usual; feed https://bote.example/feed")


def test_a_quiet_night_is_ok_and_a_quiet_day_quiet() -> None:
    assert judge(since(9 * HOUR), NOW).verdict == "ok"
    assert judge(since(20 * HOUR), NOW).verdict == "quiet"
    assert judge(facts(today=2), NOW).reasons == ("2 articles in 24 hours, 12 are usual",)


def test_one_outage_does_not_make_long_pauses_usual() -> None:
    times = tuple(NOW - 3 * DAY - n * 2 * HOUR - (6 * DAY if n > 20 else 0) for n in range(150))
    assert judge(facts(kept_at=times, published_at=times, today=0), NOW).verdict == "stale"


def test_a_weekly_paper_may_be_silent_for_a_week() -> None:
    times = tuple(NOW - 6 * DAY - n * 7 * DAY for n in range(20))
    weekly = facts(kept_at=times, published_at=times, by_day=(0, 0, 0, 0, 0, 1, 0), today=0)
    assert judge(weekly, NOW).verdict == "ok"


def test_with_few_samples_it_waits_before_it_judges() -> None:
    young = {"by_day": (3,), "today": 0, "records": 3}
    times = (NOW - 2 * DAY, NOW - 2.1 * DAY, NOW - 2.2 * DAY)
    assert judge(facts(kept_at=times, published_at=times, **young), NOW).verdict == "ok"
    old = tuple(time - 13 * DAY for time in times)
    assert judge(facts(kept_at=old, published_at=old, **young), NOW).verdict == "stale"


def test_the_pause_ends_with_the_last_run_not_now() -> None:
    """That cron has stopped is not the site's fault."""
    past = tuple(SiteRun(started=NOW - 9 * DAY - n * HOUR, sources=3) for n in range(60))
    assert judge(since(9 * DAY, runs=past), NOW).verdict == "ok"


def test_sources_that_cannot_be_read() -> None:
    dead = {"error": "the server answered 404", "read_ok": NOW - 2 * DAY, "failed_runs": 40}
    one = judge(facts(sources=(source("feed"), source("sitemap", **dead))), NOW)
    assert one.verdict == "quiet"
    assert "sitemap https://bote.example/sitemap could not be read in 40 runs: the server answered 404" in one.reasons
    both = judge(facts(sources=(source("feed", **dead), source("sitemap", **dead))), NOW)
    assert both.verdict == "broken"
    assert both.reasons[0].startswith("none of its 2 sources can be read")
    once = source("feed", error="no answer in time", failed_runs=1)
    assert judge(facts(sources=(once,)), NOW).verdict == "ok"


def test_a_site_that_never_gave_an_article() -> None:
    nothing: dict[str, Any] = {"records": 0, "kept_at": (), "published_at": (), "by_day": (), "today": 0, "before": {}}
    runs = facts().runs
    assert judge(facts(**nothing, latest={}, runs=()), NOW).reasons == ("no run has been there yet",)
    assert judge(facts(**nothing, latest={}, runs=runs[:1]), NOW).verdict == "quiet"
    assert judge(facts(**nothing, latest={"http403": 9}, runs=runs[:1]), NOW).verdict == "broken"
    assert judge(facts(**nothing, latest={}, runs=runs[:3]), NOW).verdict == "broken"


def test_pages_that_their_owner_keeps_from_us_are_no_break() -> None:
    runs = tuple(SiteRun(started=NOW - n * HOUR, refused={"tdm": 16}) for n in range(9))
    health = judge(SiteFacts(site="x.example", runs=runs), NOW)
    assert (health.verdict, health.reasons) == ("quiet", ("its owner keeps its pages from us (16 tdm)",))


def test_the_worst_comes_first() -> None:
    health = judge(since(4 * DAY, today=0, barren={"blocked": 8}), NOW)
    assert health.verdict == "broken"
    assert [reason.split()[0] for reason in health.reasons] == ["8", "nothing"]


def test_teasers_are_a_share_of_the_articles() -> None:
    runs = (SiteRun(started=NOW, kept=6, doubtful={"teaser": 3}), SiteRun(started=NOW - HOUR, kept=6))
    assert judge(facts(runs=runs), NOW).teasers == 0.25
    assert judge(facts(runs=(SiteRun(started=NOW),)), NOW).teasers is None


def test_a_pause_that_a_host_asked_for_is_shown_while_it_lasts() -> None:
    health = judge(facts(cooling=(("bote.example", NOW + 60), ("www.bote.example", NOW - 1))), NOW)
    assert health.cooling == (("bote.example", NOW + 60),)


def test_runs_that_stopped_are_late() -> None:
    hourly = [NOW - 3 * HOUR * n for n in range(1, 20)]
    assert late(hourly, NOW) == ""
    assert late([time - DAY for time in hourly], NOW) == "no run for 27 h (usually every 3 h)"
    assert late([], NOW) == ""
    assert late([NOW - DAY], NOW) == ""


def test_the_usual_day_leaves_out_days_without_runs() -> None:
    assert usual((5, None, 7, None, 6, 90)) == 6.5
    assert usual((5, None, 7)) is None


@pytest.mark.parametrize(
    ("seconds", "text"), [(-2, "0 s"), (80, "80 s"), (3000, "50 min"), (5 * HOUR, "5 h"), (3 * DAY, "3 days")]
)
def test_spans_for_people(seconds: float, text: str) -> None:
    assert span(seconds) == text


def measured(*articles: Signals) -> tuple[Measured, ...]:
    return tuple(Measured(f"https://bote.example/{n}", NOW + n, one) for n, one in enumerate(articles))


def test_a_layout_that_changed_is_part_of_the_one_verdict() -> None:
    old, new = Signals(chars=3000, makes={"p<div.text": 1.0}), Signals(chars=3000, makes={"p<div.story": 1.0})
    health = judge(facts(signals=measured(*[old] * 12, *[new] * 3)), NOW)
    assert (health.verdict, health.rule, health.first_bad) == ("broken", "markup", "https://bote.example/12")
    unsigned = [Signals(chars=3000, sources={"authors": "jsonld"})] * 20 + [Signals(chars=3000)] * 6
    health = judge(facts(signals=measured(*unsigned)), NOW)
    assert (health.verdict, health.rule, health.first_bad) == ("degraded", "field:authors", "https://bote.example/20")
    worse = judge(facts(signals=measured(*unsigned), barren={"consent": 7}, first_bad="https://bote.example/a-7"), NOW)
    assert (worse.verdict, worse.first_bad) == ("broken", "https://bote.example/a-7")
    assert len(worse.reasons) == 2
