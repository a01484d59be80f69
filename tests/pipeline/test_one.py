"""One link's way: how long it may take."""

from __future__ import annotations

from scraper.models import Link
from scraper.pipeline.one import ceiling
from scraper.pipeline.settings import Settings
from scraper.sites import Sites

SETTINGS = Settings(sites=Sites(()), ceiling=600.0)


def test_turns_at_the_pace_that_robots_txt_asks_for_come_on_top() -> None:
    """Two requests at a time, and one turn in ten minutes: the second waits for longer than 600 s."""
    paces = {"www.bote.example": 600.0}
    link = Link(url="https://www.bote.example/lokales/rat-1")
    assert ceiling(link, SETTINGS, lambda host: paces[host]) >= 600 + 2 * 600
    assert ceiling(link, SETTINGS, lambda host: 0.0) == 600
