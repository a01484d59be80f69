"""A quarantined layout counts only on pages where its body finds text."""

from __future__ import annotations

import pytest

from scraper import extract
from scraper.sites import Layout, Site

URL = "https://www.flussbote.example/a.html"
STORY = [f"Satz {n} über die alte Brücke, die noch in diesem Jahr erneuert werden soll." for n in range(5)]


def page(box: str) -> str:
    text = "".join(f"<p>{line}</p>" for line in STORY)
    return (
        f"<!doctype html><html lang=de><title>Die Brücke</title><body><h1>Die Brücke</h1><div class={box}>{text}</div>"
    )


@pytest.mark.parametrize(
    ("body", "used"),
    [(("div.story",), True), (("div.gone", "div.story"), True), (("div.gone",), False), (("h1",), False), ((), False)],
)
def test_a_layout_has_to_prove_itself(body: tuple[str, ...], used: bool) -> None:
    layout = Layout(body=body, remove=('p | starts "Satz 3"',))
    old = Site(domain="flussbote.example", quarantined=True, layouts=(layout,))
    found = extract(page("story"), URL, site=old)
    expected = [line for line in STORY if not (used and line.startswith("Satz 3"))]
    assert found.article_body.split("\n\n") == expected
    assert any(entry.rule.startswith("config:p | starts") for entry in found.removed) == used
