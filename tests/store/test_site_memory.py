"""What is remembered of a site's pages: signals in their order, repeats with decay; each article counts once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scraper.models import Done, FetchInfo, Kept, Link, Record
from scraper.signals import Signals
from scraper.store import Revisions, State, policy
from scraper.store.memoryschema import MEMORY
from scraper.store.schema import MIGRATIONS
from scraper.store.state_repeats import HALVED, ONCE
from scraper.store.state_signals import MOST

Make = Callable[..., Record]
SITE = "bote.example"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """A state that keeps records, as that of `run` does."""
    made = State(tmp_path / "scraper.db")
    made.write_lines(tmp_path, lambda record: ("records.jsonl", b"{}\n"))
    yield made
    made.close()


def settle(state: State, record: Record, run: int = 1, *, chars: int = 3000, prints: tuple[int, ...] = (7, 8)) -> None:
    link = Link(url=record.url, site=record.site)
    state.links.note([link], state.now(), run)
    state.settle(Done(link=link, outcome=Kept(record), requests=1, signals=Signals(chars=chars), prints=prints))


def dated(make_record: Make, number: int, published: str, **fields: object) -> Record:
    fetched = FetchInfo(fetched_at="2026-11-23T18:00:00+00:00")
    return make_record(number, date_published=published, fetch=fetched, **fields)


def test_signals_come_in_the_order_of_runs_and_within_one_of_publication(state: State, make_record: Make) -> None:
    settle(state, dated(make_record, 3, "2026-11-20T10:00:00+00:00"), 1)
    settle(state, dated(make_record, 1, "2026-11-18T10:00:00+00:00"), 1)
    settle(state, dated(make_record, 9, "2020-01-01T10:00:00+00:00"), 2)
    settle(state, dated(make_record, 5, "2030-01-01T10:00:00+00:00"), 1)  # no later than it was fetched
    found = state.signals.of(SITE)
    assert [one.url.rpartition("-")[2].partition("?")[0] for one in found] == ["1", "3", "5", "9"]
    assert found[2].at == policy.seconds("2026-11-23T18:00:00+00:00")
    assert found[0].signals == Signals(chars=3000)
    assert [one.url for one in state.signals.of(SITE, 2)] == [found[2].url, found[3].url]
    assert state.signals.of("other.example") == []


def test_an_article_that_is_read_again_counts_for_nothing(state: State, make_record: Make) -> None:
    settle(state, make_record(1))
    settle(state, make_record(1), chars=10)
    settle(state, make_record(1, article_body="Ganz anders."), chars=20)
    (found,) = state.signals.of(SITE)
    assert found.signals.chars == 3000
    settle(state, make_record(2))
    assert state.repeats.of(SITE) == {7: (2, 2), 8: (2, 2)}


def test_what_went_as_repeated_is_known_to_who_reads_the_page_again(
    state: State, make_record: Make, tmp_path: Path
) -> None:
    record, link = make_record(1), Link(url=make_record(1).url, site=SITE)
    for body, repeated in (("Eins.", {7: (3, 4)}), ("Zwei.", {8: (5, 6)})):
        kept = Kept(make_record(1, article_body=body))
        state.settle(Done(link=link, outcome=kept, requests=1, signals=Signals(repeated=repeated), prints=(7,)))
    assert state.signals.repeated(record.id) == {8: (5, 6)}
    assert len(state.signals.of(SITE)) == 1
    with Revisions(tmp_path) as revisions:
        assert revisions.remembered(link, SITE) == {8: (5, 6)}
        assert revisions.remembered(Link(url="https://www.bote.example/none"), SITE) == {}


def test_get_leaves_no_memory(tmp_path: Path, make_record: Make) -> None:
    state = State(None)
    state.write_lines(tmp_path, lambda record: ("out.jsonl", b"{}\n"), keep=False)
    settle(state, make_record(1))
    assert state.signals.of(SITE) == []
    state.close()


def test_no_more_signals_than_are_looked_at(state: State, make_record: Make) -> None:
    with state.db.transaction():
        for number in range(MOST + 40):
            record = dated(make_record, number, f"2026-{1 + number // 28:02}-{1 + number % 28:02}T00:00:00+00:00")
            state.signals.put(record, Signals(), state.now(), 1)
    assert len(state.signals.of(SITE, 9999)) < MOST + 31
    assert state.signals.of(SITE)[-1].url.endswith(f"-{MOST + 39}?utm_source=feed")


def test_repeats_are_counted_by_article_and_by_those_since_it_was_first_seen(state: State) -> None:
    with state.db.transaction():
        for prints in ((1, 1, 2), (1,), (1, 3), (3,)):
            state.repeats.saw(SITE, prints)
    assert state.repeats.of(SITE) == {1: (3, 4), 3: (2, 2)}
    assert state.repeats.of(SITE, again=True) == {1: (2, 3)}  # without the article itself
    assert state.repeats.of("other.example") == {}


def test_what_is_not_seen_again_is_forgotten_and_counts_decay(state: State) -> None:
    with state.db.transaction():
        state.repeats.saw(SITE, (1, 2))
        state.repeats.saw(SITE, (1, 3))
        for number in range(ONCE + 20):
            state.repeats.saw(SITE, (3, 1000 + number))
    kept = {row[0] for row in state.db.rows("SELECT print FROM repeats WHERE site = ?", (SITE,))}
    assert {1, 3} <= kept
    assert 2 not in kept
    with state.db.transaction():
        for _ in range(HALVED):
            state.repeats.saw(SITE, (3,))
    articles, among = state.repeats.of(SITE)[3]
    assert HALVED / 2 <= articles <= among < HALVED + 2
    assert 1 not in state.repeats.of(SITE)


def test_a_database_without_a_memory_gets_one(tmp_path: Path) -> None:
    path = tmp_path / "scraper.db"
    old = sqlite3.connect(path)
    before = MIGRATIONS.index(MEMORY)
    for step in MIGRATIONS[:before]:
        old.executescript(step)
    old.execute(f"PRAGMA user_version = {before}")
    old.close()
    state = State(path)
    assert state.signals.of(SITE) == []
    assert state.repeats.of(SITE) == {}
    state.close()
