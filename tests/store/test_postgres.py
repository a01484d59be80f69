"""PostgreSQL, a real one: tables are made, batches merged by id, and what is wrong is one sentence."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import UsageError
from scraper.models import Record
from scraper.store import open_records, open_sink

Make = Callable[..., Record]

psycopg = pytest.importorskip("psycopg")


@pytest.fixture
def url(postgres: str, request: pytest.FixtureRequest) -> str:
    return f"{postgres}?table={request.node.name}"


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    table = url.rpartition("=")[2]
    with closing(psycopg.connect(url.partition("?")[0])) as connection:
        found: list[tuple[Any, ...]] = connection.execute(query.format(table=table)).fetchall()
        return found


def test_flat_columns_beside_the_whole_record(url: str, make_record: Make) -> None:
    with closing(open_sink(url)) as sink:
        sink.write(make_record(1, date_published="2026-11-23T18:00:00+01:00"))
        sink.write(make_record(2, date_published="sometime", authors=()))
    query = "SELECT headline, authors, published, complete, record->'access'->>'declared' FROM {table} ORDER BY id"
    first, second = rows(url, query)
    assert (first[0], first[1], first[3:]) == ("Stadtrat stoppt Neubau – „vorerst“", ["Hanne Brückner"], (True, "free"))
    assert first[2].timestamp() == 1795453200
    assert (second[1], second[2]) == ([], None)


def test_a_new_version_takes_the_place_of_the_old_one(url: str, make_record: Make) -> None:
    for body, revision in (("eins", 1), ("zwei", 2), ("eins", 1)):
        with closing(open_sink(url)) as sink:
            sink.write(make_record(1, article_body=body, revision=revision))
    with closing(open_sink(url)) as sink:  # twice in one batch
        sink.write(make_record(2, article_body="vier", revision=2))
        sink.write(make_record(2, article_body="drei"))
    assert rows(url, "SELECT body, revision FROM {table} ORDER BY id") == [("zwei", 2), ("vier", 2)]
    assert [record.article_body for record in open_records(url)] == ["zwei", "vier"]


def test_what_was_flushed_is_there_for_others(url: str, make_record: Make) -> None:
    with closing(open_sink(url)) as sink:
        sink.write(make_record(1))
        assert rows(url, "SELECT count(*) FROM {table}") == [(0,)]
        sink.flush()
        assert rows(url, "SELECT count(*) FROM {table}") == [(1,)]


def test_two_that_write_at_once(url: str, make_record: Make) -> None:
    with closing(open_sink(url)) as first, closing(open_sink(url)) as second:
        for number in range(50):
            first.write(make_record(number))
            second.write(make_record(number + 25))
        first.flush()
        second.flush()
    assert rows(url, "SELECT count(*), max(revision) FROM {table}") == [(75, 1)]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda url: url.replace("127.0.0.1:", "127.0.0.1:1"), "no connection|invalid"),
        (lambda url: url.replace("/postgres?", "/nodb?"), 'database "nodb" does not exist'),
        (lambda url: url + ";drop", "is no name for a table"),
        (lambda url: url.replace("table=", "table=pg_catalog."), "permission denied|name another output"),
        (lambda url: url.replace("table=", "table=nowhere."), 'schema "nowhere" does not exist'),
    ],
)
def test_what_is_wrong_is_one_sentence(postgres: str, change: Callable[[str], str], sentence: str) -> None:
    url = change(postgres.replace("scraper@", "scraper:secret@") + "?table=x")
    with pytest.raises(UsageError, match=sentence) as error:
        open_sink(url)
    assert "secret" not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_table_that_is_something_else_is_left_alone(postgres: str) -> None:
    with closing(psycopg.connect(postgres, autocommit=True)) as connection:
        connection.execute("CREATE TABLE mine (a int)")
    with pytest.raises(UsageError, match="column"):
        open_sink(f"{postgres}?table=mine")
    assert rows(f"{postgres}?table=mine", "SELECT * FROM {table}") == []


def test_the_same_out_of_every_store(url: str, tmp_path: Path, make_record: Make) -> None:
    pytest.importorskip("pyarrow")
    outputs: list[Path | str] = [tmp_path / "a.jsonl", tmp_path / "b.db", tmp_path / "c.parquet", url]
    records = [make_record(number) for number in range(40)]
    source: list[Record] = records
    for output in outputs:  # each is written from what the one before gave back
        with closing(open_sink(output)) as sink:
            for record in source:
                sink.write(record)
        source = list(open_records(output))
        assert source == records
