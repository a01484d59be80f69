"""The body of a page: blocks, decisions, parts; on small pages of our own."""

from __future__ import annotations

import pytest

from scraper import extract
from scraper.document import parse
from scraper.extraction.article import extract_article, join_pages
from scraper.extraction.frame import Frame
from scraper.extraction.segment import MAX_DEPTH, segment
from scraper.models import Reason
from scraper.pipeline.read import explain_page
from scraper.sites import Layout, Site

URL = "https://www.flussbote.example/lokales/bruecke-4711.html"
P1 = "Der Rat der Stadt hat am Dienstag beschlossen, die alte Brücke über den Fluss noch in diesem Jahr zu sanieren."
P2 = "Die Kosten werden auf drei Millionen Euro geschätzt, von denen das Land die Hälfte übernimmt, sagte die Kämmerin."
P3 = "Während der Bauzeit müssen Pendler einen Umweg von acht Kilometern fahren, eine Behelfsbrücke ist nicht geplant."
P4 = "Die Arbeiten sollen im April beginnen und, wenn das Wetter mitspielt, bis zum Herbst abgeschlossen sein."


def page(body: str, head: str = "") -> str:
    """A page in the manner of a small paper's."""
    return f"""<!DOCTYPE html><html lang="de"><head><title>Brücke wird saniert - Flussbote</title>
    <meta property="og:title" content="Brücke wird saniert"><meta property="og:type" content="article">{head}
    </head><body>
    <nav class="main-nav"><ul><li><a href="/">Startseite</a></li><li><a href="/sport">Sport</a></li></ul></nav>
    <main><article class="article"><header><h1>Brücke wird saniert</h1></header>
    <div class="article-body">{body}</div></article></main>
    <footer><a href="/impressum">Impressum</a><p>© Flussbote, alle Rechte vorbehalten.</p></footer></body></html>"""


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def body_of(html: str, site: Site | None = None) -> str:
    return extract(html, URL, site=site).article_body


def test_the_article_and_nothing_else() -> None:
    assert body_of(page(paragraphs(P1, P2, P3, P4))).split("\n\n") == [P1, P2, P3, P4]


def test_a_box_in_the_middle_does_not_end_the_story() -> None:
    box = """<aside class="related-articles"><h3>Das könnte Sie auch interessieren</h3>
    <ul><li><a href="/a-1">Stau auf der Umgehung: so kommen Sie durch</a></li>
    <li><a href="/a-2">Fähre fährt wieder</a></li></ul></aside>"""
    assert body_of(page(paragraphs(P1, P2) + box + paragraphs(P3, P4))).split("\n\n") == [P1, P2, P3, P4]


def test_removals_are_named() -> None:
    box = '<div class="newsletter-box"><p>Jetzt unseren kostenlosen Newsletter abonnieren!</p></div>'
    article = extract(page(paragraphs(P1, P2) + box + paragraphs(P3, P4)), URL, site=None)
    found = {entry.reason: entry for entry in article.removed}
    assert found[Reason.NEWSLETTER].count == 1
    assert "Newsletter" in found[Reason.NEWSLETTER].sample
    assert found[Reason.HEADLINE].rule == "tag:h1"


def test_two_breaks_end_a_paragraph_one_does_not() -> None:
    text = f"<div>{P1}<br>{P2}<br><br>{P3}</div>"
    assert body_of(page(text + paragraphs(P4))).split("\n\n") == [f"{P1} {P2}", P3, P4]


def test_inline_markup_does_not_cut_words() -> None:
    marked = P1.replace("Brücke", "<em>Brü</em>cke").replace("Fluss", '<a href="/fluss">Fluss</a>')
    assert body_of(page(f"<p>{marked}</p>" + paragraphs(P2, P3))).startswith(P1)


def test_structure_is_kept_in_reading_order() -> None:
    html = page(
        paragraphs(P1) + f"<h2>Was jetzt folgt</h2><p>{P2}</p><ul><li>{P3}</li><li>{P4}</li></ul>"
        f"<blockquote><p>„{P3.replace('Pendler', 'Lastwagen')}“</p></blockquote><p>{P4} Danach wird gefeiert.</p>"
    )
    article = extract(html, URL, site=None)
    kinds = [part.type for part in article.body]
    assert kinds == ["paragraph", "heading", "paragraph", "list", "quote", "paragraph"]
    assert article.body[1].level == 2
    assert article.body[3].items == (P3, P4)
    assert article.article_body == "\n\n".join(part.text for part in article.body)


def test_a_pull_quote_is_not_said_twice() -> None:
    quote = f'<div class="pull-quote"><span>{P2[:70]}</span></div>'
    assert body_of(page(paragraphs(P1, P2) + quote + paragraphs(P3, P4))).count(P2[:70]) == 1


def test_a_pull_quote_that_is_longer_than_the_paragraphs_is_not_said_twice() -> None:
    quote = f'<div class="pull-quote"><span>{P2[:70]}</span></div>'
    html = page(paragraphs("Die Brücke ist alt.", P1, P2) + quote + paragraphs(P3, "Mehr weiß niemand.", P4))
    assert body_of(html).count(P2[:70]) == 1


def test_prose_in_a_class_called_teaser_stays() -> None:
    html = page("".join(f'<p class="teaser-content">{text}</p>' for text in (P1, P2, P3, P4)))
    assert body_of(html).split("\n\n") == [P1, P2, P3, P4]


def test_captions_go_to_the_images() -> None:
    figure = """<figure><img src="/b.jpg" alt="Brücke"><figcaption>Gesperrt: die Brücke am Morgen.
    <span class="credit">Foto: Ilse Ufer</span></figcaption></figure>"""
    article = extract(page(paragraphs(P1) + figure + paragraphs(P2, P3, P4)), URL, site=None)
    assert "Gesperrt" not in article.article_body
    assert any("Gesperrt" in (image.caption or "") for image in article.images)


# --- what a config says ---------------------------------------------------------------------------------------------


def config(**rules: tuple[str, ...]) -> Site:
    return Site(domain="flussbote.example", layouts=(Layout(**rules),))


def test_config_removes_boxes_pieces_and_lines() -> None:
    html = page(
        f'<p>{P1}<span class="mark">Neu</span></p><div class="fact"><p>{P4}</p></div>' + paragraphs(P2, P3, "(red/ufr)")
    )
    site = config(remove=("div.fact", "span.mark"), remove_text=(r"\(\w+/\w+\)",))
    article = extract(html, URL, site=site)
    assert article.article_body.split("\n\n") == [P1, P2, P3]
    assert {entry.rule for entry in article.removed} >= {"config:div.fact", r"config:remove_text \(\w+/\w+\)"}


def test_config_keeps_what_the_judges_would_drop() -> None:
    box = f'<aside class="related"><p>{P4}</p></aside>'
    site = config(keep=("aside.related",))
    assert P4 in body_of(page(paragraphs(P1, P2, P3) + box), site)


def test_config_body_is_all_there_is() -> None:
    html = page(
        f'<section class="story">{paragraphs(P1, P2)}</section><section class="other">{paragraphs(P3)}</section>'
    )
    site = config(body=("section.missing", "section.story"))
    assert body_of(html, site).split("\n\n") == [P1, P2]


# --- the walk -------------------------------------------------------------------------------------------------------


def test_navigation_is_one_block() -> None:
    blocks = segment(parse(page(paragraphs(P1)))).blocks
    assert blocks[0].text == "Startseite Sport"
    assert blocks[0].link_share == 1.0


def test_nesting_is_bounded() -> None:
    depth = 3 * MAX_DEPTH
    found = segment(parse("<div>" * depth + f"<p>{P1}</p>" + "</div>" * depth))
    assert [block.text for block in found.blocks] == [P1]
    assert max(box.depth for box in found.boxes) <= MAX_DEPTH + 1


def test_main_box_holds_the_prose() -> None:
    frame = Frame(segment(parse(page(paragraphs(P1, P2, P3)))))
    assert frame.main.names == "article-body"
    assert [block.text for block in frame.blocks if frame.in_main(block)] == [P1, P2, P3]


@pytest.mark.parametrize("html", ["", "<", "<body>", "<p>", "\x00", "<frameset><frame src=x></frameset>", "plain text"])
def test_nothing_raises(html: str) -> None:
    assert extract(html, URL, site=None).quality.status in ("empty", "notArticle", "teaser")


def test_explain_speaks_of_every_block() -> None:
    found = explain_page(page(paragraphs(P1, P2, P3)), URL)
    assert [block.text for block in found.blocks if block.keep] == [P1, P2, P3]
    assert all(block.reason and block.rule for block in found.blocks if not block.keep)


def test_the_same_bytes_give_the_same_article() -> None:
    html = page(paragraphs(P1, P2, P3, P4)).encode()
    assert extract(html, URL, site=None) == extract(html, URL, site=None)


# --- further pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "href", "following"),
    [
        (URL, "?page=2", f"{URL}?page=2"),
        (f"{URL}?page=2", "?page=3", f"{URL}?page=3"),
        ("https://x.example/a/story/", "/a/story/2/", "https://x.example/a/story/2/"),
        ("https://x.example/a/story-5", "/a/other-story-6", None),  # rel=next of a blog: the next article
        (f"{URL}?page=2", "?page=2", None),
        (URL, "javascript:next()", None),
    ],
)
def test_next_page_is_the_same_article_s(url: str, href: str, following: str | None) -> None:
    html = page(paragraphs(P1), head=f'<link rel="next" href="{href}">')
    assert extract_article(parse(html, url)).next_page == following


def test_pages_are_joined_without_what_they_repeat() -> None:
    first = extract_article(parse(page(paragraphs(P1, P2)), URL))
    second = extract_article(parse(page(paragraphs(P1, P3, P4)), f"{URL}?page=2"))
    assert join_pages([first, second]).article_body.split("\n\n") == [P1, P2, P3, P4]


def test_a_tag_that_is_nearly_a_heading_is_none() -> None:
    """Found by fuzzing: "¹" is a digit, and no number."""
    line = "<p>" + "Der Rat hat am Abend nach langer Debatte beschlossen, die alte Brücke zu erhalten. " * 3 + "</p>"
    html = f"<article>{line}<h¹>Zum Stand</h¹>{line.replace('Brücke', 'Mühle')}</article>"
    article = extract_article(parse(html)).article
    assert "die alte Mühle" in article.article_body


def test_the_authors_name_alone_below_the_story_is_no_line_of_it() -> None:
    line = "<p>" + "Der Rat hat am Abend nach langer Debatte beschlossen, die alte Brücke zu erhalten. " * 3 + "</p>"
    other = line.replace("Brücke", "Mühle")
    head = '<head><meta name="author" content="Hanne Brückner"></head>'
    html = f"{head}<article>{line}{other}<p>Hanne Brückner</p></article>"
    assert "Hanne" not in extract_article(parse(html)).article.article_body


@pytest.mark.parametrize("address", ["http://a]b/c.jpg", "http://[", "http://ex\u2488ample/x", "//]/p.png"])
def test_addresses_that_are_none_cost_nothing(address: str) -> None:
    """Found by fuzzing: urllib refuses such with an error, wherever they stand."""
    line = "<p>" + "Der Rat hat am Abend nach langer Debatte beschlossen, die alte Brücke zu erhalten. " * 3 + "</p>"
    head = f'<head><meta property="og:image" content="{address}"><link rel="next" href="{address}">'
    head += f'<link rel="canonical" href="{address}"></head>'
    html = f'{head}<article><img src="{address}" width="4³0">{line}{line[:-5]}x</article>'
    for url in ("https://example.org/a?page=2", address):
        assert "Brücke" in extract(html, url).article_body


def test_where_a_config_knows_all_the_blocks_stand_where_they_stand() -> None:
    """Drift compares what is around the story: it must not look otherwise when only the body is walked."""
    line = "<p>" + "Der Rat hat am Abend nach langer Debatte beschlossen, die alte Brücke zu erhalten. " * 3 + "</p>"
    html = f'<main><article class="a"><div><section id="s">{line}</section></div></article></main>'
    html = html.replace("</section>", f"</section><section id=s2>{line.replace('Brücke', 'Mühle')}</section>")
    whole = extract_article(parse(html)).body
    layout = Layout(body=("section",), text=("section > p",))
    ruled = extract_article(parse(html), Site(domain="a.example", layouts=(layout,))).body
    assert [block.box.path() for block in ruled.frame.blocks] == [block.box.path() for block in whole.frame.blocks]
    assert [block.box.depth for block in ruled.frame.blocks] == [block.box.depth for block in whole.frame.blocks]


def test_a_line_that_is_nothing_but_a_known_phrase_goes_though_made_like_the_story() -> None:
    html = page(paragraphs(P1, P2, P3, P4, "Newsletter abonnieren"))
    assert body_of(html).split("\n\n") == [P1, P2, P3, P4]
    assert Reason.NEWSLETTER in {entry.reason for entry in extract(html, URL, site=None).removed}
