"""Whether two records are the same text, and where a copy came from: agency stories that many sites carry."""

from __future__ import annotations

from scraper.models import Record
from scraper.record.simhash import MIN_ALIKE, alike

#: how many times as long as the other a text may be: beyond that it quotes the other, or holds it among others
_MAX_RATIO = 2.0


def same_text(record: Record, other: Record) -> bool:
    """Whether `record` carries the text of `other`.

    The same words, on whichever site; or nearly the same on two sites. On one site near-equal pages are the states
    of one story (a live ticker, a match report that grows), which are not copies of each other.
    """
    if not record.simhash or record.id == other.id:
        return False
    if record.content_hash == other.content_hash:
        return True
    if record.site == other.site:
        return False
    short, long = sorted((len(record.article_body), len(other.article_body)))
    return long <= short * _MAX_RATIO and alike(record.article_body, other.article_body) >= MIN_ALIKE


def syndicated_from(record: Record, other: Record) -> str | None:
    """The agency behind a text that two sites carry: one that both name, else one that either does; None where none is
    named (sister papers share their stories too)."""
    if record.site == other.site:
        return None
    both = [name for name in record.agencies if name in other.agencies]
    return next(iter([*both, *record.agencies, *other.agencies]), None)
