"""Content-Encoding undone, under a size cap."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from scraper.errors import Failure


def decoded_body(body: bytes, encoding: str, *, limit: int) -> bytes:
    """`body` with its Content-Encoding undone; stops at `limit` bytes.

    Raises Failure("tooLarge") beyond the limit, Failure("encoding") for a stream that cannot be unpacked. A body that
    is declared as packed and plainly is not (servers do that) is taken as it is.
    """
    for name in reversed([part.strip().lower() for part in encoding.split(",") if part.strip()]):
        if name == "identity" or not body:
            continue
        try:
            body = _unpack(body, name, limit)
        except Failure as error:
            if error.reason != "encoding" or not _is_plain(body):
                raise
    if len(body) > limit:
        raise Failure("tooLarge", f"the page is larger than {limit:,} bytes")
    return body


def _is_plain(body: bytes) -> bool:
    """Whether a body that does not unpack begins as a page does."""
    return body[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"<", b"{")


def _unpack(body: bytes, name: str, limit: int) -> bytes:
    out, size = [], 0
    try:
        for chunk in _chunks(body, name):
            out.append(chunk)
            size += len(chunk)
            if size > limit:
                raise Failure("tooLarge", f"the page unpacks to more than {limit:,} bytes")
    except Failure:
        raise
    except Exception as error:  # each codec has an error class of its own, most derive from Exception directly
        raise Failure("encoding", f"the body is not valid {name}: {error}") from error
    return b"".join(out)


def _chunks(body: bytes, name: str, step: int = 65536) -> Iterator[bytes]:
    """The unpacked stream in bounded pieces, so that a bomb never stands in memory whole."""
    if name in ("gzip", "x-gzip", "deflate"):
        yield from _inflate(body, name, step)
    elif name == "br":
        yield from _unbrotli(body, step)
    elif name == "zstd":
        yield from _unzstd(body)
    else:
        raise ValueError("an encoding nobody asked for")


def _unbrotli(body: bytes, step: int) -> Iterator[bytes]:
    import brotli  # late: only pages that need it pay

    decoder = brotli.Decompressor()
    rest = body
    while not decoder.is_finished():
        chunk = decoder.process(rest, output_buffer_limit=step)
        if not chunk and not rest:
            raise ValueError("it breaks off")
        rest = b""
        yield chunk


def _unzstd(body: bytes, step: int = 512) -> Iterator[bytes]:
    """`step`: bytes taken in at a time; four of them can stand for 128 kB."""
    import zstandard  # late, as above

    rest = body
    while rest:  # several frames, one after the other
        decoder = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()
        while rest and not decoder.eof:
            yield decoder.decompress(rest[:step])
            rest = decoder.unused_data + rest[step:]
        if not decoder.eof:
            raise ValueError("it breaks off")


def _inflate(body: bytes, name: str, step: int) -> Iterator[bytes]:
    if name == "deflate":  # zlib-wrapped by the standard, raw from some servers
        wrapped = len(body) > 1 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0
        decoder = zlib.decompressobj(15 if wrapped else -15)
    else:
        decoder = zlib.decompressobj(31)
    rest = body
    while rest and not decoder.eof:
        yield decoder.decompress(rest, step)
        rest = decoder.unconsumed_tail
        if decoder.eof and decoder.unused_data[:2] == b"\x1f\x8b":  # several members, one after the other
            rest, decoder = decoder.unused_data, zlib.decompressobj(31)
    if not decoder.eof:
        raise ValueError("it breaks off")
