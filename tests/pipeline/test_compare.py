"""What is better, what is worse, and what only a person can tell."""

from __future__ import annotations

from typing import Any

import pytest

from scraper.models import Access, Author, Quality, Reason, Record, Removed
from scraper.pipeline.compare import compare, text_diff


def record(**fields: Any) -> Record:
    values: dict[str, Any] = {
        "headline": "Brücke",
        "article_body": "Eins.\n\nZwei ist länger.\n\nDrei.",
        "date_published": "2026-11-23",
        "access": Access(declared="free", complete=None),
    }
    return Record(**(values | fields))


def removed(text: str, reason: Reason = Reason.RECOMMENDATION) -> tuple[Removed, ...]:
    return (Removed(reason=reason, rule="x", count=1, chars=len(text), sample=text[:200]),)


@pytest.mark.parametrize(
    ("before", "after", "field", "change"),
    [
        ({}, {"kicker": "Verkehr"}, "kicker", "better"),
        ({"authors": (Author(name="A"),)}, {}, "authors", "worse"),
        ({"headline": "Alt"}, {}, "headline", "different"),
        ({"quality": Quality(status="teaser")}, {}, "quality", "better"),
        ({}, {"quality": Quality(status="partial")}, "quality", "worse"),
        ({}, {"access": Access(declared="free", complete=True)}, "access", "better"),
        ({"access": Access(declared="free", complete=True)}, {}, "access", "worse"),
        ({"access": Access(declared="paywalled")}, {}, "access", "different"),
        ({}, {"date_published": "2026-11-23T08:00:00+01:00"}, "datePublished", "better"),
        ({}, {"date_published": "2026-11-24"}, "datePublished", "different"),
        ({"date_published": "2026-11-23T08:00"}, {}, "datePublished", "worse"),
        ({}, {"article_body": "Eins.\n\nDrei."}, "articleBody", "worse"),
        ({}, {"article_body": "Eins.\n\nDrei.", "removed": removed("Zwei ist länger.")}, "articleBody", "better"),
        (
            {},
            {"article_body": "Eins.\n\nDrei.", "removed": removed("Zwei ist länger.", Reason.MODEL)},
            "articleBody",
            "worse",
        ),
        ({"article_body": "Eins.\n\nDrei.", "removed": removed("Zwei ist länger.")}, {}, "articleBody", "better"),
        ({"article_body": "Eins."}, {}, "articleBody", "different"),
        ({"article_body": "Drei.\n\nZwei ist länger.\n\nEins."}, {}, "articleBody", "different"),
        ({"article_body": ""}, {}, "articleBody", "better"),
    ],
)
def test_each_rule(before: dict[str, Any], after: dict[str, Any], field: str, change: str) -> None:
    (found,) = compare(record(**before), record(**after))
    assert (found.field, found.change) == (field, change)
    assert found.rule


def test_what_is_the_same_is_not_named() -> None:
    again = record(access=Access(declared="free", complete=None, evidence=("another",)), content_hash="x")
    assert list(compare(record(), again)) == []


def test_the_lines_that_went_and_came() -> None:
    assert text_diff(record(), record(article_body="Eins.\n\nVier.\n\nDrei.")) == ["- Zwei ist länger.", "+ Vier."]
    long = text_diff(record(), record(article_body="\n\n".join(f"{n} " + "x" * 300 for n in range(30))))
    assert len(long) == 13
    assert max(map(len, long)) <= 160
