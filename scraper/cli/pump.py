"""A blocking source read by a thread of its own, so that a slow pipe never holds the event loop."""

from __future__ import annotations

import asyncio
import io
import select
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
#: items read ahead
_AHEAD = 1000
#: seconds between two looks at whether anybody still waits
_LOOK = 0.2


class Pump(Generic[T]):
    """`async for item in Pump(iterator)`; at most `_AHEAD` items are read ahead."""

    def __init__(self, source: Iterator[T]) -> None:
        self._source = source
        self._items: deque[T] = deque()
        self._room = threading.Semaphore(_AHEAD)
        self._ready = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._ended = self._closed = False
        self._error: Exception | None = None

    async def __aiter__(self) -> AsyncIterator[T]:
        threading.Thread(target=self._read, name="list", daemon=True).start()
        try:
            while True:
                self._ready.clear()
                while self._items:
                    yield self._items.popleft()
                    self._room.release()
                if self._ended and not self._items:
                    break
                await self._ready.wait()
        finally:
            self._closed = True
            self._room.release()
        if self._error:
            raise self._error

    def _read(self) -> None:
        try:
            for item in self._source:
                self._room.acquire()
                if self._closed:
                    return
                self._items.append(item)
                self._tell()
        except Exception as error:  # carried over to whoever iterates
            self._error = error
        finally:
            self._ended = True
            self._tell()

    def _tell(self) -> None:
        if not self._ready.is_set() and not self._loop.is_closed():
            try:
                self._loop.call_soon_threadsafe(self._ready.set)
            except RuntimeError:  # the loop was closed just now
                self._closed = True


class Patient(io.RawIOBase):
    """A file descriptor whose reader can be told to give up, which ends the stream."""

    def __init__(self, fd: int) -> None:
        self._file = io.FileIO(fd, "rb", closefd=False)
        self._given_up = False

    def give_up(self) -> None:
        self._given_up = True

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        while not self._given_up:
            if select.select([self._file], [], [], _LOOK)[0]:
                return self._file.readinto(buffer)
        return 0

    def close(self) -> None:
        self._file.close()
        super().close()
