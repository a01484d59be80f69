"""Lists of addresses: whatever stands in them, every line is accounted for and nothing crashes."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper.cli.lists import LinkList, address_of, count_lines, open_list
from scraper.errors import UsageError
from scraper.models import Refused, Unchanged
from scraper.store import State


@pytest.fixture
def state() -> Iterator[State]:
    state = State(None)
    yield state
    state.close()


@pytest.fixture
def links(state: State) -> LinkList:
    """A list of which nothing is known."""
    return LinkList(lambda link: state.links.claim(link, 0.0, 1))


def read(data: bytes, links: LinkList) -> tuple[list[str], list[str]]:
    """(addresses, "line: reason: detail" of the others)."""
    found = [link.url for link in links.of_file(io.BytesIO(data), "urls.txt")]
    ended = [f"{done.link.via.rpartition(':')[2]}: {getattr(done.outcome, 'reason', 'known')}" for done in links.ended]
    return found, ended


def test_blank_lines_comments_columns_and_remarks_are_fine(links: LinkList) -> None:
    data = (
        b"# my list\n\n   \nhttps://a.example/1\r\n"
        b"https://a.example/2\tTitle\t2026-11-01\n"
        b"  https://a.example/3   # read again\n<https://a.example/4>\n"
        b"HTTPS://A.example/5#part"
    )
    assert read(data, links) == (
        [
            *(f"https://a.example/{n}" for n in (1, 2, 3, 4)),
            "HTTPS://A.example/5#part",
        ],
        [],
    )


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"mailto:a@b.example", "not an http"),
        (b"ftp://a.example/x", "not an http"),
        (b"javascript:alert(1)", "not an http"),
        (b"a.example/x", "write https:// before it"),
        (b"just words", "not an http"),
        (b"https://", "without a valid host"),
        (b"http://a.example:99999/", "without a valid host"),
        (b"http://[::1/", "without a valid host"),
        (b"https://a.example/x y", "space"),
        (b"https://a.example/x https://a.example/y", "two addresses on one line"),
        (b"<https://a.example/x>,<https://a.example/y>", "two addresses on one line"),
        (b"https://a.example/x;https://a.example/y", "two addresses on one line"),
        (b"https://a.example/\x00x", "not text"),
        ("https://a.example/straße".encode("latin-1"), "not text"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "not text"),
        (b"https://a.example/" + b"x" * 9000, "more than"),
    ],
)
def test_a_bad_line_is_refused_by_file_and_line(line: bytes, why: str, links: LinkList) -> None:
    good = list(links.of_file(io.BytesIO(b"https://a.example/1\n" + line + b"\n"), "urls.txt"))
    (done,) = links.ended
    assert [link.via for link in good] == ["list:urls.txt:1"]
    assert isinstance(done.outcome, Refused)
    assert done.outcome.reason == "badUrl"
    assert done.outcome.detail.startswith("urls.txt:2: ")
    assert why in done.outcome.detail
    assert len(done.link.url) <= 200


@pytest.mark.parametrize(
    ("line", "first", "others"),
    [
        (b"https://a.example/2\tTitle\thttps://a.example/3", "https://a.example/2", ["https://a.example/3"]),
        (b'"https://a.example/2","https://a.example/3"', "https://a.example/2", ["https://a.example/3"]),
        (b"https://a.example/2\thttps://a.example/2 # or https://a.example/3", "https://a.example/2", []),
        (b"https://web.example/2020/https://a.example/", "https://web.example/2020/https://a.example/", []),
        (b"https://a.example/?to=https://b.example/,c", "https://a.example/?to=https://b.example/,c", []),
    ],
)
def test_a_second_address_on_a_line_is_told(line: bytes, first: str, others: list[str], links: LinkList) -> None:
    assert read(b"https://a.example/1\n" + line, links)[0] == ["https://a.example/1", first]
    assert [done.link.url for done in links.ended] == others
    for done in links.ended:
        assert isinstance(done.outcome, Refused)
        assert done.outcome.reason == "secondUrl"
        assert done.outcome.detail == "urls.txt:2: a second address on the line; write one a line"


def test_duplicates_are_counted_however_they_are_spelled(links: LinkList) -> None:
    data = b"https://a.example/1\nhttps://A.example/1?utm_source=x\nhttp://www.a.example/1/\n"
    assert read(data, links) == (["https://a.example/1"], ["2: duplicate", "3: duplicate"])


def test_what_the_output_holds_is_known(state: State, links: LinkList) -> None:
    state.links.adopt("https://a.example/1", "0" * 16, 0.0)
    assert [x.url for x in links.of_arguments(["https://a.example/1", "https://a.example/2"])] == [
        "https://a.example/2"
    ]
    assert isinstance(links.ended[0].outcome, Unchanged)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_lists_that_other_programs_write(encoding: str, links: LinkList) -> None:
    text = "https://a.example/straße\r\nhttps://a.example/2\r\n"
    assert read(text.encode(encoding), links)[0] == ["https://a.example/straße", "https://a.example/2"]


def test_the_first_cell_of_a_csv_file(links: LinkList) -> None:
    data = b'"https://a.example/1","A title, with a comma"\r\n"https://a.example/2"\r\n\'https://a.example/3\'\r\n'
    assert read(data, links)[0] == [f"https://a.example/{n}" for n in (1, 2, 3)]


def test_old_line_ends_and_a_missing_last_one(links: LinkList) -> None:
    assert read(b"https://a.example/1\rhttps://a.example/2", links)[0] == [
        "https://a.example/1",
        "https://a.example/2",
    ]


class Garbage(io.RawIOBase):
    """Many megabytes without a line break, then one address; never in memory at once."""

    def __init__(self, size: int) -> None:
        self._left, self._tail = size, b"\nhttps://a.example/1\n"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._left:
            count = min(len(buffer), self._left)
            buffer[:count] = b"x" * count
            self._left -= count
            return count
        count = min(len(buffer), len(self._tail))
        buffer[:count], self._tail = self._tail[:count], self._tail[count:]
        return count


def test_megabytes_of_garbage_in_one_line_cost_one_refusal_and_no_memory(links: LinkList) -> None:
    tracemalloc.start()
    found = [link.via for link in links.of_file(Garbage(20_000_000), "g")]  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == ["list:g:2"]
    assert len(links.ended) == 1
    assert peak < 2_000_000


def test_a_list_is_a_stream(links: LinkList) -> None:
    def lines() -> Iterator[bytes]:
        yield b"https://a.example/1\n"
        raise AssertionError("read ahead")

    class Slow(io.RawIOBase):
        source = lines()

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            data = next(self.source)
            buffer[: len(data)] = data
            return len(data)

    found = links.of_file(Slow(), "slow")  # type: ignore[arg-type]
    assert next(found).url == "https://a.example/1"


def test_opening_and_counting(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"a\nb\nc\n")
    with open_list(str(path)) as file:
        assert count_lines(file) == 3
        assert file.read(1) == b"a"
    for bad in (str(tmp_path / "none"), str(tmp_path), "x" * 5000, "a\x00b"):
        with pytest.raises(UsageError, match="cannot be read"):
            open_list(bad)


def test_the_address_of_a_line() -> None:
    assert address_of("  \n") == ("", "")
    assert address_of("# x") == ("", "")
    assert address_of("https://a.example/#x") == ("https://a.example/#x", "")
