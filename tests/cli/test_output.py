"""What is printed: in any locale, into pipes that close, of files whose names are no text."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scraper.cli.demosite import DemoSite

Process = Callable[..., "subprocess.Popen[bytes]"]
#: no UTF-8 anywhere, as under a Latin-1 locale; Python would have C and POSIX mean UTF-8 otherwise
ASCII = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}


@pytest.fixture
def collected(scraper: Callable[..., Any], demo: DemoSite, there: tuple[str, ...]) -> Path:
    """What a run over the demo site has left."""
    assert scraper("run", demo.home, "-o", "out", "-q", *there).code == 1  # it has a dead link
    return Path("out")


@pytest.mark.parametrize(
    "command",
    [
        "status -o {}", "status -o {} --json", "search --output {} brücke", "search --output {} brücke --json",
        "search --output {} br*", "schema --config", "check --configs configs", "mend -o {} --json",
        "clean {}/page.html --json", "explain {}/page.html",
    ],
)  # fmt: skip
def test_a_locale_without_umlauts_costs_letters_at_most(process: Process, collected: Path, command: str) -> None:
    (collected / "page.html").write_text("<html><body><p>Über die Brücke geht’s hinüber.</p></body></html>")
    arguments = [argument.format(collected) for argument in command.split()]
    out, err = process(*arguments, env=os.environ | ASCII).communicate(timeout=30)
    assert b"Traceback" not in err
    assert out or b"nothing found" in err
    if "--json" in arguments:
        [json.loads(line) for line in (out.splitlines() if "search" in arguments else [out])]


@pytest.mark.parametrize("form", [["--json"], []])
def test_a_reader_that_has_seen_enough_is_no_error(process: Process, collected: Path, form: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    child = process("search", "--output", collected, "mühlenfurt", *form, stdout=writing)
    os.close(writing)
    _, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (0, b"")


def test_without_a_standard_output(process: Process) -> None:
    child = process("schema", stdout=None, preexec_fn=lambda: os.close(1))
    _, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (0, b"")


def test_a_report_that_cannot_be_written_leaves_the_last_one(process: Process, full: Callable[[], None]) -> None:
    Path("r.json").write_text("{}\n")
    Path("l.txt").write_text(("no address" * 30 + "\n") * 9000)
    child = process("get", "-i", "l.txt", "-o", "x.jsonl", "--report", "r.json", preexec_fn=full)
    _, err = child.communicate(timeout=30)
    assert child.returncode == 1
    assert b"9000 refused" in err  # what was done is told all the same
    assert b"r.json: the report could not be written" in err
    assert Path("r.json").read_text() == "{}\n"
    assert not list(Path().glob(".r.json*"))


def test_a_page_whose_name_is_no_text_is_read_all_the_same(scraper: Callable[..., Any]) -> None:
    old = Path(os.fsdecode(b"gr\xfc\xdfe.html"))
    old.write_text(
        "<html><body><article><h1>Die Brücke</h1>" + "<p>Sie steht seit 1931 am Fluss.</p>" * 9 + "</article>"
    )
    done = scraper("get", old, "-o", "all.jsonl", "--report", "report.json", "--workers", "1")
    assert "Traceback" not in done.err
    assert json.loads(Path("report.json").read_text())["total"]["kept"] == 1
    assert json.loads(Path("all.jsonl").read_text())["fetch"]["discoveredVia"] == "file:gr��e.html"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["get", "https://a.example/", "-o", b"gr\xfc.jsonl"], 2, "this name is no text in UTF-8"),
        (["search", "--output", "out", b"gr\xfc\xdfe"], 0, "nothing found for: gr��e"),
        (["export", "--output", "out", "--where", b"gr\xfc"], 2, "no such column: gr�"),
        (["get", "-i", b"l\xfc.txt", "-o", "x.jsonl"], 0, "1 refused"),
    ],
)
def test_bytes_that_are_no_text(
    scraper: Callable[..., Any], collected: Path, arguments: list[Any], code: int, words: str
) -> None:
    Path(os.fsdecode(b"l\xfc.txt")).write_text("no address\n")
    done = scraper(*(os.fsdecode(argument) for argument in arguments))
    assert (done.code, words in done.err) == (code, True), done.err


def test_an_interrupt_while_it_starts_is_no_traceback(process: Process, tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text(f"import os, signal; os.kill(os.getpid(), signal.{signal.SIGINT.name})\n")
    paths = os.pathsep.join([str(tmp_path), os.environ["PYTHONPATH"]])
    child = process("--help", env=os.environ | {"PYTHONPATH": paths})
    _, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (130, b"")


@pytest.mark.parametrize("closed", [0, 1, 2])
@pytest.mark.parametrize("command", ["clean page.html", "clean -", "get page.html -q", "get -", "explain -"])
def test_a_closed_stream_is_no_bug(process: Process, closed: int, command: str) -> None:
    Path("page.html").write_text("<html><body><p>Über die Brücke geht’s hinüber.</p></body></html>")
    child = process(*command.split(), preexec_fn=lambda: os.close(closed))
    out, err = child.communicate(b"", timeout=30)
    assert b"Traceback" not in err
    if command.endswith("-") and closed == 0:
        assert (child.returncode, out) == (2, b"")
        assert err == b"scraper: '-': standard input is closed; pipe something in, or name a file\n"
    elif command.startswith("clean page"):
        assert child.returncode == 0
        assert bool(out) is (closed != 1)


def test_a_terminal_of_no_columns_shows_everything(process: Process, collected: Path) -> None:
    usual, none = (
        process("search", "--output", collected, "brücke", env=os.environ | {"COLUMNS": columns}).communicate()[0]
        for columns in ("80", "0")
    )
    assert usual == none != b""
