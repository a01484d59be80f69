"""Parquet: real lists and structs, batches, nothing lost when a run is killed; what is wrong is one sentence."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from scraper.errors import UsageError
from scraper.models import FetchInfo, Record
from scraper.store import ArchiveWriter, open_records, open_sink

Make = Callable[..., Record]


def test_columns_are_lists_and_structs(tmp_path: Path, make_record: Make) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    with closing(open_sink(tmp_path / "x.parquet")) as sink:
        sink.write(make_record(1))
    schema = parquet.read_schema(tmp_path / "x.parquet")
    assert str(schema.field("authors").type).startswith("list<")
    assert schema.field("access").type.field("complete").type == "bool"
    assert parquet.read_table(tmp_path / "x.parquet", columns=["keywords"]).to_pylist() == [
        {"keywords": ["Brücke", "Rat"]}
    ]


def test_long_texts_make_smaller_row_groups(tmp_path: Path, make_record: Make) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    with closing(open_sink(tmp_path / "x.parquet")) as sink:
        for number in range(40):
            sink.write(make_record(number, article_body="Wort " * 100_000))
    with parquet.ParquetFile(tmp_path / "x.parquet") as file:
        assert file.num_row_groups >= 4


def test_what_a_killed_run_has_written_comes_in_with_the_next(tmp_path: Path, make_record: Make) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "x.parquet"
    with closing(open_sink(path)) as sink:
        sink.write(make_record(1))
    spool = path.with_name("x.parquet.jsonl")  # what is left of a sink that was never closed
    with closing(open_sink(spool)) as killed:
        killed.write(make_record(2))
    spool.write_bytes(spool.read_bytes() + b'{"id": "torn')
    assert [record.id for record in open_records(path)] == [make_record(1).id, make_record(2).id]
    with closing(open_sink(path)) as sink:
        sink.write(make_record(3))
    assert [record.id for record in open_records(path)] == [make_record(n).id for n in (1, 2, 3)]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["x.parquet"]


def test_killed_between_the_two_last_steps_nothing_is_there_twice(tmp_path: Path, make_record: Make) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "x.parquet"
    with closing(open_sink(path)) as sink:
        sink.write(make_record(1))
    with closing(open_sink(tmp_path / "x.parquet.jsonl")) as sink:  # as if it had not been removed
        sink.write(make_record(1))
        sink.write(make_record(1, fetch=FetchInfo(fetched_at="2026-11-23T19:00:00+00:00")))  # fetched again
    assert len(list(open_records(path))) == 1
    open_sink(path).close()
    assert len(list(open_records(path))) == 1


def test_a_file_of_others_is_left_alone(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table({"a": [1]}), tmp_path / "mine.parquet")
    (tmp_path / "text.parquet").write_text("no parquet")
    for name, words in (("mine.parquet", "columns"), ("text.parquet", "no whole Parquet")):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(UsageError, match=words):
            open_sink(tmp_path / name)
        with pytest.raises(UsageError, match=words):
            list(open_records(tmp_path / name))
        assert (tmp_path / name).read_bytes() == before


@pytest.mark.parametrize(
    ("library", "begin", "extra"),
    [
        ("pyarrow", lambda folder: open_sink(folder / "x.parquet"), "parquet"),
        ("psycopg", lambda folder: open_sink("postgresql://localhost/x"), "postgres"),
        ("fastwarc", lambda folder: ArchiveWriter(folder / "archive"), "warc"),
    ],
)
def test_an_extra_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, begin: Callable[[Path], object], extra: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageError, match=rf"pip install 'scraper\[{extra}\]'"):
        begin(tmp_path)
    assert list(tmp_path.iterdir()) == []
