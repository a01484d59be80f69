"""Where a mended config belongs, and writing it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from scraper.errors import StoreError
from scraper.learning.write import write_config
from scraper.sites import Site
from scraper.sites.load import shipped_folder
from scraper.store import write_whole

#: the folder whose configs come before the shipped ones (`sites.default_folders`)
OWN = Path("configs")


class Place(NamedTuple):
    """A config's file-to-be."""

    path: Path
    #: one sentence where that is not where the config is now; else ""
    why: str = ""


def place_of(site: Site) -> Place:
    """The config's own file; where that came with the package or cannot be written, one in ./configs over it."""
    source = Path(site.source)
    shipped = source.parent.resolve() == shipped_folder().resolve()
    if shipped and not (OWN.is_dir() and OWN.samefile(source.parent)):
        reason = "came with scraper, and the next update would undo a change"
    elif not (os.access(source, os.W_OK) and os.access(source.parent, os.W_OK)):
        reason = "cannot be written"
    else:
        return Place(source)
    path = OWN / f"{site.domain}.toml"
    words = f"it goes to {path}, which comes before it (but for runs that name another folder with --configs)"
    return Place(path, f"{source} {reason}: {words}")


def apply(path: Path, text: str) -> None:
    """Writes the config. Raises ConfigError, StoreError; then nothing has changed."""
    write_config(path, text)


def put_proposal(folder: Path, domain: str, text: str) -> Path:
    """Writes the config as it would be to `folder`/<domain>.toml, for a person to look at. Raises StoreError."""
    path = folder / f"{domain}.toml"
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise StoreError(f"{path}: the proposal could not be written ({error.strerror})") from error
    return path


def withdraw(folder: Path, domain: str) -> None:
    """Removes what was proposed for a site, if anything. Raises StoreError."""
    path = folder / f"{domain}.toml"
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: an old proposal could not be removed ({error.strerror})") from error
