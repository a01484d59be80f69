"""From a few pages of a site to rules that hold on its other pages."""

from __future__ import annotations

import runpy
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scraper.document import parse, selector_error
from scraper.extraction import extract_article
from scraper.learning import Learned, Sample, learn
from scraper.learning.write import config_diff, config_text
from scraper.models import Article
from scraper.sites import Layout, Site

#: the pages are written by bote.py beside this file
BOTE = runpy.run_path(str(Path(__file__).with_name("bote.py")))
story, sentences = BOTE["story"], BOTE["sentences"]
#: what is the same on every page, as prose as the story's own
BOX = """<div class="box-regional"><h3>Der Bote vor Ort</h3><p>Unsere Redaktion ist jede Woche in einem anderen
Stadtteil zu Gast, hört zu und schreibt auf, was die Menschen dort bewegt und was sie ändern wollen.</p></div>"""


def rules(found: Learned, key: str) -> list[str]:
    return [note.rule for note in found.notes if note.key == key]


def learned(stories: Sequence[Any]) -> Learned:
    return learn([Sample(each.document) for each in stories])


def read(each: Any, layout: Layout | None) -> str:
    site = Site(domain="bote.example", layouts=(layout,)) if layout else None
    return extract_article(each.document, site).article.article_body


def test_a_box_that_is_on_every_page_goes() -> None:
    stories = [story(n, middle=BOX) for n in range(9)]
    found = learned(stories[:6])
    assert rules(found, "body") == ["div.story__body"]
    assert rules(found, "remove") == ["div.box-regional"]
    for each in stories[6:]:
        assert "Unsere Redaktion" in read(each, None)  # the box reads like prose: no page alone tells
        assert read(each, found.layout) == each.text


def test_each_rule_says_on_how_many_pages_it_rests() -> None:
    found = learned([story(n, middle=BOX if n % 2 else "") for n in range(8)])
    box = next(note for note in found.notes if note.key == "remove")
    assert box.pages == 4
    assert box.why == "the same on 4 pages"
    assert box.sample == "Der Bote vor Ort"
    assert {note.key for note in found.notes} <= set(Layout.__struct_fields__)
    assert all(note.rule in getattr(found.layout, note.key) for note in found.notes)


def test_no_rule_rests_on_one_page() -> None:
    once = '<div class="einmalig"><a href="/x">Alles zum Thema</a></div>'
    found = learned([story(n, middle=once if n == 2 else BOX) for n in range(6)])
    assert min(note.pages for note in found.notes) >= 2
    assert not any("einmalig" in note.rule for note in found.notes)


@pytest.mark.parametrize(("of_ten", "goes"), [(1, True), (3, False)])
def test_a_box_whose_prose_the_generic_way_often_keeps_stays(of_ten: int, goes: bool) -> None:
    """To lose some of the story is worse than to ask about each."""

    def box(n: int) -> str:
        offer = f"Abonnieren Sie jetzt unseren Newsletter Nummer {n} und lesen Sie {n} Wochen kostenlos das Plus-Abo."
        return f'<div class="kasten"><p>{sentences(n, 9) if n < of_ten else offer}</p></div>'

    found = learned([story(n, middle=box(n)) for n in range(10)])
    assert (rules(found, "remove") == ["div.kasten"]) is goes


def test_a_line_among_the_storys_own_goes_by_its_words() -> None:
    last = "<p>Dieser Text ist zuerst im Stadtmagazin Nummer {} erschienen und wurde gekürzt.</p>"
    stories = [story(n, after=last.format(n + 40)) for n in range(8)]
    found = learned(stories[:6])
    assert rules(found, "remove_text") == [
        r"Dieser Text ist zuerst im Stadtmagazin Nummer \d+ erschienen und wurde gekürzt\."
    ]
    for each in stories[6:]:
        assert read(each, found.layout) == each.text


def test_short_lines_that_begin_alike_go_by_their_opening() -> None:
    names = ("Anna Abel", "Bert Bohm", "Cora Celik", "Dirk Dorn", "Edda Eck", "Falk Fuhr", "Gerd Glas", "Hilde Hoff")
    stories = [story(n, after=f"<p>Der Bote / {name}</p>") for n, name in enumerate(names)]
    found = learned(stories[:6])
    assert rules(found, "remove_text") == ["Der Bote / .*"]
    for each in stories[6:]:
        assert read(each, found.layout) == each.text


def test_what_stories_begin_with_is_cut_off_and_logged() -> None:
    stories = [story(n, opening="NEUSTADT: ") for n in range(8)]
    found = learned(stories[:6])
    assert rules(found, "strip_text") == [r"^NEUSTADT:\s*"]
    after = extract_article(stories[7].document, Site(domain="bote.example", layouts=(found.layout,))).article
    assert after.article_body == stories[7].text
    assert (r"config:strip_text ^NEUSTADT:\s*", "NEUSTADT:") in [(cut.rule, cut.sample) for cut in after.removed]


def test_an_opening_that_stands_alone_goes_with_its_line() -> None:
    stories = [story(n, opening="NEUSTADT: ") for n in range(6)]
    found = learned(stories)
    alone = story(8, before="<p>NEUSTADT:</p>")
    assert read(alone, found.layout) == alone.text


def test_a_quote_that_two_stories_share_is_no_clutter() -> None:
    quote = "<p>„Wir haben das immer wieder gesagt, und niemand hat uns zugehört“, sagte sie dem Boten am Montag.</p>"
    found = learned([story(n, middle=quote if n in (1, 4) else "") for n in range(6)])
    assert rules(found, "remove_text") == []
    assert all(effect.after >= effect.before for effect in found.effects)


def test_the_same_article_twice_teaches_once() -> None:
    stories = [story(n, middle=BOX) for n in range(4)]
    copy = parse(stories[1].document.tree.html or "", "https://bote.example/amp/artikel-1001.html")
    found = learn([Sample(each.document) for each in stories] + [Sample(copy)])
    assert found.pages == 4
    assert found.left_out == ((copy.url, "it is the same article as https://bote.example/lokal/artikel-1001.html"),)


def test_pages_that_are_no_articles_are_left_out() -> None:
    empty = parse("<html><body><p>Kurz.</p></body></html>", "https://bote.example/leer")
    found = learn([Sample(story(n).document) for n in range(3)] + [Sample(empty)])
    assert found.pages == 3
    assert [url for url, _ in found.left_out] == ["https://bote.example/leer"]


def test_one_page_teaches_nothing() -> None:
    found = learn([Sample(story(0).document)])
    assert (found.notes, found.pages) == ((), 1)


def test_names_that_count_articles_are_in_no_rule() -> None:
    found = learned([story(n, middle=BOX) for n in range(6)])
    assert not any("post-" in note.rule or "category-" in note.rule for note in found.notes)


@pytest.mark.parametrize("name", ["md:w-1/2", "3spalten", "-x", "[&>p]:mt-2", "größe"])
def test_odd_names_are_written_as_css_wants_them(name: str) -> None:
    box = BOX.replace("box-regional", name)
    stories = [story(n, middle=box) for n in range(5)]
    found = learned(stories[:4])
    (rule,) = rules(found, "remove")
    assert selector_error(rule) is None
    assert read(stories[4], found.layout) == stories[4].text


# --- corrections ---------------------------------------------------------------------------------

POST = "Das war eine lange Nacht für uns alle, danke an die Helfer vor Ort! {}"
QUOTE = f'<blockquote class="zitat-kasten"><p>{POST}</p></blockquote>'


def corrected(each: Any, text: str) -> Sample:
    return Sample(each.document, Article(article_body=text))


@pytest.mark.parametrize("kept", [True, False])
def test_a_correction_decides_what_belongs(kept: bool) -> None:
    """Whether quotes of posts belong is a convention: two corrected pages tell which one is the user's."""
    stories = [story(n, middle=QUOTE.format(n)) for n in range(6)]

    def wanted(n: int) -> str:
        lines = list(stories[n].lines)
        if kept:
            lines.insert(2, POST.format(n))
        return "\n\n".join(lines)

    found = learn([corrected(stories[n], wanted(n)) for n in range(2)])
    assert all(effect.exact_after for effect in found.effects)
    for n in range(2, 6):
        assert read(stories[n], found.layout) == wanted(n)


def test_what_a_correction_cut_off_is_cut_off_elsewhere() -> None:
    stories = [story(n, opening="ALTSTADT – ") for n in range(4)]
    found = learn([corrected(each, each.text) for each in stories[:2]])
    assert rules(found, "strip_text") == [r"^ALTSTADT –\s*"]
    assert read(stories[3], found.layout) == stories[3].text


# --- a learned layout at work --------------------------------------------------------------------


def test_a_line_that_looks_like_clutter_is_still_asked_about() -> None:
    """`text` is the story's lines; the call to subscribe was on no page of the sample."""
    found = learned([story(n, middle=BOX) for n in range(6)])
    assert rules(found, "text")
    odd = story(9, middle=BOX, after="<p>Newsletter abonnieren</p>")
    assert read(odd, found.layout) == odd.text


def test_a_page_of_another_layout_goes_the_generic_way() -> None:
    found = learned([story(n, middle=BOX) for n in range(6)])
    html = (story(8).document.tree.html or "").replace("story__body", "neu-inhalt").replace("story", "neu")
    article = extract_article(parse(html), Site(domain="bote.example", layouts=(found.layout,))).article
    assert article.provenance["articleBody"] == "blocks"
    assert article.article_body == story(8).text


def test_the_readme_shows_what_learn_writes() -> None:
    names = ("Anna Abel", "Bert Bohm", "Cora Celik", "Dirk Dorn", "Edda Eck", "Falk Fuhr", "Gerd Glas", "Hilde Hoff")
    stories = [story(n, middle=BOX, after=f"<p>Der Bote / {name}</p>") for n, name in enumerate((*names, "Ina", "Jan"))]
    text = config_text(
        learned(stories),
        domain="bote.example",
        existing=None,
        today=date(2026, 11, 23),
        source="https://www.bote.example/",
    )
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    assert config_diff(None, text, "configs/bote.example.toml").strip() in readme


def test_a_notice_with_a_name_in_it_goes_whatever_the_name() -> None:
    notice = (
        "<p>Dieser Beitrag entstand in Zusammenarbeit mit dem Rechercheverbund der Lokalzeitungen im Land, von {}.</p>"
    )
    names = ("Anna Abel", "Bert Bohm", "Cora Celik", "Dirk Dorn", "Edda Eck", "Falk Fuhr", "Gerd Glas", "Hilde Hoff")
    stories = [story(n, after=notice.format(name)) for n, name in enumerate(names)]
    found = learned(stories[:6])
    for each in stories[6:]:
        assert read(each, found.layout) == each.text


def test_calls_to_read_on_may_stand_on_a_page_more_than_once() -> None:
    calls = "<p>LESEN SIE AUCH | Was der Rat zum Thema {0} sagt</p><p>LESEN SIE AUCH | Die Bilder vom Tag {0}</p>"
    stories = [story(n, middle=calls.format(_ONES[n])) for n in range(8)]
    found = learned(stories[:6])
    for each in stories[6:]:
        assert read(each, found.layout) == each.text


_ONES = ("eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht")


def rebuilt(n: int) -> Sample:
    """An article in the template of after a redesign."""
    before = story(n).document
    html = (before.tree.html or "").replace("story__body", "c-copy").replace("<article", '<section class="c-main"')
    return Sample(parse(html.replace("</article", "</section"), before.url))


def test_of_pages_in_two_layouts_the_more_frequent_one_is_learned() -> None:
    old, new = [story(n, middle=BOX) for n in range(7)], [rebuilt(n) for n in range(20, 23)]
    found = learn([*(Sample(each.document) for each in old[:3]), *new, *(Sample(each.document) for each in old[3:])])
    assert (found.pages, rules(found, "body"), rules(found, "remove")) == (7, ["div.story__body"], ["div.box-regional"])
    assert [url for url, why in found.left_out if "another layout" in why] == [each.document.url for each in new]
    assert "in another layout" in found.left_out[0][1]


def test_a_heading_with_nothing_below_it_on_any_page_is_not_the_storys() -> None:
    calls = ("Was die Leser dazu sagen", "Wie es nun weitergehen soll", "Wer alles mitgemacht hat")
    boxes = [f'<div class="offer"><h3 class="offer__title">{call}</h3></div>' for call in calls]
    found = learned([story(n, after=boxes[n % 3] if n < 5 else "") for n in range(9)])
    assert not any("offer" in rule for rule in rules(found, "text"))


def test_effects_are_those_of_the_whole_config() -> None:
    """What a person's rules do already is no effect of what was learned."""
    stories = [
        story(n, middle=BOX, after="<p class=mine>Das ist nur hier und steht seit Jahren unter Texten.</p>")
        for n in range(6)
    ]
    mine = Site(domain="bote.example", layouts=(Layout(remove=("p.mine",)),))
    alone, behind = learned(stories), learn([Sample(each.document) for each in stories], mine)
    assert alone.layout == behind.layout
    assert all("Jahren" in "".join(effect.gone) for effect in alone.effects)
    assert all("Jahren" not in "".join((*effect.gone, *effect.come)) for effect in behind.effects)
    assert all("Redaktion" in "".join(effect.gone) for effect in behind.effects)
