"""body → why: what became of each block of a page, and what was removed, with a reason for everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scraper.extraction.blocks import Block
from scraper.extraction.body import Body
from scraper.extraction.judges import name_reasons
from scraper.models import Reason, Removed, Verdict

#: characters of a removed text that are shown
SAMPLE = 200


class Decision(NamedTuple):
    """What became of one block."""

    block: Block
    verdict: Verdict
    #: the classifier's probability; None where a rule decided before it
    score: float | None


def decisions_of(body: Body) -> Iterator[Decision]:
    """What became of every block of the page, in page order."""
    frame, inside = body.frame, {block.index: i for i, block in enumerate(body.frame.blocks)}
    for block in frame.all_blocks:
        i = inside.get(block.index)
        if i is None:
            yield Decision(block, Verdict(block.index, False, Reason.OUTSIDE, "window"), None)
        elif (word := body.said[i]) and word[0] == body.kept[i]:
            yield Decision(block, Verdict(block.index, body.kept[i], word[1], word[2]), None)
        elif body.kept[i]:
            yield Decision(block, Verdict(block.index, True), body.values[i])
        else:
            reason, rule = name_reasons(frame, i)
            yield Decision(block, Verdict(block.index, False, reason, rule), body.values[i])


def removed_of(body: Body) -> tuple[Removed, ...]:
    """One entry a (reason, rule), in page order; what is far from the article is not listed."""
    found: dict[tuple[Reason, str], list[str]] = {}
    for i, block in enumerate(body.frame.blocks):
        if not body.kept[i]:
            word = body.said[i]
            reason, rule = (word[1], word[2]) if word and not word[0] else name_reasons(body.frame, i)
            if reason is not None and reason is not Reason.OUTSIDE:
                found.setdefault((reason, rule), []).append(block.text)
    for rule, text in body.cuts:
        if text:
            found.setdefault((Reason.SITE_RULE, f"config:{rule}"), []).append(text)
    return tuple(
        Removed(reason=reason, rule=rule, count=len(texts), chars=sum(map(len, texts)), sample=texts[0][:SAMPLE])
        for (reason, rule), texts in found.items()
    )
