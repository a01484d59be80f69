"""Pages on disk: told from addresses among the arguments, and read as if they had been fetched."""

from __future__ import annotations

import codecs
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scraper import urls
from scraper.cli.out import shown
from scraper.document import parse
from scraper.errors import UsageError
from scraper.models import Done, Failed, Link, Page
from scraper.pipeline.settings import Settings


def file_of(argument: str) -> Path | None:
    """The file that an argument names; None for an http(s) address.

    Raises UsageError for what is neither.
    """
    if urls.is_http(argument):
        return None
    path = Path(argument)
    if argument.lower().startswith("file:"):
        path = Path(unquote(urlsplit(argument).path))
    try:
        if path.is_file():
            return path
    except (OSError, ValueError):  # longer than a name can be, or with a NUL in it
        pass
    raise UsageError(
        f"'{argument[:200]}' is neither an http(s) address nor a file; "
        "an address begins with https://, a list is given with -i"
    )


def check_url(url: str) -> None:
    """Raises UsageError for a `--url` that is given and no address."""
    if url and not urls.is_http(url):
        raise UsageError(f"--url {shown(url)[:200]}: it is not an http(s) address; it begins with https://")


def check_stdin() -> None:
    """Raises UsageError where standard input is closed, as some that start us leave it."""
    if sys.stdin is None:
        raise UsageError("'-': standard input is closed; pipe something in, or name a file")


def looks_like_html(data: bytes) -> bool:
    """Whether the beginning of a file is that of a page rather than of plain text."""
    head = data[:4096].lower().replace(b"\x00", b"")
    marks = (
        b"<html",
        b"<!doctype html",
        b"<head",
        b"<body",
        b"<article",
        b"<p>",
        b"<div",
        b"<meta",
    )
    return any(mark in head for mark in marks)


def binary_kind(data: bytes) -> str:
    """What a file is that is neither text nor HTML, in words; "" where it is."""
    for magic, words in _BINARIES.items():
        if data.startswith(magic):
            return words
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "a binary file" if b"\x00" in data[:4096] and not wide and not looks_like_html(data) else ""


_BINARIES = {
    b"%PDF-": "a PDF (try: pdftotext FILE - | scraper clean -)",
    b"PK\x03\x04": "a ZIP archive (as .docx and .epub are)",
    b"\x1f\x8b": "packed (try: zcat FILE | scraper clean -)",
}


def address_in(data: bytes) -> str:
    """The address that a page says it has (`<link rel=canonical>`, og:url); "" if none."""
    document = parse(data)
    named = [link.get("href", "") for link in document.links if link.get("rel") == "canonical"]
    named += document.meta.get("og:url", [])
    return next((url for url in named if urls.is_http(url)), "")


def read_file(path: Path, settings: Settings) -> Done:
    """The outcome of a page on disk. Never raises."""
    from scraper.pipeline.read import read_pages  # the parsers: a list of addresses is read by other processes

    start = time.monotonic()
    uri = path.absolute().as_uri()
    try:
        data = path.read_bytes()
    except OSError as error:
        link = Link(url=uri)
        sentence = f"{shown(path)}: it cannot be read ({error.strerror})"
        return Done(link=link, outcome=Failed(link, "file", sentence))
    url = address_in(data) or uri
    site = settings.site_of(url) if settings.use_configs else None
    domain = site.domain if site else urls.site_key(url) or "local"
    link = Link(url=url, site=domain, via=f"file:{shown(path)}")
    modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    page = Page(link=link, url=url, body=data, fetched_at=modified)
    reading = read_pages([page], site, domain)
    spent = time.monotonic() - start
    return Done(link=link, outcome=reading.outcome, seconds=spent, generic=reading.generic)
