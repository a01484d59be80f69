"""Standard output in any locale: what people read may lose a letter, what programs read is UTF-8; names as text."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path


def take_any_text() -> None:
    """A letter that standard output has no code for (a Latin-1 locale, ASCII) becomes "?" instead of an error; where it
    is closed, as standard error may be, what is written goes nowhere. A terminal of no columns is of an unknown number
    (some programs export that): nothing would be printed at all."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115  # as long as the process
    if not os.environ.get("COLUMNS", "1").strip("0"):
        del os.environ["COLUMNS"]
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def put(text: str) -> None:
    """Writes what another program reads, as UTF-8 whatever the locale. Raises BrokenPipeError."""
    sys.stdout.flush()  # words that stand before it
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def shown(name: Path | str) -> str:
    """What was given on the command line, as text: bytes that are none (a file's name of a time before UTF-8) become
    U+FFFD, which can be printed and stored."""
    return str(name).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
