"""Time as the fetch stage sees it; tests hand in a clock of their own and never sleep."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """All in seconds."""

    #: never goes back; what gaps are measured with
    monotonic: Callable[[], float] = time.monotonic
    #: since 1970; what a Retry-After date is compared with
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
