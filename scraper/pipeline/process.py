"""One worker process at the other end of a pipe; it is started when needed, and killed when it hangs."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from scraper.pipeline.model import Job, Reading

#: seconds that a process may take to start
_START = 60.0


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
            self._process = context.Process(target=_serve, args=(theirs, os.getpid()), daemon=True)
            self._process.start()
            theirs.close()
            if not self._pipe.poll(_START) or self._pipe.recv() != "ready":
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


def _serve(pipe: Connection, parent: int) -> None:
    """What runs in the process: it ends with its parent, and leaves signals to it (what is in flight is finished)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    pipe.send("ready")
    while True:
        try:
            jobs = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send([read_job(job) for job in jobs])


def _end_with(parent: int) -> None:
    """Ends this process when its parent is gone, even in the middle of a page."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)
