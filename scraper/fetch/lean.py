"""httpx without its command line."""

from __future__ import annotations

import sys


def import_httpx() -> None:
    """Has httpx imported before somebody else does it.

    Where rich, click and pygments are installed, it imports them for a command that nobody runs here: 30 ms. It does
    without it where that import fails.
    """
    if "httpx" in sys.modules:
        return
    sys.modules["httpx._main"] = None  # type: ignore[assignment]  # what the import system takes for "not there"
    try:
        import httpx  # noqa: F401
    finally:
        del sys.modules["httpx._main"]
