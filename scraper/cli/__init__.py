"""The command line: `main` runs it and turns every error into one sentence and an exit code."""

from __future__ import annotations

import atexit
import gc
import signal
import sys
from collections.abc import Sequence

from scraper.cli.out import shown, take_any_text
from scraper.errors import ConfigError, LockedError, ScraperError, UsageError
from scraper.loading import end_as_usual

#: exit codes; 1 is also that of a run in which links failed
OK, FAILED, USAGE, LOCKED, INTERRUPTED = 0, 1, 2, 75, 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command line (by default that of the process) and exits with its code."""
    take_any_text()
    if arguments is None:
        _collect_less()
        _obey_signals()
    try:
        from scraper.cli.app import app  # takes long enough for a Ctrl-C

        end_as_usual()
        app(arguments, prog_name="scraper")
    except ScraperError as error:
        code = USAGE if isinstance(error, ConfigError | UsageError) else FAILED
        code = LOCKED if isinstance(error, LockedError) else code
        sys.stderr.write(f"scraper: {shown(str(error))}\n")
    except SystemExit as end:
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        code = OK  # whoever read our output has seen enough: typer takes that for an error
    except OSError as error:  # a path that no check foresaw, such as a name that is too long
        code = USAGE if error.filename else FAILED
        sys.stderr.write(f"scraper: {shown(error.filename or 'the system')[:200]}: {error.strerror or error}\n")
    except KeyboardInterrupt:
        code = INTERRUPTED
    else:
        return
    sys.exit(code)


def _collect_less() -> None:
    """For a process of which this is all: looking for cycles among its objects took a tenth of the time."""
    gc.set_threshold(10_000)
    atexit.register(gc.freeze)  # on its way out it would look through all that was imported


def _obey_signals() -> None:
    """SIGTERM is obeyed as Ctrl-C is, with an exit code of ours; on the way out, when that is settled, neither is."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    atexit.register(_ignore_signals)


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
