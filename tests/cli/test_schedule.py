"""What `scraper schedule` prints is what cron and systemd take, and leads back to this folder and interpreter."""

from __future__ import annotations

import configparser
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scraper.cli.schedule import Plan, crontab, program, times, units

FOLDER = Path("/srv/news")
AWKWARD = Path("/srv/a b%c$d")


def parsed(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return {section: dict(parser[section]) for section in parser.sections()}


def cron_times(field: str, limit: int) -> set[int]:
    """The values of a crontab field, as cron(5) reads it."""
    span, _, step = field.partition("/")
    first, last = (0, limit - 1) if span == "*" else (int(span.split("-")[0]), int(span.split("-")[-1]))
    return set(range(first, last + 1, int(step or 1)))


@pytest.mark.parametrize(
    ("every", "runs"),
    [("5m", 288), ("15m", 96), ("30m", 48), ("1h", 24), ("60m", 24), ("6h", 4), ("24h", 1), ("1d", 1)],
)
def test_cron_runs_as_often_as_asked(every: str, runs: int) -> None:
    minute, hour, *rest = times(Plan(every=every, folder=FOLDER)).cron.split()
    assert rest == ["*", "*", "*"]
    assert len(cron_times(minute, 60)) * len(cron_times(hour, 24)) == runs


def test_two_folders_run_at_other_minutes_one_always_at_the_same() -> None:
    assert len({times(Plan(folder=Path(f"/srv/{n}"))).cron for n in range(20)}) > 10
    assert times(Plan(folder=FOLDER)) == times(Plan(folder=FOLDER))
    assert times(Plan(folder=FOLDER, at="04:05")).cron == "5 4 * * *"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--every", "7m"], "--every 7m: use 5m"),
        (["--every", "soon"], "--every soon"),
        (["--every", "5h"], "--every 5h"),
        (["--at", "24:00"], "--at 24:00: write a time of the day"),
    ],
)
def test_a_rhythm_that_cron_does_not_know(scraper: Callable[..., Any], arguments: list[str], sentence: str) -> None:
    result = scraper("schedule", *arguments)
    assert result.code == 2
    assert sentence in result.err


def test_the_crontab_line_survives_spaces_and_percent_signs() -> None:
    line = crontab(Plan(sites=("https://x.example/?a=1&b=%20",), folder=AWKWARD))
    command = line.split("  ", 1)[1]
    assert "%" not in command.replace(r"\%", "")
    words = shlex.split(command.replace(r"\%", "%"))  # as cron hands it to the shell
    assert words[:3] == ["cd", str(AWKWARD), "&&"]
    start = words.index(program()[0])
    assert words[start : start + 5] == [
        *program(),
        "run",
        "https://x.example/?a=1&b=%20",
        "--output",
        f"{AWKWARD}/output",
    ]


def test_the_line_runs(tmp_path: Path) -> None:
    """The shell does what the line says, here with a program that only notes how it was called."""
    folder = tmp_path / "a b"
    folder.mkdir()
    command = crontab(Plan(folder=folder)).split("  ", 1)[1].replace(r"\%", "%")
    script = folder / "noted"
    script.write_text('#!/bin/sh\npwd > called\necho "$@" >> called\necho trouble >&2\n')
    script.chmod(0o755)
    subprocess.run(["/bin/sh", "-c", command.replace(shlex.join(program()), shlex.quote(str(script)))], check=True)
    assert (folder / "called").read_text().splitlines() == [str(folder), f"run --output {folder}/output --quiet"]
    assert (folder / "output/run.log").read_text() == "trouble\n"


def test_the_units_name_this_interpreter_and_folder() -> None:
    found = units(Plan(folder=FOLDER, every="6h"))
    assert list(found) == ["scraper.service", "scraper.timer"]
    service, timer = (parsed(text) for text in found.values())
    assert service["Service"]["WorkingDirectory"] == "/srv/news"
    assert service["Service"]["ExecStart"] == f"{' '.join(program())} run --output /srv/news/output --quiet"
    assert service["Service"]["SuccessExitStatus"] == "1 75"
    assert "User" not in service["Service"]
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Timer"]["OnCalendar"].startswith("00/6:")
    assert int(timer["Timer"]["RandomizedDelaySec"].rstrip("s")) == 300
    assert Path(program()[0]).parent == Path(sys.executable).absolute().parent


def test_awkward_names_are_quoted_as_systemd_reads_them() -> None:
    service = parsed(units(Plan(sites=('a"b',), folder=AWKWARD))["scraper-a-b.service"])["Service"]
    assert service["WorkingDirectory"] == "/srv/a b%%c$d"
    assert r'run "a\"b" --output "/srv/a b%%c$$d/output"' in service["ExecStart"]


def test_plans_for_different_sites_have_different_names() -> None:
    names = {
        next(iter(units(Plan(sites=sites)))) for sites in [(), ("a.example",), ("https://b.example/x",), ("a", "b")]
    }
    assert names == {"scraper.service", "scraper-a.example.service", "scraper-b.example-x.service"}


def test_it_writes_the_units_and_says_how_to_go_on(scraper: Callable[..., Any], tmp_path: Path) -> None:
    result = scraper("schedule", "--write", tmp_path / "units")
    assert sorted(path.name for path in (tmp_path / "units").iterdir()) == ["scraper.service", "scraper.timer"]
    assert "systemctl --user enable --now scraper.timer" in result.out
    assert scraper("schedule", "--write", "/dev/null/x").code == 1


def test_without_a_folder_it_prints_all_three(scraper: Callable[..., Any]) -> None:
    out = scraper("schedule", "--at", "3:30").out
    assert "\n30 3 * * *  cd " in out
    assert "OnCalendar=*-*-* 03:30:00" in out
    assert "ExecStart=" in out


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("system", [False, True])
@pytest.mark.parametrize("every", ["15m", "1h", "6h", "1d"])
def test_systemd_finds_nothing_wrong(tmp_path: Path, every: str, system: bool) -> None:
    folder = tmp_path / "a b%c"
    folder.mkdir()
    for name, text in units(
        Plan(sites=("https://x.example/?a=%20",), folder=folder, every=every, system=system)
    ).items():
        (tmp_path / name).write_text(text)
    files = sorted(map(str, tmp_path.glob("scraper*")))
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        ["systemd-analyze", "verify", *([] if system else ["--user"]), *files],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    told = [line for line in done.stderr.splitlines() if "scraper" in line]
    assert not told
    assert len(files) == 2


def test_a_site_that_run_would_not_know_is_told_at_once(scraper: Callable[..., Any]) -> None:
    """The line was printed all the same, and each of its runs ended with exit code 2."""
    Path("configs/bote.example.toml").write_text("")
    typo = scraper("schedule", "bote.exampel")
    assert (typo.code, typo.out) == (2, "")
    assert "no config for 'bote.exampel'; did you mean bote.example?" in typo.err
    for known in ("bote.example", "https://gazette.example/"):
        assert f" run {known} --output " in scraper("schedule", known).out
