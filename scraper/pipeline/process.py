"""One worker process at the other end of a pipe; it is started when needed, and killed when it hangs."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from scraper.pipeline.model import Job, Reading
from scraper.pipeline.trim import trim

#: seconds that a process may take to start
_START = 60.0
#: batches after which a process gives back the memory it has freed
_TRIM = 64


class Died(Exception):
    """The process ended, or was killed because it hung; the text says which."""


def read_job(job: Job) -> Reading:
    """The reading of one job. Never raises."""
    from scraper.pipeline.read import read_pages  # the parsers: only who reads needs them

    return read_pages(*job)


class Process:
    """A worker. Its methods block: call them from a thread of its own."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._killed = False

    def read(self, jobs: list[Job], patience: float) -> list[Reading]:
        """The readings of `jobs`. Raises Died where that kills the process or takes more than `patience` seconds."""
        pipe = self._pipe_now()
        try:
            pipe.send(jobs)
            if not pipe.poll(patience):
                self._put_away()
                raise Died(f"reading it took more than {patience:g} s")
            readings: list[Reading] = pipe.recv()
        except (EOFError, OSError) as error:
            self._put_away()
            raise Died("the process that read it died") from error
        return readings

    def kill(self) -> None:
        """Ends the process, and whoever waits for it; for any thread."""
        self._killed = True
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """Puts a process away that nobody waits for any more."""
        self._put_away()

    def _pipe_now(self) -> Connection:
        if self._killed:
            raise Died("the run has ended")
        if self._pipe is None:
            # spawn: forking a process that runs an event loop and threads can hang
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            try:
                with theirs:
                    process = context.Process(target=_serve, args=(theirs,), daemon=True)
                    process.start()
                self._process = process
                ready = self._pipe.poll(_START) and self._pipe.recv() == "ready"
            except (EOFError, OSError):
                ready = False
            if not ready:
                self._put_away()
                raise Died("no process could be started to read it")
        return self._pipe

    def _put_away(self) -> None:
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if process is not None:
            process.kill()
            process.join()
            process.close()
        if pipe is not None:
            pipe.close()


def _serve(pipe: Connection) -> None:
    """What runs in the process: it ends with its parent, and leaves signals to it (what is in flight is finished)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):  # the parent has ended, or put this process away: nobody is to be told
        pipe.send("ready")
        for batch in count():
            jobs = pipe.recv()
            pipe.send([read_job(job) for job in jobs])
            if batch % _TRIM == 0:  # the first one has loaded the models, which takes twice what they need afterwards
                trim()


def _end_with_parent() -> None:
    """Ends this process when that which started it is gone, even in the middle of a page."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
