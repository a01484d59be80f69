"""What a check says."""

from __future__ import annotations

from typing import Literal

import msgspec

#: "dead": the config has rules for the field, and none of them gave it; "failed": the page could not be had
Word = Literal["ok", "wrong", "missing", "dead", "failed"]
Level = Literal["error", "warning"]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """On one field of one page."""

    site: str
    #: the page's folder, or its address where it is live
    page: str
    #: a record's name for it; "contains …", "lacks …" of a live page
    field: str
    verdict: Word
    #: what is there against what should be; "" where all is well
    detail: str = ""

    @property
    def name(self) -> str:
        return f"{self.site}/{self.page} @ {self.field}"


class Lint(msgspec.Struct, frozen=True, kw_only=True):
    """Something odd in a config."""

    site: str
    #: "config", "page" (cannot be read), "conflict", "articleUrl", "dead", "unused", "noPages", "repeats", "duplicate"
    kind: str
    #: a warning says what may well be meant; an error cannot be
    level: Level
    #: the place in the file: "[[layouts]] #1, remove"
    where: str
    #: one sentence
    detail: str


class SiteCheck(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found out about one site."""

    site: str
    #: the config's file; "" where there is none
    source: str = ""
    #: stored pages
    pages: int = 0
    verdicts: tuple[Verdict, ...] = ()
    lints: tuple[Lint, ...] = ()
