"""`scraper export` and `scraper search`: from a state or a file, through filters, to every kind of store."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scraper.models import Access, Author, Done, FetchInfo, Kept, Link, Record
from scraper.store import open_records, open_sink, run_output

Run = Callable[..., Any]


def record(number: int, headline: str, **fields: Any) -> Record:
    url = f"https://www.bote.example/{number}"
    values: dict[str, Any] = {
        "id": f"{number:016x}", "url": url, "final_url": url, "site": "bote.example", "headline": headline,
        "article_body": f"{headline}. Mehr davon.", "date_published": f"2026-11-{10 + number}T08:00:00+01:00",
        "in_language": "de", "authors": (Author(name="Ada Müller"),), "access": Access(complete=True),
        "fetch": FetchInfo(fetched_at=f"2026-11-20T08:00:{number:02}+00:00"),
    }  # fmt: skip
    return Record(**(values | fields))


RECORDS = [
    record(1, "Brücke in Köln gesperrt"),
    record(2, "Katzen im Rat", authors=()),
    record(3, "Le pont", in_language="fr", site="gazette.example"),
]


@pytest.fixture
def state() -> Path:
    """output/scraper.db, as `run` leaves it."""
    with closing(run_output(Path("output"))) as output:
        for one in RECORDS:
            output.take(Done(link=Link(url=one.url, site=one.site), outcome=Kept(one)))
    return Path("output/scraper.db")


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.csv", "x.parquet", "x.db"])
def test_all_of_it_into_each_kind_of_file(scraper: Run, state: Path, name: str) -> None:
    if name == "x.parquet":
        pytest.importorskip("pyarrow")
    result = scraper("export", "-o", name)
    assert (result.code, result.out, result.err) == (0, "", f"3 records → {name}\n")
    assert list(open_records(name)) == RECORDS
    again = scraper("export", "-o", name)
    once = name in ("x.db", "x.parquet")
    added = "" if once else ", after what it held (--overwrite begins anew)"
    assert again.err == f"3 records → {name}{added}\n"
    assert len(list(open_records(name))) == (3 if once else 6)


@pytest.mark.parametrize("command", [("search",), ("export", "--query")])
@pytest.mark.parametrize("glue", [" ", "-", " OR "])
def test_a_query_without_end_is_refused(scraper: Run, state: Path, command: tuple[str, ...], glue: str) -> None:
    assert scraper(*command, " ".join(["pont"] * 500)).code == 0
    result = scraper(*command, glue.join(["pont"] * 20_000))
    assert (result.code, result.out) == (2, "")
    assert result.err.endswith(" words to search for are too many; give at most 500\n")
    assert len(result.err) < 200


@pytest.mark.parametrize("damaged", ['{"id": 3', b"\xff\xfe{}", "", '{"headline": 1}', "[]"])
@pytest.mark.parametrize("command", [("export",), ("export", "--where", "chars > 1"), ("search", "pont")])
@pytest.mark.parametrize("indexed", [True, False])
def test_a_damaged_record_is_named_and_costs_no_other(
    scraper: Run, state: Path, damaged: str | bytes, command: tuple[str, ...], indexed: bool
) -> None:
    if indexed:
        scraper("search", "pont")
    with closing(sqlite3.connect(state)) as db, db:
        db.execute("UPDATE records SET record = ?, revision = 2 WHERE id = ?", (damaged, RECORDS[1].id))
    result = scraper(*command)
    assert "Traceback" not in result.err
    assert result.out.count("Le pont") >= 1
    if command[0] == "export":
        assert result.out.count('"id":') == 2
    if not (
        command[1:] == ("--where", "chars > 1") and damaged in ('{"headline": 1}', "[]")
    ):  # has no body, so no chars
        assert result.code == 1
        (said,) = [line for line in result.err.splitlines() if line.startswith("scraper: ")]
        assert f"1 record is damaged and left out, all others are there: {RECORDS[1].id} (" in said


@pytest.mark.parametrize("command", [("export",), ("search", "pont")])
@pytest.mark.usefixtures("state")
def test_a_site_that_is_known_nowhere_is_an_error(scraper: Run, command: tuple[str, ...]) -> None:
    typo = scraper(*command, "--site", "gazete.example", "--site", "bote.example")
    assert (typo.code, typo.out) == (2, "")
    assert typo.err.startswith("scraper: --site gazete.example: no such site is known; did you mean gazette.example")
    assert typo.err.count("\n") == 1
    assert "did you mean" not in scraper(*command, "--site", "xyz").err
    Path("configs/stadt.toml").write_text('domain = "stadt.example"\n')
    nothing = scraper(*command, "--site", "stadt.example")  # known, and there is nothing of it
    assert (nothing.code, nothing.out) == (0, "")


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (["--site", "bote.example"], [1, 2]),
        (["--since", "2026-11-12", "--until", "2026-11-13"], [2]),
        (["--lang", "fr"], [3]),
        (["--author", "müll"], [1, 3]),
        (["--query", "koln"], [1]),
        (["--where", "chars < 25 AND complete", "--status", "ok"], [3]),
        (["--section", "Sport"], []),
    ],
)
def test_filters_on_the_way_to_stdout(scraper: Run, state: Path, options: list[str], numbers: list[int]) -> None:
    result = scraper("export", *options)
    assert result.code == 0
    assert [int(found["id"], 16) for found in result.records] == numbers
    assert result.err == f"{len(numbers)} record{'' if len(numbers) == 1 else 's'} → standard output\n"


def test_from_one_kind_of_file_to_another(scraper: Run) -> None:
    with closing(open_sink("a.jsonl")) as sink:
        for one in RECORDS:
            sink.write(one)
    for source, target in (("a.jsonl", "b.csv"), ("b.csv", "c.db"), ("c.db", "d.jsonl")):
        assert scraper("export", "--from", source, "-o", target, "-q") == (0, "", "")
    assert Path("a.jsonl").read_bytes() == Path("d.jsonl").read_bytes()
    assert scraper("export", "--from", "b.csv", "--lang", "fr").records[0]["headline"] == "Le pont"


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("postgress://me:secret@localhost/news", "postgress://…: nothing of this kind can be written"),
        ("s3://bucket/x.jsonl", "s3://…: nothing of this kind"),
        ("", "an output without a name"),
        ("loop.csv", "loop.csv: cannot write there (Too many levels of symbolic links)"),
        ("postgresql://me:secret@[::1/news", "postgresql://me@[::1/news: this is no address (Invalid IPv6 URL)"),
    ],
)
@pytest.mark.usefixtures("state")
def test_a_target_that_is_none_makes_nothing(scraper: Run, target: str, sentence: str) -> None:
    """An address of another kind became a folder that was named for its password."""
    if target.startswith("postgresql:"):
        pytest.importorskip("psycopg")
    Path("loop.csv").symlink_to("loop.csv")
    before = sorted(Path().iterdir())
    for command in (("export",), ("get", "http://bote.example/a")):
        result = scraper(*command, "-o", target)
        assert (result.code, result.err.startswith(f"scraper: {sentence}"), result.err.count("\n")) == (2, True, 1)
    assert sorted(Path().iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["export"], "output/scraper.db: there is no such database"),
        (["export", "--from", "none.jsonl"], "none.jsonl: there is no such file"),
        (["export", "--from", "x.odt"], "'.odt' cannot be read"),
        (["export", "--until", "yesterday"], "--until yesterday: write a date"),
        (["search", "x", "--from", "none.db"], "none.db: there is no such database"),
        (["export", "--from", "a.jsonl", "-o", "a.jsonl"], "this is where the records come from"),
        (["export", "--from", "a.jsonl", "-o", "./a.jsonl"], "this is where the records come from"),
        (
            ["export", "--from", "postgresql://nobody:secret@127.0.0.1:1/x"],
            "postgresql://nobody@127.0.0.1:1/x: no conn",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(scraper: Run, arguments: list[str], sentence: str) -> None:
    if "postgresql" in sentence:
        pytest.importorskip("psycopg")
    result = scraper(*arguments)
    assert result.code == 2
    assert sentence in result.err
    assert result.err.startswith("scraper: ")
    assert result.err.count("\n") == 1
    assert "secret" not in result.err


def test_a_wrong_expression_leaves_the_target_alone(scraper: Run, state: Path) -> None:
    Path("x.jsonl").write_text("")
    result = scraper("export", "--where", "headlin = 1", "-o", "x.jsonl", "--overwrite")
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "no such column: headlin; the columns are id, site, url, headline" in result.err
    assert Path("x.jsonl").read_text() == ""


def test_search_shows_headline_address_and_words(scraper: Run, state: Path) -> None:
    result = scraper("search", "koln")
    assert result.out.splitlines() == [
        "Brücke in Köln gesperrt",
        "  2026-11-11 08:00  https://www.bote.example/1",
        "  Brücke in Köln gesperrt",
        "",
    ]
    (hit,) = scraper("search", "KATZ*", "--json").records
    assert (hit["url"], hit["snippet"]) == ("https://www.bote.example/2", "**Katzen** im Rat")
    assert [hit["id"] for hit in scraper("search", "mehr", "--newest", "--json", "-n", "2").records] == [
        RECORDS[2].id,
        RECORDS[1].id,
    ]
    nothing = scraper("search", "elefant")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "nothing found for: elefant\n")


def test_where_nothing_can_be_written_it_is_read_all_the_same(
    scraper: Run, state: Path, process: Run, mortal: Callable[[], None]
) -> None:
    def ask(*arguments: str) -> tuple[int, str, str]:
        files = list(state.parent.glob("*.db*"))
        for path in (*files, state.parent):
            path.chmod(path.stat().st_mode & ~0o222)
        try:
            out, err = (child := process(*arguments, preexec_fn=mortal)).communicate(timeout=60)
        finally:
            for path in (state.parent, *files):
                path.chmod(path.stat().st_mode | 0o200)
        return child.returncode, out.decode(), err.decode()

    note = "scraper: output/scraper-search.db cannot be written to: {} records were indexed for this search alone\n"
    code, out, err = ask("search", "koln", "--json")
    assert (code, json.loads(out)["id"], err) == (0, RECORDS[0].id, note.format(3))
    assert scraper("search", "koln").code == 0  # makes the index
    assert ask("search", "koln")[::2] == (0, "")
    with closing(run_output(state.parent)) as output:
        new = record(4, "Köln baut die Brücke neu")
        output.take(Done(link=Link(url=new.url, site=new.site), outcome=Kept(new)))
    code, out, err = ask("search", "koln", "--json")
    assert (code, len(out.splitlines()), err) == (0, 2, note.format(1))
    assert ask("export")[2] == "4 records → standard output\n"
    assert ask("status")[0] == 0
    Path(f"{state}-wal").write_bytes(b"left by a run that was killed")
    code, out, err = ask("search", "koln")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "copy it, with its -wal, to where you may write" in err
