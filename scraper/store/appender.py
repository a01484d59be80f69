"""Appending whole lines to a file: either all of a line is in it afterwards, or nothing of it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from scraper.errors import StoreError, UsageError


class Appender:
    """A file that grows by whole pieces. Pipes and devices work too, but cannot be cut back."""

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        """Opens (and makes) `path` and its folders. Raises UsageError where that cannot be done."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if overwrite else 0)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(path, flags, 0o644)
        except OSError as error:
            raise UsageError(f"{path}: cannot write there ({error.strerror}); name another output") from error
        self.name = str(path)
        self._regular = stat.S_ISREG(os.fstat(self._fd).st_mode)

    @property
    def size(self) -> int:
        """Bytes in the file; 0 for what is not a regular file."""
        return os.fstat(self._fd).st_size if self._regular else 0

    def cut(self, size: int) -> None:
        """Shortens the file to `size` bytes."""
        os.ftruncate(self._fd, size)

    def write(self, data: bytes) -> None:
        """Appends `data` whole. Raises StoreError, the file as it was before; BrokenPipeError."""
        before, rest = self.size, memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except BrokenPipeError:
            raise
        except OSError as error:
            if self._regular:
                with suppress(OSError):  # a disk that refuses this too leaves a torn line: mended on opening
                    self.cut(before)
            raise StoreError(f"{self.name}: {error.strerror}; stopped writing") from error

    def sync(self) -> None:
        """Returns when the disk has it. Raises StoreError."""
        try:
            if self._regular:
                os.fdatasync(self._fd)
        except OSError as error:
            raise StoreError(f"{self.name}: {error.strerror}; stopped writing") from error

    def close(self) -> None:
        """Closes the file; a second call does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def whole_lines(path: Path) -> int:
    """Length in bytes of `path` up to the end of its last whole line; 0 where there is none."""
    step = 1 << 16
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        while end > 0:
            start = max(0, end - step)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
    return 0
