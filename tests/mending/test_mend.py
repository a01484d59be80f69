"""A redesign from end to end: run, verdict, proposal, apply, and what the next runs and old pages make of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from paper import CLOSING, SITE, Paper, after, before, paragraphs, url

from scraper.pipeline.read import UNKNOWN_LAYOUT, read_article
from scraper.sites import Site, load_file
from scraper.store import State

Run = Callable[..., Any]
PROPOSAL = Path("output/proposals") / f"{SITE}.toml"


def records() -> dict[str, dict[str, Any]]:
    """address → record."""
    lines = [line for path in Path("output/records").rglob("*.jsonl") for line in path.read_text().splitlines()]
    return {record["url"]: record for record in map(json.loads, lines)}


def body(number: int) -> str:
    return "\n\n".join(paragraphs(number))


@pytest.fixture
def old_site(config: Path) -> Site:
    """The config before anything broke."""
    return load_file(config)


@pytest.fixture
def redesigned(paper: Paper, old_site: Site, release: Run) -> Callable[[int], Any]:
    """`redesigned(3)`: twelve articles of the old layout, three of the new one; the last run's result."""

    def run(count: int, *options: object) -> Any:
        paper.redesigned = 12
        release(12)
        return release(12 + count, *options)

    return run


def test_records_of_an_unknown_layout_say_so_at_once(redesigned: Run) -> None:
    redesigned(1)
    found = records()
    assert found[url(11)]["articleBody"] == body(11)
    assert found[url(11)]["provenance"]["articleBody"] == "config"
    assert found[url(11)]["quality"] == {"status": "ok", "reasons": []}
    assert found[url(12)]["provenance"]["articleBody"] == "blocks"
    assert found[url(12)]["quality"] == {"status": "ok", "reasons": [UNKNOWN_LAYOUT]}
    assert body(12) in found[url(12)]["articleBody"]


def test_from_the_first_article_to_the_mended_config(
    redesigned: Run, release: Run, scraper: Run, config: Path, old_site: Site
) -> None:
    few = redesigned(3)
    assert few.code == 1
    assert f"the first was {url(12)}" in few.err
    assert "it is learned anew from 5 pages on, and there are 3" in few.err
    assert not PROPOSAL.exists()

    enough = release(17, "--report", "report.json")
    assert f"a new layout, learned from 5 pages, is proposed in {PROPOSAL}" in enough.err
    assert "is proposed in" in json.loads(Path("report.json").read_text())["mending"][SITE]
    assert "is proposed in" in " ".join(json.loads(scraper("status", "--json").out)["sites"][0]["reasons"])
    text = config.read_text()
    assert load_file(PROPOSAL).layouts[0].body

    shown = scraper("mend", SITE)
    assert (shown.code, config.read_text()) == (0, text)
    assert f"broken since {url(12)}" in shown.out
    assert "+[[layouts]]" in shown.out
    assert "+until = 2026-10-0" in shown.out
    assert "pages of the old layout that stay as they are: 12 of 12" in shown.out
    assert "nothing was written" in shown.out

    assert scraper("mend", SITE, "--apply").code == 0
    assert config.read_text() != text
    assert not PROPOSAL.exists()
    mended = load_file(config)
    assert [layout.until is None for layout in mended.layouts] == [True, False]
    assert mended.article_url == old_site.article_url
    again = scraper("mend")
    assert (again.code, again.out.count("\n")) == (0, 1)
    assert "its config was changed since its last article" in again.out

    well = release(20)
    assert well.code == 0
    assert records()[url(19)]["articleBody"] == body(19)
    assert records()[url(19)]["quality"]["reasons"] == []
    assert scraper("mend").out == "No site's layout is broken.\n"
    for number in range(12):
        old, new = (read_article(before(number), url(number), site=site) for site in (old_site, mended))
        assert old == new
    for number in range(40, 44):
        assert read_article(after(number), url(number), site=mended).article_body == body(number)


def test_what_was_tried_is_not_tried_again(redesigned: Run, release: Run, config: Path) -> None:
    redesigned(5)
    first = PROPOSAL.stat().st_mtime_ns
    again = release(17)
    assert "is proposed in" in again.err
    release(18)
    assert PROPOSAL.stat().st_mtime_ns == first
    release(20)
    assert PROPOSAL.stat().st_mtime_ns > first
    with closing(State(Path("output/scraper.db"), read_only=True)) as state:
        assert [one.pages for one in state.mendings.of(SITE)] == [8, 5]


def test_auto_mend_writes_what_beats_the_generic_way(
    redesigned: Run, release: Run, config: Path, old_site: Site
) -> None:
    assert CLOSING in read_article(after(12), url(12)).article_body, "else there is nothing to beat"
    result = redesigned(5, "--auto-mend")
    assert f"was written to {config}: on pages that it was not learned from it keeps 0 repeated lines" in result.err
    assert not PROPOSAL.exists()
    assert release(18, "--auto-mend").code == 0
    assert records()[url(17)]["articleBody"] == body(17)


def test_auto_mend_leaves_it_at_a_proposal_where_the_generic_way_does_as_well(
    redesigned: Run, release: Run, scraper: Run, paper: Paper, config: Path
) -> None:
    paper.closing, text = False, config.read_text()
    result = redesigned(5, "--auto-mend")
    assert "gives what the generic way gives" in result.err
    assert "--apply writes it; --auto-mend did not, for it is no better than the generic way" in result.err
    assert config.read_text() == text
    assert PROPOSAL.exists()
    status = scraper("status", "--json")
    (site,) = json.loads(status.out)["sites"]
    assert "--auto-mend did not" in " ".join(site["reasons"])
    assert (result.code, status.code, site["verdict"]) == (0, 0, "degraded"), "its records are as good as they can be"
    assert site["firstBad"] == url(12)
    assert release(18, "--auto-mend").code == 0, "night after night"
    assert scraper("mend", SITE, "--apply").code == 0
    assert release(19, "--auto-mend").code == 0
    assert records()[url(18)]["articleBody"] == body(18)


def test_what_was_proposed_is_written_once_that_is_asked_for(redesigned: Run, release: Run) -> None:
    redesigned(5)
    assert PROPOSAL.exists()
    assert "was written to" in release(17, "--auto-mend").err, "though nothing is new but the option"
    assert not PROPOSAL.exists()


def test_webhooks_are_told_of_what_was_done(redesigned: Run, release: Run, paper: Paper) -> None:
    redesigned(3, "--webhook", paper.hook)
    assert [(one["old"], one["new"]) for one in paper.heard] == [(None, "broken")]
    release(17, "--webhook", paper.hook)
    assert len(paper.heard) == 2
    assert "is proposed in" in paper.heard[1]["text"]
    release(17, "--webhook", paper.hook)
    assert len(paper.heard) == 2


def test_without_pages_nothing_is_mended(redesigned: Run, paper: Paper, release: Run, scraper: Run) -> None:
    paper.redesigned = 12
    release(12, "--no-keep-pages")
    result = release(18, "--no-keep-pages", "--auto-mend")
    assert "it is learned anew from 5 pages on, and there are 0" in result.err
    assert scraper("mend").code == 1


def test_a_site_without_a_config_has_nothing_to_mend(paper: Paper, release: Run, scraper: Run, config: Path) -> None:
    config.write_text(config.read_text().partition("[[layouts]]")[0])
    paper.redesigned = 12
    release(12)
    release(18)
    shown = scraper("mend", SITE)
    assert shown.code == 0
    assert "its config has no layout" in shown.out
    config.unlink()
    assert "the site has no config" in scraper("mend", SITE).out


def test_a_page_that_a_person_checked_must_not_get_worse(redesigned: Run, scraper: Run) -> None:
    redesigned(5)
    page = Path("new.html")
    coda = paragraphs(61)[:3]
    lines = "".join(f"<p>{line}</p>" for line in coda)
    page.write_text(after(60).replace("</section>", f'</section><div class="c-coda">{lines}</div>'))
    scraper("record", page, "--url", url(60))
    (expected,) = Path("tests/pages").rglob("expected.json")
    assert all(line in expected.read_text() for line in coda)
    shown = scraper("mend", SITE, "--apply")
    assert shown.code == 1
    assert f"the new layout is not good enough: pages checked by hand would be worse: {SITE}/" in shown.out


def test_bad_input_gets_one_sentence(scraper: Run, redesigned: Run) -> None:
    nowhere = scraper("mend", "-o", "nowhere")
    assert (nowhere.code, nowhere.err.count("\n")) == (2, 1)
    redesigned(0)
    unknown = scraper("mend", "unbekannt.example")
    assert unknown.code == 2
    assert "unbekannt.example was in no run yet" in unknown.err
