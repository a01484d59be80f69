"""Lists of addresses: read as a stream, every bad line accounted for, nothing stops a run."""

from __future__ import annotations

import codecs
import io
import re
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from scraper import urls
from scraper.cli.local import check_stdin
from scraper.cli.pump import Patient, Pump
from scraper.errors import UsageError
from scraper.models import Done, Link, Outcome, Refused, Unchanged

#: characters of a line that are looked at; no address is longer (servers stop at about as many)
_LONGEST = 8000
#: what stands around a line and is no part of it
_AROUND = " \t\r\n\v\f\ufeff\x1a"
#: what stands between the columns of a line
_COLUMN = re.compile(r'[\t"]')
#: an address, and another one after it (those that stand in a path or a query come after "/" or "=")
_PAIR = re.compile(r"[ ,;|<>]https?://", re.I)
#: what is known of a link: "new" or "due": it is to be asked; "twice" in this list; or how it ended before
Claim = Callable[[Link], str]


class LinkList:
    """The links of arguments and list files, each once; what is not to be asked comes out as `ended`."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        #: links that ended here, before a request; whoever reads them takes them out
        self.ended: deque[Done] = deque()

    def of_file(self, source: BinaryIO, name: str) -> Iterator[Link]:
        """The links of an open list; `name` is what the report calls it."""
        for number, text in _lines(source):
            yield from self._one(text, f"list:{name}:{number}")

    async def streamed(self, source: BinaryIO, name: str) -> AsyncIterator[Link]:
        """The same, without holding the event loop where the list is slow."""
        async for number, text in Pump(_lines(source)):
            for link in self._one(text, f"list:{name}:{number}"):
                yield link

    def of_arguments(self, addresses: Iterable[str]) -> Iterator[Link]:
        """The links among the command's arguments."""
        for address in addresses:
            yield from self._one(address, "argument")

    def _one(self, text: str, via: str) -> Iterator[Link]:
        url, wrong = address_of(text)
        if not url and not wrong:
            return
        link = Link(url=url or text[:200], site=urls.site_key(url), via=via)
        for other in other_addresses(text, url):
            where = via.removeprefix("list:")
            spare = Link(url=other, site=urls.site_key(other), via=via)
            self._end(spare, Refused(spare, "secondUrl", f"{where}: a second address on the line; write one a line"))
        if wrong:
            self._end(link, Refused(link, "badUrl", f"{via.removeprefix('list:')}: {wrong}"))
            return
        state = self._claim(link)
        if state in ("new", "due"):
            yield link
        elif state == "twice":
            self._end(link, Refused(link, "duplicate", "the list has it twice"))
        else:
            self._end(link, Unchanged(link))

    def _end(self, link: Link, outcome: Outcome) -> None:
        self.ended.append(Done(link=link, outcome=outcome))


def address_of(text: str) -> tuple[str, str]:
    """(address, "") of a line, or ("", what is wrong); ("", "") of a blank line or a comment.

    An address ends at a tab, at " #", or at the quotation mark that closes it: lists have columns and remarks.
    """
    text = text.strip(_AROUND).partition("\t")[0].partition(" #")[0].strip()
    if text.startswith('"') and text.count('"') > 1:
        text = text.split('"')[1]  # the first cell of a CSV file
    text = text.strip("<>\"'")
    if not text or text.startswith("#"):
        return "", ""
    return ("", wrong) if (wrong := _wrong(text)) else (text, "")


def other_addresses(text: str, first: str) -> list[str]:
    """Addresses in the other columns of a line whose address is `first`: nobody asks for them, so it has to be said."""
    if not first or text.count("://") < 2:
        return []
    cells = [cell.strip(_AROUND + "<>'") for cell in _COLUMN.split(text.partition(" #")[0])]
    return [cell for cell in cells if cell != first and not _wrong(cell)]


def _wrong(text: str) -> str:
    """What keeps `text` from being an http(s) address; "" where nothing does."""
    if len(text) >= _LONGEST:
        return f"a line of more than {_LONGEST} characters"
    if "\x00" in text or "\ufffd" in text or not text.isprintable():
        return "not text in UTF-8 or UTF-16"
    scheme = text.partition(":")[0].lower()
    if scheme not in ("http", "https"):
        return "not an http(s) address" + ("; write https:// before it" if _looks_like_host(text) else "")
    if _PAIR.search(text):
        return "two addresses on one line; write one a line"
    if " " in text:  # any other space is not printable
        return "an address with a space in it"
    return "" if urls.is_http(text) else "an address without a valid host"


def _looks_like_host(text: str) -> bool:
    head = text.partition("/")[0]
    return "." in head and ":" not in head and "@" not in head and " " not in text


def _lines(source: BinaryIO) -> Iterator[tuple[int, str]]:
    """(number, text) of each line; of one too long only its beginning: garbage fills no memory."""
    buffered = source if isinstance(source, io.BufferedReader) else io.BufferedReader(source)  # type: ignore[type-var]  # any raw stream will do
    wide = buffered.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    text = io.TextIOWrapper(buffered, "utf-16" if wide else "utf-8-sig", errors="replace")
    try:
        number = 0
        while line := text.readline(_LONGEST):
            number += 1
            yield number, line
            while not line.endswith("\n") and (line := text.readline(_LONGEST)):
                pass
    finally:
        text.detach()  # the stream is its owner's to close


def open_list(name: str) -> AbstractContextManager[BinaryIO]:
    """A list file, or standard input for "-". Raises UsageError where it cannot be opened."""
    if name == "-":
        return _stdin()
    try:
        return Path(name).open("rb")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"-i {name}: the list cannot be read ({why})") from error


@contextmanager
def _stdin() -> Iterator[BinaryIO]:
    """Standard input; whoever still reads it at the end is told to give up."""
    check_stdin()
    try:
        raw = Patient(sys.stdin.fileno())
    except (OSError, ValueError):  # it was replaced by something without a descriptor
        yield sys.stdin.buffer
        return
    try:
        yield cast(BinaryIO, raw)
    finally:
        raw.give_up()


def count_lines(source: BinaryIO) -> int | None:
    """Lines of a list on disk, for a progress bar; None for a stream. The position stays."""
    if not source.seekable():
        return None
    start = source.tell()
    count = sum(chunk.count(b"\n") for chunk in iter(lambda: source.read(1 << 20), b""))
    source.seek(start)
    return count
