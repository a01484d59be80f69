"""Decided pieces → the rules that make a page come out so: body, text, remove, remove_text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from scraper.extraction.blocks import Box
from scraper.extraction.frame import is_prose
from scraper.learning.groups import HEADINGS, Group
from scraper.learning.lines import line_rules, strip_rules
from scraper.learning.looks import Look, Piece
from scraper.learning.model import RuleNote
from scraper.learning.steps import LEAST_PAGES, Selector, Steps, below, selectors

#: share of the story's characters that a body must hold on a page, and share of the pages on which it must
HELD, HELD_PAGES = 0.985, 0.9
#: pages that must be made alike, where not all are, for a layout to be learned from these
MAJORITY = 3
#: share of the story's characters that a box must hold for its selectors to be tried
_TRIED = 0.8
#: what a longer selector costs, as share of foreign characters that it lets into a body
_PRICE = 0.002
#: rules of one key in a config that a person should be able to read
MOST_RULES = {"remove": 15, "text": 8}
_SAMPLE = 80
#: share of a group's pieces that the classifier may take for clutter where the group as a whole is the story's
DOUBTED = 0.12
#: pieces of prose, by pages, that the generic way keeps in a box for it not to be removed; LEAST_PAGES at least
KEPT = 0.2
#: tags that a bare "parent > tag" says too little with
_COMMON = frozenset(("p", "div", "span", "section", "h2", "h3"))


class Place:
    """A piece, and the kinds of the boxes that it stands in, from the inside out."""

    __slots__ = ("around", "kinds", "piece", "size")

    def __init__(self, piece: Piece, steps: Steps) -> None:
        self.piece = piece
        self.kinds = [steps.number(box) for box in _boxes_around(piece.block.box)]
        self.around = frozenset(self.kinds)
        self.size = len(piece.block.text)

    @property
    def own(self) -> int:
        return self.kinds[0]


@dataclass
class _Sample:
    """All pages, placed."""

    looks: Sequence[Look]
    steps: Steps
    pages: list[list[Place]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pages = [[Place(piece, self.steps) for piece in look.pieces] for look in self.looks]

    @property
    def least(self) -> int:
        """Pages that a rule must rest on: with corrections one will do."""
        return 1 if any(look.sample.expected for look in self.looks) else LEAST_PAGES

    def is_in(self, place: Place, selector: Selector) -> bool:
        return not place.around.isdisjoint(self.steps.found(selector))

    def clean(self, tried: Iterable[Selector], foreign: set[int]) -> Selector | None:
        """The first selector that finds none of the `foreign` kinds."""
        return next((selector for selector in tried if self.steps.found(selector).isdisjoint(foreign)), None)


def rules_of(looks: Sequence[Look], groups: Sequence[Group], steps: Steps) -> list[RuleNote]:
    """The rules of a layout with what they rest on; [] where the pages have no body in common."""
    sample = _Sample(looks, steps)
    body = _body(sample)
    if body is None:
        return []
    chosen, held = body
    inside = [p for page in sample.pages for p in page if any(sample.is_in(p, selector) for selector in chosen)]
    note = RuleNote(key="body", rule=", ".join(s.css() for s in chosen), pages=held, why="holds the story")
    removals = _removals(sample, inside)
    rest = [p for p in inside if not any(sample.is_in(p, removal.selector) for removal in removals)]
    lines, keys = line_rules([place.piece for place in rest])
    rest = [place for place in rest if place.piece.key not in keys]
    removed = [removal.note() for removal in removals[: MOST_RULES["remove"]]]
    return [note, *_text(sample, rest, groups), *removed, *lines, *strip_rules(looks)]


def same_layout(looks: Sequence[Look], steps: Steps) -> list[Look]:
    """The most pages whose story stands in boxes of one kind, where those are half of them and MAJORITY at least; else
    []. For pages that have no body in common: a site with two templates, or one that was rebuilt not long ago."""
    sample = _Sample(looks, steps)
    best: tuple[int, float] = 0, 0.0
    found: list[Look] = []
    for selector in _body_candidates(sample):
        held = [_held(sample, look, page, selector) for look, page in zip(looks, sample.pages, strict=True)]
        alike = [look for look, known in zip(looks, held, strict=True) if known and known[0] >= HELD]
        rank = len(alike), -sum(known[1] for known in held if known) - _PRICE * _length(selector)
        if len(alike) >= max(MAJORITY, len(looks) / 2) and rank > best:
            best, found = rank, alike
    return found


# --- the body --------------------------------------------------------------------------------------------------------


def _body(sample: _Sample) -> tuple[list[Selector], int] | None:
    """The selectors of what holds the story, and the number of pages on which it does."""
    best: tuple[float, Selector, int] | None = None
    for selector in _body_candidates(sample):
        known = [held for look, page in zip(sample.looks, sample.pages, strict=True)
                 if (held := _held(sample, look, page, selector))]  # fmt: skip
        good = [waste for share, waste in known if share >= HELD]
        if not good or len(good) < max(sample.least, HELD_PAGES * len(known)):
            continue
        rank = sum(good) / len(good) + _PRICE * _length(selector)
        if best is None or rank < best[0]:
            best = rank, selector, len(good)
    return ([best[1], *_parts_beside(sample, best[1])], best[2]) if best else None


def _body_candidates(sample: _Sample) -> list[Selector]:
    """Selectors of the boxes that hold most of the story's blocks."""
    holding: Counter[int] = Counter()
    for page in sample.pages:
        story = [place for place in page if place.piece.keep]
        whole = sum(place.size for place in story)
        chars: Counter[int] = Counter()
        for place in story:
            for kind in set(place.kinds[1:]):
                chars[kind] += place.size
        holding.update(kind for kind, count in chars.items() if count >= _TRIED * whole)
        # a paragraph is no container, but where one box has the whole text directly in it on most pages
        holding.update({place.own for place in story if place.size >= _TRIED * whole and place.own not in chars})
    most = max(holding.values(), default=0)
    kinds = [sample.steps.kinds[kind] for kind, count in holding.items() if 2 * count > most >= sample.least]
    return list(dict.fromkeys(selector for kind in kinds if kind[1] is not None for selector in selectors(kind)))


def _held(sample: _Sample, look: Look, page: Sequence[Place], selector: Selector) -> tuple[float, float] | None:
    """(share of the story's characters inside, characters inside by those of the story); None without a story."""
    story = inside = held = 0
    lead, found = look.extracted.article.lead, sample.steps.found(selector)
    for place in page:
        within = not place.around.isdisjoint(found)
        inside += place.size if within else 0
        if place.piece.keep and place.piece.block.text != lead:
            story += place.size
            held += place.size if within else 0
    return (held / story, inside / max(1, held)) if story else None


def _parts_beside(sample: _Sample, body: Selector) -> Iterator[Selector]:
    """Selectors for what of the story stands outside the body: a lead above it, mostly."""
    outside = [place for page in sample.pages for place in page if not sample.is_in(place, body)]
    foreign = {kind for place in outside if not place.piece.keep for kind in place.kinds}
    wanted = [place for place in outside if place.piece.keep]
    done: set[int] = set()
    for kind in dict.fromkeys(place.own for place in wanted):
        selector = None if kind in done else sample.clean(selectors(sample.steps.kinds[kind]), foreign)
        if selector is None:
            continue
        done |= sample.steps.found(selector)
        if len({place.piece.page for place in wanted if place.own in sample.steps.found(selector)}) >= sample.least:
            yield selector


# --- what goes -------------------------------------------------------------------------------------------------------


class Removal:
    """A selector of boxes that hold clutter only, and the pieces in them."""

    def __init__(self, selector: Selector, pieces: list[Piece]) -> None:
        self.selector, self.pieces = selector, pieces

    @property
    def pages(self) -> int:
        return len({piece.page for piece in self.pieces})

    @property
    def corrected(self) -> bool:
        """Whether a person's correction has none of it."""
        return any(piece.label is False for piece in self.pieces)

    @property
    def doubted(self) -> bool:
        """Whether prose of its own stands in it that the generic way keeps on more than a few pages: to lose some of
        the story is worse than to ask about each."""
        fresh = [piece for piece in self.pieces if not piece.repeated and is_prose(piece.block)]
        return sum(piece.kept for piece in fresh) >= max(LEAST_PAGES, KEPT * self.pages)

    def note(self) -> RuleNote:
        repeated = [piece.repeated for piece in self.pieces if piece.repeated]
        if self.corrected:
            why = "not in the corrected articles"
        elif 2 * len(repeated) > len(self.pieces):
            why = f"the same on {max(repeated)} pages"
        else:
            why = "never the story's"
        sample = self.pieces[0].block.text[:_SAMPLE]
        return RuleNote(key="remove", rule=self.selector.css(), pages=self.pages, why=why, sample=sample)


def _removals(sample: _Sample, inside: Sequence[Place]) -> list[Removal]:
    """Boxes in the body that hold clutter only: the outermost of them, those on most pages first."""
    story = {kind for place in inside if place.piece.keep for kind in place.kinds}
    found: dict[Selector, None] = {}
    known: dict[int, Selector | None] = {}
    for place in inside:
        if place.piece.keep or any(sample.is_in(place, selector) for selector in found):
            continue
        for kind in reversed(place.kinds):
            if kind not in known:
                known[kind] = None if kind in story else sample.clean(_telling(sample, kind), story)
            if selector := known[kind]:
                found[selector] = None
                break
    removals = [Removal(s, [p.piece for p in inside if sample.is_in(p, s)]) for s in found]
    sure = [removal for removal in removals if removal.pages >= LEAST_PAGES and not removal.doubted]
    kept = [removal for removal in removals if removal.corrected or removal in sure]
    return sorted(kept, key=lambda removal: -removal.pages)


def _telling(sample: _Sample, kind: int) -> Iterator[Selector]:
    """Selectors of a kind that are not as wide as "div.story > p"."""
    for selector in selectors(sample.steps.kinds[kind]):
        if selector.step.names or selector.step.tag not in _COMMON:
            yield selector


# --- what stays ------------------------------------------------------------------------------------------------------


def _text(sample: _Sample, rest: Sequence[Place], groups: Sequence[Group]) -> list[RuleNote]:
    """Rules for blocks that are the story's own, so that nobody need be asked about them."""
    wanted = {id(piece) for group in groups if group.keep and _is_settled(group) for piece in group.pieces}
    foreign = {place.own for place in rest if id(place.piece) not in wanted}
    found: dict[Selector, set[int]] = {}
    for kind in dict.fromkeys(place.own for place in rest if id(place.piece) in wanted):
        if any(kind in sample.steps.found(selector) for selector in found):
            continue
        tried = sample.steps.kinds[kind]
        if selector := sample.clean((*below(tried), *selectors(tried)), foreign):
            found[selector] = {place.piece.page for place in rest if place.own in sample.steps.found(selector)}
    most = sorted(found.items(), key=lambda item: -len(item[1]))
    return [
        RuleNote(key="text", rule=selector.css(), pages=len(pages), why="the story's own lines")
        for selector, pages in most[: MOST_RULES["text"]]
    ]


def _is_settled(group: Group) -> bool:
    """Whether the group rests on more than one page, or a correction, and the classifier has little against it."""
    if not group.sure:
        return False
    doubted = sum(not piece.kept for piece in group.fresh if piece.label is None)
    return doubted <= max(1, DOUBTED * len(group.fresh)) or group.step.tag in HEADINGS


def _boxes_around(box: Box | None) -> Iterator[Box]:
    """A box and those around it, from the inside out."""
    while box is not None:
        yield box
        box = box.parent


def _length(selector: Selector) -> int:
    return len(selector.step.names) + (2 + len(selector.parent.names) if selector.parent else 0)
