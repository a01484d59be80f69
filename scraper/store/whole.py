"""Small files that others read while they are written anew."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Puts a file in place in one step: who reads it sees the old one or the new one, and on a full disk the old one
    stays. Raises OSError."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)  # a pipe or a device
        return
    path = path.resolve()  # a link stays one
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
        draft.replace(path)
    except PermissionError:
        path.write_bytes(data)  # a file of ours in a folder that is not
    finally:
        with suppress(OSError):
            draft.unlink()
