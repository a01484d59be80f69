"""What mending is made of: kept pages, grades, where a config belongs."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from paper import SITE, after, before, first_config, url

from scraper.document import decoded_body, parse
from scraper.learning import Learned
from scraper.mending import Tally, Trial, place_of
from scraper.mending.trial import graded, same_reading, tried
from scraper.models import Link, Page, Record
from scraper.signals import Signals
from scraper.sites import Layout, Site, load_file, load_text
from scraper.sites.load import shipped_folder
from scraper.store import State
from scraper.store.state_pages import LARGEST, MOST, is_known

READ, UNREAD = Signals(rules={"body:div.a": 1, "remove:p": 0}), Signals(rules={"body:div.a": 0, "remove:p": 2})


def keep(state: State, number: int, signals: Signals = READ, body: bytes = b"<p>", run: int = 0) -> None:
    record = Record(id=f"{number:04}", site=SITE, url=url(number))
    page = Page(link=Link(url=record.url), url=record.url, body=body, headers={"content-type": "text/html"})
    with state.db.transaction():
        state.signals.put(record, signals, float(number), run)
        state.pages.put(record, page, signals, float(number), run)


# --- kept pages ----------------------------------------------------------------------------------


def test_a_kept_page_comes_back_as_it_was() -> None:
    with closing(State(None)) as state:
        keep(state, 1, body=before(1).encode())
        (page,) = state.pages.of(SITE)
        assert (page.record, page.asked, page.url, page.content_type) == ("0001", url(1), url(1), "text/html")
        assert decoded_body(page.body, page.encoding, limit=100_000) == before(1).encode()
        keep(state, 1, UNREAD, body=b"<p>later")
        assert state.pages.of(SITE) == [page], "as it was when it was new"


def test_of_each_kind_the_newest_are_kept_the_oldest_first() -> None:
    with closing(State(None)) as state:
        for number in range(60):
            keep(state, number, UNREAD if number >= 50 else READ)
        keep(state, 5)
        kept = [int(page.record) for page in state.pages.of(SITE)]
        assert kept == [*range(50 - MOST, 50), *range(50, 60)]


def test_giant_pages_are_not_kept_and_many_large_ones_fill_a_cap() -> None:
    with closing(State(None)) as state:
        state_of_chance = bytes((n * n * 7919 >> 5) & 255 for n in range(LARGEST + LARGEST // 4))
        keep(state, 1, body=state_of_chance * 3)
        assert len(state.pages.of(SITE)) <= 1
        row = state.db.row("SELECT coalesce(sum(size), 0) FROM pages")
        assert row
        assert row[0] <= LARGEST


@pytest.mark.parametrize(
    ("rules", "known"),
    [
        ({"body:div.a": 0, "text:p": 3}, False),
        ({"body:div.a": 0, "body:div.b": 1}, True),
        ({"remove:p": 1}, True),
        ({}, False),
    ],
)
def test_a_page_is_known_by_its_body(rules: dict[str, int], known: bool) -> None:
    assert is_known(Signals(rules=rules)) is known


# --- grades --------------------------------------------------------------------------------------

NOTHING = Tally()
FINE = Trial(pages=6, generic=Tally(repeated=6), config=Tally(repeated=6), candidate=NOTHING, fresh=9000, old=8)
EVEN = replace(FINE, generic=NOTHING, config=NOTHING)


@pytest.mark.parametrize(
    ("trial", "grade", "why"),
    [
        (FINE, "better", "keeps 0 repeated lines; the generic way keeps 6"),
        (EVEN, "equal", "gives what the generic way gives"),
        (replace(EVEN, candidate=Tally(gained=400)), "better", "400 characters of prose more"),
        (replace(FINE, candidate=Tally(lost=400)), "refused", "loses 400 of 9000 characters"),
        (replace(FINE, candidate=Tally(repeated=7)), "refused", "keeps 7 lines that stand on several pages"),
        (replace(FINE, config=NOTHING, candidate=Tally(repeated=1)), "refused", "the config as it is 0"),
        (replace(FINE, unread=(url(1), url(2))), "refused", "finds nothing on 2 of 6 pages"),
        (replace(FINE, changed=(url(1),)), "refused", "1 of 8 pages of the old layout"),
        (replace(FINE, worse=("x/y @ body",)), "refused", "x/y @ body"),
    ],
)
def test_what_a_candidate_is_worth(trial: Trial, grade: str, why: str) -> None:
    found = graded(trial)
    assert found[0] == grade
    assert why in found[1]


def site_of(learned: Learned) -> Site:
    return Site(domain=SITE, layouts=(learned.layout,))


def test_pages_are_read_by_what_was_learned_from_others() -> None:
    pages = [parse(after(n), url(n)) for n in range(7)]
    trial = tried(pages, Site(domain=SITE, layouts=(Layout(body=("div.gone",)),)), site_of)
    assert (trial.pages, trial.unread) == (7, ())
    assert (trial.generic.repeated, trial.config.repeated, trial.candidate.repeated) == (7, 7, 0)
    assert trial.candidate.lost == 0


def test_a_layout_that_catches_old_pages_is_seen() -> None:
    pages = [parse(before(n), url(n)) for n in range(3)]
    old = Layout(body=("div.story-text",))
    site = Site(domain=SITE, layouts=(old,))
    closed = Layout(body=("div.story-text",), until=date(2026, 10, 1))
    fine = Site(domain=SITE, layouts=(Layout(body=("section.c-body",)), closed))
    greedy = Site(domain=SITE, layouts=(Layout(body=("article.story",), remove=("header",)), closed))
    assert same_reading(pages, site, fine) == ()
    assert len(same_reading(pages, site, greedy)) == 3


# --- where it belongs ----------------------------------------------------------------------------


def test_a_config_of_ones_own_is_mended_where_it_is() -> None:
    assert place_of(load_file(first_config())) == (Path("configs") / f"{SITE}.toml", "")


def test_a_shipped_config_gets_one_over_it() -> None:
    path, why = place_of(Site(domain=SITE, source=str(shipped_folder() / f"{SITE}.toml")))
    assert path == Path("configs") / f"{SITE}.toml"
    assert "came with scraper" in why
    assert "which comes before it" in why


def test_a_config_that_cannot_be_written_gets_one_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    source = first_config(Path("elsewhere"))
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write anything
    path, why = place_of(load_file(source))
    assert path == Path("configs") / f"{SITE}.toml"
    assert "cannot be written" in why


def test_a_text_is_loaded_as_if_it_were_the_file() -> None:
    path = first_config()
    assert load_text(path.read_text(), path) == load_file(path)
