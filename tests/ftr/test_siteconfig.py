"""FiveFilters' file format, line by line."""

from __future__ import annotations

import pytest

from scraper.ftr.siteconfig import MAX_BYTES, NotText, read_lines


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("body: //div", ("body", "", "//div")),
        ("body : //div[@style='a: b']  ", ("body", "", "//div[@style='a: b']")),
        ("replace_string(<p>): <br>", ("replace_string", "<p>", "<br>")),
        ("replace_string(a: b): c", ("replace_string", "a: b", "c")),
        ("replace_string(f(x)): g", ("replace_string", "f(x)", "g")),
        ("replace_string(a): b): c", ("replace_string", "a", "b): c")),
        ("http_header(User-Agent): x/1.0 (y; z)", ("http_header", "User-Agent", "x/1.0 (y; z)")),
        ("strip:", ("strip", "", "")),
        (": x", ("", "", "x")),
        ("no colon here", ("", "", "no colon here")),
        ("half(open: x", ("", "", "half(open: x")),
    ],
)
def test_a_line(text: str, parts: tuple[str, str, str]) -> None:
    assert [tuple(line)[1:] for line in read_lines(text.encode())] == [parts]


def test_comments_blank_lines_and_order() -> None:
    lines = read_lines(b"# body: //x\n\n  # y\nbody: //a\r\nbody: //b\rtitle: //c # no comment\n")
    assert [(line.number, line.value) for line in lines] == [(4, "//a"), (5, "//b"), (6, "//c # no comment")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_encodings(encoding: str) -> None:
    assert read_lines("strip: //p[.='Über']".encode(encoding))[0].value == "//p[.='Über']"


@pytest.mark.parametrize(("data", "why"), [(b"a\x00b", "not a text file"), (b"x" * (MAX_BYTES + 1), "larger than")])
def test_what_is_no_text(data: bytes, why: str) -> None:
    with pytest.raises(NotText, match=why):
        read_lines(data)
