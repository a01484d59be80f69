"""Events put into the order in which their links were given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator

from scraper.models import Done, Event, Link

#: links that may be under way where order is kept: what is done waits, whole, for what was before it
AHEAD = 500


class Order:
    """`links` goes into the pipeline, `events` comes out of it; each Done waits for those before it.

    What an interrupt leaves waiting behind a gap does not come out: it is read again when the list is gone on with.
    """

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._given = self._next = 0
        self._waiting: dict[int, Done] = {}
        self._moved = asyncio.Event()

    async def links(self, links: AsyncIterable[Link]) -> AsyncIterator[Link]:
        """Numbers the links that pass, no more than AHEAD at a time."""
        async for link in links:
            while self._given - self._next >= AHEAD:
                self._moved.clear()
                await self._moved.wait()
            self._number[link.url] = self._given
            self._given += 1
            yield link

    async def events(self, events: AsyncIterable[Event]) -> AsyncIterator[Event]:
        """The events in order."""
        async for event in events:
            if not isinstance(event, Done):
                yield event
                continue
            self._waiting[self._number.pop(event.link.url)] = event
            while self._next in self._waiting:
                yield self._waiting.pop(self._next)
                self._next += 1
                self._moved.set()
