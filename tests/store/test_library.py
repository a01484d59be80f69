"""Records that can be asked: filters, expressions, words; from a state, a .db, a folder of lines."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.errors import UsageError
from scraper.models import Author, Done, FetchInfo, Kept, Link, Quality, Record
from scraper.store import Filters, Library, open_sink, run_output
from scraper.store.state import State

Make = Callable[..., Record]


def records(make: Make) -> list[Record]:
    return [
        make(
            1,
            headline="Brücke in Köln gesperrt",
            date_published="2026-11-20T10:00:00+01:00",
            in_language="de",
            article_section="Lokales",
        ),
        make(
            2,
            headline="Le pont est fermé",
            lead="Élections municipales",
            site="gazette.example",
            in_language="fr-CH",
            date_published="2026-11-21T10:00:00Z",
            authors=(Author(name="Anne Dupré"),),
            quality=Quality(status="partial"),
        ),
        make(
            3,
            headline="Ohne Datum",
            article_body="Ganz anderer Text über Katzen.",
            in_language="de-AT",
            article_section="lokales",
        ),
    ]  # fmt: skip


@pytest.fixture(params=["state", "db", "folder"])
def library(request: pytest.FixtureRequest, tmp_path: Path, make_record: Make) -> Iterator[Library]:
    """The three records in each kind of source."""
    if request.param == "state":
        path = tmp_path / "scraper.db"
        with closing(run_output(tmp_path)) as output:
            for record in records(make_record):
                output.take(Done(link=Link(url=record.url, site=record.site), outcome=Kept(record)))
    else:
        path = tmp_path / ("out.db" if request.param == "db" else "records/a.jsonl")
        sink = open_sink(path)
        for record in records(make_record):
            sink.write(record)
        sink.close()
    with Library(path if request.param != "folder" else path.parent) as library:
        yield library


def found(library: Library, **filters: object) -> list[int]:
    given = Filters(**filters)  # type: ignore[arg-type]
    numbers = [int(record.id, 16) for record in library.records(given)]
    assert library.count(given) == len(numbers)
    return numbers


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({}, [1, 2, 3]),
        ({"sites": ("bote.example",)}, [1, 3]),
        ({"sites": ("bote.example", "gazette.example")}, [1, 2, 3]),
        ({"since": datetime(2026, 11, 21, tzinfo=UTC)}, [2, 3]),
        ({"until": datetime(2026, 11, 21, tzinfo=UTC)}, [1]),
        ({"language": "DE"}, [1, 3]),
        ({"language": "fr"}, [2]),
        ({"status": "partial"}, [2]),
        ({"section": "Lokales"}, [1, 3]),
        ({"author": "dupr"}, [2]),
        ({"query": "kOLN"}, [1]),
        ({"query": "elections"}, [2]),
        ({"query": "zitat -pont"}, [1]),
        ({"query": '"anderer text" OR ferme'}, [2, 3]),
        ({"query": "Katz*"}, [3]),
        ({"where": "chars > 10 AND language LIKE 'de%'"}, [1, 3]),
        ({"where": "published IS NULL -- remark"}, [3]),
        ({"where": "authors = 'Anne Dupré'"}, [2]),
        ({"where": "keywords = 'Brücke, Rat' AND complete AND declared = 'free'", "sites": ("bote.example",)}, [1, 3]),
        ({"where": "headline REGEXP 'x' OR 1"}, None),
    ],
)  # fmt: skip
def test_filters(library: Library, filters: dict[str, object], numbers: list[int] | None) -> None:
    if numbers is None:
        with pytest.raises(UsageError, match="REGEXP"):
            found(library, **filters)
    else:
        assert found(library, **filters) == numbers


@pytest.mark.parametrize(
    "where",
    [
        "nosuch = 1",
        "1; DROP TABLE records",
        "1) OR (SELECT load_extension('x')",
        "(",
        "headline =",
        "'",
        "1) UNION SELECT 1 --",
        "id IN (SELECT readfile('/etc/passwd'))",
        "\x00",
        "1 LIMIT 0",
        "id IN (WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM c) SELECT x FROM c)",
    ],
)
def test_a_wrong_expression_is_one_sentence_that_names_the_columns(library: Library, where: str) -> None:
    with pytest.raises(UsageError) as error:
        list(library.records(Filters(where=where)))
    assert str(error.value).startswith("--where")
    assert "headline, kicker, lead" in str(error.value)
    assert len(list(library.records(Filters()))) == 3


def test_search_shows_the_words(library: Library) -> None:
    (hit,) = library.search(Filters(query="koln"))
    assert (hit.headline, hit.snippet) == ("Brücke in Köln gesperrt", "Brücke – Brücke in \x02Köln\x03 gesperrt")
    assert [int(hit.id, 16) for hit in library.search(Filters(query="zitat OR katzen"), newest=True)] == [3, 2, 1]
    assert len(list(library.search(Filters(query="zitat OR katzen"), limit=1))) == 1
    assert [
        int(h.id, 16) for h in library.search(Filters(query="zitat", sites=("bote.example",), where="chars > 3"))
    ] == [1]
    assert list(library.search(Filters(query="nirgends"))) == []
    with pytest.raises(UsageError, match="no word"):
        list(library.search(Filters(query='- "" *')))


@pytest.mark.parametrize(
    "query", ["a AND", "NOT", "NEAR(a b)", "headline:x", "a*b", "^x", "x' OR 1", "\x00a", "é\u0301"]
)
def test_no_query_is_an_error_of_the_database(library: Library, query: str) -> None:
    assert list(library.search(Filters(query=query))) == []


@pytest.mark.parametrize("query", ['"', "(", "-", "* -x", '""'])
def test_a_query_without_a_word_is_said(library: Library, query: str) -> None:
    with pytest.raises(UsageError, match="no word"):
        list(library.search(Filters(query=query)))


def test_the_index_of_a_state_keeps_up(tmp_path: Path, make_record: Make) -> None:
    path = tmp_path / "scraper.db"
    link = Link(url=make_record(1).url, site="bote.example")
    with closing(run_output(tmp_path)) as output:
        for text in ("Zuerst Äpfel.", "Dann Birnen."):
            record = make_record(1, article_body=text, fetch=FetchInfo(fetched_at="2026-11-23T18:00:00+00:00"))
            output.take(Done(link=link, outcome=Kept(record)))
            with Library(path) as library:
                assert found(library, query=text.split()[1]) == [1]
    with Library(path) as library:
        assert found(library, query="Apfel OR Äpfel") == []


def test_a_db_has_revisions_and_its_own_index(tmp_path: Path, make_record: Make) -> None:
    sink = open_sink(tmp_path / "out.db")
    for text, revision in (("Äpfel", 1), ("Birnen", 2), ("Birnen", 2), ("Äpfel", 1)):
        sink.write(make_record(1, article_body=text, revision=revision))
    sink.close()
    with closing(sqlite3.connect(tmp_path / "out.db")) as db:
        assert db.execute("SELECT revision, body FROM articles").fetchall() == [(2, "Birnen")]
        assert db.execute("SELECT count(*) FROM texts WHERE texts MATCH 'apfel'").fetchone() == (0,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_db_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "mine.db")) as db:
        db.execute("CREATE TABLE x (y)")
    (tmp_path / "text.db").write_text("no database " * 100)
    with closing(State(tmp_path / "scraper.db")):
        pass
    for name, words in (("mine.db", "other things"), ("text.db", "not a database"), ("scraper.db", "state")):
        with pytest.raises(UsageError, match=words):
            open_sink(tmp_path / name)
    for name in ("mine.db", "text.db", "none.db"):
        with pytest.raises(UsageError, match=r"no records|not a database|no such"):
            Library(tmp_path / name)
