"""Pieces of the same make on several pages, decided on together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from scraper.learning.looks import Look, Piece, is_call
from scraper.learning.steps import LEAST_PAGES, Step, Steps

#: share of a group's pieces that repeat, from which on the group is the site's furniture
FURNITURE = 0.6
#: mean probability of a group's fresh pieces from which on they are the story's, and the same for headings that stand
#: among the story's paragraphs: the classifier is too careful with those
STORY, HEADING = 0.5, 0.1
HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
#: characters from which on a repeated line is no heading that stories share by chance
LONG_LINE = 30
#: a repeated line so near the story's first or last one is the site's, however short
EDGE = 2
#: a line on this share of the pages is the site's wherever it stands
EVERYWHERE = 0.5


class Group:
    """Pieces with the same step below the same parent's step."""

    __slots__ = ("keep", "parent", "pieces", "step", "why")

    def __init__(self, step: Step, parent: Step | None) -> None:
        self.step, self.parent = step, parent
        self.pieces: list[Piece] = []
        self.keep = False
        self.why = ""

    @property
    def pages(self) -> int:
        return len({piece.page for piece in self.pieces})

    @property
    def fresh(self) -> list[Piece]:
        """Those that do not repeat."""
        return [piece for piece in self.pieces if not piece.repeated and not piece.opening]

    @property
    def sure(self) -> bool:
        """Whether it rests on more than one page, or on a correction."""
        return self.pages >= LEAST_PAGES or any(piece.label is not None for piece in self.pieces)


def groups_of(looks: Sequence[Look], steps: Steps) -> list[Group]:
    """The groups of a sample, decided; each piece's `keep` is set."""
    found: dict[int, Group] = {}
    for piece in (piece for look in looks for piece in look.pieces):
        kind = steps.number(piece.block.box)
        if kind not in found:
            found[kind] = Group(*steps.kinds[kind])
        found[kind].pieces.append(piece)
    groups = list(found.values())
    story = _story_parents(groups)
    for group in groups:
        _decide(group, story)
    group_of = {id(piece): group for group in groups for piece in group.pieces}
    for look in looks:
        _decide_pieces(look.pieces, group_of, len(looks))
    return groups


def _story_parents(groups: Iterable[Group]) -> frozenset[Step | None]:
    """What the story's paragraphs stand in: the parents of most of the prose."""
    chars: dict[Step | None, int] = defaultdict(int)
    for group in groups:
        chars[group.parent] += sum(len(p.block.text) for p in group.fresh if p.kept and p.block.tag not in HEADINGS)
    most = max(chars.values(), default=0)
    return frozenset(parent for parent, count in chars.items() if count > 0.25 * most)


def _decide(group: Group, story: frozenset[Step | None]) -> None:
    labels = [piece.label for piece in group.pieces if piece.label is not None]
    if labels:
        group.keep = 2 * sum(labels) >= len(labels)
        group.why = f"{sum(labels)} of {len(labels)} stand in the corrections"
        return
    repeated = [piece for piece in group.pieces if piece.repeated]
    if len(repeated) >= FURNITURE * len(group.pieces):
        group.why = f"the same on {max(piece.repeated for piece in repeated)} pages"
        return
    fresh = group.fresh or group.pieces
    mean = sum(piece.value for piece in fresh) / len(fresh)
    among = group.step.tag in HEADINGS and group.parent in story
    # what is probable and goes all the same, on every page, goes for its place: a heading with nothing below it
    group.keep = mean >= HEADING if among else mean >= STORY and any(piece.kept for piece in fresh)
    group.why = f"story with probability {mean:.2f}"


def _decide_pieces(pieces: Sequence[Piece], group_of: dict[int, Group], pages: int) -> None:
    for piece in pieces:
        group = group_of[id(piece)]
        if piece.label is not None:
            piece.keep = piece.label
        elif group.sure:
            piece.keep = group.keep
        else:
            piece.keep = piece.kept
    story = [i for i, piece in enumerate(pieces) if piece.keep and not piece.repeated and not piece.opening]
    if not story:
        return
    for i, piece in enumerate(pieces):
        at_edge = i <= story[0] + EDGE or i >= story[-1] - EDGE
        if piece.opening and piece.keep and piece.label is None:
            piece.keep = not (at_edge or is_call(piece.opening))
        elif piece.repeated and piece.keep and piece.label is None:
            everywhere = piece.repeated >= EVERYWHERE * pages
            piece.keep = not (everywhere or at_edge or len(piece.key) >= LONG_LINE or not piece.kept)
