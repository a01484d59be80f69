"""`scraper clean` and `scraper explain`."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from scraper.cli.demonstration import careless
from scraper.cli.demosite import DemoSite

Scraper = Callable[..., Any]


def page(demo: DemoSite) -> bytes:
    return demo.answers[demo.stories[0].path].body


def test_a_page_is_cleaned(scraper: Scraper, demo: DemoSite) -> None:
    Path("page.html").write_bytes(page(demo))
    result = scraper("clean", "page.html", "-v")
    assert result.code == 0
    assert result.out.rstrip("\n").split("\n\n") == [
        demo.stories[0].headline,
        *demo.stories[0].paragraphs,
    ]
    assert "readingTime" in result.err


def test_text_is_cleaned_from_a_pipe(scraper: Scraper, demo: DemoSite, monkeypatch: pytest.MonkeyPatch) -> None:
    text = careless(page(demo).decode()).replace("\n", "\n\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    value = json.loads(scraper("clean", "-", "--json").out)
    assert "Das könnte Sie auch interessieren" not in value["articleBody"]
    assert demo.stories[0].paragraphs[-1] in value["articleBody"]
    assert value["removed"]


def test_several_files_and_an_output(scraper: Scraper, demo: DemoSite) -> None:
    Path("a.html").write_bytes(page(demo))
    assert scraper("clean", "a.html", "a.html", "-o", "out.txt").out == ""
    assert Path("out.txt").read_text().count(demo.stories[0].headline) == 2


def test_explain_shows_every_block_with_its_rule(scraper: Scraper, demo: DemoSite) -> None:
    Path("page.html").write_bytes(page(demo))
    result = scraper("explain", "page.html")
    assert result.code == 0
    for text in demo.stories[0].paragraphs:
        assert "+  " + text[:60] in result.out
    assert "recommendation  - Das könnte Sie auch interessieren" in result.out
    assert "\x1b" not in result.out
    assert re.search(r"\d+ blocks kept, \d+ removed", result.out)


def test_explain_asks_for_an_address(scraper: Scraper, demo: DemoSite) -> None:
    url = demo.home.rstrip("/") + demo.stories[0].path
    result = scraper("explain", url, "--resolve", demo.resolve)
    assert demo.stories[0].headline in result.out


@pytest.mark.parametrize("url", ["foo", "www.bote.example/a", "ftp://bote.example/a"])
def test_explain_refuses_the_addresses_that_record_refuses(scraper: Scraper, demo: DemoSite, url: str) -> None:
    Path("page.html").write_bytes(page(demo))
    explained, recorded = scraper("explain", "page.html", "--url", url), scraper("record", "page.html", "--url", url)
    assert explained == recorded
    assert explained[:2] == (2, "")
    assert explained.err.startswith(f"scraper: --url {url}: it is not an http(s) address")


def test_explain_takes_plain_text(scraper: Scraper) -> None:
    Path("a.txt").write_text("Lesezeit 2 Minuten\n\nEin Satz, der lang genug für einen ist.\n")
    assert "readingTime" in scraper("explain", "a.txt").out


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_explain_as_a_page_escapes_everything(scraper: Scraper, demo: DemoSite) -> None:
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onmouseover=&quot;x"
    html = page(demo).decode().replace("Streit um Brücke", evil)
    html = html.replace('class="story-body"', "class='a\"><img/src=x/onerror=1>'")
    Path("page.html").write_text(html)
    result = scraper("explain", "page.html", "--html", "why.html")
    assert result.code == 0
    parser = Tags()
    parser.feed(Path("why.html").read_text())
    names = {name for name, _ in parser.tags}
    assert names.isdisjoint({"script", "img", "link", "iframe", "object", "a"})
    assert {key for _, attrs in parser.tags for key in attrs} <= {
        *("lang", "charset", "http-equiv", "content", "name", "class", "title"),
    }
    policy = next(a["content"] for _, a in parser.tags if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    for text in demo.stories[0].paragraphs:
        assert text in parser.text
    assert "recommendation" in parser.text
