"""Copies among stored records: found through the index, marked, the first left as it is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import json
from msgspec.structs import replace

from scraper.models import Done, Kept, Link, Record
from scraper.pipeline.duplicates import Duplicates
from scraper.record import content_hash, simhash
from scraper.store.copies import WINDOW
from scraper.store.state import State

_WORDS = ("brücke", "rat", "stadt", "fluss", "bau", "geld", "stimme", "antrag", "gutachten", "sitzung", "plan")


def story(seed: int, words: int = 250) -> str:
    chance = random.Random(seed)
    return " ".join(f"{chance.choice(_WORDS)}{chance.randrange(60)}" for _ in range(words))


def record(id_: str, site: str, body: str, *agencies: str) -> Record:
    made = Record(id=id_, site=site, url=f"https://{site}/{id_}", article_body=body, agencies=agencies)
    return replace(made, simhash=simhash(body), content_hash=content_hash(made))


class Storing:
    """Records as a run stores them."""

    def __init__(self, state: State) -> None:
        self.state, self.now = state, 1_000_000.0
        self.duplicates = Duplicates(state.db, self.now)

    def __call__(self, new: Record) -> Record:
        self.now += 60
        with self.state.db.transaction():
            marked = self.duplicates(new, None, self.now)
            self.state.records.add(marked, self.now)
        return marked


@pytest.fixture
def kept() -> Iterator[Storing]:
    state = State(None)
    yield Storing(state)
    state.close()


def test_agency_copy_is_marked_on_every_site_but_the_first(kept: Storing) -> None:
    text = story(1)
    found = [kept(record(f"r{n}", f"s{n}.example", f"{story(50 + n, 12)} {text}", "dpa")) for n in range(4)]
    assert [r.cluster_id for r in found] == [None, "r0", "r0", "r0"]
    assert [r.syndicated_from for r in found] == [None, "dpa", "dpa", "dpa"]


def test_other_texts_are_left_alone(kept: Storing) -> None:
    assert [kept(record(f"r{n}", f"s{n % 5}.example", story(n), "dpa")).cluster_id for n in range(40)] == [None] * 40


def test_a_story_under_two_addresses_of_one_site_is_no_syndication(kept: Storing) -> None:
    kept(record("one", "a.example", story(1), "dpa"))
    two = kept(record("two", "a.example", story(1), "dpa"))
    assert (two.cluster_id, two.syndicated_from) == ("one", None)


def test_a_ticker_that_grows_on_one_site_is_not_clustered(kept: Storing) -> None:
    kept(record("one", "a.example", story(1)))
    assert kept(record("two", "a.example", story(9, 20) + " " + story(1))).cluster_id is None


def test_a_copy_of_a_copy_belongs_to_the_first(kept: Storing) -> None:
    second = f"{story(9, 30)} {story(1)}"
    for n, text in enumerate([story(1), second, f"{second} {story(8, 30)}"]):
        last = kept(record(f"r{n}", f"s{n}.example", text))
    assert last.cluster_id == "r0"


def test_short_notices_are_not_clustered(kept: Storing) -> None:
    assert [kept(record(f"r{n}", f"s{n}.example", story(1, 40))).cluster_id for n in range(2)] == [None, None]


def test_what_is_older_than_the_window_is_forgotten(kept: Storing) -> None:
    kept(record("one", "a.example", story(1)))
    kept.now += WINDOW + 100
    assert kept(record("two", "b.example", story(1))).cluster_id is None
    Duplicates(kept.state.db, kept.now)
    assert kept.state.db.row("SELECT count(DISTINCT id) FROM bands")[0] == 1  # type: ignore[index]


def test_a_revision_takes_its_old_fingerprint_s_place(kept: Storing) -> None:
    first = kept(record("one", "a.example", story(1)))
    kept.duplicates(replace(first, article_body=story(2), simhash=simhash(story(2))), first, kept.now)
    assert kept(record("two", "b.example", story(1))).cluster_id is None


def test_the_first_does_not_become_a_copy_of_its_copies_when_it_is_revised(kept: Storing) -> None:
    first = kept(record("one", "a.example", story(1)))
    kept(record("two", "b.example", story(1)))
    assert kept.duplicates(replace(first, headline="Neu"), first, kept.now).cluster_id is None


def test_what_a_run_settles_is_marked_in_state_and_file(tmp_path: Path) -> None:
    state = State(None)
    state.write_lines(tmp_path, lambda record: ("x.jsonl", json.encode(record) + b"\n"))
    state.mark = Duplicates(state.db, state.now())
    for site in ("a.example", "b.example"):
        new = record(f"of-{site}", site, story(1), "dpa")
        settled = state.settle(Done(link=Link(url=new.url, site=site), outcome=Kept(new), requests=1)).outcome
    assert isinstance(settled, Kept)
    assert (settled.record.cluster_id, settled.record.syndicated_from) == ("of-a.example", "dpa")
    state.close()
    lines = [json.decode(line, type=Record) for line in (tmp_path / "x.jsonl").read_bytes().splitlines()]
    assert [line.cluster_id for line in lines] == [None, "of-a.example"]
