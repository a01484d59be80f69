"""What runs in the process that workers are forked from: it has all that reading needs, and no thread, ready.

So the second worker, and the one in place of one that died, cost a fork, and all share one copy of the models. It is
started afresh (a process with an event loop and threads must not fork), and waits for each child, so that whoever
waits for it has all their CPU time in the sum.
"""

from __future__ import annotations

import gc
import logging
import os
import pickle
import signal
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count

from scraper.pipeline.model import Job, Reading
from scraper.pipeline.trim import trim

_LOG = logging.getLogger(__name__)
#: a message to the nursery: 0 and a socket for a new worker, or the id of a worker that is to be ended
MESSAGE = struct.Struct("=q")
#: what stands before each batch on a worker's socket: its length
LENGTH = struct.Struct("=Q")
#: batches after which a process gives back the memory it has freed
_TRIM = 64

#: a batch of jobs → their readings
Work = Callable[[list[Job]], list[Reading]]


def main(control: int) -> None:
    """Forks workers as it is told over the socket `control`, until that is closed; then ends them, and itself."""
    gc.disable()
    from scraper.pipeline.read import read_pages, warm_up  # the parsers: the other end of the socket needs none

    warm_up()
    trim()
    gc.freeze()  # a page of memory that no collection writes to stays shared
    gc.enable()
    with socket.socket(fileno=control) as orders:
        _run(orders, lambda jobs: [read_pages(*job) for job in jobs])
    os._exit(0)


def _run(orders: socket.socket, work: Work) -> None:
    children: set[int] = set()
    alive, mine = os.pipe()  # closed at the end of this process, however it ends
    while True:
        message, sockets, _, _ = socket.recv_fds(orders, MESSAGE.size, 1)
        if not message:
            break
        (child,) = MESSAGE.unpack(message)
        if sockets:
            children.add(_fork(sockets[0], work, (orders.fileno(), mine), alive))
            os.close(sockets[0])
        elif child in children:
            _end(child)
            children.remove(child)
    for child in children:
        _end(child)


def _fork(channel: int, work: Work, not_its_own: tuple[int, ...], alive: int) -> int:
    child = os.fork()
    if child == 0:
        try:
            for number in not_its_own:
                os.close(number)
            threading.Thread(target=_end_with, args=(alive,), daemon=True).start()
            with suppress(EOFError, OSError):  # who listened has ended: nobody is to be told
                _serve(channel, work)
        except Exception:
            _LOG.exception("a worker process ends")
        finally:
            os._exit(0)
    return child


def _end(child: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _end_with(alive: int) -> None:
    """Ends this process when the one it was forked from is gone, even in the middle of a page."""
    os.read(alive, 1)
    os._exit(1)


def _serve(channel: int, work: Work) -> None:
    """What a worker does: batch after batch, until nobody sends one any more."""
    with socket.socket(fileno=channel) as connection, connection.makefile("rwb") as stream:
        answer: object = os.getpid()
        for batch in count():
            data = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
            stream.write(LENGTH.pack(len(data)))
            stream.write(data)
            stream.flush()
            if batch % _TRIM == _TRIM - 1:
                trim()
            head = stream.read(LENGTH.size)
            if len(head) < LENGTH.size:
                return
            answer = work(pickle.loads(stream.read(*LENGTH.unpack(head))))
