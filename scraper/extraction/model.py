"""The learned block classifier: boosted trees and log-odds tables from data/model.json, run without any library.

Trained by tests/benchmarks/train.py, which also writes the file's `provenance` (corpus digest, seed, scores).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from math import exp
from typing import TypeVar

import msgspec

from scraper import datafiles
from scraper.errors import ScraperError
from scraper.extraction.features import Row, Scores, Table, feature_names
from scraper.extraction.trees import source_of

#: below and above these log-odds of the first trees the others are not asked: on pages of unseen sites as few blocks
#: are judged wrongly as where they always are. What only looks like the story deceives the first trees more easily
DROPPED, KEPT = -2.0, 3.0
#: where the second trees agree by this much (log-odds), the third would not change the answer
SURE = 2.0
#: probability of a block that is not asked about, as it is far from the story
FAR = 0.02

#: numbers, flags, own flags → sum of the leaves
Trees = Callable[[list[float], int, int], float]


class Tree(msgspec.Struct, frozen=True):
    """Inner nodes in arrays; a child ≥ 0 is a node, a negative one is leaf ~child."""

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    leaf: tuple[float, ...]


class _Words(msgspec.Struct, frozen=True):
    """What data/model.json holds beside the trees."""

    provenance: dict[str, object]
    features: tuple[str, ...]
    names: dict[str, float]
    words: dict[str, float]


class ModelFile(_Words, frozen=True, forbid_unknown_fields=True):
    """What data/model.json holds."""

    trees: tuple[Tree, ...]


_FILE = "model.json"
_Kind = TypeVar("_Kind", bound=_Words)


class Model:
    """The classifier, ready to ask."""

    __slots__ = ("first", "provenance", "scores", "second", "third")

    def __init__(self, words: _Words, first: Trees, second: Trees, third: Trees) -> None:
        self.scores = Scores(words.names, words.words)
        self.provenance = words.provenance
        self.first, self.second, self.third = first, second, third

    def probabilities(self, table: Table, asked: Iterable[int], told: Mapping[int, float]) -> list[float]:
        """How likely each block of a window is the article's, 0 to 1. Most are judged at first sight.

        `asked`: the blocks to judge, the others get FAR; `told`: what a config says of some, for these to be judged by.
        """
        values = [FAR] * len(table.frame.blocks)
        unsure: list[tuple[int, Row]] = []
        for i in asked:
            row = table.look(i)
            value = self.first(row.numbers, row.flags, row.own)
            values[i] = _probability(value)
            if DROPPED < value < KEPT:
                unsure.append((i, row))
        if unsure:
            table.know([told.get(i, value) for i, value in enumerate(values)])
        for i, row in unsure:
            table.look_closer(i, row)
            value = self.second(row.numbers, row.flags, row.own)
            if -SURE < value < SURE:
                value += self.third(row.numbers, row.flags, row.own)
            values[i] = _probability(value)
        return values


def _probability(value: float) -> float:
    return 1.0 / (1.0 + exp(-value))


@cache
def load_model() -> Model:
    """The shipped model, made ready once a process. Raises ScraperError when the file does not fit this code."""
    try:
        trees = import_module("scraper_trees")  # scraper/compiled.py finds it, or nobody
    except ImportError:
        return read_model((datafiles.FOLDER / _FILE).read_bytes())
    ready = datafiles.made(_FILE)
    assert ready is not None  # it is made together with the trees
    words = _checked(msgspec.msgpack.decode(ready, type=_Words))
    return Model(words, trees.first, trees.second, trees.third)


def read_model(data: bytes) -> Model:
    """A model from the bytes of its file. Raises ScraperError when it was trained for other features."""
    file, scope = _checked(msgspec.json.decode(data, type=ModelFile)), dict[str, Trees]()
    exec(source_of(msgspec.to_builtins(file)), scope)  # numbers only: `source_of` sees to it
    return Model(file, scope["first"], scope["second"], scope["third"])


def _checked(file: _Kind) -> _Kind:
    if file.features != feature_names():
        raise ScraperError(
            "scraper/data/model.json was trained for other features than this version computes; "
            "run `python tests/benchmarks/train.py`"
        )
    return file
