"""What `get` writes to and its state: a record is in the one exactly when the other says so, whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scraper.errors import StoreError
from scraper.models import Done, Kept, Link, Record
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
