"""What `get` writes to and its state: a record is in the one exactly when the other says so, whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scraper.errors import StoreError
from scraper.models import Done, Kept, Link, Record
from scraper.pipeline.memory import Memory
from scraper.store import State, get_output, open_records, open_sink, state_path
from scraper.store.output import Through

Make = Callable[..., Record]


def done(record: Record) -> Done:
    return Done(link=Link(url=record.url, site=record.site), outcome=Kept(record), requests=1)


class Full:
    """A sink that fails at its second record, as on a full disk; what it took before is lost with it."""

    def __init__(self) -> None:
        self.taken = 0

    def write(self, record: Record) -> None:
        self.taken += 1
        if self.taken == 2:
            raise StoreError("no space left on device; stopped writing")

    def flush(self) -> None:
        return

    def close(self) -> None:
        return


def test_what_a_sink_failed_to_take_is_not_done(tmp_path: Path, make_record: Make) -> None:
    path = tmp_path / "x.state"
    output = Through(State(path), Full(), name="x", batch=100)
    output.take(done(make_record(1)))
    with pytest.raises(StoreError):
        output.take(done(make_record(2)))
    output.checkpoint()
    output.close()
    state = State(path)
    assert [state.links.state_of(make_record(n).url) for n in (1, 2)] == ["", ""]
    state.close()


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.csv", "x.db", "x.parquet"])
def test_an_output_that_was_taken_away_is_begun_anew(tmp_path: Path, make_record: Make, name: str) -> None:
    target = tmp_path / name
    first = get_output(str(target))
    first.take(done(make_record(1)))
    Memory(first.state).cool("a.example", until := first.state.now() + 60, 429)
    first.close()
    target.rename(tmp_path / f"away-{name}")
    again = get_output(str(target))
    assert again.state.links.state_of(make_record(1).url) == ""
    assert again.state.hosts.cooldown("a.example", until - 1) == (until, 429)
    assert isinstance(again.take(done(make_record(1))).outcome, Kept)
    again.close()
    assert [record.id for record in open_records(str(target))] == [make_record(1).id]


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.db"])
def test_a_hosts_wish_to_be_left_alone_outlives_a_kill(tmp_path: Path, make_record: Make, name: str) -> None:
    target = str(tmp_path / name)
    output = get_output(target)
    output.take(done(make_record(1)))
    until = output.state.now() + 60
    memory = Memory(output.state)
    memory.cool("a.example", until, 429)
    memory.cool("b.example", until, 0)
    other = State(state_path(target), read_only=True)  # what another process would see if this one were gone
    assert other.hosts.cooldown("a.example", until - 1) == (until, 429)
    assert other.hosts.cooldown("b.example", until - 1) == (until, 0)
    assert other.links.state_of(make_record(1).url) == "kept"
    other.close()
    output.close()
    assert len(list(open_records(target))) == 1


def test_a_commit_that_fails_is_told_at_the_next_end(tmp_path: Path, make_record: Make) -> None:
    class Refusing(Full):
        def flush(self) -> None:
            raise StoreError("no space left on device; stopped writing")

    output = Through(State(tmp_path / "x.state"), Refusing(), name="x", batch=100)
    output.take(done(make_record(1)))
    Memory(output.state).cool("a.example", output.state.now() + 60, 429)
    with pytest.raises(StoreError, match="no space"):
        output.take(done(make_record(2)))
    output.close()


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.db", "x.parquet", "articles"])
def test_what_was_written_just_before_a_crash_is_there_once(tmp_path: Path, make_record: Make, name: str) -> None:
    """The process ends between the two: the records are written, and nothing says that they are."""
    target = str(tmp_path / name)
    first = get_output(target)
    first.take(done(make_record(1)))
    first.checkpoint()
    first.take(done(make_record(2)))
    first.close()
    crashed = open_sink(target)
    crashed.write(make_record(3))
    crashed.close()
    again = get_output(target)
    for number in (1, 2, 3):
        again.take(done(make_record(number)))
    again.close()
    if name == "articles":
        assert len(list((tmp_path / name).glob("*.md"))) == 3
    else:
        assert sorted(record.id for record in open_records(target)) == sorted(make_record(n).id for n in (1, 2, 3))


def test_an_output_of_a_time_before_its_state_is_not_cut(tmp_path: Path, make_record: Make) -> None:
    target = str(tmp_path / "x.jsonl.gz")
    sink = open_sink(target)
    sink.write(make_record(1))
    sink.close()
    assert not state_path(target).exists()
    output = get_output(target)
    output.take(done(make_record(2)))
    output.close()
    assert len(list(open_records(target))) == 2
