"""A candidate on the pages of the new layout, each read by a candidate that was not learned from it; no gold needed.

What tells is what repeats: a line that stands on several articles is the site's, prose that stands on one is its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from scraper.document import Document
from scraper.extraction import Extracted, extract_article
from scraper.extraction.blocks import Block
from scraper.extraction.clues import words_key
from scraper.extraction.frame import signature
from scraper.learning import Learned, Sample, learn
from scraper.mending.model import Grade, Tally, Trial
from scraper.sites import Site

#: parts that the pages are divided into: each is read by what is learned from the others
FOLDS = 5
#: pages that must have a line for it to be the site's own: share and least number; a short line may recur by chance
REPEATED, LEAST, LEAST_SHORT, SHORT = 0.25, 2, 3, 30
#: characters from which on a block is prose, and share of it that may stand in links
PROSE, LINKED = 80, 0.5
#: characters of a block's end by which it is found again in a body: a learned rule may cut its opening off
END = 60
#: share of the fresh prose that a candidate may lose, of pages whose body it may fail to find
MAY_LOSE, MAY_MISS = 0.03, 0.2
#: share of the fresh prose from which on more of it is better
MORE = 0.01
_DIGITS = re.compile(r"\d+")

#: a learned layout → the site's config with it
Build = Callable[[Learned], Site]


def tried(pages: Sequence[Document], site: Site, build: Build) -> Trial:
    """The candidate, learned from some of `pages` and read on the others. `site`: the config as it is."""
    looks = [_Look(document) for document in pages]
    clutter = _Clutter(_repeated(looks), _doubted(looks))
    folds = min(FOLDS, len(pages))
    found = [
        _Page(look, extract_article(look.document, site), extract_article(look.document, candidate), clutter)
        for fold in range(folds)
        for candidate in [_candidate(pages, fold, folds, build)]
        for look in looks[fold::folds]
    ]
    return Trial(
        pages=len(found),
        unread=tuple(page.look.document.url for page in found if page.unread),
        generic=_sum(page.tally(page.look.generic) for page in found),
        config=_sum(page.tally(page.config) for page in found),
        candidate=_sum(page.tally(page.candidate) for page in found),
        fresh=sum(sum(page.fresh.values()) for page in found),
    )


def graded(trial: Trial) -> tuple[Grade, str]:
    """What the candidate is worth, and why in one sentence."""
    generic, config, new = trial.generic, trial.config, trial.candidate
    if why := next(_against(trial), ""):
        return "refused", why
    beside = f"the generic way keeps {generic.repeated}, the config as it is {config.repeated}"
    if new.repeated < generic.repeated:
        return "better", f"on pages that it was not learned from it keeps {new.repeated} repeated lines; {beside}"
    if new.gained >= MORE * max(1, trial.fresh) and not new.lost:
        return "better", f"on pages that it was not learned from it keeps {new.gained} characters of prose more"
    return "equal", "on pages that it was not learned from it gives what the generic way gives"


def _against(trial: Trial) -> Iterator[str]:
    generic, config, new = trial.generic, trial.config, trial.candidate
    if len(trial.unread) > MAY_MISS * trial.pages:
        yield f"its body rule finds nothing on {len(trial.unread)} of {trial.pages} pages that it was not learned from"
    if new.lost > MAY_LOSE * trial.fresh:
        yield f"it loses {new.lost} of {trial.fresh} characters of prose that the generic way keeps"
    if new.repeated > min(generic.repeated, config.repeated):
        words = f"the generic way {generic.repeated}, the config as it is {config.repeated}"
        yield f"it keeps {new.repeated} lines that stand on several pages; {words}"
    if trial.changed:
        yield f"{len(trial.changed)} of {trial.old} pages of the old layout would come out otherwise"
    if trial.worse:
        yield f"pages checked by hand would be worse: {', '.join(trial.worse[:3])}"


def same_reading(pages: Sequence[Document], before: Site, after: Site) -> tuple[str, ...]:
    """The addresses of pages that do not come out alike, with the same layout, with both configs."""
    changed = []
    for document in pages:
        one, two = extract_article(document, before), extract_article(document, after)
        if one.article != two.article or _undated(one) != _undated(two):
            changed.append(document.url)
    return tuple(changed)


def _undated(found: Extracted) -> object:
    return found.layout and msgspec.structs.replace(found.layout, until=None)


# --- a page --------------------------------------------------------------------------------------


class _Look:
    """A page of the new layout as the generic way reads it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.generic = extract_article(document)
        self.keys = {_key(block.text) for block in self.generic.body.frame.all_blocks}


class _Clutter(NamedTuple):
    """What no reading is praised for keeping, or blamed for losing."""

    #: keys of lines that are the site's own
    lines: frozenset[str]
    #: makes of blocks that the generic way itself takes for the story's on few of their pages: leads, boxes
    makes: frozenset[str]


class _Page:
    """A page, read in three ways."""

    def __init__(self, look: _Look, config: Extracted, candidate: Extracted, clutter: _Clutter) -> None:
        self.look, self.config, self.candidate = look, config, candidate
        self._clutter = clutter
        #: prose that stands on no other page, as the generic way keeps it: words → characters
        self.fresh = self._prose(look.generic)

    @property
    def unread(self) -> bool:
        """Whether the candidate does not know the page: its layout's body finds nothing, or an older layout fits."""
        found = self.candidate
        return found.layout is None or found.layout.until is not None or not (found.marks and found.marks.body)

    def tally(self, found: Extracted) -> Tally:
        lines = [line for part in found.article.body for line in part.text.split("\n")]
        text, generic, mine = _text(found), _text(self.look.generic), self._prose(found)
        return Tally(
            chars=len(found.article.article_body),
            repeated=sum(_key(line) in self._clutter.lines for line in lines),
            lost=sum(chars for key, chars in self.fresh.items() if key[-END:] not in text),
            gained=sum(chars for key, chars in mine.items() if key[-END:] not in generic),
        )

    def _prose(self, found: Extracted) -> dict[str, int]:
        body = found.body
        return {
            words_key(block.text): len(block.text)
            for block, keep in zip(body.frame.blocks, body.kept, strict=True)
            if keep and _is_prose(block) and not self._is_clutter(block)
        }

    def _is_clutter(self, block: Block) -> bool:
        return _key(block.text) in self._clutter.lines or signature(block) in self._clutter.makes


def _is_prose(block: Block) -> bool:
    return len(block.text) >= PROSE and block.link_share < LINKED


def _text(found: Extracted) -> str:
    """The words of lead and body: which of the two has the lead is no difference here."""
    return words_key(f"{found.article.lead or ''} | {found.article.article_body}")


def _candidate(pages: Sequence[Document], fold: int, folds: int, build: Build) -> Site:
    rest = [document for i, document in enumerate(pages) if i % folds != fold]
    return build(learn([Sample(document) for document in rest]))


def _repeated(looks: Sequence[_Look]) -> frozenset[str]:
    """Lines that are the site's own."""
    counts = Counter(key for look in looks for key in look.keys)
    share = REPEATED * len(looks)
    return frozenset(
        key for key, count in counts.items()
        if count >= max(share, LEAST if len(key) >= SHORT else LEAST_SHORT) and any(c.isalpha() for c in key)
    )  # fmt: skip


def _doubted(looks: Sequence[_Look]) -> frozenset[str]:
    """Makes of prose that the generic way keeps on fewer than half of the pages on which it sees them."""
    seen: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for look in looks:
        body = look.generic.body
        prose = [(signature(b), keep) for b, keep in zip(body.frame.blocks, body.kept, strict=True) if _is_prose(b)]
        seen.update({make for make, _ in prose})
        kept.update({make for make, keep in prose if keep})
    return frozenset(make for make, pages in seen.items() if 2 * kept[make] < pages)


def _key(text: str) -> str:
    """The words of a line, numbers made alike."""
    return _DIGITS.sub("0", words_key(text)) or text


def _sum(tallies: Iterator[Tally]) -> Tally:
    all_ = list(tallies)
    return Tally(**{name: sum(getattr(one, name) for one in all_) for name in Tally.__struct_fields__})
