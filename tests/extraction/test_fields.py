"""Each rule that reads a field, on small pages of our own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from scraper.document import Document, parse
from scraper.extraction.fields import BodyHints, read_fields, read_head
from scraper.models import Article, Link
from scraper.sites.model import Layout, Site

URL = "https://www.blatt.example/politik/bruecke-123.html"
NOW = datetime(2024, 6, 1, tzinfo=UTC)


def document(body: str, head: str = "", *, ld: Any = None, lang: str = "de") -> Document:
    script = f'<script type="application/ld+json">{json.dumps(ld)}</script>' if ld else ""
    html = f'<html lang="{lang}"><head>{head}{script}</head><body>{body}</body></html>'
    return parse(html, URL)


def fields(body: str, head: str = "", *, ld: Any = None, lang: str = "de", **hints: Any) -> Article:
    return read_fields(document(body, head, ld=ld, lang=lang), body=BodyHints(**hints), now=NOW)


def og(title: str) -> str:
    return f'<meta property="og:title" content="{title}">'


# --- headline and kicker -------------------------------------------------------------------------


def test_the_h1_that_agrees_with_the_meta_title_is_the_headline() -> None:
    page = "<h1><a href='/'>Blatt</a></h1><h1>Anmelden</h1><h1>Die Brücke ist offen</h1>"
    found = fields(page, og("Die Brücke ist offen - Blatt"))
    assert found.headline == "Die Brücke ist offen"
    assert found.provenance["headline"] == "dom:h1"


def test_no_h1_gives_the_meta_title_without_the_sites_name() -> None:
    name = '<meta property="og:site_name" content="Blatt Online">'
    assert fields("<p>x</p>", og("Die Brücke | Blatt Online") + name).headline == "Die Brücke"
    assert fields("<p>x</p>", og("Blatt: Die Brücke ist offen")).headline == "Die Brücke ist offen"


def test_entities_and_invisible_characters_are_undone() -> None:
    found = fields("<h1>Brü&shy;cken&#8203;bau &amp;amp; mehr</h1>")
    assert found.headline == "Brückenbau & mehr"


@pytest.mark.parametrize(
    "h1",
    [
        '<h1><span class="kicker">Verkehr</span><span>Die Brücke ist offen</span></h1>',
        "<h1><strong>Verkehr</strong> Die Brücke ist offen</h1>",
        "<h1>Verkehr: Die Brücke ist offen</h1>",
        '<p class="article__kicker">Verkehr</p><h1>Die Brücke ist offen</h1>',
    ],
)
def test_kickers_are_split_from_the_headline(h1: str) -> None:
    found = fields(h1, og("Die Brücke ist offen"))
    assert (found.kicker, found.headline) == ("Verkehr", "Die Brücke ist offen")


def test_a_kicker_that_only_the_meta_title_has() -> None:
    found = fields("<h1>Die Brücke ist offen</h1>", og("Verkehr: Die Brücke ist offen"))
    assert (found.kicker, found.headline) == ("Verkehr", "Die Brücke ist offen")


def test_alternative_headline_is_another_one() -> None:
    found = fields(
        "<h1>Die Brücke ist offen</h1>",
        og("Autos rollen wieder nach drei Jahren"),
        ld={"@type": "NewsArticle", "headline": "Die Brücke ist offen"},
    )
    assert found.alternative_headline == "Autos rollen wieder nach drei Jahren"


# --- lead ----------------------------------------------------------------------------------------


def test_the_lead_must_be_visible() -> None:
    lead = "Drei Jahre war die Brücke gesperrt, nun rollt der Verkehr wieder."
    meta = f'<meta name="description" content="{lead}">'
    other = "<p>Ein ganz anderer Satz steht hier im Text.</p>"
    assert fields(f"<h1>Die Brücke</h1>{other}", meta).lead is None
    assert fields(f"<h1>Die Brücke</h1><p>{lead}</p>", meta).lead == lead
    shown = fields(f'<h1>Die Brücke</h1><div class="article-intro">{lead}</div>')
    assert (shown.lead, shown.provenance["lead"]) == (lead, "dom:lead")


# --- dates ---------------------------------------------------------------------------------------


def test_published_and_modified_are_not_confused() -> None:
    ld = {
        "@type": "NewsArticle",
        "datePublished": "2024-05-03T10:15:00+02:00",
        "dateModified": "2024-05-04T08:00:00+02:00",
    }
    found = fields("<h1>x</h1>", ld=ld)
    assert found.date_published == "2024-05-03T10:15:00+02:00"
    assert found.date_modified == "2024-05-04T08:00:00+02:00"


def test_modified_stands_in_only_as_the_last_resort_and_says_so() -> None:
    ld = {"@type": "NewsArticle", "dateModified": "2024-05-04T08:00:00+02:00"}
    found = fields("<h1>x</h1>", ld=ld)
    assert found.date_published == "2024-05-04T08:00:00+02:00"
    assert found.provenance["datePublished"].endswith("(modified)")


def test_impossible_dates_are_passed_over() -> None:
    head = (
        '<meta name="date" content="2031-01-05"><meta name="dc.date" content="1970-01-01">'
        '<meta name="pubdate" content="2024-05-03">'
    )
    assert fields("<h1>x</h1>", head).date_published == "2024-05-03"


@pytest.mark.parametrize(
    ("markup", "source"),
    [
        ('<time datetime="2024-05-03T10:15:00Z">gestern</time>', "dom:time"),
        ('<span itemprop="datePublished" content="2024-05-03"></span>', "itemprop:datepublished"),
        ("<p>Von Jane Roe | 3. Mai 2024</p>", "dom:text"),
    ],
)
def test_printed_dates(markup: str, source: str) -> None:
    found = fields(f"<article><h1>Die Brücke</h1>{markup}</article>")
    assert (found.date_published or "")[:10] == "2024-05-03"
    assert found.provenance["datePublished"] == source


def test_zone_and_feed() -> None:
    site = Site(domain="blatt.example", timezone="Europe/Berlin")
    page = document("<h1>x</h1>", '<meta name="date" content="2024-05-03 10:15">')
    assert read_fields(page, site, now=NOW).date_published == "2024-05-03T10:15:00+02:00"
    hint = Link(url=URL, published=datetime(2024, 5, 3, 8, tzinfo=UTC), keywords=("Verkehr",))
    found = read_fields(document("<h1>x</h1>"), hint=hint, now=NOW)
    assert found.date_published == "2024-05-03T08:00:00+00:00"
    assert found.keywords == ("Verkehr",)


def test_a_time_in_a_line_that_begins_with_updated_is_no_date_of_publication() -> None:
    changed = "<p>Aktualisiert <time datetime='2024-05-20'>20. Mai 2024</time></p>"
    first = "<p>Erschienen <time datetime='2024-05-03'>3. Mai 2024</time></p>"
    assert fields(f"<article><h1>Die Brücke</h1>{changed}{first}</article>").date_published == "2024-05-03"
    alone = fields(f"<article><h1>Die Brücke</h1>{changed}</article>")
    assert (alone.date_published, alone.date_modified) == ("2024-05-20", "2024-05-20")
    assert alone.provenance["datePublished"].endswith("(modified)")


@pytest.mark.parametrize(
    ("body", "head"),
    [
        ("<p>x</p>", ""),
        ("<footer><time datetime='2024-05-03'>3. Mai</time></footer>", ""),
        ("<p>x</p>", '<meta name="date" content="bald">'),
    ],
)
def test_what_is_no_date_of_the_article(body: str, head: str) -> None:
    assert fields(f"<h1>Die Brücke</h1>{body}", head).date_published is None


def test_the_pages_title_is_cut_to_what_a_lower_heading_shows() -> None:
    head = "<title>Die Brücke ist wieder offen | Das Blatt | Verkehr</title>"
    found = fields("<h2>Die Brücke ist wieder offen</h2><p>x</p>", head)
    assert found.headline == "Die Brücke ist wieder offen"


def test_one_visible_h1_is_the_headline_whatever_search_engines_are_told() -> None:
    page = "<h1>Nach drei Jahren rollen wieder Autos</h1>"
    assert fields(page, og("Brücke offen: alle Infos")).headline == "Nach drei Jahren rollen wieder Autos"
    assert fields(page.replace("<h1>", '<h1 class="visually-hidden">'), og("Brücke offen")).headline == "Brücke offen"


def test_an_h1_in_the_breadcrumb_gives_way_to_the_heading_that_shows_another_declared_title() -> None:
    path = '<nav class="breadcrumb"><a href="/verkehr">Verkehr</a><h1>Brücke offen: alle Infos</h1></nav>'
    shown = "Nach drei Jahren rollen wieder Autos"
    declared = og(shown) + '<meta name="twitter:title" content="Brücke offen: alle Infos">'
    found = fields(f"{path}<h2><span>Verkehr</span> {shown}</h2>", declared)
    assert (found.headline, found.kicker, found.provenance["headline"]) == (shown, "Verkehr", "dom:h2")
    # where nothing else is declared, or it is not shown, it is the headline
    for page, head in ((f"{path}<h2>{shown}</h2>", og("Brücke offen: alle Infos")), (path, declared)):
        assert fields(page, head).headline == "Brücke offen: alle Infos"


STAMP = {
    "@type": "Article",
    "headline": "Die Brücke ist offen",
    "datePublished": "2024-05-20",
    "dateModified": "2024-05-20",
}


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("3. Mai 2023", "2023-05-03"),
        ("19. Mai 2024", "2024-05-20"),  # a time zone
        ("Aktualisiert am 3. Mai 2023", "2024-05-20"),
        (f"{'Wort ' * 60} 3. Mai 2023", "2024-05-20"),
        (f"</p><p>{'Wort ' * 60}</p><p>3. Mai 2023", "2024-05-20"),
    ],
)
def test_an_older_date_below_the_headline_against_the_stamp_of_the_last_change(line: str, published: str) -> None:
    page = f"<h1>Die Brücke ist offen</h1><p>{line}</p>"
    assert fields(page, ld=STAMP).date_published == published
    # a page that says when it was changed since knows when it was published
    assert fields(page, ld={**STAMP, "dateModified": "2024-05-21"}).date_published == "2024-05-20"


def test_a_date_in_the_headlines_own_box_comes_before_those_of_other_stories() -> None:
    own = "<main><div><header><p>3. Mai 2023</p><h1>Die Brücke ist offen</h1></header></div>"
    others = '<div><a href="/b">Ein anderer Bericht</a><p class="date">4. Mai 2024</p></div></main>'
    assert fields(own + others).date_published == "2023-05-03"
    times = own.replace("3. Mai 2023", '<time datetime="2023-05-03">3. Mai</time>')
    assert fields(f'{times}<time datetime="2024-05-04">4. Mai</time></main>').date_published == "2023-05-03"


# --- keywords, section, kind ---------------------------------------------------------------------


def test_keywords_are_split_and_cleaned() -> None:
    words = ["Brücke, Verkehr", "brücke", "internal_id", "12345678"]
    assert fields("<h1>x</h1>", ld={"@type": "NewsArticle", "keywords": words}).keywords == (
        "Brücke",
        "Verkehr",
    )


def test_keywords_that_two_sources_agree_on() -> None:
    ld = {"@type": "NewsArticle", "keywords": ["Brücke", "Verkehr", "Ressort Lokal"]}
    head = '<meta name="keywords" content="Verkehr, Brücke, Blatt, Zeitung">'
    assert fields("<h1>x</h1>", head, ld=ld).keywords == ("Brücke", "Verkehr")


def test_tag_links() -> None:
    links = '<li><a href="/t/1">Brücke</a></li><li><a href="/t/2">Bau</a></li>'
    box = f'<ul class="article-tags">{links}</ul>'
    assert fields(f"<article><h1>x</h1>{box}</article>").keywords == ("Brücke", "Bau")
    links = '<li><a href="/thema/bruecke/">Brücke</a></li><li><a href="/thema/bau/">Bau</a></li>'
    plain = f"<ul>{links}</ul>"
    assert fields(f"<main><h1>x</h1>{plain}</main>").keywords == ("Brücke", "Bau")
    assert fields(f"<nav>{plain}</nav><h1>x</h1>").keywords == ()


def test_section_and_type() -> None:
    ld = {"@type": ["NewsArticle", "LiveBlogPosting"], "articleSection": "Politik"}
    found = fields("<h1>x</h1>", ld=ld)
    assert (found.article_section, found.article_type) == ("Politik", "liveblog")
    opinion = {"@type": "OpinionNewsArticle", "url": URL}
    assert fields("<h1>x</h1>", ld=opinion).article_type == "opinion"


# --- what the page is ----------------------------------------------------------------------------


def test_canonical_is_of_this_site_and_no_front_page() -> None:
    def canonical(href: str) -> str | None:
        return fields("<h1>x</h1>", f'<link rel="canonical" href="{href}">').canonical_url

    assert canonical("/politik/bruecke") == "https://www.blatt.example/politik/bruecke"
    assert canonical("https://www.blatt.example/") is None
    assert canonical("https://elsewhere.test/politik/bruecke") is None
    assert canonical("http://[broken") is None


def test_language_declared_else_from_the_text() -> None:
    assert fields("<h1>x</h1>", lang="de_AT").in_language == "de-AT"
    text = "Der Verkehr ist nicht mehr auf der Brücke und die Stadt hat für den Bau ein Konzept. "
    assert fields("<h1>x</h1>", lang="", text=text * 3).in_language == "de"


def test_publisher() -> None:
    ld = {"@type": "NewsArticle", "publisher": {"@id": "#p"}, "headline": "x"}
    graph = {"@graph": [ld, {"@type": "Organization", "@id": "#p", "name": "Das Blatt"}]}
    assert fields("<h1>x</h1>", ld=graph).publisher == "Das Blatt"


# --- images --------------------------------------------------------------------------------------


def test_figures_with_caption_and_credit() -> None:
    figure = (
        '<figure><img src="data:image/gif;base64,AA" alt="Brücke"'
        ' data-srcset="/b-400.jpg 400w, /b-800.jpg 800w">'
        "<figcaption>Die Brücke am Abend. Foto: Jane Roe/dpa</figcaption></figure>"
    )
    image = fields(f"<article><h1>x</h1>{figure}</article>").images[0]
    assert image.url == "https://www.blatt.example/b-800.jpg"
    assert (image.caption, image.credit) == ("Die Brücke am Abend.", "Jane Roe/dpa")
    assert image.alt == "Brücke"


# --- config, robustness --------------------------------------------------------------------------


def test_config_rules_come_first() -> None:
    layout = Layout(headline=(".t",), kicker=(".k",), author=(".a",), published=("meta:x-date",))
    page = document(
        '<h1>Falsch</h1><p class="k">Verkehr</p><p class="t">Richtig</p><p class="a">Von Jane Roe</p>',
        '<meta name="x-date" content="2024-05-03">',
        ld={"@type": "NewsArticle", "headline": "Falsch", "author": "John Doe"},
    )
    found = read_fields(page, None, layout, now=NOW)
    assert (found.headline, found.kicker) == ("Richtig", "Verkehr")
    assert [a.name for a in found.authors] == ["Jane Roe"]
    assert found.date_published == "2024-05-03"
    assert found.provenance["headline"] == "config:.t"


def test_head_is_not_read_twice() -> None:
    page = document("<h1>Die Brücke</h1>")
    head = read_head(page)
    assert head.view.headline_node is not None
    assert read_fields(page, body=BodyHints(head=head), now=NOW).headline == "Die Brücke"


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<h1></h1>",
        "<h1>" * 300,
        "<title>" + "a | b " * 3000,
        '<script type="application/ld+json">{"@type":"NewsArticle",'
        '"author":[[{"name":{"name":1}}]],'
        '"datePublished":[5,"x"],"image":{"url":[1]},"headline":5,"keywords":{"a":1}}</script>',
        '<link rel=canonical href="http://[x"><a rel=author href="http://[y">Jane Roe</a>',
    ],
)
def test_no_page_raises(html: str) -> None:
    assert isinstance(read_fields(parse(html, URL), now=NOW), Article)
