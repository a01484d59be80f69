"""`--archive`, and WARC files among `get`'s arguments: pages written, and read as if they had been fetched."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Self

import msgspec

from scraper.cli import FAILED, OK
from scraper.cli.out import shown
from scraper.errors import StoreError, UsageError
from scraper.models import Done, Failed, Link, Page
from scraper.pipeline.replay import articles_of, read_archived
from scraper.pipeline.settings import Settings
from scraper.store import ArchiveWriter, WarcPages


def check_archive(path: Path) -> None:
    """Raises UsageError where a file cannot be read, or is no WARC; where it breaks off is seen by reading it."""
    WarcPages(path).check()


async def read_archive(
    path: Path, settings: Settings, broken: Callable[[Done], None], stop: asyncio.Event | None = None
) -> AsyncIterator[Done]:
    """The end of each page's link, in the file's order; `broken` gets the file's own, where it cannot be read whole."""
    pages = WarcPages(path)
    try:
        async for read in read_archived(articles_of(pages), settings, stop=stop):
            yield read.done
        note = pages.note
    except UsageError as error:  # no record in it is whole
        note = str(error)
    if note:
        link = Link(url=path.absolute().as_uri(), site="local", via=f"file:{shown(path)}")
        broken(Done(link=link, outcome=Failed(link, "file", shown(note))))


class Archiving:
    """The archive of a run, or none. One that cannot be written to any more is told once, and the run goes on."""

    def __init__(self, folder: Path | None) -> None:
        """Raises UsageError where nothing can be written in `folder`."""
        self._writer = ArchiveWriter(folder) if folder else None
        self._failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer:
            self._writer.close()

    def into(self, settings: Settings) -> Settings:
        """`settings` by which answers come here."""
        return msgspec.structs.replace(settings, archive=self.write) if self._writer else settings

    def write(self, page: Page, kind: str) -> None:
        if self._writer is None or self._failed:
            return
        try:
            self._writer.write(page, kind)
        except StoreError as error:
            self._failed = True
            sys.stderr.write(f"scraper: {error}; the run goes on without its archive\n")

    def code(self, code: int) -> int:
        """The run's exit code: all is not well where the archive was not."""
        return FAILED if self._failed and code == OK else code
