"""The repeated-on-this-site judge: what stood on other articles of the site, word for word, is hardly this one's.

Guarded, for stories repeat things too: a quote, a subhead, a paragraph of background; and one story may be told twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from scraper.extraction.clues import words_key
from scraper.extraction.frame import Frame, text_weight
from scraper.extraction.scope import Said, is_open
from scraper.models import Reason

if TYPE_CHECKING:
    from hashlib import blake2b

#: fingerprint → (other articles of the site that had it, articles since it was first seen)
Repeats = Mapping[int, tuple[int, int]]

#: fingerprints that a page gives at most, and characters of a text that go into one
MOST, LONGEST = 200, 600
#: other articles that a block must have stood on; of FEW articles in all, so many are enough
LEAST, LEAST_OF_FEW, FEW = 3, 2, 4
#: share of articles that must have it: before and behind the story, a short piece within it, long prose within it
AROUND, WITHIN, LONG_WITHIN = 0.2, 0.4, 0.9
#: a block on so many articles, and WITHIN of them all, is the site's own
OWN = 4
#: characters from which prose is long
LONG = 250
#: share of the story's text that may be dropped beside what is the site's own
SMALL = 0.25
#: a page whose text stood elsewhere for more than this share, in so many blocks of prose, is the same story again
SAME, SAME_BLOCKS = 0.5, 3
#: characters of prose that stood nowhere else from which on the site's own blocks do not count for that
STORY = 200
_DIGITS = re.compile(r"\d+")
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))


def fingerprint(text: str) -> int:
    """63 bits that are the same for the same words, whatever the numbers among them; 0 for a text without words."""
    key = _DIGITS.sub("#", words_key(text[:LONGEST]))
    if not any(c.isalpha() for c in key):
        return 0
    return int.from_bytes(_blake2b()(key.encode(), digest_size=8).digest()) >> 1


@cache
def _blake2b() -> Callable[..., blake2b]:
    from hashlib import (
        blake2b,
    )  # late: it loads OpenSSL, and a page of a site of which nothing is remembered needs none

    return blake2b


def prints_of(frame: Frame, kept: Sequence[bool]) -> tuple[int, ...]:
    """Fingerprints of the blocks of a page, those that were kept first; what is far from the story is left out."""
    order = sorted((i for i in range(len(frame.blocks)) if not frame.is_far(i)), key=lambda i: not kept[i])
    found = dict.fromkeys(fingerprint(frame.blocks[i].text) for i in order[:MOST])
    found.pop(0, None)
    return tuple(found)


def judge_repeated(
    frame: Frame, kept: Sequence[bool], said: Sequence[Said | None], memory: Repeats
) -> Iterator[tuple[int, Said]]:
    """(index of a kept block of the window, what is said against it). What a config keeps or removes is left alone."""
    seen = {i: memory[key] for i, key in _keys(frame, kept) if key in memory}
    known = {i: seen[i] for i in seen if is_open(said[i]) and _often(*seen[i])}
    core = [i for i, keep in enumerate(kept) if keep and frame.prose[i] and i not in known]
    if not known or not core or _same_story(frame, kept, seen):
        return
    room = SMALL * sum(text_weight(frame.blocks[i].text) for i, keep in enumerate(kept) if keep)
    for i in sorted(known, key=lambda i: -_share(*known[i])):
        articles, among = known[i]
        weight, share = text_weight(frame.blocks[i].text), _share(articles, among)
        if share < _needed(frame, i, core):
            continue
        if weight > room and share < LONG_WITHIN and not _own(articles, among):
            continue
        room -= weight
        yield i, (False, Reason.REPEATED, f"repeated:{articles} articles")


def _keys(frame: Frame, kept: Sequence[bool]) -> Iterator[tuple[int, int]]:
    for i, keep in enumerate(kept):
        if keep:
            yield i, fingerprint(frame.blocks[i].text)


def _often(articles: int, among: int) -> bool:
    return articles >= LEAST or (articles >= LEAST_OF_FEW and among <= FEW)


def _own(articles: int, among: int) -> bool:
    return articles >= OWN and _share(articles, among) >= WITHIN


def _share(articles: int, among: int) -> float:
    return articles / max(articles, among)


def _needed(frame: Frame, i: int, core: Sequence[int]) -> float:
    """Share of articles that must have a block for it to go, by where it stands."""
    if i < core[0] or i > core[-1]:
        return AROUND
    block = frame.blocks[i]
    return LONG_WITHIN if len(block.text) >= LONG or block.tag in _HEADINGS else WITHIN


def _same_story(frame: Frame, kept: Sequence[bool], seen: Mapping[int, tuple[int, int]]) -> bool:
    """Whether most of the page's prose stood elsewhere: an agency's story, or one story under two addresses."""
    weights = {i: text_weight(frame.blocks[i].text) for i, keep in enumerate(kept) if keep and frame.prose[i]}
    fresh = sum(weight for i, weight in weights.items() if i not in seen)
    again = [i for i in weights if i in seen and not (fresh >= STORY and _own(*seen[i]))]
    return len(again) >= SAME_BLOCKS and sum(weights[i] for i in again) > SAME * (
        fresh + sum(weights[i] for i in again)
    )
