"""What the first look says of the blocks around one: a closer look at it knows how the others are likely to be judged.

The kept and the dropped stand together: the lines of one box, of one list, below one heading, of one template line. To
judge each block with the first judgement of the others at hand is stacked sequential learning (Cohen and Carvalho,
2005); the training gives it first judgements by trees that had not seen the page's site.
"""

from __future__ import annotations

from typing import Final

from scraper.extraction.blocks import HEADINGS, Box
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

#: for each block of a window: numbers, from 0 on, of its signature, of the box around its own, of the outermost list
#: or table around it (or -1); index of the heading above (or -1); characters (`text_weight`), the same if it is prose,
#: else 0; is it a heading
Places = tuple[list[int], list[int], list[int], list[int], list[int], list[int], list[bool]]


def places_of(frame: Frame, signatures: list[str], relations: Relations) -> Places:
    """Where the blocks of a window stand beside each other."""
    groups: dict[str, int] = {}
    boxes: dict[int, int] = {}
    lists: dict[int, int] = {-1: -1}
    around: dict[int, int] = {}
    places: Places = ([], [], [], relations.above, [], [], [])
    for block, signature, parent, is_prose in zip(
        frame.blocks, signatures, relations.parents, frame.prose, strict=True
    ):
        weight = text_weight(block.text)
        places[0].append(groups.setdefault(signature, len(groups)))
        places[1].append(boxes.setdefault(parent, len(boxes)))
        places[2].append(lists.setdefault(_list_around(block.box, frame.main, around), len(lists) - 1))
        places[4].append(weight)
        places[5].append(weight if is_prose else 0)
        places[6].append(block.tag in HEADINGS)
    return places


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

    __slots__ = ("_above", "_below", "_boxes", "_firsts", "_groups", "_kept", "_lists", "_places", "_weighted")

    def __init__(self, places: Places, firsts: list[float]) -> None:
        """`firsts`: for each block of the window the probability, 0 to 1, that the first look gives."""
        groups, boxes, lists, above, weights, prose, headings = places
        self._firsts, self._above, self._places = firsts, above, (groups, boxes, lists)
        self._groups, self._weighted = _means(groups, firsts), _weighted_means(groups, firsts, weights)
        self._boxes, self._lists = _means(boxes, firsts), _means(lists, firsts)
        self._below = _below(headings, firsts)
        self._kept = _shares(prose, firsts)

    def numbers(self, i: int) -> tuple[float, ...]:
        """The numbers of a block, in the order of CONTEXT."""
        firsts, above, (groups, boxes, lists) = self._firsts, self._above[i], self._places
        end = len(firsts)
        around = [firsts[i + offset] if 0 <= i + offset < end else _NOBODY for offset in _OFFSETS]
        return (
            *around, firsts[i], self._groups[groups[i]], self._weighted[groups[i]], self._boxes[boxes[i]],
            self._lists[lists[i]] if lists[i] >= 0 else _NOBODY, self._below[i],
            firsts[above] if above >= 0 else _NOBODY, self._kept[i],
        )  # fmt: skip


def _means(keys: list[int], firsts: list[float]) -> list[float]:
    """Key → mean of the blocks that have it; those with key -1 are left out."""
    count = max(keys) + 1
    sums, totals = [0.0] * count, [0] * count
    for i in range(len(firsts)):
        key = keys[i]
        if key >= 0:
            sums[key] += firsts[i]
            totals[key] += 1
    return [sums[key] / totals[key] for key in range(count)]


def _weighted_means(keys: list[int], firsts: list[float], weights: list[int]) -> list[float]:
    count = max(keys) + 1
    sums, totals = [0.0] * count, [0] * count
    for i in range(len(firsts)):
        key, weight = keys[i], weights[i]
        sums[key] += weight * firsts[i]
        totals[key] += weight
    return [sums[key] / totals[key] for key in range(count)]


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
    done, sums = 0.0, []
    for i in range(len(firsts)):
        done += prose[i] * firsts[i]
        sums.append(done)
    return [value / done for value in sums] if done else sums
