"""Boosted trees as Python source: a function of nested conditionals for each run of trees.

Walking the trees' arrays in Python takes three times as long as the rest of the extraction. The installation compiles
the same source to machine code where it can, from this file alone: nothing but the standard library is imported here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: trees asked first; the others are a classifier of their own, for what these are not sure of. Of those, too, some are
#: asked before the rest
FIRST_TREES, SECOND_TREES = 60, 100
#: leaves of one function: what compiling it takes grows faster than its length
_TOGETHER = 1_900

_HEAD = '''"""Made by scraper/extraction/trees.py."""

from __future__ import annotations
'''


def source_of(model: Mapping[str, Any]) -> str:
    """Source of a module with `first`, `second` and `third`: sums of the leaves of these trees.

    `model`: data/model.json, decoded. The functions take the numbers of a block, the flags that count for it and those
    of its own box, as `features.Row` holds them. A leaf or a threshold goes into the source as a number, whatever the
    file holds. Raises ValueError, TypeError, KeyError or IndexError for a file that is none.
    """
    names = [str(name) for name in model["features"]]
    flags = sum(name.startswith("flag_") for name in names)
    numbers = len(names) - 2 * flags
    tests = [f"x{i} <= {{}}" for i in range(numbers)]
    tests += [f"not {letter} & {1 << i}" for letter in "fo" for i in range(flags)]
    trees = model["trees"]
    lines = [_HEAD]
    second, third = FIRST_TREES, FIRST_TREES + SECOND_TREES
    for name, part in (("first", trees[:second]), ("second", trees[second:third]), ("third", trees[third:])):
        runs = _runs(part)
        lines += [_function(f"_{name}{i}", run, tests, numbers) for i, run in enumerate(runs)]
        total = " + ".join(f"_{name}{i}(x, f, o)" for i in range(len(runs))) or "0.0"
        lines.append(f"\ndef {name}(x: list[float], f: int, o: int) -> float:\n return {total}\n")
    return "\n".join(lines)


def _runs(trees: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """The trees in order, as many together as one function may have."""
    runs: list[list[Mapping[str, Any]]] = []
    leaves = _TOGETHER
    for tree in trees:
        leaves += len(tree["leaf"])
        if leaves > _TOGETHER:
            runs.append([])
            leaves = len(tree["leaf"])
        runs[-1].append(tree)
    return runs


def _function(name: str, trees: Sequence[Mapping[str, Any]], tests: Sequence[str], numbers: int) -> str:
    """Each number that is asked for becomes a local variable first: hundreds of tests look at it then."""
    asked = sorted({i for tree in trees for i in tree["feature"] if i < numbers})
    lines = ["", f"def {name}(x: list[float], f: int, o: int) -> float:", " s = 0.0"]
    lines += [f" x{i} = x[{i}]" for i in asked]
    for tree in trees:
        _write(tree, 0 if tree["feature"] else ~0, 1, lines, tests)
    return "\n".join([*lines, " return s", ""])


def _write(tree: Mapping[str, Any], node: int, depth: int, lines: list[str], tests: Sequence[str]) -> None:
    pad = " " * depth
    if node < 0:
        lines.append(f"{pad}s += {float(tree['leaf'][~node])!r}")
        return
    lines.append(f"{pad}if {tests[tree['feature'][node]].format(repr(float(tree['threshold'][node])))}:")
    _write(tree, tree["left"][node], depth + 1, lines, tests)
    lines.append(f"{pad}else:")
    _write(tree, tree["right"][node], depth + 1, lines, tests)
