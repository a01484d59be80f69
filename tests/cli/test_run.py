"""`scraper run` and `scraper demo`, for real, over the demo site."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scraper.cli.demosite import DemoSite

Scraper = Callable[..., Any]
There = tuple[str, ...]
SITE = "muehlenfurter-bote.example"


def stored(folder: Path = Path("output")) -> list[dict[str, Any]]:
    """Every record under a folder."""
    files = sorted(folder.glob("records/*/*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]


def test_a_home_page_is_enough(scraper: Scraper, demo: DemoSite, there: There) -> None:
    result = scraper("run", demo.home, "--report", "r.json", *there)
    report = json.loads(Path("r.json").read_text())
    assert result.code == 1  # a dead link in the sitemap
    assert report["total"]["failed"] == {"http404": 1}
    assert sorted(record["headline"] for record in stored()) == sorted(story.headline for story in demo.stories)
    assert {record["site"] for record in stored()} == {SITE}
    assert not any(path.startswith("/intern/") for path in demo.log)
    assert SITE in result.err


def test_the_second_run_fetches_no_article(scraper: Scraper, demo: DemoSite, there: There) -> None:
    scraper("run", demo.home, *there)
    first = stored()
    demo.log.clear()
    scraper("run", demo.home, *there)
    assert stored() == first
    paths = {story.path for story in demo.stories}
    again = [path for path in demo.log if path in paths]
    assert len(again) <= 1  # the one that the feed has under its old address


def test_a_config_by_its_domain(scraper: Scraper, demo: DemoSite, there: There) -> None:
    Path(f"configs/{SITE}.toml").write_text(f'domain = "{SITE}"\nfeeds = ["{demo.home}feed.xml"]\n')
    result = scraper("run", SITE, "--max-articles", "2", "-o", "out", *there)
    assert result.code == 0
    assert len(stored(Path("out"))) == 2
    assert "/" not in demo.log


def test_a_dry_run_shows_the_plan(scraper: Scraper, demo: DemoSite, there: There) -> None:
    result = scraper("run", demo.home, "--dry-run", *there)
    assert result.code == 0
    assert not Path("output").exists()
    assert "feed.xml" in result.out
    assert "sitemap-news.xml" in result.out
    assert not any(story.path in demo.log for story in demo.stories)


def test_the_demo(scraper: Scraper) -> None:
    result = scraper("demo", "-o", "out")
    assert result.code == 0, result.err
    before, after = result.out.split("after: the record")
    for clutter in ("AboAbonnieren", "Neuer Inhalt", "Das könnte Sie auch interessieren"):
        assert clutter in before
    record = next(r for r in stored(Path("out")) if r["url"].endswith("-1042"))
    assert record["kicker"] == "Streit um Brücke"
    assert "Das könnte Sie" not in record["articleBody"]
    assert record["articleBody"].endswith("2,3 Millionen Euro selbst aufbringen.")
    assert "recommendation" in after
    teaser = next(r for r in stored(Path("out")) if r["url"].endswith("-1036"))
    assert teaser["quality"]["status"] == "teaser"
    assert teaser["access"]["complete"] is False
