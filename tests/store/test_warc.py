"""The raw archive: written, read back, read by another library; torn and damaged files; other crawlers' files."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scraper.document import decoded_body
from scraper.errors import StoreError, UsageError
from scraper.models import Link, Page, Redirect, Tdm
from scraper.store import ArchiveWriter, WarcPages, archive_files

pytest.importorskip("fastwarc")

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def page(number: int = 1, **fields: object) -> Page:
    url = f"https://www.bote.example/lokales/{number}"
    body = gzip.compress(f"<h1>Brücke {number}</h1><p>Der Text.".encode(), mtime=0)
    values: dict[str, object] = {
        "link": Link(url=f"{url}?utm_source=x", site="bote.example", via="feed:x", title="Brücke", published=NOON),
        "url": url,
        "headers": {
            "content-type": "text/html; charset=utf-8",
            "content-encoding": "gzip",
            "content-length": str(len(body)),
            "etag": '"é€"',
        },
        "body": body,
        "encoding": "gzip",
        "fetched_at": NOON,
        "redirects": (f"{url}?utm_source=x",),
        "elapsed": 0.25,
        "requests": 2,
        "robots": "allowed",
        "tdm": Tdm(reserved=True),
    }
    return Page(**(values | fields))  # type: ignore[arg-type]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A file with three pages."""
    with ArchiveWriter(tmp_path / "archive", clock=lambda: NOON) as archive:
        for number in (1, 2, 3):
            archive.write(page(number))
    (path,) = archive_files(tmp_path / "archive")
    return path


def test_pages_come_back_as_they_were(written: Path) -> None:
    pages = WarcPages(written)
    assert list(pages) == [page(1), page(2), page(3)]
    assert (pages.pages, pages.skipped, pages.broken, pages.note) == (3, 1, 0, "")


def test_the_body_is_kept_as_it_came_over_the_wire(written: Path) -> None:
    (first, *_) = WarcPages(written)
    assert first.encoding == "gzip"
    assert decoded_body(first.body, first.encoding, limit=1000).startswith(b"<h1>Br")


def test_another_library_reads_it_and_its_digests(written: Path) -> None:
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    found = []
    with written.open("rb") as file:
        for record in iterator(file, check_digests="raise"):
            text = record.content_stream().read()
            found.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), text[:14]))
            assert record.rec_headers.protocol == "WARC/1.1"
            assert record.rec_headers.get_header("WARC-Block-Digest")
            assert record.rec_type != "response" or record.rec_headers.get_header("WARC-Payload-Digest")
    assert found[0][0] == "warcinfo"
    assert found[1] == ("response", "https://www.bote.example/lokales/1", b"<h1>Br\xc3\xbccke 1<")
    assert [kind for kind, *_ in found[1:]] == ["response", "metadata"] * 3


def test_each_record_is_a_member_of_its_own(written: Path) -> None:
    data = written.read_bytes()
    assert data.count(b"\x1f\x8b\x08") >= 7
    assert gzip.decompress(data).count(b"WARC/1.1\r\n") == 7


def test_redirects_are_records_of_their_own_and_no_pages(tmp_path: Path) -> None:
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    hop = Redirect("https://bote.example/1", 301, {"location": page().url, "content-length": "120"})
    with ArchiveWriter(tmp_path) as archive:
        archive.write(page(1, hops=(hop,)))
    (path,) = archive_files(tmp_path)
    with path.open("rb") as file:
        _, first, *rest = [(record.rec_type, record.rec_headers, record.http_headers) for record in iterator(file)]
    assert first[1].get_header("WARC-Target-URI") == hop.url
    assert (first[2].get_statuscode(), first[2].get_header("location")) == ("301", page().url)
    assert [kind for kind, *_ in rest] == ["response", "metadata"]
    assert list(WarcPages(path)) == [page()]


def test_other_answers_are_kept_and_no_pages(tmp_path: Path) -> None:
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    cut = page(3, status=404, truncated="length")
    with ArchiveWriter(tmp_path) as archive:
        for answer, kind in ((page(1), "feed"), (page(2), "article"), (cut, "error")):
            archive.write(answer, kind)
    (path,) = archive_files(tmp_path)
    pages = WarcPages(path)
    assert list(pages) == [page(2)]
    assert (pages.skipped, pages.broken) == (3, 0)  # the head of the file is the third
    with path.open("rb") as file:
        found = [
            (record.http_headers.get_statuscode(), record.rec_headers.get_header("WARC-Truncated"))
            for record in iterator(file, check_digests="raise")
            if record.rec_type == "response"
        ]
    assert found == [("200", None), ("200", None), ("404", "length")]


def test_what_framed_the_transfer_is_kept_under_another_name(tmp_path: Path) -> None:
    sent = {"transfer-encoding": "chunked", "content-length": "7", "x-odd": "a\r\nb: c\x00"}
    with ArchiveWriter(tmp_path) as archive:
        archive.write(page(1, headers=sent, body=b"<p>x", encoding=""))
    (found,) = WarcPages(next(archive_files(tmp_path)))
    assert found.body == b"<p>x"
    assert found.headers == {
        "x-orig-transfer-encoding": "chunked",
        "x-orig-content-length": "7",
        "content-length": "4",
        "x-odd": "a b: c",
    }


def test_a_new_file_each_day_and_each_so_many_bytes(tmp_path: Path) -> None:
    now = [NOON]
    with ArchiveWriter(tmp_path, rotate=3000, clock=lambda: now[0]) as archive:
        for number in range(6):
            archive.write(page(number))
        now[0] += timedelta(days=1)
        archive.write(page(6))
        archive.flush()
    files = list(archive_files(tmp_path))
    assert [path.parent.name for path in files] == ["2026-11-23", "2026-11-23", "2026-11-24"]
    assert [p.url[-1] for path in files for p in WarcPages(path)] == list("0123456")
    assert list(archive_files(tmp_path, since=now[0])) == files[2:]


def test_two_writers_never_share_a_file(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, clock=lambda: NOON) as first, ArchiveWriter(tmp_path, clock=lambda: NOON) as second:
        for writer in (first, second, first):
            writer.write(page())
    assert [len(list(WarcPages(path))) for path in archive_files(tmp_path)] == [2, 1]


@pytest.mark.parametrize("cut", [1, 9, 30, 200, 400, 470])
def test_a_torn_end_costs_the_last_page_only(written: Path, cut: int) -> None:
    written.write_bytes(written.read_bytes()[:-cut])
    pages = WarcPages(written)
    urls = [found.url[-1] for found in pages]
    assert urls in (["1", "2", "3"], ["1", "2"])
    assert "1 broken record passed over" in pages.note


def _flip(data: bytes) -> bytes:
    middle = data.index(b"\x1f\x8b\x08", 700)
    return data[: middle + 40] + b"?????" + data[middle + 45 :]


def _hole(data: bytes) -> bytes:
    middle = data.index(b"\x1f\x8b\x08", 700)
    return data[: middle + 60] + data[middle + 100 :]


@pytest.mark.parametrize("damage", [_flip, _hole, lambda data: data[:20] + data[200:]])
def test_damage_in_the_middle_is_passed_over(written: Path, damage: Callable[[bytes], bytes]) -> None:
    written.write_bytes(damage(written.read_bytes()))
    pages = WarcPages(written)
    urls = [found.url[-1] for found in pages]
    assert len(urls) >= 2
    assert urls[-1] == "3"
    assert pages.broken == 1
    assert "; it is record " in pages.note


def foreign(*records: bytes) -> bytes:
    """A WARC/1.0 file as crawlers write them, uncompressed."""
    return b"".join(record + b"\r\n\r\n" for record in records)


def record(kind: str, url: str, block: bytes, length: int | None = None) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: 2026-11-01T00:00:00Z\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{len(block):012}>\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block) if length is None else length}"
    )
    return head.encode() + b"\r\n\r\n" + block


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n<p>Hallo"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<p>Ha\r\n3;x=y\r\nllo\r\n0\r\n\r\n"
NOT_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<p>Hallo"
GONE = b"HTTP/1.1 404 Not Found\r\n\r\n<p>Weg"
MOVED = b"HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n"


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_other_crawlers_files(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / ("news.warc" if pack is bytes else "news.warc.gz")
    path.write_bytes(
        pack(
            foreign(
                record("warcinfo", "", b"software: other\r\n"),
                record("request", "http://a.example/1", b"GET /1 HTTP/1.1\r\nHost: a.example\r\n\r\n"),
                record("response", "<http://a.example/1>", OK),
                record("metadata", "http://a.example/1", b"fetchTimeMs: 12\r\n"),
                record("response", "http://a.example/2", CHUNKED),
                record("response", "http://a.example/3", NOT_CHUNKED),
                record("response", "http://a.example/4", GONE),
                record("response", "http://a.example/5", MOVED),
                record("response", "dns:a.example", b"1.2.3.4"),
                record("revisit", "http://a.example/1", OK),
                record("response", "http://a.example/6", b"no HTTP at all"),
                record("response", "http://a.example/7", OK).replace(b"application/http", b"text/html"),
            )
        )
    )
    pages = WarcPages(path)
    found = [(p.url, p.status, p.body) for p in pages]
    assert found[:4] == [
        ("http://a.example/1", 200, b"<p>Hallo"),
        ("http://a.example/2", 200, b"<p>Hallo"),
        ("http://a.example/3", 200, b"<p>Hallo"),
        ("http://a.example/4", 404, b"<p>Weg"),
    ]
    assert len(found) == 4
    (first, *_) = WarcPages(path)
    assert first.headers["set-cookie"] == "a, b"
    assert (first.link, first.fetched_at) == (
        Link(url="http://a.example/1", via=f"warc:{path.name}"),
        datetime(2026, 11, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no WARC file"),
        (b"hello " * 100, "no WARC file"),
        (gzip.compress(b"hello " * 100, mtime=0), "no WARC file"),
        (gzip.compress(b"", mtime=0), "no record in it"),
        (b"\x1f\x8b\x08", "it is record 1, at byte 0 of 3"),
    ],
)
def test_what_is_no_warc_is_said(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=words):
        list(WarcPages(path))
    with pytest.raises(UsageError, match="No such file"):
        list(WarcPages(tmp_path / "none.warc"))


def test_an_archive_that_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="no archive can be written"):
        ArchiveWriter(tmp_path / "file" / "archive")


def test_a_full_disk_leaves_a_whole_file(tmp_path: Path) -> None:
    """A real limit on the size of files stands for the disk's end."""
    import resource
    import signal

    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2500, old[1]))
        with ArchiveWriter(tmp_path) as archive:
            archive.write(page(1))
            archive.write(page(2))
            with pytest.raises(StoreError, match="stopped writing"):
                archive.write(page(3, body=bytes(range(256)) * 20))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)
    pages = WarcPages(next(archive_files(tmp_path)))
    assert list(pages) == [page(1), page(2)]
    assert pages.broken == 0
