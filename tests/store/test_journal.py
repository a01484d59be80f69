"""Files that hold each line exactly once, whatever ends the process that writes them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from scraper.store.database import Database
from scraper.store.journal import Journal


class Process:
    """Something that writes lines, and may die between any two steps."""

    def __init__(self, folder: Path) -> None:
        self.db = Database(folder / "state.db")
        self.journal = Journal(self.db, folder)

    def commit(self, line: bytes) -> None:
        with self.db.transaction():
            self.journal.queue("out.jsonl", line)

    def die(self) -> None:
        """As kill -9 leaves it: nothing is flushed or noted any more."""
        self.db.close()


def lines(folder: Path) -> list[bytes]:
    return (folder / "out.jsonl").read_bytes().splitlines()


@pytest.mark.parametrize("moment", ["before writing", "half-way", "after writing", "after the checkpoint"])
def test_a_line_that_was_committed_is_there_once(tmp_path: Path, moment: str) -> None:
    one = Process(tmp_path)
    for line in (b"1\n", b"2\n"):
        one.commit(line)
        one.journal.write()
    one.journal.checkpoint()
    one.commit(b"three\n")
    if moment == "half-way":
        with (tmp_path / "out.jsonl").open("ab") as file:
            file.write(b"thr")
    elif moment != "before writing":
        one.journal.write()
    if moment == "after the checkpoint":
        one.journal.checkpoint()
    one.die()
    two = Process(tmp_path)
    assert lines(tmp_path) == [b"1", b"2", b"three"]
    two.commit(b"4\n")
    two.journal.write()
    two.journal.close()
    two.die()
    assert lines(tmp_path) == [b"1", b"2", b"three", b"4"]


def test_a_line_that_was_not_committed_is_not_there(tmp_path: Path) -> None:
    one = Process(tmp_path)
    one.commit(b"1\n")
    one.journal.write()
    with suppress(RuntimeError), one.db.transaction():
        one.journal.queue("out.jsonl", b"2\n")
        raise RuntimeError
    one.journal.forget()
    one.commit(b"3\n")
    one.journal.write()
    one.journal.close()
    one.die()
    assert lines(tmp_path) == [b"1", b"3"]


def test_what_was_in_the_file_before_stays(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_bytes(b"old\n")
    one = Process(tmp_path)
    one.commit(b"new\n")
    one.die()
    Process(tmp_path).die()
    assert lines(tmp_path) == [b"old", b"new"]


def test_a_file_that_somebody_moved_away_begins_anew(tmp_path: Path) -> None:
    one = Process(tmp_path)
    one.commit(b"1\n")
    one.journal.write()
    one.journal.close()
    one.die()
    (tmp_path / "out.jsonl").rename(tmp_path / "archive.jsonl")
    two = Process(tmp_path)
    two.commit(b"2\n")
    two.journal.write()
    two.journal.close()
    two.die()
    assert lines(tmp_path) == [b"2"]
