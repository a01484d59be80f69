"""The package's data files: TOML that people edit, which the installation has decoded where it could.

To decode all of it takes longer than to read twenty pages, and each process would do so for its first page. So
scraper/build.py leaves it decoded beside the compiled modules, to be used as these are: while nothing was edited since.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from scraper.compiled import PACKAGE, fitting_package, is_pure

FOLDER = PACKAGE / "data"
#: what the installation wrote, in its package: what was decoded of a file, or made from several, by its name
DECODED = "data.{}.msgpack"


def toml(name: str) -> dict[str, Any]:
    """A file, decoded: "fields.toml"."""
    if ready := made(name):
        table: dict[str, Any] = msgspec.msgpack.decode(ready)
        return table
    return parsed(FOLDER / name)


def parsed(file: Path) -> dict[str, Any]:
    """A TOML file, decoded here and now."""
    import tomllib  # late: an installation that has all decoded never needs it

    return tomllib.loads(file.read_text(encoding="utf-8"))


def made(name: str) -> bytes | None:
    """What the installation made of a file, or of several under one name, as MessagePack; None where it made nothing,
    or from others than are here now."""
    package = None if is_pure() else fitting_package()
    if package is None:
        return None
    return Path(package.__file__ or "").with_name(DECODED.format(name)).read_bytes()
