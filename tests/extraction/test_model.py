"""The shipped classifier: two looks at a block, of which the first is enough for most."""

from __future__ import annotations

import json
import re

from scraper import datafiles
from scraper.document import parse
from scraper.extraction.clues import clues_of
from scraper.extraction.features import Table, feature_names, first_names, number_names
from scraper.extraction.frame import Frame
from scraper.extraction.model import load_model
from scraper.extraction.segment import segment
from scraper.extraction.trees import FIRST_TREES

STORY = "The council met on Tuesday, and it was said that more would follow before the end of the year. "
PAGE = (
    "<html><head><title>The bridge</title></head><body><article><h1>The bridge of the town</h1>"
    + "".join(f"<p>{STORY * 3}{i}.</p>" for i in range(8))
    + "</article><aside><h2>Read more</h2><ul>"
    + "".join(f'<li><a href="/{i}">Another story {i}</a></li>' for i in range(9))
    + "</ul></aside></body></html>"
)


def test_the_first_trees_ask_for_what_a_first_look_gives() -> None:
    model = json.loads((datafiles.FOLDER / "model.json").read_bytes())
    later = range(len(first_names()), len(number_names()))
    asked = {feature for tree in model["trees"][:FIRST_TREES] for feature in tree["feature"]}
    assert asked.isdisjoint(later)
    assert not asked.isdisjoint(range(len(first_names())))


def test_a_closer_look_adds_to_the_first() -> None:
    document = parse(PAGE)
    frame = Frame(segment(document))
    table = Table(frame, clues_of(document), load_model().scores)
    row = table.look(1)
    first = list(row.numbers)
    table.know([0.5] * len(frame.blocks))
    assert len(first) == len(first_names())
    table.look_closer(1, row)
    assert row.numbers[: len(first)] == first
    assert len(row.spread()) == len(feature_names())


def test_flags_stand_behind_the_numbers() -> None:
    names = feature_names()
    assert names[: len(number_names())] == number_names()
    assert all(re.match("flag_|own_", name) for name in names[len(number_names()) :])
