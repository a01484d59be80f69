"""What a site says about machines: read from headers, meta, tdmrep.json; refused only for what reserves the text."""

from __future__ import annotations

import pytest

from scraper.document import parse
from scraper.models import Link, Page, Rights, Tdm
from scraper.record import directives, read_rights, read_tdmrep, tdm_of, tdm_refusal

URL = "https://bote.example/politik/a-1.html"
WELL_KNOWN = "https://bote.example/.well-known/tdmrep.json"


def rights(head: str = "", headers: dict[str, str] | None = None, **page: object) -> Rights:
    document = parse(f"<html><head>{head}</head><body><p>Text.</p></body></html>", URL)
    return read_rights(document, Page(link=Link(url=URL), url=URL, headers=headers or {}, **page))  # type: ignore[arg-type]


def test_nothing_said_is_nothing_known() -> None:
    assert rights() == Rights()
    assert tdm_refusal(rights()) is None


@pytest.mark.parametrize("robots", ["allowed", "absent"])
def test_the_verdict_of_robots_txt_comes_with_the_page(robots: str) -> None:
    assert rights(robots=robots).robots == robots


def test_meta_supersedes_the_header_and_the_header_the_file() -> None:
    headers = {"tdm-reservation": "1", "tdm-policy": "/terms.json"}
    on_file = Tdm(True, "https://bote.example/policy")
    meta = '<meta name="TDM-Reservation" content="0">'
    found = [rights(tdm=on_file), rights(tdm=on_file, headers=headers), rights(meta, headers, tdm=on_file)]
    assert [(r.tdm_source, r.tdm_reservation) for r in found] == [("file", True), ("header", True), ("meta", False)]
    assert [r.tdm_policy for r in found] == ["https://bote.example/policy", "https://bote.example/terms.json", None]
    assert [bool(tdm_refusal(r)) for r in found] == [True, True, False]


@pytest.mark.parametrize("value", ["", "yes", "2", "true"])
def test_a_value_that_the_protocol_does_not_know_says_nothing(value: str) -> None:
    assert rights(headers={"tdm-reservation": value}).tdm_reservation is None


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("noindex, NoAI", ("noindex", "noai")),
        ("max-snippet:-1, noarchive", ("max-snippet:-1", "noarchive")),
        ("googlebot: noindex, noai, otherbot: none", ("googlebot:noindex", "googlebot:noai", "otherbot:none")),
        ("unavailable_after: 25 Jun 2010 15:00:00 PST", ("unavailable_after:25 jun 2010 15:00:00 pst",)),
        (", ,", ()),
    ],
)
def test_directives(value: str, found: tuple[str, ...]) -> None:
    assert directives(value) == found


def test_a_flood_of_directives_is_cut() -> None:
    found = directives(",".join(f"{n}" + "x" * 500 for n in range(5000)))
    assert len(found) == 20
    assert max(map(len, found)) == 100


def test_noai_reserves_the_text_noindex_and_noimageai_do_not() -> None:
    assert "noai" in (tdm_refusal(rights(headers={"x-robots-tag": "noai"})) or "")
    assert tdm_refusal(rights('<meta name="robots" content="noai, noimageai">'))
    assert tdm_refusal(rights(headers={"x-robots-tag": "noindex, noimageai"})) is None
    assert tdm_refusal(rights(headers={"x-robots-tag": "someotherbot: noai"})) is None


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ('<link rel="license" href="/lizenz">', "https://bote.example/lizenz"),
        ('<meta name="DC.rights" content="CC BY 4.0">', "CC BY 4.0"),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x",'
            '"license": {"@id": "https://l.example/by"}}</script>',
            "https://l.example/by",
        ),
        ('<script type="application/ld+json">{"@type": "ImageObject", "license": "https://l.example"}</script>', None),
    ],
)
def test_the_licence_is_the_article_s(head: str, found: str | None) -> None:
    assert rights(head).license == found


def test_the_first_rule_that_matches_a_path_holds() -> None:
    rules = read_tdmrep(
        b"""[{"location": "/politik/frei/", "tdm-reservation": 0},
             {"location": "/politik/*.html$", "tdm-reservation": 1, "tdm-policy": "/policy.json"},
             {"location": "/sport*archiv", "tdm-reservation": "1"}]""",
        WELL_KNOWN,
    )
    reserved = Tdm(True, "https://bote.example/policy.json")
    assert tdm_of(rules, URL) == reserved
    assert tdm_of(rules, URL + "?a=1") is None
    assert tdm_of(rules, "https://bote.example/politik/frei/a.html") == Tdm(False)
    assert tdm_of(rules, "https://bote.example/sport/2020/archiv/x") == Tdm(True)
    assert tdm_of(rules, "https://bote.example/kultur/") is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"[1, {}]", b'[{"location": 3, "tdm-reservation": 1}]'])
def test_what_is_no_such_file_has_no_rules(body: bytes) -> None:
    assert read_tdmrep(body, WELL_KNOWN) == ()


def test_a_lone_object_is_taken_as_it_is_meant() -> None:
    assert tdm_of(read_tdmrep(b'{"tdm-reservation": 1}', WELL_KNOWN), URL) == Tdm(True)


def test_a_hostile_pattern_costs_no_time() -> None:
    rules = read_tdmrep(b'[{"location": "/' + b"*a" * 2000 + b'b$", "tdm-reservation": 1}]', WELL_KNOWN)
    assert tdm_of(rules, "https://bote.example/" + "a" * 1900) is None
