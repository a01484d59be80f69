"""What the first look says of the blocks around one: a closer look at it knows how the others are likely to be judged.

The kept and the dropped stand together: the lines of one box, of one list, below one heading, of one template line. To
judge each block with the first judgement of the others at hand is stacked sequential learning (Cohen and Carvalho,
2005); the training gives it first judgements by trees that had not seen the page's site.
"""

from __future__ import annotations

from typing import Final

from scraper.extraction.blocks import HEADINGS, Block, Box
from scraper.extraction.frame import Frame, text_weight
from scraper.extraction.relations import Relations

_OFFSETS: Final = (-3, -2, -1, 1, 2, 3)
CONTEXT: Final = (
    *(f"first@{offset:+d}" for offset in _OFFSETS), "first", "group_first", "group_first_weighted", "box_first",
    "list_first", "below_first", "heading_first", "kept_before",
)  # fmt: skip
#: what holds lines that go together
_LISTS: Final = frozenset(("table", "ul", "ol", "dl"))
#: stands for what is not there: a neighbour beyond the window, a heading, a list
_NOBODY: Final = -1.0

#: for each block of a window: number of its signature, index of the box around its own, index of the outermost list or
#: table around it or -1, index of the heading above or -1, characters (`text_weight`), those of prose, is it a heading
Places = tuple[list[int], list[int], list[int], list[int], list[int], list[int], list[bool]]


def places_of(frame: Frame, signatures: list[str], relations: Relations) -> Places:
    """Where the blocks of a window stand beside each other."""
    numbers: dict[str, int] = {}
    known: dict[int, int] = {}
    groups = [numbers.setdefault(signature, len(numbers)) for signature in signatures]
    lists = [_list_around(block.box, frame.main, known) for block in frame.blocks]
    weights = [text_weight(block.text) for block in frame.blocks]
    prose = [weight if is_prose else 0 for weight, is_prose in zip(weights, frame.prose, strict=True)]
    return groups, relations.parents, lists, relations.above, weights, prose, _headings(frame.blocks)


def _headings(blocks: list[Block]) -> list[bool]:
    return [block.tag in HEADINGS for block in blocks]


def _list_around(box: Box, main: Box, known: dict[int, int]) -> int:
    """Index of the outermost list or table inside the main box that a box stands in, itself included; -1: none."""
    if box is main or box.parent is None:
        return -1
    found = known.get(box.index)
    if found is None:
        found = _list_around(box.parent, main, known)
        if found < 0 and box.tag in _LISTS:
            found = box.index
        known[box.index] = found
    return found


class Context:
    """First judgements of a window's blocks, and what they say together."""

    __slots__ = ("_above", "_below", "_boxes", "_firsts", "_groups", "_kept", "_lists", "_of", "_weighted")

    def __init__(self, places: Places, firsts: list[float]) -> None:
        """`firsts`: for each block of the window the probability, 0 to 1, that the first look gives."""
        groups, boxes, lists, above, weights, prose, headings = places
        self._firsts, self._above, self._of = firsts, above, (groups, boxes, lists)
        self._groups = _means(groups, firsts, [1] * len(firsts))
        self._weighted = _means(groups, firsts, weights)
        self._boxes = _means(boxes, firsts, [1] * len(firsts))
        self._lists = _means(lists, firsts, [1] * len(firsts))
        self._below = _below(headings, firsts)
        self._kept = _shares(prose, firsts)

    def numbers(self, i: int) -> tuple[float, ...]:
        """The numbers of a block, in the order of CONTEXT."""
        firsts, above, (groups, boxes, lists) = self._firsts, self._above[i], self._of
        end = len(firsts)
        around = [firsts[i + offset] if 0 <= i + offset < end else _NOBODY for offset in _OFFSETS]
        return (
            *around, firsts[i], self._groups[groups[i]], self._weighted[groups[i]], self._boxes[boxes[i]],
            self._lists[lists[i]] if lists[i] >= 0 else _NOBODY, self._below[i],
            firsts[above] if above >= 0 else _NOBODY, self._kept[i],
        )  # fmt: skip


def _means(keys: list[int], firsts: list[float], weights: list[int]) -> dict[int, float]:
    """Key → weighted mean of the blocks that have it."""
    sums: dict[int, float] = {}
    totals: dict[int, int] = {}
    for key, first, weight in zip(keys, firsts, weights, strict=True):
        sums[key] = sums.get(key, 0.0) + weight * first
        totals[key] = totals.get(key, 0) + weight
    return {key: value / totals[key] for key, value in sums.items()}


def _below(headings: list[bool], firsts: list[float]) -> list[float]:
    """For each block, the mean of those between it and the next heading."""
    below = [_NOBODY] * len(firsts)
    total, count = 0.0, 0
    for i in range(len(firsts) - 1, -1, -1):
        if count:
            below[i] = total / count
        if headings[i]:
            total, count = 0.0, 0
        else:
            total += firsts[i]
            count += 1
    return below


def _shares(prose: list[int], firsts: list[float]) -> list[float]:
    """For each block, the share of the prose that is likely to be kept that stands up to its end."""
    total = sum(weight * first for weight, first in zip(prose, firsts, strict=True)) or 1.0
    done, shares = 0.0, []
    for weight, first in zip(prose, firsts, strict=True):
        done += weight * first
        shares.append(done / total)
    return shares
