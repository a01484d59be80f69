"""Authors, agencies and datelines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scraper.document import parse
from scraper.extraction.dateline import read_agencies, read_dateline
from scraper.extraction.fields import BodyHints, read_fields
from scraper.extraction.fields.names import split_names
from scraper.models import Article, Author

URL = "https://www.blatt.example/politik/bruecke-123.html"


def read(body: str, head: str = "", ld: Any = None) -> Article:
    script = f'<script type="application/ld+json">{json.dumps(ld)}</script>' if ld else ""
    date = '<meta name="date" content="2024-05-03">'
    html = f'<html lang="de"><head>{head}{date}{script}</head><body>{body}</body></html>'
    return read_fields(parse(html, URL), body=BodyHints())


def authors(body: str, head: str = "", ld: Any = None) -> list[str]:
    return [a.name for a in read(body, head, ld).authors]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Roe", ["Jane Roe"]),
        ("Von Jane Roe und John Doe", ["Jane Roe", "John Doe"]),
        ("By Jane Roe, John Doe and Max Mustermann", ["Jane Roe", "John Doe", "Max Mustermann"]),
        ("Jane Roe; John Doe", ["Jane Roe", "John Doe"]),
        ("Jane Roe, Redakteurin", ["Jane Roe"]),
        ("Jane Roe jane.roe@blatt.example", ["Jane Roe"]),
        ("Jane Roe (AFP)", ["Jane Roe", "AFP"]),
        ("Jane Roe, MD", ["Jane Roe, MD"]),
        ("https://www.facebook.com/blatt", []),
        ("Follow", []),
    ],
)
def test_names_in_a_string(text: str, expected: list[str]) -> None:
    assert split_names(text, "de") == expected


def test_jsonld_author_by_reference_with_address() -> None:
    graph = {
        "@graph": [
            {"@type": "NewsArticle", "headline": "Die Brücke", "author": {"@id": "#a"}},
            {"@type": "Person", "@id": "#a", "name": "Jane Roe", "url": "/autor/jane-roe"},
        ]
    }
    found = read("<h1>Die Brücke</h1>", ld=graph)
    url = "https://www.blatt.example/autor/jane-roe"
    assert found.authors == (Author(name="Jane Roe", url=url),)
    assert found.provenance["authors"] == "jsonld:author"


def test_people_before_the_house() -> None:
    ld = {
        "@type": "NewsArticle",
        "headline": "Die Brücke",
        "author": {"@type": "Organization", "name": "Das Blatt"},
        "publisher": {"name": "Das Blatt"},
    }
    assert authors("<h1>Die Brücke</h1><p>Von <a href='/a'>Jane Roe</a></p>", ld=ld) == ["Jane Roe"]
    assert authors("<h1>Die Brücke</h1><p>Ein Text.</p>", ld=ld) == ["Das Blatt"]


def test_agencies_stand_apart_where_a_person_signs() -> None:
    ld = {
        "@type": "NewsArticle",
        "headline": "x",
        "author": [{"name": "Jane Roe"}, {"name": "dpa"}],
    }
    found = read("<h1>x</h1>", ld=ld)
    assert ([a.name for a in found.authors], found.agencies) == (["Jane Roe"], ("dpa",))
    alone = read("<h1>x</h1>", ld={"@type": "NewsArticle", "headline": "x", "author": "dpa"})
    assert ([a.name for a in alone.authors], alone.agencies) == (["dpa"], ("dpa",))


@pytest.mark.parametrize(
    "byline",
    [
        "<p>Von Jane Roe</p>",
        "<div><span>Von</span> <a href='/autor/1'>Jane Roe</a></div>",
        "<p>Von Jane Roe, 3. Mai 2024</p>",
        "<p>Von Jane Roe | 10:15 Uhr</p>",
        "<p>By Jane Roe May 3, 2024</p>",
        "<p>Par Jane Roe</p>",
        '<p class="author-name">Jane Roe</p>',
        '<address><a href="/x">Jane Roe</a></address>',
        '<a rel="author" href="/x">Jane Roe</a>',
    ],
)
def test_printed_bylines(byline: str) -> None:
    page = f"<article><h1>Die Brücke</h1>{byline}<p>Der Text beginnt.</p></article>"
    assert authors(page) == ["Jane Roe"]


def test_what_is_no_byline() -> None:
    page = "<h1>Die Brücke</h1><p>Von der Brücke sieht man weit.</p><p>By the way, it is long.</p>"
    assert authors(page) == []
    comments = '<h1>x</h1><ul class="comments"><li><b class="author">Otto Normal</b></li></ul>'
    assert authors(comments) == []


@pytest.mark.parametrize(
    ("text", "places", "agencies"),
    [
        ("BERLIN (dpa) – Die Brücke ist offen.", ("Berlin",), ("dpa",)),
        ("London/Moskau/Kiew – Die Lage ist ernst.", ("London", "Moskau", "Kiew"), ()),
        ("PARIS, 3 mai (Reuters) - Le pont est ouvert.", ("Paris",), ("Reuters",)),
        ("Frankfurt am Main (epd). Die Kirche ruft.", ("Frankfurt am Main",), ("epd",)),
        ("Die Brücke – so heißt es – ist offen.", (), ()),
        ("Er kam, sah – und ging.", (), ()),
        ("Heute ist ein langer Tag ohne Ort.", (), ()),
    ],
)
def test_datelines(text: str, places: tuple[str, ...], agencies: tuple[str, ...]) -> None:
    assert read_dateline(text) == (places, agencies)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Das war es. (dpa)", ("dpa",)),
        ("Das war es. (EB/mit dpa)", ("dpa",)),
        ("Das war es.\n\ndpa/lnw", ("dpa",)),
        ("Das war es. (AFP, Reuters)", ("AFP", "Reuters")),
        ("Das war es (sagte er).", ()),
        ("Ein Satz ohne alles.", ()),
    ],
)
def test_agencies_at_the_end(text: str, expected: tuple[str, ...]) -> None:
    assert read_agencies(text) == expected


@pytest.mark.parametrize(
    "byline",
    [
        "<div><h5>Datum:</h5> 3.5.2024 <h5>Autorin: </h5>Jane Roe</div>",
        "<p><time>3.5.2024</time> von Jane Roe</p>",
        "<p><span class='icon'> </span>Von <a href='/x'>Jane Roe</a> um 18:52</p>",
        "<div><span>Neu</span><span>| Von </span><span>Jane Roe</span> | <time>3.5.2024</time></div>",
    ],
)
def test_bylines_behind_a_label_a_date_an_icon(byline: str) -> None:
    assert authors(f"<article><h1>Die Brücke</h1>{byline}<p>Text.</p></article>") == ["Jane Roe"]


def test_an_account_signs_before_a_date() -> None:
    signed = "<div>Autor: <a href='/nutzer/7'><b>roe42</b></a> am 29.12.2023, 13:36 Uhr</div>"
    assert authors(f"<article><h1>Die Brücke</h1>{signed}<p>Text.</p></article>") == ["roe42"]


def test_an_accounts_name_yields_to_a_printed_one() -> None:
    meta = '<meta name="author" content="jane_roe">'
    assert authors("<h1>Die Brücke</h1><p>Von Jane Roe</p><p>Text.</p>", meta) == ["Jane Roe"]
    assert authors("<h1>Die Brücke</h1><p>Text.</p>", meta) == ["jane_roe"]


def test_a_link_to_an_authors_page() -> None:
    found = read("<h1>Die Brücke</h1><p><a href='/autoren/jane-roe'>Jane Roe</a></p><p>Text.</p>")
    assert found.authors == (Author(name="Jane Roe", url="https://www.blatt.example/autoren/jane-roe"),)
    assert found.provenance["authors"] == "dom:author link"


def test_marked_names_of_comments_are_nobodys() -> None:
    marked = "<p class='author'><a rel='author' href='/autoren/1'>Jane Roe</a></p>"
    comment = "<div class='comments'><p class='author'>Max Mustermann</p></div>"
    assert authors(f"<h1>Die Brücke</h1>{comment}{marked}<p>Text.</p>") == ["Jane Roe"]
    assert authors(f"<h1>Die Brücke</h1>{comment}<p>Text.</p>") == []


def test_twitters_data_is_an_author_where_its_label_says_so() -> None:
    data = '<meta name="twitter:data1" content="Jane Roe">'
    assert authors("<h1>Die Brücke</h1>", data + '<meta name="twitter:label1" content="Written by">') == ["Jane Roe"]
    assert authors("<h1>Die Brücke</h1>", data + '<meta name="twitter:label1" content="Lesezeit">') == []


def test_the_name_below_the_text_signs_it() -> None:
    html = '<html lang="de"><body><h1>Die Brücke</h1><p>Text.</p><p><em>Jane Roe</em></p></body></html>'
    document = parse(html, URL)
    found = read_fields(document, body=BodyHints(last_node=document.tree.css("p")[0]))
    assert [a.name for a in found.authors] == ["Jane Roe"]
    assert found.provenance["authors"] == "dom:signature"


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        # several, each a link of its own
        (
            "<p class='byline'><a href='/a'>Jane Roe</a><span>, </span><a href='/b'>Max Muster</a><i> und </i>"
            "<a href='/c'>Eva Beispiel</a></p>",
            ["Jane Roe", "Max Muster", "Eva Beispiel"],
        ),
        # a box with a word on the author, longer than a byline
        (f"<div class='author-text'><b>Jane Roe</b><p>{'schreibt über Brücken. ' * 12}</p></div>", ["Jane Roe"]),
        # the footer of the article itself
        (
            "<footer><p>In <a href='/lokales'>Lokales</a>, <a rel='author' href='/a'>Jane Roe</a></p></footer>",
            ["Jane Roe"],
        ),
        # what such elements hold beside names
        ("<p class='author'>Zur Person</p>", []),
        ("<p class='author'>Bild © Das Blatt</p>", []),
    ],
)
def test_marked_names(marked: str, expected: list[str]) -> None:
    assert authors(f"<article><h1>Die Brücke</h1><p>Der Text beginnt.</p>{marked}</article>") == expected


def test_a_list_of_what_somebody_is_opens_no_byline() -> None:
    page = "<article><h1>Die Brücke</h1><p>{}</p><p>Der Text beginnt.</p></article>"
    assert authors(page.format("Autorin und Dichterin")) == []
    assert authors(page.format("Autorin: Jane Roe")) == ["Jane Roe"]
    assert authors(page.format("<b>Autorin</b> <span>Jane Roe</span>")) == ["Jane Roe"]


def test_an_apps_banner_names_nobody() -> None:
    assert authors("<h1>Die Brücke</h1>", '<meta name="smartbanner:author" content="Jetzt in der App">') == []


def test_what_a_house_calls_its_news_is_no_person() -> None:
    ld = {"@type": "NewsArticle", "headline": "Die Brücke", "author": {"@type": "Person", "name": "Nachrichten"}}
    assert authors("<h1>Die Brücke</h1>", '<meta name="author" content="Jane Roe">', ld=ld) == ["Jane Roe"]
