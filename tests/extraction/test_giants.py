"""Pages with one thing of an absurd size are read in about the time they take to parse, not in its square."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from scraper import extract
from scraper.document import parse
from scraper.document.nesting import bounded
from scraper.extraction.generic import generic_body

SENTENCE = "The council met on Tuesday, and it was said that more would follow. "
STORY = "<h1>The bridge of the town</h1>" + "".join(f"<p>{SENTENCE * 4}{i}</p>" for i in range(6))
#: times its parse that a page may take; and seconds that nobody minds: plain text parses at a gigabyte a second
SLOW, SOON = 50, 1.0


def page(body: str, head: str = "") -> bytes:
    return f"<html lang=en><head><title>The bridge</title>{head}</head><body><article>{body}</article></body>".encode()


def jsonld(inside: str) -> str:
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"The bridge",{inside}}}</script>'


GIANTS: dict[str, Callable[[], bytes]] = {
    "paragraph": lambda: page(f"<h1>The bridge</h1><p>{SENTENCE * 40_000}</p>"),
    "paragraph beyond Latin-1": lambda: page(f"<h1>Мост</h1><p>{'Совет собрался, и “было” сказано. ' * 50_000}</p>"),
    "number of paragraphs": lambda: page("<h1>The bridge</h1>" + "<p>Word and word.</p>" * 40_000),
    "attribute": lambda: page(f"{STORY}<div data-x='{'x' * 3_000_000}'>x</div>"),
    "class": lambda: page(f"{STORY}<div class='{'word-' * 400_000}'>x</div>"),
    "number of classes": lambda: page(f"<div class='{' '.join(f'w{i}' for i in range(200_000))}'>{STORY}</div>"),
    "title": lambda: page(STORY, f"<title>{'Word - ' * 500_000}</title>").replace(b"<title>The bridge</title>", b""),
    "broken JSON-LD": lambda: page(STORY, jsonld('"image":[' + '{"url":"y"},' * 100_000)),
    "number of authors": lambda: page(STORY, jsonld('"author":["J. Roe"' + ',"Jane Roe"' * 50_000 + "]")),
    "list of keywords": lambda: page(STORY, jsonld(f'"keywords":"{"a bridge, " * 100_000}"')),
    "script with dates": lambda: page(STORY, "<script>" + '"2024-01-01" published ' * 100_000 + "</script>"),
}  # fmt: skip


@pytest.mark.parametrize("name", GIANTS)
def test_giants_cost_about_their_parse(name: str) -> None:
    html = GIANTS[name]()
    extract(page(STORY), site=None)  # tables and model are loaded once a process
    start = time.process_time()
    parse(html)
    middle = time.process_time()
    extract(html, "https://www.bote.example/town/the-bridge-of-the-town", site=None)
    assert time.process_time() - middle < max(SOON, SLOW * (middle - start))


def test_a_minified_script_is_no_tag_of_many_attributes() -> None:
    script = "for(var a=0;a<vendors.length;++a){" + "x = y, z = 1; " * 3000 + "}"
    html = page(f"{STORY}<script>{script}</script>")
    assert bounded(html) == html


def test_a_tag_of_thousands_of_attributes_keeps_the_first() -> None:
    html = page(f"{STORY}<div {' '.join(f'a{i}=1' for i in range(5000))}>x</div>")
    assert len(bounded(html)) < len(html) / 4


def test_a_second_opinion_is_not_asked_for_on_pages_made_of_tiny_pieces() -> None:
    few, many = (parse(page(STORY + "<p>Word.</p>" * count)) for count in (10, 16_000))
    assert generic_body(few)
    assert generic_body(many) == ()


def test_a_date_in_a_script_is_found_by_the_key_before_it() -> None:
    script = """<script>{"a":"2020-01-01","datePublished" : "2024-05-03T10:15:00+02:00","b":"2021-01-01"}</script>"""
    assert extract(page(STORY, script), site=None).date_published == "2024-05-03T10:15:00+02:00"
