"""Judges by rule: each knows one kind of clutter and says why a block is that. Phrases and class words are data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from scraper import lexicon
from scraper.extraction.classes import flag_bits
from scraper.extraction.frame import Frame
from scraper.models import Reason

#: (flag, reason), the more telling first; what a dropped block's surroundings say about it
_BY_FLAG: tuple[tuple[str, Reason], ...] = (
    ("consent", Reason.CONSENT), ("paywall", Reason.PAYWALL), ("newsletter", Reason.NEWSLETTER),
    ("comments", Reason.COMMENTS), ("in_figcaption", Reason.CAPTION), ("caption", Reason.CAPTION),
    ("item_caption", Reason.CAPTION), ("related", Reason.RECOMMENDATION), ("ad", Reason.ADVERTISEMENT),
    ("social", Reason.SHARE), ("bio", Reason.AUTHOR_BOX), ("byline", Reason.BYLINE), ("tags", Reason.TAGS),
    ("promo", Reason.PROMOTION), ("embed", Reason.EMBED), ("in_figure", Reason.CAPTION), ("figure", Reason.CAPTION),
    ("in_nav", Reason.NAVIGATION), ("nav", Reason.NAVIGATION), ("in_footer", Reason.NAVIGATION),
    ("teaser", Reason.RECOMMENDATION), ("footer", Reason.LEGAL), ("meta", Reason.DATE),
)  # fmt: skip

Said = tuple[Reason, str]
Judge = Callable[[Frame, int], Said | None]


def phrase_judge(frame: Frame, i: int) -> Said | None:
    """A known phrase: the whole line, its beginning, or in a short line."""
    hit = frame.blocks[i].phrase
    return (Reason(hit.kind), hit.rule) if hit and hit.kind in _REASONS else None


def prompt_judge(frame: Frame, i: int) -> Said | None:
    """A prompt inside a longer text: subscribe, sign up."""
    text = frame.blocks[i].text
    if len(text) > 400:
        return None
    hit = lexicon.find_first(text, _PROMPTS)
    return (Reason(hit.kind), hit.rule) if hit else None


def headline_judge(frame: Frame, i: int) -> Said | None:
    """The page's headline is a field of its own."""
    return (Reason.HEADLINE, "tag:h1") if frame.blocks[i].tag == "h1" else None


def link_judge(frame: Frame, i: int) -> Said | None:
    """A line that is all link, or a box of links."""
    block = frame.blocks[i]
    if block.link_share > 0.8:
        return Reason.RECOMMENDATION, "shape:link"
    return None


def names_judge(frame: Frame, i: int) -> Said | None:
    """What the boxes around it are called."""
    flags, bits = frame.flags(frame.blocks[i]), _flag_reasons()
    for bit, reason, rule in bits:
        if flags & bit:
            return reason, rule
    return None


@cache
def _flag_reasons() -> tuple[tuple[int, Reason, str], ...]:
    bits = flag_bits()
    return tuple((bits[name], reason, f"class:{name}") for name, reason in _BY_FLAG)


_PROMPTS = (Reason.PAYWALL, Reason.NEWSLETTER, Reason.CONSENT)
_REASONS = frozenset(Reason)
#: in the order in which their word on a removed block is taken
JUDGES: tuple[Judge, ...] = (headline_judge, phrase_judge, names_judge, prompt_judge, link_judge)


def opinions(frame: Frame, i: int) -> Iterator[Said]:
    """What the judges say against a block, most telling first."""
    for judge in JUDGES:
        if said := judge(frame, i):
            yield said


def name_reasons(frame: Frame, i: int) -> Said:
    """Why a block that the classifier drops is clutter: the first judge's word, else the classifier's."""
    return next(opinions(frame, i), (Reason.MODEL, "model"))
