"""Memory that was freed goes back to the system: glibc keeps it otherwise, and each process its peak."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache


def trim() -> None:
    """Gives back what is free; some milliseconds. Does nothing where the C library has no malloc_trim(3)."""
    if give_back := _malloc_trim():
        give_back(0)


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):  # another C library
        return None
    return found
