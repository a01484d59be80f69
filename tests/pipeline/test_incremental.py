"""Runs one after the other: what is asked again, what is not, and what is kept of it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scraper.fetch.memory import FAILURES, REST
from scraper.models import Done, Event, Failed, Kept, SiteEnd, Unchanged
from scraper.store import State
from scraper.store.history import History

Run = Callable[..., list[Event]]


def outcomes(events: list[Event]) -> Counter[str]:
    """How the links ended, by class, failures by reason."""
    ends = [event.outcome for event in events if isinstance(event, Done)]
    return Counter(end.reason if isinstance(end, Failed) else type(end).__name__ for end in ends)


def lines(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line) for path in folder.glob("output/records/*/*.jsonl") for line in path.read_bytes().splitlines()
    ]


def test_a_run_in_which_nothing_is_new_asks_each_source_once_and_conditionally(news: Any, run: Run) -> None:
    assert outcomes(run()) == {"Kept": 3}
    assert sorted(news.articles()) == [news.path(n) for n in range(3)]
    assert outcomes(run()) == {"Unchanged": 3}
    assert sorted(news.asked) == [("/feed.xml", 304), ("/sitemap.xml", 304)]


def test_only_what_is_new_is_asked(news: Any, run: Run, tmp_path: Path) -> None:
    run()
    news.articles()
    news.count = 5
    assert outcomes(run()) == {"Kept": 2, "Unchanged": 3}
    assert sorted(news.articles()) == [news.path(3), news.path(4)]
    assert len({record["id"] for record in lines(tmp_path)}) == len(lines(tmp_path)) == 5


def test_young_articles_are_looked_at_again_and_edits_are_kept(
    news: Any, run: Run, state: Callable[[], State], tmp_path: Path
) -> None:
    run()
    news.articles()
    news.texts[1] = "Korrektur: Es sind drei Millionen Euro."
    assert outcomes(run(hours=26)) == {"Kept": 1, "Unchanged": 2}
    assert Counter(status for path, status in news.asked if path.startswith("/lokales")) == {200: 1, 304: 2}
    (edited,) = (record for record in lines(tmp_path) if record["revision"] == 2)
    assert edited["articleBody"].endswith("Korrektur: Es sind drei Millionen Euro.")
    ((number, changed, before),) = state().records.earlier(edited["id"])
    assert (number, changed) == (1, ["articleBody"])
    assert before.article_body.endswith("So war es am Tag 1.")


def test_a_page_that_goes_does_not_take_its_record_along(news: Any, run: Run, state: Callable[[], State]) -> None:
    run()
    news.broken[news.path(0)] = 404
    assert outcomes(run(hours=26)) == {"http404": 1, "Unchanged": 2}
    opened = state()
    assert opened.links.state_of(f"http://www.bote.example{news.path(0)}") == "kept"
    assert sum(1 for _ in opened.records.all()) == 3


@pytest.mark.parametrize(("status", "again"), [(404, 0), (410, 0), (451, 0), (403, 1), (503, 1)])
def test_what_is_gone_is_left_alone_and_what_may_pass_is_not(news: Any, run: Run, status: int, again: int) -> None:
    news.broken[news.path(0)] = status
    assert outcomes(run()) == {f"http{status}": 1, "Kept": 2}
    news.articles()
    run()
    assert len(news.articles()) == again


def test_a_link_that_its_source_has_dropped_is_still_read(news: Any, run: Run, state: Callable[[], State]) -> None:
    """Two of three are left for the next run, at which the feed has moved on."""
    assert outcomes(run(max_articles=1)) == {"Kept": 1, "Unchanged": 2}
    body = news.body
    news.body = lambda path: body(path) if path.startswith(("/lokales", "/robots")) else None
    assert outcomes(run()) == {"Kept": 2}


def test_the_time_for_a_site_may_run_out(news: Any, run: Run) -> None:
    assert outcomes(run(site_deadline=0.0)) == {"deadline": 3}
    assert outcomes(run()) == {"Kept": 3}


def test_the_time_for_a_run_may_run_out(news: Any, run: Run) -> None:
    assert not any(isinstance(event, Done) and isinstance(event.outcome, Kept) for event in run(deadline=0.0))
    assert outcomes(run()) == {"Kept": 3}


def test_a_site_says_when_it_is_through(news: Any, run: Run) -> None:
    for _ in range(2):
        events = run()
        assert isinstance(events[-1], SiteEnd)
        assert sum(isinstance(event, SiteEnd) for event in events) == 1


def test_a_clock_that_was_far_ahead_leaves_nothing_for_the_years_to_come(
    news: Any, run: Run, state: Callable[[], State]
) -> None:
    news.broken |= {news.path(2): 503, "/sitemap.xml": 404}
    decade = 10 * 365 * 24.0
    assert outcomes(run(hours=decade)) == {"Kept": 2, "http503": 1}
    hosts, far = state().hosts, time.time() + 3600 * decade
    hosts.cool("www.bote.example", far + 60, 429, far)
    hosts.broke("www.bote.example", FAILURES, far + REST)
    assert all(facts.cooling for facts in History(state().db).facts(far))
    assert not any(facts.cooling for facts in History(state().db).facts(time.time()))
    news.broken.clear()
    news.asked.clear()
    assert outcomes(run()) == {"Kept": 1, "Unchanged": 2}
    assert {path for path, _ in news.asked} == {"/robots.txt", "/feed.xml", "/sitemap.xml", news.path(2)}
    now = time.time()
    hosts.cool("www.bote.example", now + 60, 429, now)  # the old one does not outlast it
    assert hosts.cooldown("www.bote.example", now) == (now + 60, 429)


def test_known_links_cost_no_request_and_are_counted(news: Any, run: Run) -> None:
    run()
    known = [event for event in run() if isinstance(event, Done)]
    assert [(type(done.outcome), done.requests) for done in known] == [(Unchanged, 0)] * 3
