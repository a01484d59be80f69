"""What is declared, and what is whole: two facts."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from scraper.document import parse
from scraper.models import Access, Link, Reason, Removed
from scraper.quality import judge_access
from scraper.sites.model import Layout

# test files stand alone (import-mode=importlib), so what they share is run, not imported
pages = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "pages.py")))

STORY, URL, article, page = pages.STORY, pages.URL, pages.article, pages.page
LONG = STORY * 4
LOCKED = {"@type": "NewsArticle", "isAccessibleForFree": False}


def locked(selector: str = ".wall-x", **more: object) -> str:
    part = {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": selector}
    return json.dumps({**LOCKED, "hasPart": part, **more})


def access(html: str, *paragraphs: str, **known: object) -> Access:
    return judge_access(parse(html, URL), article(*paragraphs), **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ld", "head", "expected"),
    [
        ('{"@type":"NewsArticle"}', "", "unknown"),
        ('{"@type":"NewsArticle","isAccessibleForFree":true}', "", "free"),
        ('{"@type":"NewsArticle","isAccessibleForFree":"True"}', "", "free"),
        (
            '{"@type":"NewsArticle","isAccessibleForFree":"https://schema.org/False"}',
            "",
            "paywalled",
        ),
        ('{"@graph":[{"@type":["Article"],"isAccessibleForFree":"no"}]}', "", "paywalled"),
        ('{"@type":"Article","hasPart":[{"isAccessibleForFree":false}]}', "", "paywalled"),
        ("", '<meta property="article:content_tier" content="free">', "free"),
        ("", '<meta property="article:content_tier" content="metered">', "metered"),
        ("", '<meta property="article:content_tier" content="locked">', "paywalled"),
        ("", '<meta name="cXenseParse:paywall" content="true">', "paywalled"),
        ("{broken", "", "unknown"),
        ('{"@type":"NewsArticle","isAccessibleForFree":{"a":1}}', "", "unknown"),
    ],
)
def test_declared(ld: str, head: str, expected: str) -> None:
    assert access(page(*LONG, ld=ld, head=head), *LONG).declared == expected


def test_the_links_word_counts_where_the_page_is_silent() -> None:
    link = Link(url=URL, access="paywalled")
    assert access(page(*LONG), *LONG, link=link).declared == "paywalled"
    free = page(*LONG, ld='{"@type":"NewsArticle","isAccessibleForFree":true}')
    assert access(free, *LONG, link=link).declared == "free"


@pytest.mark.parametrize(
    "prompt",
    [
        "<h3>Jetzt weiterlesen mit dem Abo</h3><p>Schon Abonnent? Hier anmelden.</p>",
        "<h3>Subscribe to continue reading</h3><p>Already a subscriber? Log in</p>",
        "<p>Il vous reste 74 % de cet article à lire.</p><p>La suite est réservée aux abonnés.</p>",
        "<p>この記事は有料会員限定です</p>",
    ],
)
@pytest.mark.parametrize("ld", [locked(), '{"@type":"NewsArticle"}'])
def test_a_teaser_is_never_whole(prompt: str, ld: str) -> None:
    html = page(STORY[0], after=f'<div class="wall-x offer-box">{prompt}</div>', ld=ld)
    found = access(html, STORY[0])
    assert found.complete is False
    assert any(e.startswith(("phrase:", "jsonld:hasPart")) for e in found.evidence)


def test_a_teaser_in_a_language_nobody_listed() -> None:
    wall = '<div class="wall-x"><h3>Wqzs erty plok</h3><a href=/a>Mnbv</a></div>'
    assert access(page(STORY[0], after=wall, ld=locked()), STORY[0]).complete is False


def test_whole_though_declared_locked_and_beside_an_offer() -> None:
    offer = "<aside class=offer><p>Jetzt abonnieren</p><p>4 Wochen testen</p></aside>"
    html = page(*LONG, after=offer, ld=locked(".article-body"))
    assert access(html, *LONG).complete is True


def test_a_part_that_holds_the_text_is_no_wall() -> None:
    html = page(*STORY, ld=locked(".paywall"), box="paywall")
    assert access(html, *STORY).complete is not False


def test_short_news_is_whole() -> None:
    assert access(page(STORY[0]), STORY[0]).complete is True


def test_a_prompt_that_the_page_hides_says_nothing() -> None:
    wall = "<div class=paywall style='display: none'><p>Jetzt weiterlesen mit dem Abo</p></div>"
    assert access(page(STORY[0], STORY[1], after=wall), STORY[0], STORY[1]).complete is True


def test_a_prompt_elsewhere_on_the_page_says_nothing() -> None:
    head = "<p>Jetzt weiterlesen mit dem Abo</p><p>Bereits Abonnent?</p>"
    html = page(*LONG).replace("<main>", f"<main><div class=paywall>{head}</div>")
    assert access(html, *LONG).complete is True


def test_a_configs_paywall_selector_decides() -> None:
    html = page(*LONG, after="<div class=plus-box></div>")
    layout = Layout(paywall=(".plus-box",))
    found = access(html, *LONG, layout=layout)
    assert (found.declared, found.complete) == ("paywalled", False)
    assert found.evidence == ("config:.plus-box",)
    assert access(page(*LONG), *LONG, layout=layout).complete is True


def test_longer_copies_elsewhere_show_a_cut() -> None:
    link = Link(url=URL, text=" ".join(LONG))
    assert access(page(STORY[0]), STORY[0], link=link).complete is False
    whole = {"articleBody": " ".join(LONG), "wordCount": 400}
    found = access(page(STORY[0] + " Und…", ld=locked(**whole)), STORY[0] + " Und…")
    assert found.complete is False


def test_what_was_removed_as_paywall_is_looked_at() -> None:
    removed = (Removed(reason=Reason.PAYWALL, rule="x", count=1, chars=9, sample="Plus"),)
    html = page(*LONG, after="<p>Plus</p><p>Bereits Abonnent?</p>")
    assert access(html, *LONG, removed_hits=removed).complete is True
    short = page(STORY[0], after="<p>Um weiterzulesen, jetzt freischalten</p>")
    assert access(short, STORY[0], removed_hits=removed).complete is False


def test_no_text_tells_nothing() -> None:
    assert judge_access(parse("", ""), article(headline=None)).complete is None


@pytest.mark.parametrize("selector", ["[", ":::", "", "..x", "div:nth-child(", "\x00"])
def test_broken_selectors_raise_nothing(selector: str) -> None:
    access(page(STORY[0], ld=locked(selector)), STORY[0])


def test_hostile_nesting_raises_nothing() -> None:
    html = "<div>" * 5000 + "x" + f"<script type=application/ld+json>{locked()}</script>"
    assert access(html, STORY[0]).declared in ("paywalled", "unknown")


def test_badges_of_other_articles_are_no_prompt() -> None:
    more = (
        "<section><h3>Das könnte Sie auch interessieren</h3><ul><li><span>Nur für Abonnenten</span>"
        "<a href=/b>Warum die Brücke im Norden gesperrt bleibt</a></li></ul></section>"
    )
    assert access(page(STORY[0], after=more), STORY[0]).complete is True


def test_a_prompt_after_another_page_of_the_article_is_not_this_ones() -> None:
    html = page(STORY[0], after="<p>Jetzt weiterlesen mit dem Abo</p><p>Schon Abonnent?</p>")
    assert access(html, *STORY[1:]).complete is not False


def test_a_removed_box_in_an_unlisted_language_counts_behind_the_text_alone() -> None:
    removed = (Removed(reason=Reason.PAYWALL, rule="x", count=1, chars=9, sample="Wqzs erty plok"),)
    ld = '{"@type":"NewsArticle","isAccessibleForFree":false}'
    html = page(STORY[0], after="<p>Wqzs erty plok</p>", ld=ld)
    assert access(html, STORY[0], removed_hits=removed).complete is False
    html = page(STORY[0], ld=ld).replace("<main>", "<p>Wqzs erty plok</p><main>")
    assert access(html, STORY[0], removed_hits=removed).complete is None


OFFER = "<div class=wall-x><p>Dieser Artikel ist Teil unseres Plus-Angebots</p><p>4 Wochen testen</p></div>"


def test_text_from_behind_the_publishers_own_prompt_is_not_the_story() -> None:
    html = page(STORY[0], after=OFFER + "".join(f"<p>{text}</p>" for text in LONG[1:]), ld=locked())
    assert access(html, STORY[0], *LONG[1:]).complete is False


def test_a_prompt_that_was_taken_for_the_storys_end_is_no_part_that_holds_it() -> None:
    last = "Dieser Artikel ist Teil unseres Plus-Angebots. Testen Sie es 4 Wochen für 1 Euro."
    html = page(*STORY, after=f"<div class=wall-x><p>{last}</p></div>", ld=locked())
    assert access(html, *STORY, last).complete is False


def test_a_part_that_is_not_there_leaves_a_short_text_in_doubt() -> None:
    part = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".wall-x"}
    ld = json.dumps({"@type": "NewsArticle", "hasPart": part})
    assert access(page(STORY[0], ld=ld), STORY[0]).complete is None
    assert access(page(STORY[0], ld=locked()), STORY[0]).complete is False
