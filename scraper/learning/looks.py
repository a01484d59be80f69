"""Sample pages as the learner sees them: the blocks of each, what the generic way made of them, what repeats."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from os.path import commonprefix

from scraper import lexicon
from scraper.extraction import Extracted, extract_article
from scraper.extraction.blocks import Block
from scraper.extraction.clues import words_key
from scraper.learning.labels import keep_labels, rank_of
from scraper.learning.model import Sample
from scraper.quality import judged

#: characters of text that a page must have to teach anything
LEAST_TEXT = 150
#: share of a page's paragraphs that another has too, from which on they are one article
SAME = 0.6
#: characters of a paragraph that tells an article, and share of the pages on which a line is the site's, not one's
LONG, COMMON = 80, 0.5
#: quality statuses of pages that are articles, cut or not
_ARTICLES = ("ok", "partial", "teaser")
_DIGITS = re.compile(r"\d+")
#: characters of a line that its opening can tell, and of an opening; the pages that must have it; and what ends one
SHORT_LINE, OPENING, OPENING_PAGES = 100, 30, 3
#: characters that long lines must begin with alike, and share of the longest
ALIKE, MOSTLY = 40, 0.5
_OPENING = re.compile(rf"[^:/|]{{2,{OPENING}}}?(?:: | / | \| | [-–—] )")
#: share of the sample's pages that a line must stand on to be the site's own, and the least number of them
REPEATED, REPEATED_LEAST = 0.25, 2
#: the least number where the classifier thinks that the line is the story's
OVERRULED = 3


class Piece:
    """One block of one sample page."""

    __slots__ = ("block", "keep", "kept", "key", "label", "opening", "page", "repeated", "value")

    def __init__(self, page: int, block: Block, value: float, kept: bool) -> None:
        self.page, self.block, self.value, self.kept = page, block, value, kept
        #: its words, numbers made alike
        self.key = _DIGITS.sub("0", words_key(block.text)) or block.text
        #: is it the article's, by a correction; None: nobody has said
        self.label: bool | None = None
        #: pages of the sample that have this line, where those are too many for chance; else 0
        self.repeated = 0
        #: how it begins, where short lines of other pages begin so too: "Quelle: ", "Wochenblatt / "
        self.opening = ""
        #: the learner's own decision
        self.keep = kept


class Look:
    """One sample page."""

    __slots__ = ("extracted", "pieces", "sample")

    def __init__(self, sample: Sample, extracted: Extracted) -> None:
        self.sample, self.extracted = sample, extracted
        self.pieces: list[Piece] = []

    @property
    def url(self) -> str:
        return self.sample.document.url


def look_at(samples: Sequence[Sample]) -> tuple[list[Look], list[tuple[str, str]]]:
    """The pages that can teach, as the generic way reads them; and those left out, each with the reason."""
    looks: list[Look] = []
    out: list[tuple[str, str]] = []
    for sample in samples:
        found = extract_article(sample.document)
        status = judged(sample.document, found.article).quality.status
        if sample.expected is None and (status not in _ARTICLES or len(found.article.article_body) < LEAST_TEXT):
            out.append((sample.document.url, f"it is no article ({status})"))
        else:
            looks.append(Look(sample, found))
    looks, twice = _distinct(looks)
    for page, look in enumerate(looks):
        _fill(look, page)
    _mark_repeated(looks)
    _mark_openings(looks)
    return looks, out + twice


def _distinct(looks: Sequence[Look]) -> tuple[list[Look], list[tuple[str, str]]]:
    """The pages without those that show an article again, which would make all of it look like furniture."""
    lines = [{part.text for part in look.extracted.article.body if len(part.text) > LONG} for look in looks]
    pages = Counter(line for own in lines for line in own)
    common = {line for line, count in pages.items() if len(looks) > 3 and count > COMMON * len(looks)}
    kept: list[int] = []
    out: list[tuple[str, str]] = []
    for i, own in enumerate(lines):
        rare = own - common
        twin = next((j for j in kept if rare and len(rare & lines[j]) >= SAME * len(rare)), None)
        if twin is None:
            kept.append(i)
        else:
            out.append((looks[i].url, f"it is the same article as {looks[twin].url}"))
    return [looks[i] for i in kept], out


def _fill(look: Look, page: int) -> None:
    """The blocks of the whole page: a name that marks the story may mark something else far from it."""
    frame, body = look.extracted.body.frame, look.extracted.body
    asked = {id(block): i for i, block in enumerate(frame.blocks)}
    for block in frame.all_blocks:
        i = asked.get(id(block))
        look.pieces.append(
            Piece(page, block, 0.0, False) if i is None else Piece(page, block, body.values[i], body.kept[i])
        )
    expected = look.sample.expected
    if expected is not None and expected.article_body:
        texts = [piece.block.text for piece in look.pieces]
        first = [rank_of(p.block, in_main=frame.in_main(p.block)) for p in look.pieces]
        labels = keep_labels(texts, expected.article_body, expected.lead or "", first)
        for piece, label in zip(look.pieces, labels, strict=True):
            piece.label = None if label is None else label > 0.5


def _mark_repeated(looks: Sequence[Look]) -> None:
    pages: dict[str, set[int]] = defaultdict(set)
    for look in looks:
        for piece in look.pieces:
            pages[piece.key].add(piece.page)
    least = max(REPEATED_LEAST, REPEATED * len(looks))
    for look in looks:
        for piece in look.pieces:
            count = len(pages[piece.key])
            enough = count >= (least if not piece.kept else max(least, OVERRULED))
            piece.repeated = count if enough and any(c.isalpha() for c in piece.key) else 0


def opening_of(text: str) -> str:
    """How a line begins, up to a colon, a stroke or a dash; "" where it begins with nothing of that kind."""
    match = _OPENING.match(text)
    return match[0] if match else ""


def _mark_openings(looks: Sequence[Look]) -> None:
    """Short lines of which each page has one, begun in the same way: sources, credits, bylines."""
    found: dict[str, list[Piece]] = defaultdict(list)
    for look in looks:
        for piece in look.pieces:
            if len(piece.block.text) < SHORT_LINE and (opening := opening_of(piece.block.text)):
                found[opening].append(piece)
    for pieces in _alike(looks):
        found[commonprefix([piece.block.text for piece in pieces])].extend(pieces)  # noqa: RUF071 - characters are meant
    for opening, pieces in found.items():
        pages = len({piece.page for piece in pieces})
        told = all(piece.label is False for piece in pieces)
        least = REPEATED_LEAST if told else max(OPENING_PAGES, REPEATED * len(looks))
        # one line a page, as a source or a byline is; or as many as you like of what no sentence begins with
        if pages >= least and (len(pieces) <= 1.5 * pages or is_call(opening)):
            for piece in pieces:
                piece.opening = opening


def _alike(looks: Sequence[Look]) -> Iterator[list[Piece]]:
    """Long lines that begin alike and go on differently: a notice with the author's name in it."""
    found: dict[str, list[Piece]] = defaultdict(list)
    for look in looks:
        for piece in look.pieces:
            if len(piece.block.text) >= SHORT_LINE and not piece.opening:
                found[piece.block.text[:ALIKE]].append(piece)
    for pieces in found.values():
        texts = [piece.block.text for piece in pieces]
        same = len(commonprefix(texts))  # noqa: RUF071 - characters are meant
        if len(set(texts)) > 1 and same >= MOSTLY * max(map(len, texts)):
            yield pieces


def is_call(opening: str) -> bool:
    """Whether an opening is a call to read on, not a speaker's name or a word with a colon."""
    if len(opening) >= ALIKE or opening.endswith((" | ", " / ")) or opening.isupper():
        return True
    return lexicon.hit(opening.strip()) is not None
