"""The newspaper, a config for its first layout, and the command line to run over it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent))

import paper as newspaper


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
def config() -> Path:
    return newspaper.first_config()


@pytest.fixture
def release(scraper: Callable[..., Any], paper: newspaper.Paper) -> Callable[..., Any]:
    """`release(12)` shows so many articles, a few a run, so that no worker process is worth its start."""

    def run(count: int, *options: object) -> Any:
        result = None
        while paper.count < count or result is None:
            paper.count = min(count, paper.count + 6)
            result = scraper("run", newspaper.SITE, *paper.there, *options)
        return result

    return run
