"""The repeated-on-this-site judge on small pages: boilerplate goes, what stories have in common stays."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from scraper.document import parse
from scraper.extraction import Extracted, extract_article
from scraper.extraction.repeated import MOST, Repeats, fingerprint, prints_of
from scraper.models import Reason
from scraper.sites import Layout, Site

URL = "https://www.flussbote.example/lokales/bruecke-4711.html"
STORY = (
    "Der Rat der Stadt hat am Dienstag beschlossen, die alte Brücke über den Fluss noch in diesem Jahr zu sanieren.",
    "Die Kosten werden auf drei Millionen Euro geschätzt, von denen das Land die Hälfte übernimmt, sagte die Kämmerin.",
    "Während der Bauzeit müssen Pendler einen Umweg von acht Kilometern fahren, eine Behelfsbrücke ist nicht geplant.",
    "Die Arbeiten sollen im April beginnen und, wenn das Wetter mitspielt, bis zum Herbst abgeschlossen sein.",
)
DISCLAIMER = (
    "Der Flussbote wird von einem gemeinnützigen Verein getragen, der sich aus Beiträgen seiner Mitglieder finanziert, "
    "und berichtet unabhängig von Parteien und Verbänden aus den Städten und Dörfern am Fluss."
)
QUOTE = "„Das ist ein guter Tag für alle, die hier leben und arbeiten“, sagte die Bürgermeisterin nach der Sitzung."


def read(body: Sequence[str], memory: Repeats | None = None, site: Site | None = None) -> Extracted:
    lines = "".join(line if line.startswith("<") else f"<p>{line}</p>" for line in body)
    html = f"""<html lang="de"><head><title>Brücke wird saniert</title><meta property="og:type" content="article">
    </head><body><main><article><h1>Brücke wird saniert</h1><div class="article-body">{lines}</div></article></main>
    </body></html>"""
    return extract_article(parse(html, URL), site, memory=memory)


def lines(found: Extracted) -> list[str]:
    return found.article.article_body.split("\n\n")


def seen(articles: int, among: int, *texts: str) -> Repeats:
    """A memory in which `texts` stood on so many articles."""
    return {fingerprint(text): (articles, among) for text in texts}


def test_a_disclaimer_at_the_end_of_all_goes_and_says_why() -> None:
    body = [*STORY, DISCLAIMER]
    assert lines(read(body)) == body
    found = read(body, seen(7, 9, DISCLAIMER))
    assert lines(found) == list(STORY)
    (removed,) = (entry for entry in found.article.removed if entry.reason is Reason.REPEATED)
    assert (removed.rule, removed.chars) == ("repeated:7 articles", len(DISCLAIMER))


@pytest.mark.parametrize(("articles", "among", "goes"), [(2, 2, True), (2, 9, False), (3, 9, True), (3, 40, False)])
def test_behind_the_story_three_articles_are_enough_two_where_there_are_few(
    articles: int, among: int, goes: bool
) -> None:
    body = [*STORY, DISCLAIMER[:120]]
    assert (lines(read(body, seen(articles, among, DISCLAIMER[:120]))) == list(STORY)) is goes


def test_a_quote_repeated_in_some_stories_is_not_clutter() -> None:
    body = [*STORY[:2], QUOTE, *STORY[2:]]
    assert lines(read(body, seen(3, 20, QUOTE))) == body


@pytest.mark.parametrize(("articles", "goes"), [(10, False), (20, True)])
def test_long_prose_within_the_story_goes_only_where_nearly_all_articles_have_it(articles: int, goes: bool) -> None:
    long = DISCLAIMER + " " + DISCLAIMER.replace("Fluss", "Strom")
    body = [*STORY[:2], long, *STORY[2:]]
    assert (lines(read(body, seen(articles, 20, long))) == list(STORY)) is goes


def test_a_subhead_that_many_stories_have_stays() -> None:
    body = [*STORY[:2], "<h2>Wie es weitergeht</h2>", *STORY[2:]]
    assert "Wie es weitergeht" in lines(read(body, seen(12, 20, "Wie es weitergeht")))


def test_one_story_told_twice_does_not_eat_itself() -> None:
    """An agency's story on its third page: all of it stood elsewhere but its last line."""
    assert lines(read(STORY, seen(2, 3, *STORY))) == list(STORY)
    assert lines(read([*STORY, QUOTE], seen(3, 4, *STORY))) == [*STORY, QUOTE]


def test_a_small_share_of_a_story_goes_at_most_unless_it_is_the_sites_own() -> None:
    body = [STORY[0], STORY[1], DISCLAIMER]
    assert lines(read(body, seen(3, 10, DISCLAIMER))) == body
    assert lines(read(body, seen(8, 10, DISCLAIMER))) == body[:2]


def test_what_a_config_keeps_stays() -> None:
    site = Site(domain="flussbote.example", layouts=(Layout(keep=("p.legal",)),))
    body = [*STORY, f'<p class="legal">{DISCLAIMER}</p>']
    assert DISCLAIMER in lines(read(body, seen(9, 9, DISCLAIMER), site))


def test_a_heading_over_what_went_goes_with_it() -> None:
    body = [*STORY, "<h3>In eigener Sache</h3>", DISCLAIMER]
    assert lines(read(body, seen(9, 9, DISCLAIMER, "In eigener Sache"))) == list(STORY)


def test_numbers_do_not_tell_texts_apart() -> None:
    assert fingerprint("Lesezeit: 3 Minuten") == fingerprint("Lesezeit: 12 Minuten") != fingerprint("Lesezeit: kurz")
    assert fingerprint("12:30 – 14.05.") == 0
    assert 0 < fingerprint(DISCLAIMER) < 2**63


def test_a_page_gives_its_fingerprints_what_was_dropped_among_them() -> None:
    found = read([*STORY, DISCLAIMER], seen(7, 9, DISCLAIMER))
    prints = prints_of(found.body.frame, found.body.kept)
    assert {fingerprint(DISCLAIMER), fingerprint(STORY[0])} <= set(prints)
    many = read([f"Der {n * 'lange '}Absatz mit einem Satz, der so nicht noch einmal kommt." for n in range(300)])
    assert len(prints_of(many.body.frame, many.body.kept)) <= MOST
