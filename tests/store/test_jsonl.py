"""JSON Lines: whole lines or none, torn ones mended, what is there kept."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from scraper.errors import StoreError, UsageError
from scraper.models import Record
from scraper.store import Sink, articles_in, open_sink

Make = Callable[..., Record]


def test_a_record_is_one_line_and_comes_back_the_same(tmp_path: Path, make_record: Make) -> None:
    sink = open_sink(tmp_path / "new" / "out.jsonl")
    sink.write(make_record(1))
    sink.close()
    (line,) = (tmp_path / "new" / "out.jsonl").read_bytes().splitlines()
    assert msgspec.json.decode(line, type=Record) == make_record(1)
    assert json.loads(line)["schemaVersion"] == "1"


def test_an_existing_file_is_gone_on_with_unless_overwritten(tmp_path: Path, make_record: Make) -> None:
    path = tmp_path / "out.jsonl"
    for number, overwrite, lines in ((1, False, 1), (2, False, 2), (3, True, 1)):
        sink = open_sink(path, overwrite=overwrite)
        sink.write(make_record(number))
        sink.close()
        assert len(path.read_bytes().splitlines()) == lines


def test_a_torn_last_line_is_cut_off(tmp_path: Path, make_record: Make) -> None:
    path = tmp_path / "out.jsonl"
    sink = open_sink(path)
    sink.write(make_record(1))
    sink.close()
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:200_000][:-40])
    open_sink(path).close()
    assert path.read_bytes() == whole
    path.write_bytes(b"x" * 200_000)
    open_sink(path).close()
    assert path.read_bytes() == b""


def test_a_last_line_without_its_break_is_kept(tmp_path: Path, make_record: Make) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b'{"id": "1"}\n{"id": "2"}')
    sink = open_sink(path)
    sink.write(make_record(3))
    sink.close()
    assert [json.loads(line)["id"][-1] for line in path.read_bytes().splitlines()] == ["1", "2", "3"]


def test_a_full_disk_leaves_whole_lines_and_says_so(make_record: Make) -> None:
    sink = open_sink(Path("/dev/full"))
    with pytest.raises(StoreError, match=os.strerror(errno.ENOSPC)):
        sink.write(make_record(1))
    sink.close()


SMALL = 5000


@contextmanager
def small_files() -> Iterator[None]:
    """Files may not grow beyond SMALL bytes: the kernel's own full disk.

    No fixture: it would still hold when pytest prints the test's dot, and end pytest where its output is a file.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def _write(sink: Sink, records: list[Record]) -> None:
    for record in records:
        sink.write(record)


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv"])
def test_a_write_that_breaks_off_is_taken_back(tmp_path: Path, make_record: Make, name: str) -> None:
    with small_files():
        sink = open_sink(tmp_path / name)
        with pytest.raises(StoreError):
            _write(sink, [make_record(number) for number in range(100)])
        sink.close()
    data = (tmp_path / name).read_bytes()
    assert 0 < len(data) < SMALL
    assert data.endswith(b"\n")
    assert len(list(articles_in(tmp_path / name))) > 1


@pytest.mark.parametrize("name", ["out.json", "out.xlsx", "out.gz"])
def test_an_unknown_suffix_is_wrong_use(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"use \.jsonl, \.jsonl\.gz, \.csv"):
        open_sink(tmp_path / name)


def test_a_path_that_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for bad in ("file/out.jsonl", "file/out.csv", "file/folder/"):
        with pytest.raises(UsageError, match="cannot write there"):
            open_sink(f"{tmp_path}/{bad}")
