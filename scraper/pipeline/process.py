"""One worker process at the other end of a socket; it is forked when needed, and killed when it hangs."""

from __future__ import annotations

import asyncio
import pickle
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from typing import Any

from scraper.pipeline.model import Job, Reading
from scraper.pipeline.nursery import LENGTH, MESSAGE

#: seconds that a process may take to start, or to end
_START, _END = 60.0, 5.0
#: bytes of an answer that are held before they are asked for
_BUFFER = 1 << 20
#: what a nursery runs: modules are found where this process finds them
_PROGRAM = "import sys; sys.path[:] = sys.argv[2:]; from scraper.pipeline.nursery import main; main(int(sys.argv[1]))"


class Died(Exception):
    """The process ended, or was killed because it hung; the text says which."""


class Nursery:
    """The process from which workers are forked (see `pipeline.nursery`)."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        #: whether a worker has come out of it
        self._ready = False

    def start(self) -> None:
        """Has it begin to get ready, which takes some tenths of a second; a second call does nothing. Raises OSError.

        Signals stay with this process: what is in flight is finished.
        """
        if self._process is not None:
            return
        ours, theirs = socket.socketpair()
        with theirs:
            before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))  # it inherits the mask
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _PROGRAM, str(theirs.fileno()), *sys.path],
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
                )  # fmt: skip
            except BaseException:
                ours.close()
                raise
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._control, self._ready = ours, False

    async def fork(self) -> tuple[int, asyncio.StreamReader, asyncio.StreamWriter]:
        """(the id of a new worker, the two ways of its socket). Raises OSError, EOFError."""
        was_well = self._ready
        try:
            return await self._try()
        except (OSError, EOFError):
            if not was_well:
                raise
        return await self._try()  # it has been killed in the meantime, for want of memory perhaps

    async def _try(self) -> tuple[int, asyncio.StreamReader, asyncio.StreamWriter]:
        self.start()
        process = self._process
        try:
            return await self._fork()
        except (OSError, EOFError):
            if self._process is process:
                await self.close()
            raise

    async def _fork(self) -> tuple[int, asyncio.StreamReader, asyncio.StreamWriter]:
        assert self._control
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._control, [MESSAGE.pack(0)], [theirs.fileno()])
            reader, writer = await asyncio.open_connection(sock=ours, limit=_BUFFER)
        except BaseException:
            ours.close()
            raise
        try:
            async with asyncio.timeout(_START):
                child = await _receive(reader)
        except BaseException:
            await _hang_up(writer)
            raise
        self._ready = True
        return child, reader, writer

    def end(self, child: int) -> None:
        """Kills a worker. Only its parent does that: to anybody else its id may be another process's by now."""
        if self._control:
            with suppress(OSError):  # it is gone itself, and its children with it
                self._control.send(MESSAGE.pack(child))

    async def close(self) -> None:
        """Ends it, and every worker."""
        process, control, ready = self._process, self._control, self._ready
        self._process, self._control, self._ready = None, None, False
        if process is None or control is None:
            return
        if not ready:
            process.kill()
        with suppress(OSError):  # it is gone already
            control.shutdown(socket.SHUT_WR)
        reader, writer = await asyncio.open_connection(sock=control)
        try:
            async with asyncio.timeout(_END):
                await reader.read()  # until it is gone
        except TimeoutError:
            process.kill()
        except ConnectionError:  # gone before it had read what it was told
            pass
        await _hang_up(writer)
        process.wait()


class Process:
    """A worker."""

    def __init__(self, nursery: Nursery) -> None:
        self._nursery = nursery
        self._id = 0
        self._ways: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def read(self, jobs: list[Job], patience: float) -> list[Reading]:
        """The readings of `jobs`. Raises Died where that kills the process or takes more than `patience` seconds."""
        reader, writer = await self._started()
        try:
            async with asyncio.timeout(patience):
                data = pickle.dumps(jobs, pickle.HIGHEST_PROTOCOL)
                writer.write(LENGTH.pack(len(data)))
                writer.write(data)
                await writer.drain()
                readings: list[Reading] = await _receive(reader)
        except TimeoutError as error:
            await self.close()
            raise Died(f"reading it took more than {patience:g} s") from error
        except (EOFError, OSError) as error:
            await self.close()
            raise Died("the process that read it died") from error
        return readings

    async def close(self) -> None:
        """Ends it; the next page is read by a new one."""
        if self._ways:
            ways, self._ways = self._ways, None
            await _hang_up(ways[1])
            self._nursery.end(self._id)

    async def _started(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._ways is None:
            try:
                self._id, reader, writer = await self._nursery.fork()
            except (EOFError, OSError) as error:
                raise Died("no process could be started to read it") from error
            self._ways = reader, writer
        return self._ways


async def _receive(reader: asyncio.StreamReader) -> Any:
    """What the other end has sent. Raises EOFError where that is gone."""
    (size,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
    return pickle.loads(await reader.readexactly(size))


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()  # what is still to be sent is for nobody
    with suppress(OSError):  # the other end was gone first
        await writer.wait_closed()
