"""WARC files as a source of pages: our own archive, Common Crawl's news, whatever a crawler wrote. No network."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from scraper.errors import UsageError
from scraper.models import Link, Page
from scraper.store.gzipped import whole_members
from scraper.store.warc import ARTICLE, PREFIX, Facts, import_fastwarc

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

#: bytes of a response above which it is no page
_MOST = 64 << 20
#: where the next record may begin after one that is broken
_STARTS = (b"\x1f\x8b\x08", b"WARC/1.", b"\x28\xb5\x2f\xfd")
#: how a record begins
_RECORD = b"WARC/"


class WarcPages:
    """Iterate over it for the pages of one file: the responses to HTTP requests with a status of 200 or an error's.

    Of our own archive these are articles' pages alone: feeds, sitemaps, error pages are passed over. A torn last record
    or a broken one in the middle is counted and passed over.
    """

    def __init__(self, path: Path) -> None:
        """Raises UsageError where the extra is not installed."""
        import_fastwarc()
        self.path = path
        #: what came out
        self.pages = 0
        #: requests, metadata, redirects, other schemes, our archive's feeds and error pages: no article to read there
        self.skipped = 0
        #: records that are torn or damaged
        self.broken = 0
        #: records so far
        self._seen = 0
        #: where the first broken one is, and whether the file ends in a broken one
        self._first, self._torn = "", False

    def check(self) -> None:
        """Raises UsageError where the file cannot be read, or does not begin as a WARC."""
        with self._open() as file:
            head = file.read(1 << 10)
        if not head:
            raise UsageError(f"{self.path}: this is no WARC file: it is empty")
        if not head.startswith((_RECORD, *_STARTS)) and not _STARTS[0].startswith(head):
            raise UsageError(f"{self.path}: this is no WARC file: it is not packed, and does not begin with WARC/")
        if head.startswith(_STARTS[0]) and (inside := _unpacked(head)) and not inside.startswith(_RECORD):
            raise UsageError(f"{self.path}: this is no WARC file: what is packed in it does not begin with WARC/")

    def __iter__(self) -> Iterator[Page]:
        """Raises UsageError where the file cannot be read, or is no WARC."""
        waiting: tuple[str, Page] | None = None
        for record in self._records():
            if waiting and _belongs(record, waiting[0]):
                if page := self._with_facts(waiting[1], record):
                    yield self._count(page)
                waiting = None
                continue
            if waiting:
                yield self._count(waiting[1])
                waiting = None
            if page := self._page(record):
                waiting = record.record_id or "", page
        if waiting:
            yield self._count(waiting[1])
        if not self.pages and not self.skipped:
            self.check()
            raise UsageError(self.note or f"{self.path}: there is no record in it")

    @property
    def ours(self) -> bool:
        """Whether our archive wrote the file."""
        return self.path.name.startswith(PREFIX)

    @property
    def note(self) -> str:
        """One sentence on what was passed over; "" where nothing was broken."""
        if not self.broken:
            return ""
        one = self.broken == 1
        read = f"{self.pages} page{'' if self.pages == 1 else 's'} read"
        words = f"{self.broken} broken record{'' if one else 's'} passed over, {read}"
        first = "it breaks off in" if self._torn and one else "it is" if one else "the first is"
        return f"{self.path}: {words}; {first} {self._first} of {self.path.stat().st_size:,}"

    # --- inside ----------------------------------------------------------------------------------

    def _count(self, page: Page) -> Page:
        self.pages += 1
        return page

    def _with_facts(self, page: Page, record: WarcRecord) -> Page | None:
        """The page as it was written, with what our archive says of it; None for what is no article's."""
        try:
            facts = msgspec.json.decode(record.reader.read(), type=Facts)
        except (OSError, msgspec.DecodeError):
            return page
        if facts.kind != ARTICLE:
            self.skipped += 1
            return None
        return msgspec.structs.replace(
            page, link=facts.link, redirects=facts.redirects, elapsed=facts.elapsed, requests=facts.requests,
            robots=facts.robots, tdm=facts.tdm,
        )  # fmt: skip

    def _page(self, record: WarcRecord) -> Page | None:
        try:
            page = _page(record, self.path)
        except OSError:  # no HTTP in it
            self._broke(record.stream_pos)
            return None
        self.skipped += page is None
        return page

    def _records(self) -> Iterator[WarcRecord]:
        """The whole records; after a broken one it goes on where the next seems to begin."""
        from fastwarc.warc import ArchiveIterator

        with self._open() as file:
            start: int | None = 0
            while start is not None:
                file.seek(start)
                place, whole = start, True
                try:
                    for record in ArchiveIterator(file, parse_http=False, fsspec_args=False):
                        self._seen += 1
                        place, broken = max(place, record.stream_pos), self.broken
                        readable = self._can_be_read(record)
                        whole = self.broken == broken
                        if readable:
                            yield record
                    self._torn = not whole or self._ends_torn(file, place)
                    return
                except OSError:  # what the iterator says of damage
                    damage = _end_of_whole(file, place) or place
                    if whole:
                        self._seen += 1
                        self._broke(damage, "at" if damage > place or place == start else "after")
                    start = _next_start(file, damage + 1)

    def _can_be_read(self, record: WarcRecord) -> bool:
        declared = record.headers.get("Content-Length") or ""
        if not declared.isdigit():
            self._broke(record.stream_pos)
            return False
        if int(declared) > _MOST:
            self.skipped += 1
            return False
        record.freeze()
        if record.content_length != int(declared):
            self._broke(record.stream_pos)
            return False
        return True

    def _ends_torn(self, file: BinaryIO, place: int) -> bool:
        """Whether the last member of a gzip file is torn, of which nothing may have been readable."""
        end = _end_of_whole(file, place)
        if end is None or end == file.seek(0, 2):
            return False
        self._seen += end > place
        self._broke(end)
        return True

    def _broke(self, place: int, where: str = "at") -> None:
        """The last record seen is broken."""
        self.broken += 1
        self._first = self._first or f"record {self._seen}, {where} byte {place:,}"

    def _open(self) -> BinaryIO:
        try:
            return self.path.open("rb")
        except OSError as error:
            raise UsageError(f"{self.path}: it cannot be read ({error.strerror})") from error


def _next_start(file: BinaryIO, place: int) -> int | None:
    """The first offset from `place` on at which a record may begin; None where there is none."""
    step, overlap = 1 << 20, 8
    file.seek(place)
    before = b""
    while chunk := file.read(step):
        window = before + chunk
        found = [at for mark in _STARTS if (at := window.find(mark)) >= 0]
        if found:
            return place - len(before) + min(found)
        place += len(chunk)
        before = window[-overlap:]
    return None


def _end_of_whole(file: BinaryIO, place: int) -> int | None:
    """Where the whole members of a gzip file from `place` on end; None where there is none."""
    file.seek(place)
    return whole_members(Path(file.name), place) if file.read(2) == _STARTS[0][:2] else None


def _unpacked(head: bytes) -> bytes:
    """The beginning of what a gzip file holds; b"" where that cannot be told."""
    try:
        return zlib.decompressobj(31).decompress(head, len(_RECORD))
    except zlib.error:
        return b""


def _belongs(record: WarcRecord, id: str) -> bool:
    """Whether it is what our archive wrote after a response."""
    headers = record.headers
    return headers.get("WARC-Type") == "metadata" and headers.get("WARC-Concurrent-To") == id != ""


def _page(record: WarcRecord, path: Path) -> Page | None:
    """The page of a response; None for what is none. Raises OSError where there is no HTTP in it."""
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    if record.headers.get("WARC-Type") != "response" or not url.lower().startswith(("http://", "https://")):
        return None
    record.parse_http(auto_decode="none", quirks_mode=True)
    if record.http_headers is None:  # its Content-Type does not say that it is HTTP
        raise OSError("no HTTP")
    headers: dict[str, str] = {}
    for name, given in record.http_headers.items_bytes():
        key, value = _text(name).lower(), _text(given)
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    status = record.http_headers.status_code or 0
    if status < 200 or 300 <= status < 400 or status == 204:
        return None
    body = _dechunked(record.reader.read(), headers)
    return Page(
        link=Link(url=url, via=f"warc:{path.name}"), url=url, status=status, headers=headers, body=body,
        encoding=headers.get("content-encoding", ""), fetched_at=_date(record), requests=0,
    )  # fmt: skip


def _dechunked(body: bytes, headers: dict[str, str]) -> bytes:
    """The body without the framing of a chunked transfer, where it still has it."""
    if "chunked" not in headers.get("transfer-encoding", "").lower():
        return body
    out, rest = [], body
    while rest:
        line, mark, rest = rest.partition(b"\r\n")
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError:
            return body  # it says so, but it is not: many crawlers undo it and leave the header
        if not mark or size > len(rest) or size < 0:
            return body
        if size == 0:
            break
        out.append(rest[:size])
        rest = rest[size + 2 :]
    return b"".join(out)


def _text(value: bytes) -> str:
    """A header's text: HTTP's Latin-1, unless it is UTF-8."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _date(record: WarcRecord) -> datetime | None:
    try:
        moment = datetime.fromisoformat(record.headers.get("WARC-Date") or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
