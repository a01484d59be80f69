"""Compiled twins of the modules that read pages, where the installation made them (scraper/build.py).

They are imported in place of their sources as long as these are, byte for byte, what was compiled: in a checkout that
has been edited since, the sources are what runs. SCRAPER_PURE=1 in the environment has them run in any case.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType


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
    if not os.environ.get("SCRAPER_PURE") and (files := fitting_twins()):
        sys.meta_path.insert(0, Twins(files))


def fitting_twins() -> dict[str, Path]:
    """Module → its compiled twin; {} where nothing was compiled, for another Python, or from other sources than those
    beside this file."""
    try:
        made = import_module("scraper_compiled")
    except ImportError:
        return {}
    folder, suffix = Path(made.__file__ or "").parent, EXTENSION_SUFFIXES[0]
    files = {module: folder / f"{module}{suffix}" for module in made.MODULES}
    fit = all(file.is_file() for file in files.values()) and _fresh(Path(__file__).parent, made.SOURCES)
    return files if fit else {}


def _fresh(package: Path, sources: Mapping[str, str]) -> bool:
    """Whether every source (path below the package → SHA-256) is what was compiled."""
    try:
        return all(
            sha256(package.joinpath(name).read_bytes()).hexdigest() == digest for name, digest in sources.items()
        )
    except OSError:
        return False
