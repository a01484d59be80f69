"""Verdicts field by field: a dead rule is seen even where the generic way finds the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from scraper.checks import StoredPage, Verdict, check_live, check_site
from scraper.checks.compare import difference
from scraper.errors import Failure, ScraperError
from scraper.models import Access, Article, Author, Quality
from scraper.sites import ConfigTest, Site

Load = Callable[[str], Site]


def verdicts(site: Site | None, *pages: StoredPage) -> dict[str, Verdict]:
    return {one.field: one for one in check_site("bote.example", site, pages).verdicts}


def expecting(stored: StoredPage, **fields: Any) -> StoredPage:
    """The page with another expectation in some fields."""
    article = msgspec.structs.replace(stored.expected.article, **fields)
    return msgspec.structs.replace(stored, expected=stored.expected._replace(article=article))


def test_as_stored_all_is_well(site: Site, stored: StoredPage) -> None:
    found = check_site("bote.example", site, [stored])
    assert {one.verdict for one in found.verdicts} == {"ok"}
    assert found.lints == ()
    assert found.verdicts[0].name == "bote.example/rat-streitet-um-bruecke @ headline"


def test_a_dead_selector_is_not_rescued_by_the_generic_way(load: Load, site: Site, stored: StoredPage) -> None:
    source = load('domain = "bote.example"\n[[layouts]]\nheadline = ["h1 .gone"]\nbody = ["div.gone", "p"]\n')
    found = verdicts(source, stored)
    assert found["headline"].verdict == "dead"
    assert found["headline"].detail == "'h1 .gone' did not find it; dom:h1 says “Rat streitet um Brücke”"
    assert found["authors"].verdict == "ok"  # there is no rule for them


def test_where_the_body_is_dead_no_other_rule_is_asked(load: Load, stored: StoredPage) -> None:
    source = load('domain = "bote.example"\n[[layouts]]\nheadline = ["h1"]\nbody = ["div.gone", "p.gone"]\n')
    found = verdicts(source, stored)
    assert found["headline"].verdict == found["body"].verdict == "dead"
    assert found["body"].detail == "none of its 2 rules finds anything"
    assert found["headline"].detail == "it was not asked: of body, none of its 2 rules finds anything"


def test_a_rule_that_has_nothing_to_find_is_not_dead(load: Load, stored: StoredPage) -> None:
    source = load('domain = "bote.example"\n[[layouts]]\nkicker = [".no-kicker-here"]\n')
    assert verdicts(source, expecting(stored, kicker=None))["kicker"].verdict in ("ok", "wrong")
    assert verdicts(source, stored)["kicker"].verdict == "dead"
    lead = verdicts(load('domain = "bote.example"\n[[layouts]]\nlead = [".none"]\n'), expecting(stored, lead="Da."))[
        "lead"
    ]
    assert lead.detail == "'.none' did not find it, nor did anything else"


def test_wrong_and_missing_are_told_apart(load: Load, site: Site, stored: StoredPage) -> None:
    found = verdicts(site, expecting(stored, headline="Rat einigt sich", lead="Ein Vorspann."))
    assert found["headline"].verdict == "wrong"
    assert found["headline"].detail == "“Rat streitet um Brücke” instead of “Rat einigt sich”"
    assert found["lead"].verdict == "missing"
    assert found["lead"].detail == "nothing instead of “Ein Vorspann.”"


def test_the_body_is_told_line_by_line(load: Load, stored: StoredPage) -> None:
    source = load('domain = "bote.example"\n[[layouts]]\nbody = ["div.text"]\nkeep = ["div.more p"]\n')
    text = stored.expected.article.article_body + "\n\nNoch ein Satz."
    body = verdicts(source, expecting(stored, article_body=text))["body"]
    assert body.verdict == "wrong"
    assert body.detail == "1 line too many: “Lesen Sie auch”; 1 line missing: “Noch ein Satz.”"


def test_without_a_config_the_generic_way_is_checked(stored: StoredPage) -> None:
    found = check_site("bote.example", None, [stored])
    assert (found.source, found.lints, found.pages) == ("", (), 1)
    assert {one.field: one.verdict for one in found.verdicts}["body"] == "ok"


# --- when are two values the same? ---------------------------------------------------------------

SAME: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("headline", {"headline": "A  b\n"}, {"headline": "A b"}, True),
    ("headline", {"headline": "A b"}, {"headline": "a b"}, False),
    (
        "authors",
        {"authors": (Author(name="X Y"), Author(name="Z"))},
        {"authors": (Author(name="z"), Author(name="X Y"))},
        True,
    ),
    ("keywords", {"keywords": ("a", "b")}, {"keywords": ("a",)}, False),
    ("datePublished", {"date_published": "2026-11-20"}, {"date_published": "2026-11-20T18:00:00+01:00"}, True),
    ("datePublished", {"date_published": "2026-11-20"}, {"date_published": "2026-11-21"}, False),
    ("datePublished", {"date_published": None}, {"date_published": "2026-11-21"}, False),
    ("datePublished", {"date_published": None}, {"date_published": None}, True),
    (
        "datePublished",
        {"date_published": "2026-11-20T17:00:00Z"},
        {"date_published": "2026-11-20T18:00:00+01:00"},
        True,
    ),
    ("datePublished", {"date_published": "2026-11-20T18:00:00"}, {"date_published": "2026-11-20T18:00:00+01:00"}, True),
    ("datePublished", {"date_published": "2026-11-20T17:00:00Z"}, {"date_published": "2026-11-20"}, False),
    ("complete", {"access": Access(complete=True)}, {"access": Access(complete=None)}, False),
    ("status", {"quality": Quality(status="teaser")}, {"quality": Quality(status="teaser")}, True),
    ("body", {"article_body": "A\n\nb"}, {"article_body": "A\nb"}, True),
    ("body", {"article_body": ""}, {"article_body": "A"}, False),
]


@pytest.mark.parametrize(("field", "want", "got", "same"), SAME)
def test_when_values_are_the_same(field: str, want: dict[str, Any], got: dict[str, Any], same: bool) -> None:
    assert (difference(field, Article(**want), Article(**got)) == "") is same


def test_lists_say_what_is_too_many_and_what_is_missing() -> None:
    want, got = Article(keywords=("Rat", "Brücke")), Article(keywords=("Rat", "Fluss"))
    assert difference("keywords", want, got) == "not “Fluss”; “Brücke” is missing"


# --- live ----------------------------------------------------------------------------------------


def test_live_pages_contain_and_lack(site: Site, stored: StoredPage) -> None:
    url = stored.meta.url
    test = ConfigTest(url=url, contains=("zwei Millionen  Euro", "Kirmes"), lacks=("Lesen Sie auch", "Der Rat"))
    gone = ConfigTest(url=f"{url}-2", contains=("x",))
    pages: list[tuple[ConfigTest, bytes | ScraperError]] = [
        (test, stored.html),
        (gone, Failure("http404", "it is gone")),
    ]
    found = list(check_live(site, pages))
    assert [one.verdict for one in found] == ["ok", "wrong", "ok", "wrong", "failed"]
    assert found[1].field == "contains “Kirmes”"
    assert found[3].detail == "it is in it"
    assert found[4].detail == "it is gone"


def test_live_pages_want_the_body_rule_alive(load: Load, stored: StoredPage) -> None:
    source = load('domain = "bote.example"\n[[layouts]]\nbody = ["div.gone"]\n')
    test = ConfigTest(url=stored.meta.url, contains=("zwei Millionen Euro",))
    assert [one.verdict for one in check_live(source, [(test, stored.html)])] == ["dead", "ok"]
