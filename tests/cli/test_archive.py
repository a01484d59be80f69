"""`--archive`, WARC files as input, and `reextract`: the demo site, once over the network and ever after without."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scraper.cli import main
from scraper.cli.demosite import DemoSite
from scraper.models import FetchInfo, Record
from scraper.store import archive_files, open_records

pytest.importorskip("fastwarc")
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `scraper run --archive` leaves of the demo site."""
    folder = tmp_path_factory.mktemp("run") / "output"
    with DemoSite() as site, pytest.raises(SystemExit):
        main(["run", site.home, "--resolve", site.resolve, "--delay", "0", "-o", str(folder), "--archive", "-q"])
    return folder


@pytest.fixture
def output(run_once: Path) -> Path:
    """A copy of it, as output/ of the current folder."""
    shutil.copytree(run_once, "output")
    return Path("output")


def change(output: Path, number: int, **fields: Any) -> str:
    """Has the stored record at `number` differ from what its page gives; its address."""
    with closing(sqlite3.connect(output / "scraper.db")) as db:
        id_, text = db.execute("SELECT id, record FROM records ORDER BY rowid LIMIT 1 OFFSET ?", (number,)).fetchone()
        record = json.loads(text) | fields
        db.execute("UPDATE records SET record = ? WHERE id = ?", (json.dumps(record), id_))
        db.commit()
    return str(record["url"])


def apart(record: Record) -> Record:
    """Without what depends on which of two links to an article was read first."""
    return msgspec.structs.replace(record, url="", fetch=FetchInfo())


def test_the_archive_gives_the_same_records_again(scraper: Run, output: Path) -> None:
    (path,) = archive_files(output / "archive")
    result = scraper("get", path, "-o", "again.jsonl", "-q")
    assert result.err == ""
    assert {record.id: apart(record) for record in open_records("again.jsonl")} == {
        record.id: apart(record) for record in open_records(output / "scraper.db")
    }
    again = scraper("get", path, "-o", "again.jsonl")
    assert len(list(open_records("again.jsonl"))) == len(list(open_records(output / "scraper.db")))
    assert "0 requests" in again.err


def test_every_answer_is_in_it_for_any_tool(output: Path) -> None:
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    (path,) = archive_files(output / "archive")
    found: dict[str, set[str]] = {}
    with path.open("rb") as file:
        for record in iterator(file, check_digests="raise"):
            if record.rec_type == "response":
                place = "/" + record.rec_headers.get_header("WARC-Target-URI").split("/", 3)[3]
                found.setdefault(record.http_headers.get_statuscode(), set()).add(place)
    with DemoSite() as site:
        assert {"/", "/robots.txt"} <= found["200"]
        assert any("feed" in place or "rss" in place for place in found["200"])
        assert any("sitemap" in place for place in found["200"])
        assert any(story.path in found["200"] for story in site.stories)
        assert {story.moved_from for story in site.stories if story.moved_from} <= found["301"]
    assert found["404"]


def test_a_torn_archive_is_read_as_far_as_it_goes(scraper: Run, output: Path) -> None:
    (path,) = archive_files(output / "archive")
    Path("torn.warc.gz").write_bytes(path.read_bytes()[:-100])
    result = scraper("get", "torn.warc.gz", "-o", "torn.jsonl", "-q")
    assert "torn.warc.gz: 1 broken record passed over" in result.err
    assert len(list(open_records("torn.jsonl"))) >= 6
    assert result.code == 1


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_where_an_archive_breaks_off_is_said_and_stops_no_other(scraper: Run, pack: Callable[[bytes], bytes]) -> None:
    block = b"HTTP/1.1 200 OK\r\n\r\n<article><h1>Die Bruecke</h1>" + b"<p>Ein ganzer Satz, der etwas sagt.</p>" * 20
    first, second = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://{name}.example/1\r\n"
        f"WARC-Date: 2026-11-01T00:00:00Z\r\nContent-Type: application/http\r\n"
        f"Content-Length: {len(block)}\r\n\r\n".encode()
        + block
        + b"\r\n\r\n"
        for name in "ab"
    )
    data = pack(first) + pack(second)[:-20]
    Path("torn.warc").write_bytes(data)
    Path("bare.warc").write_bytes(pack(first)[:-20])
    result = scraper("get", "bare.warc", "torn.warc", "-o", "out.jsonl", "--report", "r.json")
    assert result.code == 1
    assert [record.url for record in open_records("out.jsonl")] == ["http://a.example/1"]
    where = f"it breaks off in record 2, at byte {len(pack(first)):,} of {len(data):,}"
    assert [named["detail"].partition(".warc: ")[2] for named in json.loads(Path("r.json").read_text())["failed"]] == [
        f"1 broken record passed over, 0 pages read; it breaks off in record 1, at byte 0 of {len(pack(first)) - 20:,}",
        f"1 broken record passed over, 1 page read; {where}",
    ]
    assert result.err.count(where) == 1
    assert not Path("failures.tsv").exists()  # it is no link


def test_other_crawlers_pages_and_errors(scraper: Run) -> None:
    page = b"<html><h1>Die Br\xc3\xbccke bleibt zu</h1><article>" + b"<p>Ein ganzer Satz, der etwas sagt.</p>" * 20
    blocks = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page, b"HTTP/1.1 404 Not Found\r\n\r\n<p>weg"]
    records = [
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/{n}\r\nWARC-Date: 2026-11-01T00:00:00Z"
        f"\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n".encode()
        + block
        + b"\r\n\r\n"
        for n, block in enumerate(blocks)
    ]
    Path("CC-NEWS.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    result = scraper("get", "CC-NEWS.warc.gz")
    assert result.code == 1
    (record,) = result.records
    assert (record["url"], record["fetch"]["discoveredVia"]) == ("http://a.example/0", "warc:CC-NEWS.warc.gz")
    assert record["headline"] == "Die Brücke bleibt zu"
    assert "http404" in result.err


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"hello", "it is not packed, and does not begin with WARC/"),
        (gzip.compress(b"hello", mtime=0), "what is packed in it does not begin with WARC/"),
    ],
)
def test_what_is_no_warc_is_one_sentence_before_anything_is_done(scraper: Run, data: bytes, why: str) -> None:
    Path("x.warc.gz").write_bytes(data)
    result = scraper("get", "x.warc.gz", "-o", "out.jsonl", "-q")
    assert (result.code, result.out) == (2, "")
    assert result.err == f"scraper: x.warc.gz: this is no WARC file: {why}\n"
    assert not Path("out.jsonl.state").exists()


def test_the_same_rules_change_nothing(scraper: Run, output: Path) -> None:
    result = scraper("reextract", "--workers", "1")
    assert result.code == 0
    assert "7 articles read again from 1 WARC files: 7 the same, 0 better, 0 worse, 0 different." in result.out
    assert "pages that gave no record" not in result.out


def test_a_file_with_nothing_in_it_stops_no_reading_of_the_others(scraper: Run, output: Path) -> None:
    """A run that is killed as it begins one, or has no room for it, leaves an empty file in the archive for good."""
    (path,) = archive_files(output / "archive")
    path.with_name("a.warc.gz").touch()
    path.with_name("b.warc.gz").mkdir()
    result = scraper("reextract")
    assert (result.code, result.err.count("\n")) == (0, 2)
    assert "a.warc.gz: this is no WARC file: it is empty" in result.err
    assert "articles read again from 1 WARC files" in result.out
    path.unlink()
    assert scraper("reextract").code == 2


def test_better_worse_and_different_are_told_apart(scraper: Run, output: Path) -> None:
    change(output, 0, kicker=None)
    worse = change(output, 1, agencies=["dpa"], headline="Alt")
    change(output, 2, headline="Anders")
    result = scraper("reextract", "--workers", "1")
    assert "4 the same, 1 better, 1 worse, 1 different." in result.out
    assert "  agencies: worse is empty now" in result.out
    assert result.out.index(worse) < result.out.index("headline: different “Anders”")
    assert "Nothing was stored; --write does that." in result.out
    lines = scraper("reextract", "--workers", "1", "--json").records
    assert sorted(line["change"] for line in lines) == ["better", "different", "worse"]


def test_revisions_are_written_when_asked_for_and_never_for_the_worse(scraper: Run, output: Path) -> None:
    before = {record.id: record for record in open_records(output / "scraper.db")}
    change(output, 0, headline="Anders")
    change(output, 1, agencies=["dpa"])
    (lines,) = output.glob("records/*/*.jsonl")
    count = len(lines.read_bytes().splitlines())
    result = scraper("reextract", "--workers", "1", "--write")
    assert "1 articles were not stored" in result.out
    assert "1 new revisions stored." in result.out
    after = {record.id: record for record in open_records(output / "scraper.db")}
    changed = [id_ for id_ in after if after[id_].revision == 2]
    assert len(changed) == 1
    assert after[changed[0]].headline == before[changed[0]].headline
    assert len(lines.read_bytes().splitlines()) == count + 1
    assert json.loads(lines.read_bytes().splitlines()[-1])["revision"] == 2
    assert "6 the same, 0 better, 1 worse" in scraper("reextract", "--workers", "1").out
    assert "1 new revisions stored." in scraper("reextract", "--workers", "1", "--write", "--even-worse").out
    assert "7 the same" in scraper("reextract", "--workers", "1").out
    with closing(sqlite3.connect(output / "scraper.db")) as db:
        assert db.execute("SELECT count(*) FROM revisions").fetchone() == (2,)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--output", "nowhere"],
            "nowhere/archive: there are no WARC files; `scraper run --archive` keeps pages there",
        ),
        (["--since", "2030-01-01"], "there are no WARC files of that time"),
        (["--since", "x"], "--since x: write a date"),
        (["--output", "empty", "--archive", "output/archive"], "empty/scraper.db: there is no such database"),
    ],
)
def test_what_is_wrong_is_one_sentence(scraper: Run, output: Path, arguments: list[str], sentence: str) -> None:
    result = scraper("reextract", "--workers", "1", *arguments)
    assert result.code == 2
    assert sentence in result.err
    assert result.err.count("\n") == 1


def test_other_sites_are_left_out(scraper: Run, output: Path) -> None:
    other = scraper("reextract", "--workers", "1", "--site", "rundschau-online.de")  # it has a config
    assert (other.code, "0 articles read again" in other.out) == (0, True)
    typo = scraper("reextract", "--workers", "1", "--site", "muehlenfurter-boote.example")
    assert (typo.code, typo.out) == (2, "")
    assert typo.err == (
        "scraper: --site muehlenfurter-boote.example: no such site is known; did you mean muehlenfurter-bote.example?\n"
    )
