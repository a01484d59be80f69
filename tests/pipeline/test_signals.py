"""What a page tells of how its article was come by."""

from __future__ import annotations

from typing import Any

import pytest

from scraper.models import Link, Page
from scraper.pipeline.read import read_pages
from scraper.signals import Signals
from scraper.sites import Layout, Site

TEXT = (
    "Der Rat der Stadt hat am Dienstag beschlossen, die alte Brücke über den Fluss noch in diesem Jahr zu sanieren.",
    "Die Kosten werden auf drei Millionen Euro geschätzt, von denen das Land die Hälfte übernimmt, sagte die Kämmerin.",
    "Während der Bauzeit müssen Pendler einen Umweg von acht Kilometern fahren, eine Behelfsbrücke ist nicht geplant.",
)


def read(site: Site | None = None, *, box: str = "article-text", paragraph: str = "") -> Signals:
    lines = "".join(f'<p class="{paragraph}">{line}</p>' for line in TEXT)
    html = f"""<html lang="de"><head><title>Brücke wird saniert</title><meta property="og:type" content="article">
    <meta name="author" content="Hanne Brückner"></head><body><main><article><h1>Brücke wird saniert</h1>
    <aside class="more"><a href="/a">Mehr zum Thema</a></aside><div class="{box}">{lines}</div></article></main>
    </body></html>"""
    link = Link(url="https://www.bote.example/bruecke-1")
    signals = read_pages([Page(link=link, url=link.url, body=html.encode())], site, "bote.example").signals
    assert signals
    return signals


def site(**rules: Any) -> Site:
    return Site(domain="bote.example", hash="c0ffee", layouts=(Layout(**rules),))


def test_without_a_config() -> None:
    signals = read()
    assert (signals.config, signals.layout, signals.rules, signals.agreement) == ("", "", {}, None)
    assert signals.sources["authors"] == "meta"
    assert "lead" not in signals.sources
    assert signals.chars == sum(map(len, TEXT)) + 4
    assert (signals.paragraphs, signals.links) == (3, 0.0)
    assert signals.makes == {"p<div.article-text": 1.0}


def test_with_one_its_rules_are_counted_as_far_as_they_were_tried() -> None:
    signals = read(
        site(
            body=("div.gone", "div.article-text", "article"),
            remove=("aside.more", "div.ad"),
            headline=("h1", "h2"),
            author=("a.author",),
        )
    )
    assert (signals.config, signals.layout) == ("c0ffee", "newest")
    assert signals.rules == {
        "body:div.gone": 0,
        "body:div.article-text": 1,
        "remove:aside.more": 1,
        "remove:div.ad": 0,
        "headline:h1": 1,
        "author:a.author": 0,
    }
    assert signals.sources["headline"] == "config"
    assert signals.agreement == 1.0


def test_of_a_layout_that_is_not_the_pages_only_what_it_finds_is_counted() -> None:
    signals = read(site(body=("div.gone",), remove=("aside.more",), remove_text=("Mehr .*",), headline=("h1",)))
    assert signals.rules == {"body:div.gone": 0, "remove:aside.more": 1}
    assert (signals.layout, signals.agreement, signals.sources["headline"]) == ("newest", None, "dom")


def test_what_a_config_keeps_against_the_classifier_is_no_agreement() -> None:
    agreement = read(site(keep=("aside.more",))).agreement
    assert agreement is not None
    assert 0.9 < agreement < 1


@pytest.mark.parametrize(
    ("box", "paragraph", "make"),
    [
        ("article-text", "copy", "p.copy<div.article-text"),
        ("article_text__hXYKJ", "css-1x9abc", "p<div.article_text"),
        ("post-4711 text category-sport tag-fluss", "sc-iJfdHH cmgBOB", "p<div.post-# text"),
        ("longText articleText", "mt-4", "p.mt-#<div.longText articleText"),
        ("", "", "p<div<article"),
    ],
)
def test_makes_leave_out_what_changes_without_a_change_of_layout(box: str, paragraph: str, make: str) -> None:
    assert read(box=box, paragraph=paragraph).makes == {make: 1.0}


def test_a_page_that_gives_no_article_gives_no_signals() -> None:
    link = Link(url="https://www.bote.example/")
    assert read_pages([Page(link=link, url=link.url, body=b"<p>")], None, "bote.example").signals is None
