"""What the shared options accept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from scraper.cli.demosite import DemoSite
from scraper.cli.options import moment
from scraper.errors import UsageError

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T06:00", datetime(2026, 11, 1, 6, tzinfo=UTC)),
        (
            "2026-11-01T06:00+02:00",
            datetime(2026, 11, 1, 6, tzinfo=timezone(timedelta(hours=2))),
        ),
        ("36h", NOW - timedelta(hours=36)),
        ("7d", NOW - timedelta(days=7)),
        ("2W", NOW - timedelta(weeks=2)),
    ],
)
def test_since(text: str, expected: datetime | None) -> None:
    assert moment(text, NOW) == expected


@pytest.mark.parametrize("text", ["yesterday", "7", "01.11.2026", "999999w", "2026-13-01"])
def test_a_since_that_makes_no_sense(text: str) -> None:
    with pytest.raises(UsageError, match="--since"):
        moment(text, NOW)


@pytest.mark.parametrize("delay", ["inf", "nan", "86401"])
def test_a_delay_has_an_end(scraper: Callable[..., Any], delay: str) -> None:
    """A run slept for ever before its second request; of "nan" it made a traceback at its end."""
    result = scraper("get", "http://bote.example/a", "--delay", delay)
    assert (result.code, result.err) == (2, f"scraper: --delay {float(delay)}: write seconds, 86400 at most\n")


def test_numbers_beyond_those_of_sqlite(scraper: Callable[..., Any], demo: DemoSite, there: tuple[str, ...]) -> None:
    assert scraper("run", demo.home, "--max-articles", 10**30, "-q", *there).code == 1  # a dead link in the sitemap
    assert len(scraper("search", "brücke", "-n", 10**30, "--json").records) == 1
