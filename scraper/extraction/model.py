"""The learned block classifier: boosted trees and log-odds tables from data/model.json, run without any library.

Trained by tests/benchmarks/train.py, which also writes the file's `provenance` (corpus digest, seed, scores).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from math import exp
from typing import NamedTuple, TypeVar

import msgspec

from scraper import datafiles
from scraper.errors import ScraperError
from scraper.extraction.features import Scores, Table, feature_names
from scraper.extraction.trees import source_of

#: below and above these log-odds of the first trees the others are not asked: on pages of unseen sites as few blocks
#: are judged wrongly as where they always are. What only looks like the story deceives the first trees more easily
DROPPED, KEPT = -2.0, 3.0
#: where the second trees agree by this much (log-odds), the third would not change the answer
SURE = 2.0

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


_Kind = TypeVar("_Kind", bound=_Words)


class Model(NamedTuple):
    """The classifier, ready to ask."""

    scores: Scores
    provenance: dict[str, object]
    first: Trees
    second: Trees
    third: Trees

    def probability(self, table: Table, i: int) -> float:
        """How likely a block of a page is the article's, 0 to 1. Most are told at first sight."""
        row = table.look(i)
        value = self.first(*row)
        if DROPPED < value < KEPT:
            table.look_closer(i, row)
            value = self.second(*row)
            if -SURE < value < SURE:
                value += self.third(*row)
        return 1.0 / (1.0 + exp(-value))


@cache
def load_model() -> Model:
    """The shipped model, made ready once a process. Raises ScraperError when the file does not fit this code."""
    data = (datafiles.FOLDER / "model.json").read_bytes()
    try:
        trees = import_module("scraper_trees")  # scraper/compiled.py finds it, or nobody
    except ImportError:
        return read_model(data)
    words = _decoded(data, _Words)
    return Model(Scores(words.names, words.words), words.provenance, trees.first, trees.second, trees.third)


def read_model(data: bytes) -> Model:
    """A model from the bytes of its file. Raises ScraperError when it was trained for other features."""
    file, scope = _decoded(data, ModelFile), dict[str, Trees]()
    exec(source_of(msgspec.to_builtins(file)), scope)  # numbers only: `source_of` sees to it
    return Model(Scores(file.names, file.words), file.provenance, scope["first"], scope["second"], scope["third"])


def _decoded(data: bytes, kind: type[_Kind]) -> _Kind:
    file = msgspec.json.decode(data, type=kind)
    if file.features != feature_names():
        raise ScraperError(
            "scraper/data/model.json was trained for other features than this version computes; "
            "run `python tests/benchmarks/train.py`"
        )
    return file
