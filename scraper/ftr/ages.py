"""When each file was last edited: git's word where there is a checkout, else the file's own time."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

#: a commit that touches more files than this changes their form, not what they say (the study left out the same)
BULK = 30
#: seconds for `git log` over a collection's whole history
_PATIENCE = 120
#: nothing that a repository's own settings could have git run
_SAFE = ("-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "-c", "core.hooksPath=/dev/null")


class Ages(NamedTuple):
    """Day of the last edit of each file, and who says so."""

    days: dict[str, date]
    #: "git" or "file time"
    source: str


def read_ages(folder: Path, files: Iterable[Path]) -> Ages:
    """The last edit of each of the folder's files, by name. One call of git for all; it never fails."""
    from_git = _from_git(folder)
    days = {file.name: from_git.get(file.name) or _file_time(file) for file in files}
    return Ages(days, "git" if from_git else "file time")


def _file_time(file: Path) -> date:
    try:
        return datetime.fromtimestamp(file.lstat().st_mtime, UTC).date()
    except (OSError, OverflowError, ValueError):
        return date.min


def _from_git(folder: Path) -> dict[str, date]:
    """Name → day, for files with history; {} without git, or outside a checkout."""
    git = shutil.which("git")
    if git is None:
        return {}
    log = ("--no-pager", "log", "--no-renames", "--no-ext-diff", "--format=%x01%at", "--name-only", "-z", "--relative")
    command = [git, *_SAFE, "-C", str(folder), *log, "--", "."]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        return {}
    return _last_edits(done.stdout.decode("utf-8", "surrogateescape")) if done.returncode == 0 else {}


def _last_edits(log: str) -> dict[str, date]:
    """The newest edit of each file that is no bulk edit; for one that has no other, the newest of those."""
    edits: dict[str, date] = {}
    bulk: dict[str, date] = {}
    for commit in log.split("\x01")[1:]:
        stamp, _, rest = commit.partition("\x00")
        names = [name for name in rest.lstrip("\n").split("\x00") if name]
        try:
            day = datetime.fromtimestamp(int(stamp), UTC).date()
        except (ValueError, OverflowError, OSError):
            continue
        known = bulk if len(names) > BULK else edits
        known |= {name: max(day, known.get(name, day)) for name in names}
    return bulk | edits
