"""Ctrl-C while the program is loaded: it ends at once, without a traceback of whatever was being imported."""

from __future__ import annotations

import os
import signal
import sys

#: as in `scraper.cli`, which is not there yet
_INTERRUPTED = 130


def end_quietly() -> None:
    """Until `end_as_usual` a Ctrl-C ends the process, where that is the `scraper` command; nothing is lost with it.

    No exception: one that comes while a class is made, say, is another when it gets here, or is swallowed.
    """
    if _is_command() and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def end_as_usual() -> None:
    """All is loaded: from now on a Ctrl-C is a KeyboardInterrupt."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(*_: object) -> None:
    os._exit(_INTERRUPTED)


def _is_command() -> bool:
    """Whether this process is `scraper …` or `python -m scraper …`; not so a program that imports the package, nor a
    worker process, which is started with the arguments of its parent but by a command of its own."""
    words = sys.orig_argv
    first = sys.argv[0] if sys.argv else ""
    if first == "-m":  # as long as the package is looked for
        return "-m" in words and words[words.index("-m") + 1 :][:1] == ["scraper"]
    return first.rpartition(os.sep)[2] == "scraper" and first in words
