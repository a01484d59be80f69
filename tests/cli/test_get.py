"""`scraper get`, for real, against the demo site: lists, outputs, and all that can go wrong."""

from __future__ import annotations

import csv
import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper.cli.demosite import Answer, DemoSite

Scraper = Callable[..., Any]
There = tuple[str, ...]


def addresses(demo: DemoSite) -> list[str]:
    return [demo.home.rstrip("/") + story.path for story in demo.stories]


def test_an_address_becomes_a_record_on_stdout(scraper: Scraper, demo: DemoSite, there: There) -> None:
    result = scraper("get", addresses(demo)[0], *there)
    (record,) = result.records
    assert result.code == 0
    assert record["headline"] == demo.stories[0].headline
    assert record["articleBody"].split("\n\n") == list(demo.stories[0].paragraphs)
    assert record["site"] == "muehlenfurter-bote.example"
    assert "1 kept" in result.err


def test_quiet_says_nothing(scraper: Scraper, demo: DemoSite, there: There) -> None:
    result = scraper("get", addresses(demo)[0], "-q", *there)
    assert len(result.records) == 1
    assert result.err == ""


def test_a_list_with_garbage_loses_nothing(scraper: Scraper, demo: DemoSite, there: There) -> None:
    good = addresses(demo)
    lines = [
        "# stories",
        "",
        *good,
        good[0] + "?utm_source=x",
        "mailto:redaktion@bote.example",
        "ftp://bote.example/a",
        "x" * 1_000_000,
        "\x00\x01",
        demo.home + "lokales/gibt-es-nicht-1",
        demo.home + "intern/entwurf-haushalt-der-stadt-waechst-1050",
    ]
    Path("urls.txt").write_text("\n".join(lines))
    result = scraper("get", "-i", "urls.txt", "-o", "out.jsonl", "--report", "r.json", *there)
    report = json.loads(Path("r.json").read_text())
    assert result.code == 1  # the 404
    assert report["total"]["kept"] == len(good)
    assert report["total"]["refused"] == {"badUrl": 4, "duplicate": 1, "robots": 1}
    assert report["total"]["failed"] == {"http404": 1}
    assert {named["via"] for named in report["refused"] if named["reason"] == "badUrl"} == {
        f"list:urls.txt:{n}" for n in (11, 12, 13, 14)
    }
    assert "gibt-es-nicht-1" in result.err
    assert "urls.txt:11: not an http(s) address: mailto:redaktion@bote.example\n" in result.err
    assert len(Path("out.jsonl").read_bytes().splitlines()) == len(good)


def test_run_again_it_continues_where_it_was(scraper: Scraper, demo: DemoSite, there: There) -> None:
    good = addresses(demo)
    for suffix in ("jsonl", "csv"):
        Path("urls.txt").write_text("\n".join(good[:2]))
        scraper("get", "-i", "urls.txt", "-o", f"out.{suffix}", *there)
        demo.log.clear()
        Path("urls.txt").write_text("\n".join(good[:4]))
        result = scraper("get", "-i", "urls.txt", "-o", f"out.{suffix}", *there)
        asked = [path for path in demo.log if path != "/robots.txt"]
        assert sorted(asked) == sorted(story.path for story in demo.stories[2:4])
        assert "2 kept, 2 known already" in result.err
    assert len(Path("out.jsonl").read_bytes().splitlines()) == 4
    with Path("out.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 4


def test_a_folder_of_markdown(scraper: Scraper, demo: DemoSite, there: There) -> None:
    assert scraper("get", addresses(demo)[0], "-o", "out/", *there).code == 0
    (path,) = Path("out").glob("stadtrat-stoppt-neubau-der-muehlenbruecke-*.md")
    assert path.read_text().startswith("---\nheadline: ")


def test_pages_on_disk(scraper: Scraper, demo: DemoSite) -> None:
    story = demo.stories[0]
    Path("saved.html").write_bytes(demo.answers[story.path].body)
    Path("bare.html").write_text(
        "<html><head><title>Ohne Adresse</title></head><body><article><h1>Ohne Adresse</h1>"
        + "".join(f"<p>{text}</p>" for text in story.paragraphs)
        + "</article></body></html>"
    )
    Path("empty.html").write_text("")
    result = scraper("get", "saved.html", "bare.html", "empty.html", "--delay", "0")
    records = {record["url"]: record for record in result.records}
    assert set(records) == {
        demo.home.rstrip("/") + story.path,
        Path("bare.html").absolute().as_uri(),
    }
    assert "1 refused: empty" in result.err
    assert demo.log == []


def test_a_dry_run_asks_nobody(scraper: Scraper, demo: DemoSite, there: There) -> None:
    Path("urls.txt").write_text("\n".join([*addresses(demo), "mailto:x@y.example"]))
    result = scraper("get", "-i", "urls.txt", "--dry-run", *there[:2], "--delay", "2")
    assert result.code == 0
    assert demo.log == []
    assert f"{len(demo.stories)}" in result.out
    assert "12.0 s" in result.out  # seven requests, two seconds apart
    assert "urls.txt:8" in result.out


def test_the_output_is_tried_before_the_first_request(scraper: Scraper, demo: DemoSite, there: There) -> None:
    result = scraper("get", addresses(demo)[0], "-o", "/dev/null/out.jsonl", *there)
    assert result.code == 2
    assert demo.log == []


def test_a_full_disk_ends_the_run_cleanly(scraper: Scraper, demo: DemoSite, there: There) -> None:
    result = scraper("get", *addresses(demo), "-o", "/dev/full", *there)
    assert result.code == 1
    assert "No space left on device" in result.err
    assert "Traceback" not in result.err


def test_a_list_from_a_pipe(process: Scraper, demo: DemoSite, there: There) -> None:
    child = process("get", "-", *there)
    out, err = child.communicate(("\n".join(addresses(demo)[:3])).encode(), timeout=30)
    assert len(out.splitlines()) == 3, err.decode()
    assert child.returncode == 0


def test_a_reader_that_goes_away_is_no_error(process: Scraper, demo: DemoSite, there: There) -> None:
    child = process("get", *addresses(demo), "-q", *there)
    child.stdout.close()
    assert child.wait(30) == 0
    assert child.stderr.read() == b""


@pytest.fixture
def slow(demo: DemoSite) -> Iterator[DemoSite]:
    """The demo site, half a second for each story."""

    class Slow(dict[str, Answer]):
        def get(self, key: str, default: Any = None) -> Any:
            if key != "/robots.txt":
                time.sleep(0.5)
            return super().get(key, default)

    quick, demo.answers = demo.answers, Slow(demo.answers)
    yield demo
    demo.answers = quick


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_finishes_what_is_in_flight(
    process: Scraper, slow: DemoSite, there: There, number: signal.Signals
) -> None:
    child = process("get", *addresses(slow), "-o", "out.jsonl", "--per-host", "1", *there)
    while not any(path != "/robots.txt" for path in slow.log):
        time.sleep(0.02)
        assert child.poll() is None
    child.send_signal(number)
    _, err = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "interrupted" in err.decode()
    asked = [path for path in slow.log if path != "/robots.txt"]
    assert len(Path("out.jsonl").read_bytes().splitlines()) == len(asked) < len(slow.stories)


def test_a_second_ctrl_c_does_not_wait(process: Scraper, slow: DemoSite, there: There) -> None:
    child = process("get", *addresses(slow), "-o", "out.jsonl", *there)
    while not any(path != "/robots.txt" for path in slow.log):
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    assert child.stderr.readline().startswith(b"Stopping")
    child.send_signal(signal.SIGINT)
    assert b"interrupted twice" in child.communicate(timeout=30)[1]
    assert child.returncode == 130


def test_ctrl_c_ends_a_wait_for_stdin(process: Scraper, demo: DemoSite, there: There) -> None:
    child = process("get", "-", "-o", "out.jsonl", *there)
    child.stdin.write(addresses(demo)[0].encode() + b"\n")
    child.stdin.flush()
    deadline = time.monotonic() + 20
    while not Path("out.jsonl").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    assert child.wait(30) == 130
