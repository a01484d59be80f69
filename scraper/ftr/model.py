"""What an import was asked for, and what became of every file."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import msgspec

from scraper.ftr.directives import Entry

#: statuses of a file, in the order of the report
STATUSES = ("translated", "partly", "refused", "there", "ignored")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the command was asked for."""

    #: folder of the new configs
    target: Path
    #: folders whose configs a new one in `target` would hide: those shipped with the package
    hidden: tuple[Path, ...] = ()
    #: years since the last edit beyond which a config is quarantined
    newer_than: float = 3.0
    today: date
    #: also replace what an earlier import wrote
    force: bool = False
    dry_run: bool = False


class FileResult(msgspec.Struct, kw_only=True, rename="camel"):
    """What became of one file."""

    file: str
    #: one of STATUSES: all of its rules are in a config, or some; none; a config is there already; no site config
    status: str = "translated"
    why: str = ""
    domain: str = ""
    #: the config that was (or would be) written
    config: str = ""
    edited: date | None = None
    quarantined: bool = False
    entries: list[Entry] = []


class Imported(msgspec.Struct, kw_only=True, rename="camel"):
    """What became of all of them."""

    files: list[FileResult]
    #: who says when a file was edited: "git" or "file time"
    ages: str = ""

    @property
    def statuses(self) -> dict[str, int]:
        """Status → number of files; they add up to all files."""
        found = Counter(file.status for file in self.files)
        return {status: found[status] for status in STATUSES}

    @property
    def configs(self) -> int:
        """Configs written."""
        return len({file.config for file in self.files if file.config})

    @property
    def quarantined(self) -> int:
        """Configs among them that have yet to prove themselves."""
        return len({file.config for file in self.files if file.config and file.quarantined})

    @property
    def directives(self) -> dict[str, dict[str, int]]:
        """Directive → outcome → lines, most frequent first, over all files that are site configs."""
        lines = Counter((e.directive, e.outcome) for file in self.files for e in file.entries)
        total = Counter(e.directive for file in self.files for e in file.entries)
        return {
            directive: {outcome: n for (name, outcome), n in lines.items() if name == directive}
            for directive, _ in sorted(total.items(), key=lambda item: (-item[1], item[0]))
        }

    @property
    def reasons(self) -> dict[str, int]:
        """Why lines were lost → how many, most frequent first."""
        found = Counter(f"{e.directive}: {e.why}" for file in self.files for e in file.entries if e.lost)
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
