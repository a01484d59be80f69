"""Compiled twins of the modules that read pages, where the installation made them (scraper/build.py).

They are imported in place of their sources as long as these are, byte for byte, what was compiled: in a checkout that
has been edited since, the sources are what runs. SCRAPER_PURE=1 in the environment has them run in any case.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import source_hash, spec_from_file_location
from pathlib import Path
from types import ModuleType

#: the package's own folder
PACKAGE = Path(__file__).parent
#: folder of the data of which every file counts
PHRASES = "data/phrases"


class Twins:
    """A finder for `sys.meta_path`: module name → its compiled twin."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self.files = files

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        file = self.files.get(name)
        return spec_from_file_location(name, file) if file is not None else None


def use_twins() -> None:
    """Have the compiled modules imported from now on, if they are there and fit."""
    if not is_pure() and (files := fitting_twins()):
        sys.meta_path.insert(0, Twins(files))


def is_pure() -> bool:
    """Whether nothing is wanted but the sources."""
    return bool(os.environ.get("SCRAPER_PURE"))


def fitting_twins() -> dict[str, Path]:
    """Module → its compiled twin; {} where nothing was compiled, or nothing that fits."""
    made = fitting_package()
    if made is None:
        return {}
    folder, suffix = Path(made.__file__ or "").parent, EXTENSION_SUFFIXES[0]
    files = {module: folder / f"{module}{suffix}" for module in made.MODULES}
    return files if all(file.is_file() for file in files.values()) else {}


@cache
def fitting_package() -> ModuleType | None:
    """What the installation made; None where it made nothing, or made it from other sources than those beside this
    file."""
    try:
        made = import_module("scraper_compiled")
    except ImportError:
        return None
    stamps = getattr(made, "STAMPS", None)  # an older version's package has none
    return made if stamps and _fresh(stamps) and _is_all(stamps) else None


def _fresh(stamps: Mapping[str, tuple[int, int, str]]) -> bool:
    """Whether every source (path below the package → its time in ns, bytes, hash) is what was compiled.

    As with Python's own caches, time and size say so, and the hash where a file has been written since: a wheel's
    are, and so is a checkout's after a change of branch. Importing hashlib takes longer than all else here.
    """
    try:
        return all(_is_same(PACKAGE / name, *found) for name, found in stamps.items())
    except OSError:
        return False


def _is_all(stamps: Mapping[str, object]) -> bool:
    """Whether no file of phrases has come to those that were decoded."""
    names = [file.name for file in (PACKAGE / PHRASES).iterdir()]
    return all(f"{PHRASES}/{name}" in stamps for name in names if name.endswith(".toml"))


def _is_same(file: Path, time: int, size: int, digest: str) -> bool:
    now = file.stat()
    if now.st_size != size:
        return False
    return now.st_mtime_ns == time or source_hash(file.read_bytes()).hex() == digest
