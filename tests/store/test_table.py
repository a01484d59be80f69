"""CSV: what is nested in one cell, any text survives, rows are gone on with."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scraper.errors import UsageError
from scraper.models import Record
from scraper.store import articles_in, open_sink

Make = Callable[..., Record]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_rows_come_back_as_they_were(tmp_path: Path, make_record: Make) -> None:
    path = tmp_path / "out.csv"
    for number in (1, 2):  # the second opens what the first wrote
        sink = open_sink(path)
        sink.write(make_record(number))
        sink.close()
    first, second = rows(path)
    assert first["articleBody"] == make_record(1).article_body
    assert first["keywords"].split("\n") == ["Brücke", "Rat"]
    assert json.loads(first["authors"]) == [{"name": "Hanne Brückner", "url": None}]
    assert (first["accessComplete"], first["datePublished"]) == ("true", "")
    assert second["id"] == f"{2:016x}"


def test_a_long_body_is_no_trouble(tmp_path: Path, make_record: Make) -> None:
    path = tmp_path / "out.csv"
    sink = open_sink(path)
    sink.write(make_record(1, article_body="Wort " * 100_000))
    sink.close()
    assert len(list(articles_in(path))) == 1


def test_a_torn_last_row_is_cut_off(tmp_path: Path, make_record: Make) -> None:
    path = tmp_path / "out.csv"
    sink = open_sink(path)
    sink.write(make_record(1))
    whole = path.read_bytes()
    sink.write(make_record(2))
    sink.close()
    path.write_bytes(path.read_bytes()[:-20])
    open_sink(path).close()
    assert path.read_bytes() == whole


def test_a_file_with_other_columns_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match="columns"):
        open_sink(path)
    assert path.read_text() == "a,b\n1,2\n"
