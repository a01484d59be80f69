"""Ctrl-C and SIGTERM, from a run's first line to its last: the first asks it to stop, a second cancels."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self


class Interrupts:
    """`with Interrupts() as signals:` around the whole of a run; `with signals.to(asked):` around its event loop.

    One handler for all of it (asyncio's own would leave gaps, in which SIGTERM kills): what comes before the loop waits
    for it; after it, when all that is left is to put things away, one signal changes nothing and a second cancels.
    """

    def __init__(self) -> None:
        self._tell: Callable[[], object] | None = None
        self._waiting = 0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._heard)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def to(self, asked: Callable[[], None]) -> Iterator[None]:
        """Has `asked` called in the running event loop, once for each signal."""
        loop = asyncio.get_running_loop()
        self._tell = lambda: loop.call_soon_threadsafe(asked)  # which wakes it, too
        if self._waiting:
            self._tell()
        try:
            yield
        finally:
            self._tell, self._waiting = None, 0

    def _heard(self, *_: object) -> None:
        if self._tell:
            self._tell()
            return
        self._waiting += 1
        if self._waiting > 1:
            raise KeyboardInterrupt
