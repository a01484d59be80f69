"""What a config's layout does to a page that it knows, knows in part, or does not know."""

from __future__ import annotations

import pytest

from scraper.document import parse
from scraper.extraction.article import extract_article
from scraper.extraction.body import read_body
from scraper.extraction.scope import Marks
from scraper.pipeline.read import UNKNOWN_LAYOUT, read_article
from scraper.sites import Layout, Site

URL = "https://www.flussbote.example/bruecke.html"
STORY = [
    "Der Rat der Stadt hat am Dienstag beschlossen, die alte Brücke über den Fluss noch in diesem Jahr zu sanieren.",
    "Die Kosten werden auf drei Millionen Euro geschätzt, von denen das Land die Hälfte übernimmt, so die Kämmerin.",
    "Während der Bauzeit müssen Pendler einen Umweg von acht Kilometern fahren, eine Fähre ist nicht geplant.",
    "Die Arbeiten sollen im April beginnen und, wenn das Wetter mitspielt, bis zum Herbst abgeschlossen sein.",
]


def page(*extra: str, box: str = "story") -> str:
    text = [f"<p>{line}</p>" for line in STORY]
    inside = "".join([*text[:2], *extra, *text[2:]])
    return (
        "<!doctype html><html lang=de><title>Die Brücke</title><body><nav><a href=/>Start</a></nav><main>"
        f'<h1>Die Brücke</h1><p class="by">Von <b>Ada Bach</b></p><div class="{box}">{inside}</div></main>'
        '<footer class="gate">Impressum</footer></body>'
    )


def site(**rules: tuple[str, ...]) -> Site:
    return Site(domain="flussbote.example", layouts=(Layout(**rules),))  # type: ignore[arg-type]


def test_a_page_without_the_layouts_body_is_read_as_without_it() -> None:
    known = site(
        body=("div.story",), remove=("p | starts \"Die Arbeiten\"",), remove_text=("Während .*",),
        headline=("text:Von Hand",), author=("h1",), section=("h1",),
    )  # fmt: skip
    there, gone = read_article(page(), URL, site=known), read_article(page(box="neu"), URL, site=known)
    assert there.article_body == "\n\n".join(STORY[:2])
    assert (there.headline, there.quality.reasons) == ("Von Hand", ())
    plain = read_article(page(box="neu"), URL)
    assert gone.quality.reasons == (UNKNOWN_LAYOUT,)
    assert gone.article_body == plain.article_body == "\n\n".join(STORY)
    assert (gone.headline, gone.authors, gone.article_section) == (plain.headline, plain.authors, plain.article_section)
    assert gone.removed == plain.removed


def test_what_shows_a_cut_shows_it_in_any_layout() -> None:
    walled = site(body=("div.story",), paywall=(".gate",))
    assert read_article(page(box="neu"), URL, site=walled).access.complete is False


def test_rules_of_a_layout_without_a_body_hold_everywhere() -> None:
    assert read_article(page(), URL, site=site(headline=("text:Von Hand",))).headline == "Von Hand"


def test_a_heading_that_the_config_keeps_needs_nothing_below_it() -> None:
    html = page("<h3 class=sub>Was nun?</h3>", "<h2>Die Kosten</h2>")
    for rules in ({"text": ("div.story > p", "h3.sub")}, {"text": ("h3.sub",)}, {"keep": ("h3.sub",)}):
        found = read_article(html, URL, site=site(body=("div.story",), **rules))
        assert "Was nun?" in found.article_body.split("\n\n"), rules


@pytest.mark.parametrize("text", [("div.story > p",), ()])
def test_a_line_that_the_config_knows_is_not_said_twice(text: tuple[str, ...]) -> None:
    html = page(f"<blockquote><p>{STORY[2]}</p></blockquote>", f"<blockquote><p>{STORY[3][:60]}</p></blockquote>")
    found = read_article(html, URL, site=site(body=("div.story",), text=text, keep=() if text else ("div.story > p",)))
    assert found.article_body == "\n\n".join(STORY)


@pytest.mark.parametrize(
    "line",
    [
        "<blockquote><p>Das haben wir lange gefordert, nun kommt es.</p></blockquote>",
        '<div class="note">Mit Material der Agentur</div>',
        '<div class="quote">„Endlich“, sagt Bach</div>',
        '<ul class="facts"><li>Länge: 80 Meter</li><li>Bauzeit: acht Monate</li></ul>',
        '<div class="x"><b>Ada Bach</b></div>',
    ],
)
def test_what_a_config_leaves_open_is_decided_as_on_the_whole_page(line: str) -> None:
    document = parse(page(line), URL)
    marks = Marks(document, Layout(body=("div.story",), text=("div.story > p",)))
    short, whole = read_body(document, marks), read_body(document, marks, whole=True)
    assert short.text == whole.text
    assert extract_article(document, site(body=("div.story",), text=("div.story > p",))).article.article_body
