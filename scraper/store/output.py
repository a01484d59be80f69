"""Where a run's records go, together with the state that says which links are done."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Protocol, runtime_checkable

from scraper.errors import StoreError, UsageError
from scraper.models import Done, Kept, Record
from scraper.store.folder import file_of, make_writable
from scraper.store.jsonl import line_of
from scraper.store.known import articles_in
from scraper.store.reading import open_records
from scraper.store.sinks import Sink, is_url, open_sink, suffix_of
from scraper.store.state import State
from scraper.store.table import row_of

#: links whose end is committed together where the sink is a database of its own, or packs many records at a time
_BATCH = 100
_BATCHED = (".jsonl.gz", ".db", ".sqlite")


class Output(Protocol):
    """Takes the end of each link."""

    state: State
    #: file → lines that this run has written to it
    lines: dict[str, int]

    def take(self, done: Done) -> Done:
        """Stores it, the record included; the end as it then is. Raises StoreError; BrokenPipeError."""
        ...

    def checkpoint(self) -> None:
        """Called every few seconds, and at the end. Raises StoreError."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class Growing(Protocol):
    """A sink whose file a record that is written again would be in twice."""

    @property
    def size(self) -> int:
        """Bytes that were flushed."""
        ...


class Lines:
    """Records as lines of files that hold each exactly once (see `store.journal`)."""

    def __init__(self, state: State, folder: Path, lines: Callable[[Record], tuple[str, bytes]], *, keep: bool) -> None:
        self.state = state
        self._journal = state.write_lines(folder, lines, keep=keep)
        self.lines = self._journal.lines

    def take(self, done: Done) -> Done:
        return self.state.settle(done)

    def checkpoint(self) -> None:
        self._journal.checkpoint()

    def close(self) -> None:
        self.state.close()


class Through:
    """Records into any other sink; links are done once the sink has flushed their records.

    What a sink has taken when something goes wrong is not done, and is fetched again: sinks take the same record twice
    without harm. Of one that cannot (`Growing`) the size is noted with the links that were done: what is in it beyond
    that is read when it is next gone on with (see `_state_of`).
    """

    def __init__(self, state: State, sink: Sink, *, name: str = "", batch: int = 1) -> None:
        """`name`: what the state calls the output; "" for a stream, with which nothing is gone on. `batch`: links whose
        end is committed together.
        """
        self.state, self._sink, self._name, self._batch = state, sink, name, batch
        self.lines: dict[str, int] = {}
        self._open: ExitStack | None = None
        self._waiting = 0
        self._broken: StoreError | BrokenPipeError | None = None
        state.commit = self._commit
        if name and isinstance(sink, Growing):
            with state.db.transaction():
                self._note(sink.size)

    def take(self, done: Done) -> Done:
        if self._broken:
            raise self._broken
        if self._name and self._open is None:
            self._open = ExitStack()
            self._open.enter_context(self.state.db.transaction())
        try:
            done = self.state.settle(done)
            if isinstance(done.outcome, Kept):
                self._sink.write(done.outcome.record)
            self._waiting += 1
            if self._waiting >= self._batch:
                self.checkpoint()
        except BaseException as error:
            self._give_up(error)
            raise
        return done

    def checkpoint(self) -> None:
        self._waiting = 0
        if self._open is None:
            return
        try:
            self._sink.flush()
            if isinstance(self._sink, Growing):
                self._note(self._sink.size)
        except BaseException as error:
            self._give_up(error)
            raise
        opened, self._open = self._open, None
        opened.close()

    def _commit(self) -> None:
        """A checkpoint for somebody who has no part in the output: what goes wrong is told at the next link's end."""
        try:
            self.checkpoint()
        except (StoreError, BrokenPipeError) as error:
            self._broken = error

    def close(self) -> None:
        try:
            self.checkpoint()
        finally:
            try:
                self._sink.close()
            finally:
                self.state.close()

    def _give_up(self, error: BaseException) -> None:
        """Rolls back what was settled since the last checkpoint."""
        opened, self._open = self._open, None
        if opened:
            opened.__exit__(type(error), error, error.__traceback__)

    def _note(self, size: int) -> None:
        self.state.db.execute("INSERT OR REPLACE INTO files (path, size) VALUES (?, ?)", (self._name, size))


def run_output(folder: Path) -> Lines:
    """What `run` writes: `folder`/scraper.db and `folder`/records/<site>/<day>.jsonl.

    Records that are there without a database (one of an earlier version, or a lost one) are taken in.
    Raises UsageError where `folder` cannot be written to.
    """
    make_writable(folder / "records", shown=folder, option="--output")
    path = folder / "scraper.db"
    new = not path.exists()
    state = State(path)
    try:
        if new:
            _adopt(state, folder / "records")
        return Lines(state, folder / "records", lambda record: (file_of(record), line_of(record)), keep=True)
    except BaseException:
        state.close()
        raise


def get_output(output: str, sink: Sink | None = None, *, overwrite: bool = False) -> Output:
    """What `get -o output` writes; its state is in `output`.state beside it.

    `sink`: takes the records in place of `output`, without a state that lasts (standard output).
    """
    if sink is not None:
        return Through(State(None), sink)
    try:
        output.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{output}: this name is no text in UTF-8; name another output") from error
    path = Path(output)
    state_file = state_path(output)
    if overwrite:
        for name in (state_file, *(Path(f"{state_file}{end}") for end in ("-wal", "-shm"))):
            name.unlink(missing_ok=True)
    elif not is_url(output) and not path.exists() and state_file.exists():
        _forget(state_file)  # somebody has taken the output away: what it held is not held any more
    suffix = "" if path.is_dir() or output.endswith("/") else suffix_of(path)
    plain = suffix in (".jsonl", ".ndjson", ".csv") and (path.is_file() or not path.exists())
    if not plain:
        opened = open_sink(output, overwrite=overwrite)
        if path.exists() and not (path.is_dir() or path.is_file()):
            return Through(State(None), opened)  # a pipe or a device
        batch = _BATCH if is_url(output) or suffix in _BATCHED else 1
        return Through(_state_of(output, state_file), opened, name=_target(output).name or output, batch=batch)
    open_sink(output, overwrite=overwrite).close()  # it can be written to, and its end is mended
    lines = row_of if suffix == ".csv" else line_of
    state = _state_of(output, state_file)
    target = _target(output)
    return Lines(state, target.parent, lambda record: (target.name, lines(record)), keep=False)


def state_path(output: str) -> Path:
    """Where the state of a `get` is: beside its output; in this folder for a database's address."""
    if is_url(output):
        return Path(f"scraper-{sha256(output.encode()).hexdigest()[:8]}.state")
    return Path(f"{_target(output.rstrip('/'))}.state")


def _target(output: str) -> Path:
    """Where an output is: a link leads to the same file, with the same state, as the file's own name."""
    path = Path(output)
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _state_of(output: str, path: Path) -> State:
    """The state of an output, with what others have added to that since: it is held as well."""
    new = not path.exists()
    state, there = State(path), Path(output)
    known_as = _target(output).name
    if there.exists() and (new or _has_grown(there, state)):
        # what a run that was killed has added is in the outbox: the journal tells it from what others have
        pending = state.db.row("SELECT 1 FROM outbox WHERE path = ?", (known_as,))
        now = state.now()
        with state.db.transaction():
            for id, addresses in articles_in(there):
                for address in addresses:
                    state.links.adopt(address, id, now)
            if not new and not pending:
                state.db.execute("UPDATE files SET size = ? WHERE path = ?", (there.stat().st_size, known_as))
    return state


def _has_grown(output: Path, state: State) -> bool:
    """Whether a file holds more than the state has noted of it."""
    row = state.db.row("SELECT size FROM files WHERE path = ?", (_target(str(output)).name,))
    return row is not None and output.stat().st_size > int(row["size"])


def _forget(state_file: Path) -> None:
    """Every link is new again; what is known of hosts stays. Raises UsageError."""
    state = State(state_file)
    try:
        with state.db.transaction():
            for table in ("links", "outbox", "files"):
                state.db.execute(f"DELETE FROM {table}")
    finally:
        state.close()


def _adopt(state: State, folder: Path) -> None:
    """Takes in what `folder` holds."""
    now = state.now()
    try:
        with state.db.transaction():
            for path in sorted(folder.glob("*/*.jsonl")):
                for record in open_records(path):
                    state.adopt(record, now)
    except (OSError, StoreError) as error:
        raise UsageError(f"{folder}: its records could not be taken in ({error})") from error
