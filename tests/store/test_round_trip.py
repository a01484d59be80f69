"""The same record through every store: written, read back, equal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from scraper.errors import UsageError
from scraper.models import Author, BodyPart, FetchInfo, Image, Quality, Record
from scraper.store import open_records, open_sink, storable

Make = Callable[..., Record]

ODD: dict[str, dict[str, object]] = {
    "plain": {},
    "empty": {"headline": None, "kicker": None, "article_body": "", "body": (), "authors": (), "keywords": ()},
    "emoji and signs": {
        "headline": "🦊 „a“ \u2028 b\u0085c\ufeff",
        "article_body": "\t\\\\ \\N \\. \"'`${x}%s\r\n\r\nz\x7f\x1b",
    },
    "half a pair": {"headline": "a \ud83d b", "keywords": ("\udc00",), "provenance": {"head\ud800line": "x"}},
    "taken apart": {"headline": "\ud83d\ude00"},
    "NUL": {"headline": "a\x00b", "authors": (Author(name="\x00"),)},
    "speaks of NUL": {"headline": "what \\u0000 means"},
    "long": {"article_body": "Ein sehr langes Wort. " * 60_000},
    "lines in a list": {"keywords": ("a\nb", "c"), "agencies": ("[dpa]",), "dateline": ("",)},
    "all": {
        "body": (
            BodyPart(type="heading", text="Zwischen", level=3),
            BodyPart(type="list", text="a\nb", items=("a", "b")),
        ),
        "images": (Image(url="https://x.example/1.jpg"), Image(alt="")),
        "provenance": {"headline": "jsonld:headline", "ä": "ö"},
        "quality": Quality(status="partial", reasons=("short", "x, y")),
        "fetch": FetchInfo(fetched_at="2026-11-23T18:00:00+00:00", status=200, etag='W/"a"', version="0.1.0"),
    },
}


@pytest.fixture(params=["jsonl", "jsonl.gz", "csv", "parquet", "db", "postgresql"])
def output(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """Each kind of store that gives back what it was given."""
    if request.param == "parquet":
        pytest.importorskip("pyarrow")
    if request.param == "postgresql":
        yield f"{request.getfixturevalue('postgres')}?table=t{abs(hash(tmp_path))}"
    else:
        yield tmp_path / f"out.{request.param}"


@pytest.mark.parametrize("case", ODD)
def test_a_record_comes_back(output: Path | str, make_record: Make, case: str) -> None:
    record = make_record(1, **ODD[case])
    sink = open_sink(output)
    sink.write(record)
    sink.close()
    (found,) = open_records(output)
    assert found == storable(record)


def test_what_stores_can_hold_is_left_as_it_is(make_record: Make) -> None:
    for case in ODD:
        record = make_record(1, **ODD[case])
        assert (storable(record) is record) == (case not in ("half a pair", "taken apart", "NUL", "speaks of NUL"))
    assert storable(make_record(1, headline="\ud83d\ude00")).headline == "😀"
    assert storable(make_record(1, headline="a\x00\ud83d")).headline == "a\ufffd\ufffd"
    assert storable(make_record(1, headline="what \\u0000 means")).headline == "what \\u0000 means"


def test_an_output_is_gone_on_with(output: Path | str, make_record: Make) -> None:
    for number in (1, 2):
        sink = open_sink(output)
        sink.write(make_record(number))
        sink.flush()
        sink.close()
    assert [record.id for record in open_records(output)] == [make_record(1).id, make_record(2).id]
    sink = open_sink(output, overwrite=True)
    sink.write(make_record(3))
    sink.close()
    assert [record.id for record in open_records(output)] == [make_record(3).id]


def test_many_records_come_back_in_order(output: Path | str, make_record: Make) -> None:
    sink = open_sink(output)
    for number in range(2500):
        sink.write(make_record(number))
    sink.close()
    assert [record.id for record in open_records(output)] == [f"{number:016x}" for number in range(2500)]


def test_every_store_has_the_same(tmp_path: Path, make_record: Make) -> None:
    pytest.importorskip("pyarrow")
    records = [make_record(number, **fields) for number, fields in enumerate(ODD.values())]
    outputs = [tmp_path / f"out.{kind}" for kind in ("jsonl", "csv", "parquet", "db", "jsonl.gz")]
    for output in outputs:
        sink = open_sink(output)
        for record in records:
            sink.write(record)
        sink.close()
    first, *others = ([msgspec.json.encode(r, order="sorted") for r in open_records(output)] for output in outputs)
    assert all(other == first for other in others)


def test_folders_are_read_file_by_file(tmp_path: Path, make_record: Make) -> None:
    for number in (1, 2):
        sink = open_sink(tmp_path / f"{number}.jsonl")
        sink.write(make_record(number))
        sink.close()
    assert len(list(open_records(tmp_path))) == 2


@pytest.mark.parametrize("name", ["x.xlsx", "nothing.jsonl", "nothing.db"])
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"xlsx|nothing"):
        list(open_records(tmp_path / name))
