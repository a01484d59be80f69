"""What stands before the story, after it, and in boxes inside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from scraper.extraction.text import shapes
from scraper.extraction.text.blocks import Block
from scraper.extraction.text.judges import Said
from scraper.models import Reason

#: kinds of line that stand between a lead and the story
_BETWEEN = frozenset((Reason.BYLINE, Reason.DATE, Reason.READING_TIME))
#: headings after which nothing of the story comes, unless it plainly goes on
_ENDING = frozenset((Reason.RECOMMENDATION, Reason.COMMENTS, Reason.AUTHOR_BOX, Reason.TAGS, Reason.LEGAL))
#: those after which a paragraph of the story may well come
_SOFT = frozenset((Reason.NEWSLETTER, Reason.PAYWALL, Reason.PROMOTION))
#: characters of running prose that show that the story goes on after a heading of either
_RUN, _SOFT_RUN = 400, 120
#: most that a paragraph counts for, what a line costs, and what a gap may cost at most
_WEIGHT, _LINE, _GAP = 400, 30, 900
#: characters of a subheading
SUBHEADING = 75


@dataclass
class Reading:
    """The blocks with what is said of each, and what was found in the head."""

    blocks: list[Block]
    said: list[Said | None]
    headline: int | None = None
    kicker: int | None = None
    lead: int | None = None
    order: list[int] = field(default_factory=list)

    def kept(self, at: int) -> bool:
        return self.said[at] is None

    def drop(self, at: int, reason: Reason, rule: str) -> None:
        if self.said[at] is None:
            self.said[at] = Said(reason, rule)

    def prose(self, at: int) -> bool:
        return self.kept(at) and self.blocks[at].prose

    def paragraphs(self) -> list[int]:
        return [i for i in range(len(self.blocks)) if self.prose(i)]


def read_head(reading: Reading) -> None:
    """Headline, kicker and lead; whatever else stands before the story's first paragraph goes."""
    paragraphs = reading.paragraphs()
    first = paragraphs[0] if paragraphs else len(reading.blocks)
    _find_headline(reading, first)
    if len(paragraphs) > 1:
        first = _find_lead(reading, paragraphs)
    for i in range(first):
        if i in (reading.headline, reading.kicker, reading.lead):
            continue
        reason = Reason.BYLINE if shapes.is_name(reading.blocks[i].text) else Reason.OUTSIDE
        reading.drop(i, reason, "place:beforeStory")


def _find_headline(reading: Reading, first: int) -> None:
    """The first line before the story that is long enough; a short one above it is the kicker."""
    for i in range(first):
        block, said = reading.blocks[i], reading.said[i]
        may = said is None or said.rule in ("text:seenTwice", "text:quotedFromStory")
        long = block.words >= 3 or block.size > len(block.text)
        if may and long and 20 <= block.size <= 220 and not shapes.is_name(block.text):
            reading.headline, reading.said[i] = i, None
            break
    i = reading.headline or 0
    if i and reading.kept(i - 1) and 3 < reading.blocks[i - 1].size <= 45:
        reading.kicker = i - 1


def _find_lead(reading: Reading, paragraphs: list[int]) -> int:
    """Marks a lead that lines such as byline and date part from the story; → its start."""
    one, two = paragraphs[:2]
    if reading.headline is None or reading.blocks[one].size > 400:
        return one
    between = [reading.said[i] for i in range(one + 1, two)]
    if not any(said and said.reason in _BETWEEN for said in between):
        names = [i for i in range(one + 1, two) if shapes.is_name(reading.blocks[i].text)]
        if not names:
            return one
    reading.lead = one
    for i in range(one + 1, two):
        name = shapes.is_name(reading.blocks[i].text)
        reading.drop(i, Reason.BYLINE if name else Reason.OUTSIDE, "place:belowLead")
    return two


def read_boxes(reading: Reading) -> None:
    """A recommendation heading's own box: the link-like lines below it, never prose."""
    open_box: Said | None = None
    listed = False
    for i, block in enumerate(reading.blocks):
        said = reading.said[i]
        if said and said.reason is Reason.RECOMMENDATION:
            open_box, listed = (said if said.whole else None), False
        elif reading.prose(i) or (said is None and block.ended and not block.text.endswith("?")):
            open_box = None
        elif open_box and said is None and block.size <= 160:
            if (listed and not block.bullet) or _is_subheading(reading, i):
                open_box = None
                continue
            listed = listed or block.bullet
            reading.drop(i, Reason.RECOMMENDATION, f"{open_box.rule}+box")


def _is_subheading(reading: Reading, at: int) -> bool:
    """A short line with the box's heading right above and prose right below it."""
    above, below = reading.said[at - 1], at + 1
    alone = above is not None and above.whole
    return alone and reading.blocks[at].size <= SUBHEADING and (below < len(reading.blocks) and reading.prose(below))


def read_lines(reading: Reading) -> None:
    """Lines between paragraphs: a run of them is links or captions, one alone a subheading."""
    run: list[int] = []
    for i in [*range(len(reading.blocks)), None]:
        if i is not None and not reading.kept(i):
            continue
        if i is not None and _is_loose(reading.blocks[i]):
            run.append(i)
            continue
        for one in run[:-1] if len(run) > 1 else ():
            reading.drop(one, Reason.OUTSIDE, "shape:looseLines")
        run = []


def _is_loose(block: Block) -> bool:
    return not block.prose and not block.ended and not block.bullet


def read_tail(reading: Reading) -> None:
    """Everything after the story's last paragraph."""
    paragraphs = reading.paragraphs()
    if not paragraphs:
        return
    end = min(_story_end(reading, paragraphs), _prose_end(reading))
    last = max((i for i in paragraphs if i < end), default=-1)
    for i in range(last + 1, len(reading.blocks)):
        if i < end and _closes(reading, i, last):
            last = i
            continue
        reading.drop(i, Reason.OUTSIDE, "place:afterStory")


def _closes(reading: Reading, at: int, last: int) -> bool:
    """A short sentence or list item right below the last paragraph still belongs to it."""
    block = reading.blocks[at]
    return at == last + 1 and reading.kept(at) and (block.ended or block.bullet) and block.size > 12


def _prose_end(reading: Reading) -> int:
    """One past the paragraph up to which prose outweighs the lines around it the most.

    A running sum as in body text extraction by maximal subsequence: paragraphs add their size,
    other lines cost. What one gap may cost is bounded, so that a long box does not end a story.
    """
    best = total = gap = 0
    end = len(reading.blocks)
    for i, block in enumerate(reading.blocks):
        if reading.prose(i):
            total, gap = total - min(gap, _GAP) + min(block.size, _WEIGHT), 0
            if total >= best:
                best, end = total, i + 2
        else:
            gap += _LINE
    return end


def _story_end(reading: Reading, paragraphs: list[int]) -> int:
    """Where the first box stands behind which no story follows; else the number of blocks."""
    first = paragraphs[0]
    for i in range(first + 1, len(reading.blocks)):
        said = reading.said[i]
        boxed = said and said.reason in _ENDING | _SOFT and said.rule.startswith("phrases/")
        if boxed and not _goes_on(reading, i, paragraphs):
            return i
    return len(reading.blocks)


def _goes_on(reading: Reading, marker: int, paragraphs: list[int]) -> bool:
    """Whether running prose follows: a long paragraph, or several without lines between them."""
    before = sum(reading.blocks[i].size for i in paragraphs if i < marker)
    after = [i for i in paragraphs if i > marker]
    if not after:
        return False
    if sum(reading.blocks[i].size for i in after) > before:
        return True
    said = reading.said[marker]
    enough = _SOFT_RUN if said and said.reason in _SOFT else _RUN
    if said and said.reason is Reason.COMMENTS and _is_debate(reading, marker):
        return False
    if reading.prose(marker + 1) and reading.blocks[marker + 1].size >= _SOFT_RUN:
        return True
    run = 0
    for i in range(marker + 1, len(reading.blocks)):
        if reading.prose(i):
            run += reading.blocks[i].size
            if run >= enough:
                return True
        elif reading.kept(i) and not reading.blocks[i].ended:
            run = 0
    return False


def _is_debate(reading: Reading, marker: int) -> bool:
    """Whether comments follow a comments heading: list items, dates, "reply" among them."""
    rest = range(marker + 1, len(reading.blocks))
    signs = (Reason.COMMENTS, Reason.DATE)
    said = [reading.said[i] for i in rest]
    return (
        sum(bool(s and s.reason in signs) for s in said) >= 2
        or sum(reading.blocks[i].bullet for i in rest) > len(rest) / 3
    )


def read_author_box(reading: Reading, names: list[str]) -> None:
    """A paragraph near the end that names the article's author in full is about the author."""
    for i in reading.paragraphs()[-2:]:
        block = reading.blocks[i]
        if block.size <= 500 and any(len(n) > 8 and n in block.text for n in names):
            reading.drop(i, Reason.AUTHOR_BOX, "text:namesAuthor")
