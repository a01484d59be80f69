"""What the learner says about fields: places from corrections and from agreement, walls, the shape of addresses."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from scraper.document import Document, parse, selector_error
from scraper.extraction import extract_article
from scraper.learning import Learned, Sample, learn
from scraper.learning.addresses import LEAST_ADDRESSES, address_shape
from scraper.models import Article, Author
from scraper.pipeline.read import read_article
from scraper.sites import Site

sentences = runpy.run_path(str(Path(__file__).with_name("bote.py")))["sentences"]

NAMES = ("Anna Abel", "Bert Bohm", "Cora Celik", "Dirk Dorn", "Edda Eck", "Falk Fuhr", "Gerd Glas", "Hilde Hoff",
         "Ina Ihle", "Jan Jost")  # fmt: skip
NOUNS = ("Hafen", "Markt", "Bahnhof", "Museum", "Stadion", "Theater", "Kraftwerk", "Freibad", "Zoo", "Schloss")


def headline(n: int) -> str:
    return f"Was aus dem {NOUNS[n]} der Stadt Neustadt werden soll"


def lead(n: int) -> str:
    return f"Der {NOUNS[n]} ist seit Jahren geschlossen, nun hat die Stadt Neustadt {n + 2} Pläne vorgelegt."


def page(n: int, **given: Any) -> Document:
    """Page `n` of an invented site; `given` replaces parts of it."""
    about = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": headline(n),
        "datePublished": f"2024-05-{n + 10}T08:30:00+02:00",
        "author": {"@type": "Person", "name": NAMES[n]},
        **given.get("about", {}),
    }
    text = "".join(f"<p>{sentences(n, k)}</p>" for k in range(given.get("paragraphs", 6)))
    top = given.get("top", f"<h1>{headline(n)}</h1>")
    html = f"""<!doctype html><html lang="de"><head><title>{headline(n)} | Der Bote</title>
<meta property="og:title" content="{headline(n)}"><meta property="og:type" content="article">{given.get("meta", "")}
<script type="application/ld+json">{json.dumps(about)}</script></head><body>
<main><article class="story"><header class="story__head">{top}</header>
<div class="story__body">{text}</div>{given.get("after", "")}</article></main>
<footer class="page-foot">Impressum Datenschutz</footer></body></html>"""
    return parse(html, f"https://bote.example/lokal/was-aus-dem-ort-wird-{200100 + n}.html")


def rules(found: Learned, key: str) -> list[str]:
    return [note.rule for note in found.notes if note.key == key]


def learned(documents: list[Document], *corrections: Article) -> Learned:
    told = [*corrections, *[None] * (len(documents) - len(corrections))]
    return learn([Sample(document, expected) for document, expected in zip(documents, told, strict=True)])


def read(document: Document, found: Learned | None) -> Article:
    site = Site(domain="bote.example", layouts=(found.layout,)) if found else None
    return extract_article(document, site).article


# --- agreement -----------------------------------------------------------------------------------


def test_what_is_declared_and_right_needs_no_rule() -> None:
    found = learned([page(n) for n in range(6)])
    assert {note.key for note in found.notes} <= {"body", "text"}


def test_the_lead_gets_its_place_where_descriptions_confirm_it_on_most_pages() -> None:
    def with_lead(n: int, *, described: bool) -> Document:
        top = f'<h1>{headline(n)}</h1><div class="story__zweit">{lead(n)}</div>'
        return page(n, top=top, meta=f'<meta name="description" content="{lead(n)}">' if described else "")

    found = learned([with_lead(n, described=n != 3) for n in range(6)])
    assert rules(found, "lead") == ["div.story__zweit"]
    assert read(with_lead(7, described=False), None).lead is None
    assert read(with_lead(7, described=False), found).lead == lead(7)


def test_people_that_meta_names_win_over_the_house_that_is_declared_on_all_pages() -> None:
    def signed(n: int) -> Document:
        return page(
            n,
            about={"author": {"@type": "Person", "name": "Ortsblick"}},
            meta=f'<meta name="author" content="{NAMES[n]}">',
        )

    found = learned([signed(n) for n in range(6)])
    assert rules(found, "author") == ["meta:author"]
    assert [author.name for author in read(signed(7), None).authors] == ["Ortsblick"]
    assert [author.name for author in read(signed(7), found).authors] == [NAMES[7]]


def test_a_single_author_on_all_pages_stays() -> None:
    same = {"author": {"@type": "Person", "name": "Ilse Immer"}}
    found = learned([page(n, about=same, meta='<meta name="author" content="Ilse Immer">') for n in range(6)])
    assert rules(found, "author") == []


def test_a_byline_that_had_to_be_searched_gets_its_place() -> None:
    def signed(n: int) -> Document:
        top = f'<h1>{headline(n)}</h1><div class="story__writer">Von {NAMES[n]}</div>'
        return page(n, about={"author": None}, top=top)

    found = learned([signed(n) for n in range(6)])
    assert rules(found, "author") == ["div.story__writer"]
    assert [author.name for author in read(signed(7), found).authors] == [NAMES[7]]


def test_a_date_that_had_to_be_searched_is_taken_from_behind_its_label() -> None:
    def dated(n: int) -> Document:
        box = f'<ul class="story__facts"><li>Ort Neustadt 7</li><li>Datum {n + 10}.05.2024</li></ul>'
        return page(n, about={"datePublished": None}, after=box)

    found = learned([dated(n) for n in range(6)])
    assert rules(found, "published") == ['ul.story__facts > li | after "Datum "']
    assert read(dated(7), found).date_published == "2024-05-17"


def test_the_headline_that_all_sources_agree_on_wins_over_the_heading_around_it() -> None:
    def shown(n: int) -> Document:
        return page(n, top=f'<h1>SVN-{headline(n)}</h1><h2 class="story__title">{headline(n)}</h2>')

    documents = [shown(n) for n in range(6)]
    assert read(documents[5], None).headline == f"SVN-{headline(5)}"
    found = learned(documents[:5])
    assert rules(found, "headline") == ["h2.story__title"]
    assert read(documents[5], found).headline == headline(5)


def test_no_rule_for_a_field_rests_on_two_pages() -> None:
    documents = [
        page(n, about={"author": None}, top=f'<h1>{headline(n)}</h1><div class="story__writer">Von {NAMES[n]}</div>')
        for n in range(2)
    ]
    assert rules(learned(documents), "author") == []


# --- corrections ---------------------------------------------------------------------------------


def test_one_correction_is_enough_for_a_field_that_is_wrong() -> None:
    top = '<div class="story__mark">{}</div><h1>{}</h1>'
    documents = [page(n, top=top.format(f"Bezirk {NOUNS[n]}", headline(n))) for n in range(4)]
    assert read(documents[3], None).kicker is None
    found = learned(documents[:3], Article(kicker=f"Bezirk {NOUNS[0]}"))
    assert rules(found, "kicker") == ["div.story__mark"]
    assert read(documents[3], found).kicker == f"Bezirk {NOUNS[3]}"
    note = next(note for note in found.notes if note.key == "kicker")
    assert (note.pages, note.why) == (3, "as in the corrections")


def test_what_stands_before_a_corrected_value_is_cut_off() -> None:
    top = '<div class="story__mark">Ressort: {}</div><h1>{}</h1>'
    documents = [page(n, top=top.format(NOUNS[n], headline(n))) for n in range(4)]
    found = learned(documents[:3], Article(kicker=NOUNS[0]))
    assert rules(found, "kicker") == ['div.story__mark | after "Ressort: "']
    assert read(documents[3], found).kicker == NOUNS[3]


def test_a_house_that_signs_is_the_author_where_corrections_say_so() -> None:
    house = {"author": [{"@type": "Organization", "name": "Redaktion bote.example"}]}
    other = '<div class="byline">Von Karl Fotomann</div>'
    documents = [page(n, about=house, top=f"<h1>{headline(n)}</h1>{other}") for n in range(4)]
    assert [author.name for author in read(documents[3], None).authors] == ["Karl Fotomann"]
    told = Article(authors=(Author(name="Redaktion bote.example"),))
    found = learned(documents[:3], told)
    assert rules(found, "author") == ["jsonld:author"]
    assert [author.name for author in read(documents[3], found).authors] == ["Redaktion bote.example"]


def test_a_correction_that_names_no_field_judges_none() -> None:
    assert {note.key for note in learned([page(n) for n in range(4)], Article()).notes} <= {"body", "text"}


def test_corrections_that_no_place_on_the_page_explains_teach_nothing() -> None:
    told = Article(kicker="Steht nirgends", authors=(Author(name="Nie Genannt"),), date_published="1999-01-01")
    found = learned([page(n) for n in range(4)], told)
    assert {note.key for note in found.notes}.isdisjoint(("kicker", "author", "published"))


@pytest.mark.parametrize("n", range(2))
def test_every_learned_rule_is_one_that_a_config_may_have(n: int) -> None:
    top = '<div class="md:w-1/2 größe story__mark">{}</div><h1>{}</h1>'
    documents = [page(i, top=top.format(NOUNS[i], headline(i))) for i in range(4)]
    found = learned(documents, *[Article(kicker=NOUNS[i]) for i in range(n + 1)])
    assert rules(found, "kicker")
    assert all(selector_error(rule) is None for rule in rules(found, "kicker"))


# --- walls ---------------------------------------------------------------------------------------

WALL = (
    '<div class="bote-plus-box"><h3>Weiterlesen mit Bote Plus</h3><p>Jetzt abonnieren und alle Artikel lesen.</p></div>'
)


def walled(n: int) -> Document:
    return page(n, about={"isAccessibleForFree": False}, paragraphs=2, after=WALL)


def test_the_box_that_is_only_on_cut_pages_is_a_wall() -> None:
    documents = [walled(n) if n % 2 else page(n) for n in range(6)]
    found = learned(documents)
    assert rules(found, "paywall") == ["div.bote-plus-box"]
    site = Site(domain="bote.example", layouts=(found.layout,))
    assert read_article(walled(7).tree.html or "", walled(7).url, site=site).access.complete is False
    assert read_article(page(6).tree.html or "", page(6).url, site=site).access.complete is True


def test_a_box_that_whole_pages_have_too_is_no_wall() -> None:
    documents = [walled(n) if n % 2 else page(n, after=WALL) for n in range(6)]
    assert rules(learned(documents), "paywall") == []


# --- addresses -----------------------------------------------------------------------------------


def many(shape: str) -> list[str]:
    return [shape.format(n=n, m=f"{n + 1:02d}") for n in range(10)]


@pytest.mark.parametrize(
    ("shape", "other"),
    [
        ("https://a.example/2024/05/{m}/was-nun-{n}/", "https://a.example/2024/05/"),
        ("https://a.example/lokal/was-nun-wird-77410{n}.html", "https://a.example/lokal/index.html"),
        ("https://a.example/lokal/3/77410{n}/was-nun-wird", "https://a.example/lokal/3/"),
        ("https://a.example/sport/story/2024-05-{m}/was-nun", "https://a.example/sport/"),
    ],
)
def test_addresses_with_a_date_or_a_number_share_a_shape(shape: str, other: str) -> None:
    (expression,) = address_shape(many(shape))
    assert all(re.search(expression, url) for url in many(shape))
    assert not re.search(expression, other)
    assert not re.search(expression, "https://a.example/")
    assert re.search(expression, f"{many(shape)[0]}?page=2")


@pytest.mark.parametrize(
    "urls",
    [
        many("https://a.example/was-nun-{n}"),
        many("https://a.example/was-nun-wird-77410{n}.html")[:9],
        [*many("https://a.example/was-nun-wird-77410{n}.html"), "https://a.example/anders"],
        many("https://a.example/?id=77410{n}"),
        [],
    ],
)
def test_weak_shapes_and_few_addresses_say_nothing(urls: list[str]) -> None:
    assert address_shape(urls) == ()


def test_the_shape_stands_in_what_was_learned() -> None:
    assert len(learned([page(n) for n in range(LEAST_ADDRESSES)]).article_url) == 1
    assert learned([page(n) for n in range(LEAST_ADDRESSES - 1)]).article_url == ()
