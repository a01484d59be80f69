"""Files that grow by whole lines, exactly once each, whatever happens: the database says what is in them.

A line is put into the outbox in the transaction that settles its link, then appended to its file; a checkpoint syncs
the files, notes their sizes and empties the outbox. After a crash a file is cut to its noted size and the outbox's
lines are appended anew: none is torn, lost or there twice. A file to which others add as well is not cut: of the
outbox's lines those that it does not have are appended.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path

import msgspec

from scraper.errors import StoreError, UsageError
from scraper.store.appender import Appender, whole_lines
from scraper.store.database import Database

#: files held open at a time, far below what a process may have
_OPEN = 64
#: files whose size is compared when the journal is opened: those written to last
_CHECKED = 2000


class Journal:
    """The files below `folder`. Raises StoreError where they cannot be written to."""

    def __init__(self, db: Database, folder: Path, *, shared: bool = False) -> None:
        """`shared`: others add lines to the files, too, which stay after a crash: what is missing is added to them."""
        self._db, self.folder, self._shared = db, folder, shared
        self._open: OrderedDict[str, Appender] = OrderedDict()
        self._queued: list[tuple[str, bytes]] = []
        self._registered: set[str] = set()
        #: files written to since the last checkpoint → lines
        self._touched: set[str] = set()
        #: lines written in all, by file
        self.lines: dict[str, int] = {}
        self._recover()

    def queue(self, path: str, line: bytes, *, id: str = "", revision: int = 0) -> None:
        """Within a transaction: `line` will be in the file `path` once that is committed.

        With an `id` the line is looked up in the records after a crash; without one it is kept in the outbox.
        """
        self._register(path)
        kept = None if id else line
        self._db.execute(
            "INSERT INTO outbox (path, id, revision, line) VALUES (?, ?, ?, ?)", (path, id, revision, kept)
        )
        self._queued.append((path, line))

    def forget(self) -> None:
        """After a transaction that failed: what it queued is not written."""
        self._queued.clear()
        self._registered.clear()

    def write(self) -> None:
        """After the transaction: appends what was queued."""
        queued, self._queued = self._queued, []
        for path, line in queued:
            self._touched.add(path)
            self._file(path).write(line)
            self.lines[path] = self.lines.get(path, 0) + 1

    def checkpoint(self) -> None:
        """Syncs the files and empties the outbox."""
        if not self._touched:
            return
        sizes = []
        for path in self._touched:
            file = self._file(path)
            file.sync()
            sizes.append((file.size, path))
        with self._db.transaction():
            self._db.many("UPDATE files SET size = ? WHERE path = ?", sizes)
            self._db.execute("DELETE FROM outbox")
        self._touched.clear()

    def close(self) -> None:
        """Closes the files, after a last checkpoint where that is possible."""
        try:
            self.checkpoint()
        finally:
            while self._open:
                self._open.popitem()[1].close()

    # --- inside ----------------------------------------------------------------------------------

    def _register(self, path: str) -> None:
        """Notes the size of a file before it is first written to, in the same transaction."""
        if path in self._registered:
            return
        if self._db.row("SELECT 1 FROM files WHERE path = ?", (path,)) is None:
            file = self.folder / path
            size = whole_lines(file) if file.is_file() else 0
            self._db.execute("INSERT INTO files (path, size) VALUES (?, ?)", (path, size))
        if not self._db.in_transaction:
            raise StoreError("a line was queued outside of a transaction; please report this")
        self._registered.add(path)

    def _file(self, path: str) -> Appender:
        if path not in self._open:
            if len(self._open) >= _OPEN:
                oldest, file = self._open.popitem(last=False)
                if oldest in self._touched:
                    file.sync()
                file.close()
            try:
                self._open[path] = Appender(self.folder / path)
            except UsageError as error:
                raise StoreError(f"{self.folder / path}: cannot be written any more; stopped writing") from error
        self._open.move_to_end(path)
        return self._open[path]

    def _recover(self) -> None:
        """Cuts every file to what is accounted for, then appends what the outbox still holds."""
        waiting = {row["path"] for row in self._db.rows("SELECT DISTINCT path FROM outbox")}
        recent = self._db.rows("SELECT path, size FROM files ORDER BY rowid DESC LIMIT ?", (_CHECKED,))
        known = {row["path"]: int(row["size"]) for row in recent}
        for path in waiting - known.keys():
            row = self._db.row("SELECT size FROM files WHERE path = ?", (path,))
            known[path] = int(row["size"]) if row else 0
        changed = []
        for path, size in known.items():
            if self._shared and path in waiting and (self.folder / path).is_file():
                continue
            now = self._cut(self.folder / path, size)
            if now != size:
                changed.append((now, path))
        if changed:
            with self._db.transaction():
                self._db.many("UPDATE files SET size = ? WHERE path = ?", changed)
        if waiting:
            self._replay(known)

    def _cut(self, path: Path, size: int) -> int:
        """The length of the file afterwards: `size`, or less where somebody has shortened it."""
        try:
            if not path.is_file():
                return 0
            if path.stat().st_size > size:
                os.truncate(path, size)
                return size
            return size if path.stat().st_size == size else self._whole(path)
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}") from error

    @staticmethod
    def _whole(path: Path) -> int:
        size = whole_lines(path)
        os.truncate(path, size)
        return size

    def _replay(self, sizes: dict[str, int]) -> None:
        rows = self._db.rows(
            "SELECT o.path, o.line, coalesce(r.record, v.record) AS record FROM outbox o "
            "LEFT JOIN records r ON r.id = o.id AND r.revision = o.revision "
            "LEFT JOIN revisions v ON v.id = o.id AND v.revision = o.revision ORDER BY o.seq"
        )
        self._queued = [
            (row["path"], bytes(row["line"]) if row["line"] is not None else f"{row['record']}\n".encode())
            for row in rows
            if row["line"] is not None or row["record"] is not None
        ]
        if self._shared:
            for path in {path for path, _ in self._queued}:
                self._leave_out_written(path, sizes[path])
        self.write()
        self.checkpoint()
        self.lines.clear()

    def _leave_out_written(self, path: str, size: int) -> None:
        """Takes what a file has, beyond its noted size, out of the queue; of the file a torn last line of ours."""
        file = self.folder / path
        try:
            with file.open("rb") as opened:
                opened.seek(size)
                rest = opened.read()
            missing = []
            for line in (line for where, line in self._queued if where == path):
                there, rest = _without(rest, line)
                missing += [line] * (not there)
            _blank_torn_starts(file, size, missing)
            torn = rest[rest.rfind(b"\n") + 1 :]
            if torn and any(line.startswith(torn) for line in missing):
                os.truncate(file, file.stat().st_size - len(torn))
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(f"{file}: {error.strerror}") from error
        self._queued = [(where, line) for where, line in self._queued if where != path]
        self._queued += [(path, line) for line in missing]
        self._touched.add(path)


def _without(text: bytes, line: bytes) -> tuple[bool, bytes]:
    """Whether a line stands in a text, and the text without it."""
    at = text.find(line)
    while at > 0 and text[at - 1 : at] != b"\n":
        at = text.find(line, at + 1)
    return (True, text[:at] + text[at + len(line) :]) if at >= 0 else (False, text)


def _blank_torn_starts(file: Path, size: int, missing: list[bytes]) -> None:
    """Frees what others have appended to a torn line of ours; in place, as no byte of theirs may move meanwhile."""
    with file.open("r+b") as opened:
        opened.seek(size)
        at = size
        for line in opened.readlines():
            if torn := max((_torn_start(line, ours) for ours in missing), default=0):
                opened.seek(at)
                opened.write(b" " * torn)  # before an object, JSON does not mind
            at += len(line)


def _torn_start(line: bytes, ours: bytes) -> int:
    """How much of a line is the start of one of ours, with a whole JSON object after it; 0 where it is not so."""
    shorter = min(len(line), len(ours))
    common = next((n for n in range(shorter) if line[n] != ours[n]), shorter)
    at = line.rfind(b"{", 1, common + 1)
    while at > 0:
        try:
            msgspec.json.decode(line[at:])
            return at
        except (msgspec.DecodeError, UnicodeDecodeError):
            at = line.rfind(b"{", 1, at)
    return 0
