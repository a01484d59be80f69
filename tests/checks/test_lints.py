"""What is odd in a config is found: by what it says, and by what it finds on stored pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scraper.checks import Lint, StoredPage, check_site
from scraper.sites import Site

Load = Callable[[str], Site]
HEAD = 'domain = "bote.example"\n'


def lints(site: Site, *pages: StoredPage) -> list[Lint]:
    return list(check_site(site.domain, site, pages).lints)


@pytest.mark.parametrize(
    ("text", "kind", "level", "words"),
    [
        ('[[layouts]]\nremove = ["p.a"]\nkeep = ["p.a"]\n', "conflict", "error", "'p.a' is in keep and in remove"),
        ('[[layouts]]\nremove = ["p.a"]\nbody = ["p.a"]\n', "conflict", "error", "all text goes"),
        ('[[layouts]]\nremove = ["p.a", "p.b", "p.a"]\n', "duplicate", "warning", "'p.a' stands there more than once"),
        ('feeds = ["https://b.example/f", "https://b.example/f"]\n', "duplicate", "warning", "more than once"),
    ],
)
def test_contradictions_and_repeats_in_a_file(load: Load, text: str, kind: str, level: str, words: str) -> None:
    (found,) = lints(load(HEAD + text))
    assert (found.kind, found.level) == (kind, level)
    assert words in found.detail


def test_what_the_family_says_already_is_told(load: Load, tmp_path: Path) -> None:
    family = tmp_path / "configs" / "families" / "press.toml"
    family.parent.mkdir(parents=True)
    family.write_text('[[layouts]]\nremove = ["p.a", "p.b"]\nlead = ["p.lead"]\n')
    site = load(HEAD + 'family = "press"\n[[layouts]]\nremove = ["p.b"]\nkeep = ["p.a"]\n')
    found = {lint.kind: lint for lint in lints(site)}
    assert set(found) == {"repeats", "conflict"}
    assert found["repeats"].detail == "'p.b' is its family's too (press)"
    assert (found["conflict"].level, found["conflict"].detail) == (
        "warning",
        "'p.a' is in keep, and in remove of its family (keep wins)",
    )


def test_an_article_url_has_to_find_the_stored_pages(load: Load, stored: StoredPage) -> None:
    found = lints(load(HEAD + 'article_url = ["/news/", "/sport/"]\nskip_url = ["bruecke"]\n'), stored)
    assert [(lint.kind, lint.level, lint.where) for lint in found] == [
        ("articleUrl", "error", "article_url"),
        ("articleUrl", "error", "skip_url"),
    ]
    assert stored.meta.url in found[0].detail


def test_rules_that_find_nothing_or_never_answer(load: Load, stored: StoredPage) -> None:
    site = load(
        HEAD + '[[layouts]]\nbody = ["div.text", "article", "div.gone"]\nremove = ["div.more", "aside.gone"]\n'
        "remove_text = ['Lesen Sie .*', 'Anzeige']\nkeep = [\"p.gone\"]\n"
        'published = ["meta:article:published_time", "meta:gone"]\nnext_page = ["a.next"]\n'
    )
    found = {(lint.kind, lint.detail.split("'")[1]) for lint in lints(site, stored)}
    assert found == {
        ("unused", "article"),
        ("dead", "div.gone"),
        ("dead", "aside.gone"),
        ("dead", "Anzeige"),
        ("dead", "p.gone"),
        ("dead", "meta:gone"),
        ("dead", "a.next"),
    }


def test_a_layout_without_a_stored_page_is_told(load: Load, stored: StoredPage) -> None:
    site = load(HEAD + '[[layouts]]\nbody = ["div.text"]\n[[layouts]]\nuntil = 2024-05-01\nbody = ["div.old"]\n')
    (found,) = lints(site, stored)
    assert (found.kind, found.where) == ("noPages", "[[layouts]] #2 (until 2024-05-01)")


def test_without_stored_pages_nothing_is_said_of_hits(load: Load) -> None:
    assert lints(load(HEAD + '[[layouts]]\nbody = ["div.gone"]\n')) == []


def test_a_quarantined_layout_that_fits_no_stored_page_is_told(load: Load, stored: StoredPage) -> None:
    site = load(HEAD + 'quarantined = true\n[[layouts]]\nbody = ["div.gone"]\n')
    assert [lint.kind for lint in lints(site, stored)] == ["noPages"]
