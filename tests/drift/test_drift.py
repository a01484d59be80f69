"""Drift on synthetic histories: a change is found within three articles and dated rightly; what varies is no change."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from scraper.drift import Baseline, DriftVerdict, baseline, judge
from scraper.signals import Signals
from scraper.store.state_signals import Measured

OLD, NEW = "p<div.article-text", "p.copy<div.story__body"
FIELDS = dict.fromkeys(("headline", "lead", "authors", "datePublished"), "jsonld")


def signals(**changes: Any) -> Signals:
    usual: dict[str, Any] = {
        "chars": 3000,
        "paragraphs": 9,
        "sources": FIELDS,
        "makes": {OLD: 0.94, "h2<div.article-text": 0.06},
        "removed": {"recommendation": 300},
    }
    return Signals(**(usual | changes))


def by_config(body: int = 1, remove: int = 2, **changes: Any) -> Signals:
    rules = {"body:div.article-text": body, "remove:aside.more": remove, "author:a.author": 1}
    usual: dict[str, Any] = {"config": "c1", "layout": "newest", "rules": rules, "agreement": 1.0}
    return signals(**(usual | changes))


def history(*articles: Signals) -> list[Measured]:
    return [Measured(f"https://bote.example/{n}", 1000.0 * n, one) for n, one in enumerate(articles)]


def verdicts(articles: Sequence[Measured]) -> list[DriftVerdict]:
    """The verdict after each article."""
    return [judge(articles[: n + 1]) for n in range(len(articles))]


def first_found(articles: Sequence[Measured], level: str) -> int:
    return next(n for n, one in enumerate(verdicts(articles)) if one.verdict == level)


def redesigned(count: int = 8) -> list[Signals]:
    return [signals(makes={NEW: 1.0}) for _ in range(count)]


# --- what breaks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [7, 10, 16, 60])
def test_a_redesign_is_found_without_a_config_and_dated(before: int) -> None:
    articles = history(*[signals()] * before, *redesigned())
    assert first_found(articles, "broken") == before + 2
    verdict = judge(articles)
    assert (verdict.verdict, verdict.rule) == ("broken", "markup")
    assert verdict.first_bad == f"https://bote.example/{before}"
    assert verdict.reasons[0] == f"the last 8 articles have their text in {NEW}, {OLD} was usual"
    assert not verdict.harms  # the generic way reads it


def test_a_dead_body_rule_is_named_and_stays_broken() -> None:
    dead = by_config(body=0, remove=0, makes={NEW: 1.0})
    articles = history(*[by_config()] * 12, *[dead] * 60)
    assert first_found(articles, "broken") == 14
    verdict = judge(articles)
    assert verdict.rule == "body:div.article-text"
    assert verdict.first_bad == "https://bote.example/12"
    assert verdict.reasons[0] == (
        'body rule "div.article-text" finds nothing on the last 60 articles; it did on 12 before'
    )
    assert verdict.harms


def test_a_config_of_other_rules_alone_breaks_when_most_of_them_die() -> None:
    def page(hits: int, **changes: Any) -> Signals:
        rules = {f"remove:div.box-{n}": hits for n in range(4)} | {"remove:nav": 1, "remove:div.rare": 0}
        return signals(config="c1", layout="newest", rules=rules, **changes)

    articles = history(*[page(1)] * 10, *[page(0)] * 4)
    assert judge(articles).verdict == "broken"
    assert judge(articles).reasons[0].startswith('most rules of the config, as "remove:div.box-0", find nothing')
    assert judge(articles).first_bad == "https://bote.example/10"


def test_bodies_far_below_usual_break_it_and_teasers_only_make_it_worse() -> None:
    short = judge(history(*[signals()] * 16, *[signals(chars=90)] * 3))
    assert (short.verdict, short.rule) == ("broken", "articleBody")
    assert short.harms
    empty = judge(history(*[signals()] * 16, *[signals(chars=0, makes={})] * 3))
    assert (empty.verdict, empty.first_bad) == ("broken", "https://bote.example/16")
    teasers = judge(history(*[signals()] * 16, *[signals(chars=90, status="teaser")] * 6))
    assert (teasers.verdict, teasers.rule) == ("degraded", "articleBody")


# --- what gets worse ---------------------------------------------------------------------------------------------


def test_a_field_that_is_empty_now_degrades_the_site() -> None:
    unsigned = {field: kind for field, kind in FIELDS.items() if field != "authors"}
    verdict = judge(history(*[signals()] * 20, *[signals(sources=unsigned)] * 6))
    assert (verdict.verdict, verdict.rule, verdict.first_bad) == (
        "degraded",
        "field:authors",
        "https://bote.example/20",
    )
    assert verdict.reasons == ("the last 6 articles have no authors, 20 of 20 before had it",)


def test_a_dead_rule_beside_the_body_degrades_it() -> None:
    verdict = judge(history(*[by_config()] * 20, *[by_config(remove=0)] * 6))
    assert (verdict.verdict, verdict.rule) == ("degraded", "remove:aside.more")
    assert 'remove rule "aside.more" finds nothing on the last 6 articles; it did on 20 of 20 before' in verdict.reasons


@pytest.mark.parametrize(
    ("rule", "changes"),
    [("removed", {"removed": {"model": 4000}}), ("links", {"links": 0.6}), ("agreement", {"agreement": 0.3})],
)
def test_shares_that_jump_degrade_it(rule: str, changes: dict[str, Any]) -> None:
    verdict = judge(history(*[by_config()] * 20, *[by_config(**changes)] * 6))
    assert (verdict.verdict, verdict.rule) == ("degraded", rule)


def test_of_a_list_of_rules_any_that_answers_is_enough() -> None:
    def page(first: int) -> Signals:
        rules = {"headline:h1.old": first} | ({} if first else {"headline:h1": 1})
        return signals(config="c1", layout="newest", rules=rules)

    assert judge(history(*[page(1)] * 20, *[page(0)] * 10)).verdict == "ok"


# --- what is no change -------------------------------------------------------------------------------------------


def test_six_articles_are_too_few_to_say_anything() -> None:
    assert {one.verdict for one in verdicts(history(*[signals()] * 3, *redesigned(3)))} == {"ok"}


def test_what_varies_on_a_site_is_no_drift() -> None:
    """Teasers, several kinds of pages, two layouts, fields that come and go: in any order."""
    unsigned = {field: kind for field, kind in FIELDS.items() if field != "authors"}
    kinds = [
        signals(),
        signals(makes={NEW: 1.0}, removed={}),
        signals(chars=400, status="teaser"),
        signals(chars=9000, paragraphs=40),
        signals(sources=unsigned, removed={"recommendation": 2000}),
    ]
    for seed in range(20):
        chance = random.Random(seed)
        articles = history(*kinds, *(chance.choice(kinds) for _ in range(60)))
        assert judge(articles).verdict == "ok", seed


def test_galleries_in_a_row_are_no_new_layout_where_there_were_none() -> None:
    gallery = signals(kind="gallery", makes={"figcaption<figure.slide": 1.0}, chars=200)
    assert judge(history(*[signals()] * 16, *[gallery] * 3, signals())).verdict == "ok"


def test_clutter_that_is_the_most_of_teasers_is_no_new_layout() -> None:
    teaser = signals(chars=700, makes={"li<ul.login": 1.0}, status="teaser")
    assert judge(history(*[signals()] * 16, *[teaser] * 3)).rule != "markup"


def test_articles_that_have_nothing_in_common_are_no_new_layout() -> None:
    odd = [signals(makes={f"p<div.special-{letter}": 1.0}) for letter in "abc"]
    assert judge(history(*[signals()] * 16, *odd)).verdict == "ok"


# --- how it ends -------------------------------------------------------------------------------------------------


def test_the_first_bad_article_stays_the_same_while_the_site_is_broken() -> None:
    articles = history(*[signals()] * 16, *redesigned(3), signals(), *redesigned(4))
    assert {one.first_bad for one in verdicts(articles)[18:]} == {"https://bote.example/16"}


def test_a_new_layout_that_is_read_well_becomes_the_usual_one() -> None:
    articles = history(*[signals()] * 16, *redesigned(20))
    assert judge(articles[:27]).verdict == "broken"
    assert judge(articles).verdict == "ok"
    back = history(*[signals()] * 16, *redesigned(20), *[signals()] * 4)
    assert judge(back).verdict == "ok"  # it knows both


def test_the_old_layout_that_comes_back_ends_it() -> None:
    assert judge(history(*[signals()] * 16, *redesigned(4), *[signals()] * 3)).verdict == "ok"


def test_a_config_that_was_mended_ends_it_with_its_first_article() -> None:
    dead = by_config(body=0, remove=0, makes={NEW: 1.0})
    rules = {"body:div.story__body": 1, "remove:aside.more": 1}
    mended = by_config(config="c2", rules=rules, makes={NEW: 1.0})
    articles = history(*[by_config()] * 12, *[dead] * 4, mended)
    assert judge(articles[:-1]).verdict == "broken"
    assert judge(articles).verdict == "ok"


def test_pages_of_an_older_layout_that_the_config_knows_are_no_change() -> None:
    older = by_config(layout="2024-05-01", makes={NEW: 1.0}, rules={"body:div.story__body": 1})
    assert judge(history(*[by_config()] * 12, *[older] * 6)).verdict == "ok"


# --- the baseline ------------------------------------------------------------------------------------------------


def test_the_baseline_is_made_of_quantiles() -> None:
    learned = baseline([by_config(chars=1000 * n) for n in range(1, 10)] + [by_config(body=0, chars=0)])
    assert learned.articles == 10
    assert (learned.chars.low, learned.chars.middle, learned.chars.high) == (1000, 4000, 8000)
    assert learned.agreement is not None
    assert baseline([]) == Baseline()
