"""The learned block classifier: boosted trees and log-odds tables from data/model.json, run without any library.

Trained by tests/benchmarks/train.py, which also writes the file's `provenance` (corpus digest, seed, scores).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from math import exp
from typing import NamedTuple

import msgspec

from scraper.errors import ScraperError
from scraper.extraction.classes import flag_bits
from scraper.extraction.features import Row, Scores, feature_names, number_names

#: trees asked first; where they agree by this much (log-odds), the others would not change the answer
FIRST_TREES, SURE = 30, 2.2

#: numbers, flags, own flags → sum of the leaves
Trees = Callable[[list[float], int, int], float]


class Tree(msgspec.Struct, frozen=True):
    """Inner nodes in arrays; a child ≥ 0 is a node, a negative one is leaf ~child."""

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    leaf: tuple[float, ...]


class ModelFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What data/model.json holds."""

    provenance: dict[str, object]
    features: tuple[str, ...]
    names: dict[str, float]
    words: dict[str, float]
    trees: tuple[Tree, ...]


class Model(NamedTuple):
    """The classifier, ready to ask."""

    scores: Scores
    provenance: dict[str, object]
    first: Trees
    rest: Trees

    def probability(self, row: Row) -> float:
        """How likely the block is the article's, 0 to 1."""
        value = self.first(*row)
        if -SURE < value < SURE:
            value += self.rest(*row)
        return 1.0 / (1.0 + exp(-value))


@cache
def load_model() -> Model:
    """The shipped model, compiled once a process. Raises ScraperError when the file does not fit this code."""
    return read_model(resources.files("scraper").joinpath("data/model.json").read_bytes())


def read_model(data: bytes) -> Model:
    """A model from the bytes of its file. Raises ScraperError when it was trained for other features."""
    file = msgspec.json.decode(data, type=ModelFile)
    if file.features != feature_names():
        raise ScraperError(
            "scraper/data/model.json was trained for other features than this version computes; "
            "run `python tests/benchmarks/train.py`"
        )
    first, rest = file.trees[:FIRST_TREES], file.trees[FIRST_TREES:]
    return Model(Scores(file.names, file.words), file.provenance, _compiled(first), _compiled(rest))


def _compiled(trees: Sequence[Tree]) -> Trees:
    """Sum of the trees as one function of nested conditionals.

    Walking the arrays in Python takes three times as long as the rest of the extraction. Each number that is asked
    for becomes a local variable first: hundreds of tests look at it then. The source is made from numbers only
    (msgspec has checked that they are numbers).
    """
    asked = {feature for tree in trees for feature in tree.feature}
    names = [f"x{i}" if i in asked else "_" for i in range(len(number_names()))]
    lines = ["def value(x, f, o):", f" {', '.join(names)} = x", " s = 0.0"]
    tests = _tests()
    for tree in trees:
        _write(tree, 0 if tree.feature else ~0, 1, lines, tests)
    lines.append(" return s")
    scope: dict[str, Trees] = {}
    exec("\n".join(lines), scope)
    return scope["value"]


def _tests() -> list[str]:
    """For each feature, the condition under which a tree goes left; "{}" is its threshold."""
    bits = flag_bits().values()
    numbers = [f"x{i} <= {{}}" for i in range(len(number_names()))]
    return [*numbers, *(f"not f & {bit}" for bit in bits), *(f"not o & {bit}" for bit in bits)]


def _write(tree: Tree, node: int, depth: int, lines: list[str], tests: Sequence[str]) -> None:
    pad = " " * depth
    if node < 0:
        lines.append(f"{pad}s += {tree.leaf[~node]!r}")
        return
    lines.append(f"{pad}if {tests[tree.feature[node]].format(repr(tree.threshold[node]))}:")
    _write(tree, tree.left[node], depth + 1, lines, tests)
    lines.append(f"{pad}else:")
    _write(tree, tree.right[node], depth + 1, lines, tests)
