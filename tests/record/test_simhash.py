"""Fingerprints: near for texts that were edited, far for others, the same on every machine."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import combinations
from zlib import crc32

import pytest
from msgspec.structs import replace

from scraper.models import Record
from scraper.record import bands, content_hash, distance, same_text, simhash, syndicated_from
from scraper.record.simhash import BITS, alike

_WORDS = [a + b for a in ("bru", "ste", "wal", "hof", "tal", "ker", "mun", "sal") for b in ("de", "gen", "rich", "tor")]


def story(seed: int, words: int = 300) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(_WORDS) + chance.choice(_WORDS) for _ in range(words))


def edited(text: str, share: float, seed: int = 9) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(_WORDS) if chance.random() < share else word for word in text.split())


def record(site: str, body: str, **fields: object) -> Record:
    id_ = f"{site}/{crc32(body.encode())}"
    made = Record(id=id_, site=site, article_body=body, simhash=simhash(body), **fields)  # type: ignore[arg-type]
    return replace(made, content_hash=content_hash(made))


def test_it_never_changes_from_one_machine_to_the_next() -> None:
    assert simhash(" ".join(f"wort{n}" for n in range(100))) == "ac4fa3ac6ee9ff8e"


def test_case_and_punctuation_are_no_difference() -> None:
    assert simhash(story(1).upper().replace(" ", ", ")) == simhash(story(1))


def test_edits_move_it_a_little_other_texts_a_lot() -> None:
    assert distance(simhash(story(1)), simhash(edited(story(1), 0.03))) <= 10
    assert distance(simhash(story(1)), simhash(story(2))) >= 16
    assert distance(simhash(story(1)), "") == BITS


def test_a_short_text_has_none() -> None:
    assert simhash(story(1, 59)) == ""
    assert simhash(story(1, 60)) != ""
    assert bands(story(1, 59)) == ()


def shares(one: str, two: str) -> bool:
    return bool({*bands(one)} & {*bands(two)})


@pytest.mark.parametrize("change", [lambda text: edited(text, 0.05), lambda text: text[: len(text) * 2 // 3]])
def test_an_edited_text_shares_a_band_with_the_first(change: Callable[[str], str]) -> None:
    assert sum(shares(story(n), change(story(n))) for n in range(60)) >= 57


def test_other_texts_share_none() -> None:
    texts = [story(n) for n in range(60)]
    assert not any(shares(one, two) for one, two in combinations(texts, 2))
    assert all(0 <= band < 1 << 63 for text in texts for band in bands(text))  # SQLite's integers


def test_a_text_that_was_only_cut_is_all_alike() -> None:
    assert alike(story(1), story(1)[:900]) > 0.98
    assert alike(story(1), story(2)) < 0.2
    assert alike("", story(1)) == 0.0


def test_agency_copy_on_two_sites_is_found_with_its_agency() -> None:
    first = record("a.example", story(1), agencies=("AFP", "dpa"))
    other = record("b.example", story(3, 20) + " " + edited(story(1), 0.03), agencies=("dpa",))
    assert same_text(other, first)
    assert syndicated_from(other, first) == "dpa"


def test_an_agency_that_one_of_them_names_will_do_and_none_is_none() -> None:
    plain = record("b.example", story(1))
    assert syndicated_from(plain, record("a.example", story(1), agencies=("AFP",))) == "AFP"
    assert same_text(plain, record("a.example", story(1)))
    assert syndicated_from(plain, record("a.example", story(1))) is None


def test_a_live_ticker_is_no_copy_of_itself() -> None:
    early, late = record("a.example", story(1)), record("a.example", story(3, 30) + " " + story(1))
    assert not same_text(late, early)


def test_the_same_words_on_one_site_are_the_same_text() -> None:
    one, two = record("a.example", story(1)), record("a.example", story(1).upper())
    assert same_text(two, one)
    assert syndicated_from(two, one) is None


@pytest.mark.parametrize("body", [story(2), story(1, 40), story(1) + " " + story(2, 400)])
def test_others_short_texts_and_texts_that_quote_it_are_not(body: str) -> None:
    assert not same_text(record("b.example", body), record("a.example", story(1)))
