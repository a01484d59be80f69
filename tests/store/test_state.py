"""The state: what a link's end leaves behind, and what is asked again when."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.errors import StoreError, UsageError
from scraper.models import (
    Access,
    Done,
    Failed,
    FetchInfo,
    Kept,
    Link,
    Outcome,
    Page,
    Quality,
    Record,
    Refused,
    Unchanged,
)
from scraper.store import State, run_output, write_failures
from scraper.store.schema import MIGRATIONS, READABLE
from scraper.store.state_runs import REPORTS

Make = Callable[..., Record]
HOUR, DAY = 3600.0, 86400.0
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    """Seconds since 1970, moved by hand."""

    def __init__(self) -> None:
        self.time = NOON.timestamp()

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(tmp_path: Path, clock: Clock) -> Iterator[State]:
    """A state that keeps records, as that of `run` does."""
    state = State(tmp_path / "scraper.db", clock=clock)
    state.write_lines(
        tmp_path, lambda record: ("out.jsonl", json.dumps([record.id, record.revision]).encode() + b"\n"), keep=True
    )
    yield state
    state.close()


def link(number: int = 1, **fields: object) -> Link:
    return Link(url=f"https://www.bote.example/lokales/bruecke-{number}", site="bote.example", **fields)  # type: ignore[arg-type]


def ended(outcome: Outcome, of: Link | None = None, requests: int = 1) -> Done:
    return Done(link=of or link(), outcome=outcome, requests=requests)


def due(state: State) -> list[str]:
    return [found.url.rpartition("-")[2] for found in state.links.due("bote.example", state.now())]


@pytest.mark.parametrize(("days", "again"), [(8, True), (7, False)])
def test_a_next_try_farther_ahead_than_any_is_due(state: State, clock: Clock, days: int, again: bool) -> None:
    """As a wrong clock leaves it; a slow refusal's is far ahead by right."""
    clock.time += days * DAY
    state.links.note([link(1)], state.now())
    state.settle(ended(Failed(link(2), "timeout", "no"), link(2)))
    state.settle(ended(Refused(link(3), "tdm", "no"), link(3)))
    clock.time -= days * DAY - 1
    assert due(state) == ["1", "2"] * again


def test_what_is_found_is_due_until_it_has_come_to_an_end(state: State, make_record: Make) -> None:
    state.links.note([link(1), link(2)], state.now())
    assert sorted(due(state)) == ["1", "2"]
    assert state.settle(ended(Kept(make_record(1)))).outcome == Kept(make_record(1))
    assert due(state) == ["2"]
    state.links.note([link(1), link(2)], state.now())
    assert due(state) == ["2"]
    assert state.records.get(make_record(1).id) == make_record(1)


def test_young_articles_are_looked_at_again_ever_more_rarely(state: State, clock: Clock, make_record: Make) -> None:
    published = NOON.isoformat()
    made = make_record(1, date_published=published)
    state.links.note([link()], state.now())
    state.settle(ended(Kept(made)))
    looks = []
    for hour in range(24 * 30):
        clock.time = NOON.timestamp() + hour * HOUR + 1
        if due(state):
            looks.append(hour)
            state.settle(ended(Unchanged(link())))
    assert looks == [1, 6, 24, 72, 168]


def test_a_link_that_is_due_again_carries_its_validators(state: State, clock: Clock, make_record: Make) -> None:
    fetch = FetchInfo(
        fetched_at=NOON.isoformat(), status=200, etag='"a"', last_modified="Mon, 23 Nov 2026 11:00:00 GMT"
    )
    state.settle(ended(Kept(make_record(1, date_published=NOON.isoformat(), fetch=fetch))))
    clock.time += 2 * HOUR
    (found,) = state.links.due("bote.example", state.now())
    assert (found.etag, found.last_modified) == ('"a"', "Mon, 23 Nov 2026 11:00:00 GMT")


def test_an_edit_is_a_revision_that_says_what_changed(state: State, tmp_path: Path, make_record: Make) -> None:
    state.settle(ended(Kept(make_record(1))))
    assert isinstance(state.settle(ended(Kept(make_record(1)))).outcome, Unchanged)
    new = make_record(
        1,
        headline="Stadtrat stoppt Neubau endgültig",
        article_body="Erster Absatz.\n\nZweiter, länger als zuvor, mit Tab.",
    )
    outcome = state.settle(ended(Kept(new))).outcome
    assert isinstance(outcome, Kept)
    assert outcome.record.revision == 2
    ((number, changed, before),) = state.records.earlier(new.id)
    assert (number, changed, before) == (1, ["headline", "articleBody"], make_record(1))
    state.checkpoint()
    assert [json.loads(line)[1] for line in (tmp_path / "out.jsonl").read_bytes().splitlines()] == [1, 2]


@pytest.mark.parametrize(
    "worse",
    [
        {"quality": Quality(status="teaser")},
        {"quality": Quality(status="consent"), "article_body": "Wir verwenden Cookies. " * 9},
        {"access": Access(declared="paywalled", complete=False)},
        {"article_body": "Seite nicht gefunden"},
    ],
)
def test_a_good_record_is_not_lost_to_a_worse_page(state: State, make_record: Make, worse: dict[str, object]) -> None:
    state.settle(ended(Kept(make_record(1))))
    assert isinstance(state.settle(ended(Kept(make_record(1, **worse)))).outcome, Unchanged)
    assert state.records.get(make_record(1).id) == make_record(1)


@pytest.mark.parametrize("end", [Refused(link(), "consent", "a wall"), Failed(link(), "http404", "gone")])
def test_a_good_record_outlives_a_page_that_goes(state: State, make_record: Make, end: Outcome) -> None:
    state.settle(ended(Kept(make_record(1))))
    assert state.settle(ended(end)).outcome == end
    assert state.links.state_of(link().url) == "kept"
    assert state.records.get(make_record(1).id) == make_record(1)


def test_a_damaged_record_is_had_anew(state: State, make_record: Make) -> None:
    link = Link(url=make_record().url, site="bote.example")
    state.settle(Done(link=link, outcome=Kept(make_record()), requests=1))
    with state.db.transaction():
        state.db.execute("UPDATE records SET record = ?", ('{"id": 3',))
    ended = state.settle(Done(link=link, outcome=Kept(make_record()), requests=1))
    assert isinstance(ended.outcome, Kept)
    assert ended.outcome.record.revision == 2
    assert state.records.get(make_record().id) == ended.outcome.record


def test_the_same_article_through_a_second_link_is_a_duplicate(state: State, make_record: Make) -> None:
    state.settle(ended(Kept(make_record(1))))
    outcome = state.settle(ended(Kept(make_record(1)), link(7))).outcome
    assert isinstance(outcome, Refused)
    assert outcome.reason == "duplicate"
    assert state.links.state_of(link(7).url) == "refused"


@pytest.mark.parametrize("reason", ["http404", "http410", "http451", "tooLarge"])
def test_what_is_gone_is_not_asked_again(state: State, clock: Clock, reason: str) -> None:
    state.links.note([link()], state.now())
    state.settle(ended(Failed(link(), reason)))
    clock.time += 300 * DAY
    assert due(state) == []
    assert state.links.retry(state.now()) == 1
    assert due(state) == ["1"]


@pytest.mark.parametrize("end", [Refused(link(), "robots"), Refused(link(), "notArticle"), Refused(link(), "offSite")])
def test_what_was_refused_for_good_is_not_asked_again(state: State, clock: Clock, end: Outcome) -> None:
    state.settle(ended(end))
    clock.time += 300 * DAY
    assert due(state) == []


@pytest.mark.parametrize(
    "end",
    [
        Failed(link(), "timeout"),
        Failed(link(), "http503"),
        Failed(link(), "http429"),
        Refused(link(), "consent"),
        Refused(link(), "robots", "robots.txt could not be had", temporary=True),
    ],
)
def test_what_may_pass_is_tried_ever_more_rarely_and_then_left(state: State, clock: Clock, end: Outcome) -> None:
    waits, last = [], clock.time
    state.settle(ended(end))
    while clock.time < NOON.timestamp() + 60 * DAY:
        if due(state):
            waits.append((clock.time - last) / HOUR)
            last = clock.time
            state.settle(ended(end))
        clock.time += HOUR / 2
    assert waits[0] == 0  # the very next run
    assert waits == sorted(waits)
    assert len(waits) == 7


def test_a_reservation_is_looked_at_again_now_and_then(state: State, clock: Clock) -> None:
    asked = []
    state.settle(ended(Refused(link(), "tdm")))
    for day in range(400):
        clock.time = NOON.timestamp() + day * DAY
        if due(state):
            asked.append(day)
            state.settle(ended(Refused(link(), "tdm")))
    assert asked == [7, 7 + 30, 7 + 30 + 90]


def test_a_host_that_rests_and_a_deadline_are_no_tries(state: State) -> None:
    for reason in ("hostDown", "deadline") * 20:
        state.settle(ended(Failed(link(), reason)))
        assert due(state) == ["1"]


def test_failures_are_listed_until_they_are_had(state: State, tmp_path: Path, make_record: Make) -> None:
    path = tmp_path / "output" / "failures.tsv"
    state.settle(ended(Failed(link(1), "timeout", "slow\tand\nslow"), link(1)))
    state.settle(ended(Failed(link(1), "timeout", "slow\tand\nslow"), link(1)))
    state.settle(ended(Failed(link(2), "http404"), link(2)))
    assert write_failures(state, path) == 2
    lines = [line.split("\t") for line in path.read_text().splitlines()]
    assert lines[0] == ["url", "reason", "attempts", "detail"]
    assert lines[1] == [link(1).url, "timeout", "2", "slow and slow"]
    state.settle(ended(Kept(make_record(1)), link(1)))
    assert write_failures(state, path) == 1
    state.settle(ended(Kept(make_record(2)), link(2)))
    assert write_failures(state, path) == 0
    assert not path.exists()


def test_a_list_is_claimed_link_by_link(state: State, make_record: Make) -> None:
    assert state.links.claim(link(), state.now(), 1) == "new"
    assert state.links.claim(link(), state.now(), 1) == "twice"
    assert state.links.claim(link(), state.now(), 2) == "due"  # the first run was killed
    state.settle(ended(Kept(make_record(1))))
    assert state.links.claim(link(), state.now(), 3) == "kept"


def test_what_nobody_names_any_more_is_forgotten(state: State, clock: Clock, make_record: Make) -> None:
    state.links.note([link(n) for n in range(1, 6)], state.now())
    state.settle(ended(Kept(make_record(1))))
    state.settle(ended(Failed(link(2), "http404", "gone"), link(2)))
    state.settle(ended(Refused(link(3), "tdm", "reserved"), link(3)))  # looked at again after a while
    sitemap = Page(link=link(9), url=link(9).url, body=b"<urlset/>")
    state.sources.fresh(sitemap.url, "sitemap", "bote.example", sitemap, state.now())
    for _ in range(2):  # what is young, and what there is to do, stays
        state.forget()
        assert [state.links.state_of(link(n).url) for n in range(1, 6)] == ["kept", "failed", "refused", "new", "new"]
        clock.time += 3 * DAY
    clock.time += 90 * DAY
    state.links.note([link(5)], state.now())
    state.db.execute("UPDATE links SET next_try = ? WHERE reason = 'tdm'", (state.now() + DAY,))
    state.forget()
    assert [state.links.state_of(link(n).url) for n in range(1, 6)] == ["kept", "", "refused", "", "new"]
    assert state.sources.get(sitemap.url) is None


def test_reports_of_old_runs_go_and_only_once_a_day(state: State, clock: Clock) -> None:
    for _ in range(REPORTS + 5):
        state.runs.end(state.runs.begin("run", state.now()), 0, {"ended": "complete"}, state.now())
    state.forget()
    assert all(run["report"] for run in state.runs.last(REPORTS + 5))
    clock.time += DAY
    state.forget()
    assert [run["report"] is None for run in state.runs.last(REPORTS + 5)] == [False] * REPORTS + [True] * 5


@pytest.mark.parametrize(
    ("question", "index"),
    [
        ("SELECT count(*) FROM records WHERE site = 'x' AND cluster_id IS NOT NULL", "records_of_copies"),
        (
            "SELECT url FROM links WHERE site = 'x' AND state IN ('refused', 'failed') AND fetched_at > 1 "
            "ORDER BY fetched_at, rowid LIMIT 1",
            "links_by_end",
        ),
        ("SELECT r.id, r.revision FROM records r", "COVERING INDEX records_by_revision"),
        ("SELECT 1 FROM records r WHERE coalesce(r.published, r.fetched_at) > 1", "records_by_time"),
    ],
)
def test_no_question_of_status_search_or_export_walks_through_a_years_records(
    state: State, question: str, index: str
) -> None:
    (plan,) = [row["detail"] for row in state.db.rows(f"EXPLAIN QUERY PLAN {question}")]
    assert index in plan


def test_counters_of_the_day(state: State, make_record: Make) -> None:
    state.settle(ended(Kept(make_record(1))))
    for _ in range(3):
        state.settle(ended(Failed(link(2), "http503"), link(2)))
    (row,) = state.db.rows("SELECT * FROM health")
    assert (row["site"], row["day"], row["kept"], row["failed"], row["requests"]) == (
        "bote.example",
        "2026-11-23",
        1,
        3,
        4,
    )
    assert json.loads(row["reasons"]) == {"http503": 3}


# --- the file --------------------------------------------------------------------------------------


def test_an_old_file_is_brought_to_todays_schema(tmp_path: Path) -> None:
    path = tmp_path / "scraper.db"
    with sqlite3.connect(path) as old:
        old.executescript(MIGRATIONS[0] + "PRAGMA user_version = 1;")
        old.execute(
            "INSERT INTO links (key, url, site, found_at, last_seen, next_try) "
            "VALUES ('k', 'u', 'bote.example', 1, 1, 1)"
        )
    old.close()
    state = State(path)
    try:
        assert [row[0] for row in state.db.rows("PRAGMA user_version")] == [len(MIGRATIONS)]
        assert state.links.due("bote.example", 2)[0].url == "u"
        assert state.db.row("PRAGMA integrity_check")[0] == "ok"
    finally:
        state.close()


@pytest.mark.parametrize(("version", "reads"), [(READABLE - 1, False), (READABLE, True)])
def test_a_file_that_lacks_indexes_alone_can_be_read(tmp_path: Path, version: int, reads: bool) -> None:
    path = tmp_path / "scraper.db"
    with sqlite3.connect(path) as old:
        old.executescript("".join(MIGRATIONS[:version]) + f"PRAGMA user_version = {version};")
    old.close()
    if reads:
        State(path, read_only=True).close()
    else:
        with pytest.raises(UsageError, match="the next `scraper run` updates it"):
            State(path, read_only=True)
    assert all("CREATE INDEX" in line for step in MIGRATIONS[READABLE:] for line in step.split(";") if line.strip())


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "scraper.db") as newer:
        newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    newer.close()
    with pytest.raises(UsageError, match="newer version"):
        State(tmp_path / "scraper.db")


def test_what_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "scraper.db").write_bytes(b"records " * 1000)
    with pytest.raises(UsageError, match="not a database: it is damaged, or is no database; move it away"):
        State(tmp_path / "scraper.db")


def test_a_transaction_is_all_or_nothing(state: State, make_record: Make) -> None:
    state.db.execute("CREATE TRIGGER stop BEFORE INSERT ON health BEGIN SELECT raise(FAIL, 'disk full'); END")
    with pytest.raises(StoreError, match="disk full"):
        state.settle(ended(Kept(make_record(1))))
    assert state.records.get(make_record(1).id) is None
    assert state.links.state_of(link().url) == ""


def test_the_last_revision_is_what_is_taken_in(state: State, tmp_path: Path, make_record: Make) -> None:
    versions = [make_record(1, article_body=f"Fassung {n}.", revision=n) for n in (1, 2, 3)]
    with state.db.transaction():
        for version in versions:
            state.adopt(version, state.now())
    assert state.records.get(make_record(1).id) == versions[-1]
    assert [(n, changed) for n, changed, _ in state.records.earlier(make_record(1).id)] == [
        (1, ["articleBody"]),
        (2, ["articleBody"]),
    ]


def test_records_of_a_time_before_the_state_are_taken_in(tmp_path: Path, make_record: Make) -> None:
    output = run_output(tmp_path)
    output.take(ended(Kept(make_record(1))))
    output.close()
    (path,) = tmp_path.glob("records/*/*.jsonl")
    whole = path.read_bytes()
    (tmp_path / "scraper.db").unlink()
    again = run_output(tmp_path)
    try:
        assert again.state.records.get(make_record(1).id) == make_record(1)
        assert again.state.links.state_of(make_record(1).url) == "kept"
        again.take(ended(Kept(make_record(2)), link(2)))
    finally:
        again.close()
    assert path.read_bytes().startswith(whole)
    assert path.read_bytes().count(b"\n") == 2
