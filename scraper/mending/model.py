"""What mending is told in: what a candidate does on pages, and what becomes of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from scraper.drift import DriftVerdict
from scraper.learning import Learned

#: "better": than the generic way; "equal" to it; "refused": worse, or not to be trusted
Grade = Literal["better", "equal", "refused"]


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What one way of reading gives on pages of the new layout, without anybody's corrections."""

    #: characters of body text
    chars: int = 0
    #: lines that stand on other pages too: the site's own, not the story's
    repeated: int = 0
    #: characters of fresh prose that the generic way keeps and this one loses, and the other way round
    lost: int = 0
    gained: int = 0


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate on pages that it was not learned from, beside the generic way and the config as it is."""

    #: pages of the new layout, and those of them whose body the candidate does not find
    pages: int = 0
    unread: tuple[str, ...] = ()
    generic: Tally = Tally()
    config: Tally = Tally()
    candidate: Tally = Tally()
    #: characters of fresh prose that the generic way keeps
    fresh: int = 0
    #: pages of the old layout, and those of them that come out otherwise with the candidate in the config
    old: int = 0
    changed: tuple[str, ...] = ()
    #: fields of hand-checked pages, and those that are worse than before: "site/page @ field"
    checked: int = 0
    worse: tuple[str, ...] = ()


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A config with a new layout in it, and what speaks for it."""

    site: str
    verdict: DriftVerdict
    learned: Learned
    #: last day of the layout that broke
    until: date
    #: the whole text of the config, and what changes in it
    text: str
    diff: str
    #: where it belongs, and why not where the config is now ("" if it does)
    path: Path
    elsewhere: str = ""
    trial: Trial = Trial()
    grade: Grade = "refused"
    #: one sentence
    why: str = ""


class Mended(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a site whose layout broke."""

    site: str
    #: "applied", "proposed", "refused"; with --auto-mend "declined": proposed, and nevertheless not written, and
    #: "equal": the same, because the generic way reads the pages as well; "waiting": for more articles; "changed": the
    #: config, since the last article; "idle": there is nothing to mend; "failed": with an error
    outcome: str
    #: for a person
    sentence: str
    path: str = ""
