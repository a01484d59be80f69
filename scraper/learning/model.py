"""What learning takes and what it gives: sample pages in, rules with the pages they rest on out."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from scraper.document import Document
from scraper.models import Article
from scraper.sites import Layout

#: the keys of a layout that are lists of rules, in the order of the reference
KEYS = tuple(name for name in Layout.__struct_fields__ if name != "until")

#: why a page is left out whose address counts all the same
OTHER_LAYOUT = "it is in another layout than most; learn that one from pages of its own"


class Sample(NamedTuple):
    """One article page of a site."""

    document: Document
    #: what a person says the article is; None: nobody has looked
    expected: Article | None = None


class RuleNote(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of a learned layout and what it rests on; the comment above it in the config."""

    #: the key of `[[layouts]]` that the rule stands in: "body", "remove", "headline" …
    key: str
    rule: str
    #: sample pages on which it finds something
    pages: int
    #: why it is there, for a person: "repeated on 9 pages", "you kept it in 3 corrections"
    why: str = ""
    #: the text of one thing that it finds, cut
    sample: str = ""


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What the learned layout changes on one sample page, behind the config that is there, if one is."""

    url: str
    #: characters of body text without and with the layout
    before: int
    after: int
    #: lines that only the generic way has, and only the layout's has
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()
    #: with corrections: is the body word for word the expected one, without and with the layout; else None
    exact_before: bool | None = None
    exact_after: bool | None = None


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """A layout that was learned, with its reasons. `notes` has one entry for each rule of `layout`."""

    layout: Layout
    notes: tuple[RuleNote, ...]
    effects: tuple[Effect, ...]
    #: sample pages that it was learned from (those of another layout, and non-articles, are not counted)
    pages: int
    #: regular expressions for `article_url`, `()` where the addresses have no common shape
    article_url: tuple[str, ...] = ()
    #: samples that were left out, as (url, why)
    left_out: tuple[tuple[str, str], ...] = ()
