"""Boxes as selectors see them: a tag and those names that other pages of the site have too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from scraper.document import Node
from scraper.extraction.blocks import Box

#: attributes beside class and id that templates name their boxes with
_NAMING = ("itemprop", "data-component", "data-module", "data-name", "data-qa", "data-role", "data-testid", "data-type",
           "data-widget", "role")  # fmt: skip
#: names with so many digits in a row count things: articles, days, widgets
_COUNTED = re.compile(r"\d{3}")
_LONGEST = 60
#: pages that must have a name for it to be the template's
LEAST_PAGES = 2
#: names of a box that are tried in a selector
_TRIED = 8


class Step(NamedTuple):
    """A tag with names, each of them a piece of CSS: ".teaser", "#story", '[itemprop="articleBody"]'."""

    tag: str
    names: frozenset[str] = frozenset()

    def css(self) -> str:
        return self.tag + "".join(sorted(self.names, key=_rank))

    def fits(self, other: Step) -> bool:
        """Whether a box with this step's own names is one of those that `other` selects."""
        return self.tag == other.tag and self.names >= other.names


#: the steps of a box and of the one around it: what selectors can tell boxes apart by
Kind = tuple[Step, Step | None]


class Selector(NamedTuple):
    """What selects boxes: a step, below a parent's step where one alone says too much."""

    step: Step
    parent: Step | None = None

    def css(self) -> str:
        return f"{self.parent.css()} > {self.step.css()}" if self.parent else self.step.css()

    def fits(self, kind: Kind) -> bool:
        """Whether it finds boxes of that kind."""
        step, parent = kind
        if not step.fits(self.step):
            return False
        return self.parent is None or (parent is not None and parent.fits(self.parent))


class Steps:
    """The kinds of all boxes of a sample, as numbers: names that only one of its pages has are left out."""

    def __init__(self, pages: Sequence[Iterable[Box]]) -> None:
        self._all: dict[int, Step] = {}
        seen: Counter[tuple[str, str]] = Counter()
        for boxes in pages:
            names: set[tuple[str, str]] = set()
            for box in boxes:
                step = self._all[id(box)] = Step(box.tag, frozenset(names_of(box.node)))
                names.update((box.tag, name) for name in step.names)
            seen.update(names)
        least = min(LEAST_PAGES, len(pages))
        for key, step in self._all.items():
            kept = frozenset(name for name in step.names if seen[step.tag, name] >= least)
            self._all[key] = Step(step.tag, kept)
        self._numbers: dict[Kind, int] = {}
        self.kinds: list[Kind] = []
        self._found: dict[Selector, frozenset[int]] = {}

    def number(self, box: Box) -> int:
        """The index in `kinds` of a box's kind."""
        kind = self._all[id(box)], self._all[id(box.parent)] if box.parent else None
        if kind not in self._numbers:
            self._numbers[kind] = len(self.kinds)
            self.kinds.append(kind)
        return self._numbers[kind]

    def found(self, selector: Selector) -> frozenset[int]:
        """The kinds that a selector finds; all boxes must have been numbered."""
        found = self._found.get(selector)
        if found is None:
            found = self._found[selector] = frozenset(i for i, kind in enumerate(self.kinds) if selector.fits(kind))
        return found


def selectors(kind: Kind) -> Iterator[Selector]:
    """Selectors that find boxes of a kind, the shortest first; each has a name somewhere."""
    own = list(_parts(kind[0]))
    yield from (Selector(step) for step in own if step.names)
    yield from below(kind)


def below(kind: Kind) -> Iterator[Selector]:
    """Selectors that name the parent too, the shortest first."""
    whole, around = kind
    above = list(_parts(around)) if around else []
    for step in (*_parts(whole), whole):
        yield from (Selector(step, parent) for parent in above if step.names or parent.names)


def _parts(step: Step) -> Iterator[Step]:
    """The step with fewer of its names: none, each alone, each pair."""
    names = sorted(step.names, key=_rank)[:_TRIED]
    yield Step(step.tag)
    yield from (Step(step.tag, frozenset((name,))) for name in names)
    yield from (Step(step.tag, frozenset(pair)) for pair in combinations(names, 2))


def names_of(node: Node) -> Iterator[str]:
    """The pieces of CSS that name a node."""
    attributes = node.attributes
    for name in (attributes.get("class") or "").split():
        if _tells(name):
            yield f".{escaped(name)}"
    if (key := attributes.get("id")) and _tells(key) and " " not in key:
        yield f"#{escaped(key)}"
    for attribute in _NAMING:
        if (value := attributes.get(attribute)) and _tells(value) and '"' not in value and "\\" not in value:
            yield f'[{attribute}="{value}"]'


def _tells(name: str) -> bool:
    return len(name) <= _LONGEST and not _COUNTED.search(name)


#: what utility classes look like: "mt-4", "md:flex", "w-full", "hidden"
_UTILITY = re.compile(
    r"[:/\[\]%!]|^-?[a-z]{1,3}-\w{1,4}$|^(?:flex|grid|block|hidden|relative|absolute|container|row|col)$"
)
#: what build tools make of class names: "css-1x2y3z", "_paragraph_dphl0_4", "sc-bdVaJa"
_BUILT = re.compile(r"^(?:css|sc|jsx|svelte)-\w+$|[_-](?=\w*\d)(?=\w*[a-z])\w{5,}(?:_\d+)?$")


def _rank(name: str) -> tuple[int, int, str]:
    """The most telling first: ids and roles of data, then words, then what tools made, then utilities."""
    bare = name.lstrip(".#").replace("\\", "")
    if name[0] == "[":
        kind = 0 if name.startswith("[itemprop") else 2
    elif _BUILT.search(bare):
        kind = 3
    elif _UTILITY.search(bare):
        kind = 4
    else:
        kind = 1
    return kind, len(bare), name


def tells_much(name: str) -> bool:
    """Whether a name is a person's word for a box, which outlives the next build of the site."""
    return _rank(name)[0] < 3 and not _STYLE.search(name)


#: classes that say how something looks ("text-xl", "font-sans"), or that styling tools number ("headline-0-2-15")
_STYLE = re.compile(r"^\.(?:bg|border|flex|font|grid|items|justify|leading|rounded|text|tracking)-|(?:-\d+){3}$")
_PLAIN = re.compile(r"[^A-Za-z0-9_\u0080-\uffff-]")


def escaped(name: str) -> str:
    """A class name or id as CSS writes it (CSSOM's "serialize an identifier", near enough)."""
    name = _PLAIN.sub(lambda match: f"\\{match[0]}", name)
    if name[0].isdigit():
        return f"\\3{name[0]} {name[1:]}"
    if name[0] == "-" and (len(name) == 1 or name[1].isdigit()):
        return f"\\{name}"
    return name
