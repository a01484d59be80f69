"""The newspaper, a config for its first layout, and the command line to run over it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

sys.path.append(str(Path(__file__).parent))

import paper as newspaper

from scraper.cli import main


class Result(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name == "FORCE_COLOR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def paper() -> Iterator[newspaper.Paper]:
    with newspaper.Paper() as site:
        yield site


@pytest.fixture
def scraper(capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Result]:
    """`scraper("run", …)` in this process."""

    def run(*arguments: object) -> Result:
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capsysbinary.readouterr()
        return Result(int(ended.value.code or 0), out.decode(), err.decode())

    return run


@pytest.fixture
def config() -> Path:
    return newspaper.first_config()


@pytest.fixture
def release(scraper: Callable[..., Result], paper: newspaper.Paper) -> Callable[..., Result]:
    """`release(12)` shows so many articles, a few a run, so that no worker process is worth its start."""

    def run(count: int, *options: object) -> Result:
        result = None
        while paper.count < count or result is None:
            paper.count = min(count, paper.count + 6)
            result = scraper("run", newspaper.SITE, *paper.there, *options)
        return result

    return run
