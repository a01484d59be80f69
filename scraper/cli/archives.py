"""`--archive`, and WARC files among `get`'s arguments: pages written, and read as if they had been fetched."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

import msgspec

from scraper.cli import FAILED, OK
from scraper.errors import StoreError
from scraper.models import Done, Page
from scraper.pipeline.replay import articles_of, read_archived
from scraper.pipeline.settings import Settings
from scraper.store import ArchiveWriter, WarcPages


async def read_archive(path: Path, settings: Settings, stop: asyncio.Event | None = None) -> AsyncIterator[Done]:
    """The end of each page's link, in the file's order. Says at the end what was broken. Raises UsageError."""
    pages = WarcPages(path)
    async for read in read_archived(articles_of(pages), settings, stop=stop):
        yield read.done
    if pages.note:
        sys.stderr.write(f"scraper: {pages.note}\n")


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
