"""The command line, run in this process; and what tests share, and benchmarks are made of, can be imported by tests."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

sys.path += [str(Path(__file__).parent), str(Path(__file__).parent / "benchmarks")]


class Result(NamedTuple):
    """What a command has left."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def scraper(capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Result]:
    """`scraper("get", url, …)` in this process."""
    from scraper.cli import main

    def run(*arguments: object) -> Result:
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capsysbinary.readouterr()
        return Result(int(ended.value.code or 0), out.decode(), err.decode())

    return run
