"""The raw archive: pages as they came over the wire, in WARC/1.1 files that other tools read.

ISO 28500:2017; https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from scraper.errors import StoreError, UsageError
from scraper.models import Link, Page, Redirect, Tdm
from scraper.store.appender import Appender

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

#: bytes after which a new file is begun: the size that web archives use
ROTATE = 1 << 30
#: the kind of answer that articles are read from
ARTICLE = "article"
#: what the names of our files begin with
PREFIX = "scraper-"
#: what was true of the wire, but is not of the body as it is handed to us
_UNWIRED = ("transfer-encoding", "content-length", "connection", "keep-alive", "trailer", "upgrade")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a page has beside its response: written as a metadata record, so that it can be read again as it was."""

    link: Link
    #: what it is: ARTICLE, or what no record is made of: "feed", "sitemap" …, "robots", "tdmrep", "error"
    kind: str = ARTICLE
    redirects: tuple[str, ...] = ()
    elapsed: float = 0.0
    requests: int = 1
    robots: str = ""
    tdm: Tdm | None = None


class ArchiveWriter:
    """Writes `folder`/<day>/scraper-<time>-<process>-<number>.warc.gz; a new file each day (UTC) and each ROTATE bytes.

    An answer is the redirects to it, its response, and a metadata record, each a gzip member of its own, appended at
    once: a crash can tear the last one of a file and no other. No file is ever gone on with, and no two processes share
    one.
    """

    def __init__(
        self, folder: Path, *, rotate: int = ROTATE, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Raises UsageError where `folder` cannot be made, or the extra is not installed."""
        import_fastwarc()
        self.folder, self._rotate, self._clock = folder, rotate, clock
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK):
                raise PermissionError(13, "permission denied")
        except OSError as error:
            raise UsageError(f"{folder}: no archive can be written there ({error.strerror})") from error
        self._file: Appender | None = None
        self._day, self._process, self._number = "", 0, 0

    def write(self, page: Page, kind: str = ARTICLE) -> None:
        """Appends an answer; `kind`: what it is (see Facts). Raises StoreError, the archive as it was."""
        response = _response(page)
        hops = [_member(_response(_hop(page, hop))) for hop in page.hops]
        self._current().write(b"".join((*hops, _member(response), _member(_metadata(page, response, kind)))))

    def flush(self) -> None:
        """Returns when the disk has all pages. Raises StoreError."""
        if self._file:
            self._file.sync()

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- inside ----------------------------------------------------------------------------------

    def _current(self) -> Appender:
        now = self._clock()
        day = now.date().isoformat()
        if self._file and (day, os.getpid()) == (self._day, self._process) and self._file.size < self._rotate:
            return self._file
        if self._file:
            self.flush()
        self.close()
        self._day, self._process = day, os.getpid()
        self._file = self._begun(now)
        return self._file

    def _begun(self, now: datetime) -> Appender:
        stem = f"{PREFIX}{now:%Y%m%d%H%M%S}-{self._process}"
        while (path := self.folder / self._day / f"{stem}-{self._number:04}.warc.gz").exists():
            self._number += 1
        try:
            file = Appender(path)
        except UsageError as error:
            raise StoreError(f"{path}: cannot be written any more; stopped writing") from error
        file.write(_member(_info(path.name, now)))
        return file


def archive_files(folder: Path, since: datetime | None = None) -> Iterator[Path]:
    """The WARC files of an archive, the oldest first; only those of `since`'s day and later."""
    for path in sorted(path for path in folder.rglob("*") if is_warc(path)):
        day = path.parent.name
        if since and re.fullmatch(r"\d{4}-\d\d-\d\d", day) and day < since.astimezone(UTC).date().isoformat():
            continue
        yield path


def is_warc(path: Path | str) -> bool:
    """Whether a file's name says that it is a WARC."""
    return str(path).lower().endswith((".warc", ".warc.gz", ".warc.zst"))


def import_fastwarc() -> Any:
    """Raises UsageError where the extra is not installed."""
    try:
        import fastwarc
    except ImportError as error:
        raise UsageError("WARC files need the library fastwarc: pip install 'scraper[warc]'") from error
    return fastwarc


# --- records -------------------------------------------------------------------------------------


def _response(page: Page) -> WarcRecord:
    record = _record("response", page.fetched_at)
    record.headers["WARC-Target-URI"] = page.url
    if page.truncated:
        record.headers["WARC-Truncated"] = page.truncated
    record.is_http = True
    record.set_bytes_content(_http(page))
    record.parse_http(auto_decode="none")  # so that the payload gets a digest of its own
    return record


def _hop(page: Page, hop: Redirect) -> Page:
    return Page(link=page.link, url=hop.url, status=hop.status, headers=hop.headers, fetched_at=page.fetched_at)


def _metadata(page: Page, response: WarcRecord, kind: str) -> WarcRecord:
    facts = Facts(
        link=page.link, kind=kind, redirects=page.redirects, elapsed=page.elapsed, requests=page.requests,
        robots=page.robots, tdm=page.tdm,
    )  # fmt: skip
    record = _record("metadata", page.fetched_at)
    record.headers["WARC-Target-URI"] = page.url
    record.headers["WARC-Concurrent-To"] = response.record_id or ""
    record.headers["Content-Type"] = "application/json"
    record.set_bytes_content(_json(facts))
    return record


def _json(facts: Facts) -> bytes:
    try:
        return msgspec.json.encode(facts)
    except UnicodeEncodeError:  # half a surrogate pair in a feed's title
        link = msgspec.structs.replace(facts.link, title="", text="", keywords=())
        return msgspec.json.encode(msgspec.structs.replace(facts, link=link))


def _info(name: str, now: datetime) -> WarcRecord:
    record = _record("warcinfo", now)
    record.headers["WARC-Filename"] = name
    record.headers["Content-Type"] = "application/warc-fields"
    lines = (
        "software: scraper",
        "format: WARC File Format 1.1",
        "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots: obey",
    )
    record.set_bytes_content("".join(f"{line}\r\n" for line in lines).encode())
    return record


def _record(kind: str, at: datetime | None) -> WarcRecord:
    from fastwarc.warc import WarcRecord, WarcRecordType

    record = WarcRecord()
    record.init_headers(getattr(WarcRecordType, kind))
    record.headers["WARC-Date"] = (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return record


def _http(page: Page) -> bytes:
    """The response as HTTP/1.1 would have it, its body as it was received but for the framing of the transfer."""
    try:
        phrase = HTTPStatus(page.status).phrase
    except ValueError:
        phrase = ""
    length = str(len(page.body))
    lines = [f"HTTP/1.1 {page.status} {phrase}".rstrip()]
    for name, value in page.headers.items():
        value = re.sub(r"[\r\n\x00]+", " ", value)
        lines.append(f"x-orig-{name}: {value}" if name in _UNWIRED and value != length else f"{name}: {value}")
    if page.headers.get("content-length") != length:
        lines.append(f"content-length: {length}")
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + page.body


def _member(record: WarcRecord) -> bytes:
    from fastwarc.stream_io import GzipWriter

    out = io.BytesIO()
    writer = GzipWriter(out, compression_level=6)
    record.write(writer, checksum_data=True)
    writer.close()
    return out.getvalue()
