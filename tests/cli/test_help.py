"""Help that teaches, light to load; wrong use and wrong configs in one sentence; the schema."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scraper.cli.schema import schema
from scraper.models import Record

COMMANDS = (
    *("get", "run", "export", "search", "reextract", "status", "schedule", "clean", "explain", "learn", "record"),
    *("check", "mend", "import-ftr", "schema", "demo"),
)


def test_help_reads_like_a_tutorial(scraper: Callable[..., Any]) -> None:
    result = scraper("--help")
    assert result.code == 0
    for part in ("scraper demo", "scraper get https://", "-i urls.txt", "Exit codes:", "130"):
        assert part in result.out
    for command in COMMANDS:
        assert f"\n  {command} " in result.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_by_example(scraper: Callable[..., Any], command: str) -> None:
    result = scraper(command, "--help")
    assert result.code == 0
    assert f"      scraper {command}" in result.out or f"| scraper {command}" in result.out


@pytest.mark.parametrize(("words", "found"), [("scraper ex", "explain"), ("scraper get --re", "--resolve")])
def test_shells_complete(words: str, found: str) -> None:
    environment = {"_SCRAPER_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    code = "from scraper.cli import main; main()"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert found in done.stdout.split(), done.stderr


def test_help_is_light() -> None:
    """Neither httpx nor trafilatura nor a parser nor a terminal library is imported for it."""
    code = (
        "import sys\n"
        "from scraper.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'httpx', 'trafilatura', 'selectolax', 'lxml', 'rich', 'asyncio', 'feedparser'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)\n"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr.decode()
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < (0.6 if os.environ.get("CI") else 0.3)  # 0.09 s on a quiet machine


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["get"], "name an address or a file"),
        (["get", "nonsense"], "neither an http(s) address nor a file"),
        (["get", "mailto:x@y.example"], "neither an http(s) address nor a file"),
        (["get", "-i", "none.txt"], "none.txt: the list cannot be read"),
        (["get", "https://a.example/", "-o", "out.xlsx"], "use .jsonl, .jsonl.gz, .csv"),
        (["get", "https://a.example/", "-o", "/dev/null/x.jsonl"], "cannot write there"),
        (["get", "https://a.example/", "--report", "/dev/null/x"], "cannot write there"),
        (["get", "https://a.example/", "--configs", "none"], "none"),
        (["get", "https://a.example/", "--resolve", "x"], "--resolve"),
        (["get", "https://a.example/", "--delay", "-1"], "--delay"),
        (["run", "--since", "someday"], "--since someday"),
        (["run", "--max-articles", "0"], "--max-articles"),
        (["run", "nowhere.example"], "https://nowhere.example/"),
        (["run", "ftp://nowhere.example"], "neither a site nor an http(s) address"),
        (["clean", "none.txt"], "none.txt: it cannot be read"),
        (["explain", "none.html"], "none.html: it cannot be read"),
        (["clean", "none.txt", "-o", "/dev/null/x"], "cannot write there"),
        (["--nonsense"], "--nonsense"),
        (["nonsense"], "nonsense"),
    ],
)
def test_wrong_use_is_one_sentence_and_code_2(scraper: Callable[..., Any], arguments: list[str], sentence: str) -> None:
    result = scraper(*arguments)
    assert result.code == 2
    assert sentence in result.err
    assert "Traceback" not in result.err
    assert result.out == ""


def test_a_wrong_config_names_file_and_key(scraper: Callable[..., Any]) -> None:
    Path("configs/x.toml").write_text('domain = "x.example"\nfeds = []\n')
    result = scraper("get", "https://x.example/a", "--configs", "configs")
    assert result.code == 2
    assert "x.toml" in result.err
    assert "feds" in result.err
    assert "feeds" in result.err
    assert len(result.err.strip().splitlines()) == 1


def test_the_schema_describes_what_is_written(scraper: Callable[..., Any]) -> None:
    printed = json.loads(scraper("schema").out)
    assert printed == json.loads(msgspec.json.encode(schema()))
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    record = printed["$defs"]["Record"]
    assert set(json.loads(msgspec.json.encode(Record()))) == set(record["properties"])
    assert record["properties"]["id"]["description"].startswith("first 16 hex digits")
    references = [part for part in json.dumps(printed).split('"') if part.startswith("#/$defs/")]
    assert {ref.rpartition("/")[2] for ref in references} <= set(printed["$defs"])
