"""A config's rules: every step on a small page, and one sentence for each mistake."""

from __future__ import annotations

import time

import pytest

from scraper.document import RuleError, css_error, find_nodes, parse, selector_error, with_attribute

PAGE = parse(
    """<!doctype html><html><head><meta name="author" content="Von Almut Reschke"></head><body>
    <div id="a" class="box"><h3>Related <b>Sto</b>ries</h3><ul id="u1"><li><a href="/1">Eins</a></li></ul>
    <p id="p0">Text <i>innen</i> danach</p><ul id="u2"><li><a href="/2">Read more</a></li></ul></div>
    <div id="b" class="box"><div id="c"><p id="p1">Von <b>Hanne | Co</b> on Monday</p><p id="p2">Anzeige</p></div>
    <h3>Andere</h3><ul id="u3"></ul></div></body></html>"""
)


def ids(rule: str) -> list[str | None]:
    return [node.attributes.get("id") for node in find_nodes(PAGE.tree, rule)]


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("div", ["a", "b", "c"]),
        ('div | contains "Related Stories"', ["a"]),
        ('div | contains "Eins" "Monday"', ["a", "b", "c"]),
        ('div | lacks "Eins" "Nothing"', ["b", "c"]),
        ('p | starts "Von "', ["p1"]),
        ('p | equals "Anzeige"', ["p2"]),
        ("p | equals 'Anzeige'", ["p2"]),
        ('p | own-contains "on Mon"', ["p1"]),
        ('p | own-contains "innen"', []),
        ('p | own-equals "danach"', ["p0"]),
        ('p | own-starts "dan"', ["p0"]),
        ('div | where "> h3" contains "Related"', ["a"]),
        ('div | where "> h3, p" equals "Andere" "Anzeige"', ["b", "c"]),
        ('div | where "> div > p" starts "Anzeige"', ["b"]),
        ('div | where "div p" starts "Anzeige"', ["b"]),
        ('p, ul | where "+ ul > li a" contains "Read"', ["p0"]),
        ('h3 | where "~ ul" contains "more" | up "div"', ["a"]),
        ("div | index 1", ["a"]),
        ("div | index 2", ["b"]),
        ("div | index -1", ["c"]),
        ("div | index -9", []),
        ('p | up "div"', ["a", "c"]),
        ('p | up ".box"', ["a", "b"]),
        ('p | around "div"', ["a", "b", "c"]),
        ('h3 | next "ul"', ["u1", "u3"]),
        ('h3 | contains "Stories" | next "ul:not(#u1)"', ["u2"]),
        ('div | index 2 | find "p"', ["p1", "p2"]),
        ('div | index 2 | find "> p"', []),
        ('div | index 2 | find "> div > p + p"', ["p2"]),
        ('h3 | find "~ ul"', ["u1", "u2", "u3"]),
        ("a[title='x | y'] | index 1", []),
        ('li | up "ul" | @id', ["u1", "u2"]),
        ("ul@id", ["u1", "u2", "u3"]),
        ("meta:author", []),
        ("text:Hanne", []),
    ],
)
def test_elements(rule: str, found: list[str]) -> None:
    assert selector_error(rule) is None
    assert ids(rule) == found


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("p#p1", ["Von Hanne | Co on Monday"]),
        ('p | after "Von " | before " on "', ["Hanne | Co"]),
        ('p | after "Von " | before " | "', ["Hanne"]),
        ("#p1 | own", ["Von", "on Monday"]),
        ("#p1 | own 2", ["on Monday"]),
        ("#p1 | own -2", ["Von"]),
        ("#p1 | own 3", []),
        ('#p1 | own | starts "on" | after "on "', ["Monday"]),
        ("a@href", ["/1", "/2"]),
        ("a@href | index -1", ["/2"]),
        ('a | contains "more" | @href', ["/2"]),
        ('a@href | after "/" | lacks "1"', ["2"]),
        ("a | @title", []),
        ('meta:author | after "Von "', ["Almut Reschke"]),
        ("text:Hanne | Co", ["Hanne | Co"]),
    ],
)
def test_texts(rule: str, found: list[str]) -> None:
    assert selector_error(rule) is None
    assert PAGE.select(rule) == found


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("p | contain 'x'", "'contain 'x'' is not a step; did you mean 'contains'?"),
        ("p | dance", "'dance' is not a step; there are: contains, starts"),
        ("p | 'x'", "is not a step"),
        ("p |  | index 1", "'' is not a step"),
        ("p | contains", "behind 'contains' belongs texts in quotes, as in: contains \"Read more\""),
        ("p | contains x", "belongs texts in quotes"),
        ("p | contains ''", "belongs texts in quotes"),
        ('p | contains "x', "a quotation mark is not closed"),
        ("p | index", "a number from 1"),
        ("p | index 0", "a number from 1"),
        ("p | index one", "a number from 1"),
        ("p | own two", "nothing, or a number"),
        ("p | up", "a selector in quotes"),
        ('p | up "a" "b"', "a selector in quotes"),
        ('p | up "a["', "'a[' in 'up'"),
        ('p | find "> "', "in 'find'"),
        ('p | find "> > p"', "in 'find'"),
        ('p | where "> b >" contains "x"', "in 'where'"),
        ('p | where "" contains "x"', "a selector and a test"),
        ('p | where "b" index 1', "a selector and a test"),
        ('p | where contains "x"', "a selector and a test"),
        ("p | @", "'@' is not an attribute"),
        ("p | @a b", "is not an attribute"),
        ('p@title | up "div"', "'up' needs elements, and '@title' before it gives texts"),
        ("p | own | @title", "'@title' needs elements, and 'own' before it gives texts"),
        ('meta:author | own-contains "x"', "'own-contains' needs elements"),
        (" | index 1", "a selector belongs before the first step"),
        ("meta:", "nothing stands behind 'meta:'"),
        ("text: ", "nothing stands behind 'text:'"),
        ("p[", "selector"),
        ("", "selector"),
    ],
)
def test_mistakes_are_one_sentence(rule: str, sentence: str) -> None:
    error = selector_error(rule)
    assert error is not None
    assert sentence in error
    assert "\n" not in error


def test_a_wrong_form_is_an_error_at_run_time_too() -> None:
    with pytest.raises(RuleError, match="is not a step"):
        PAGE.select("p | dance")


def test_only_css_where_a_page_names_the_selector() -> None:
    assert css_error("div > p") is None
    assert css_error("meta:author") is not None
    assert css_error('div | contains "x"') is not None


@pytest.mark.parametrize(
    ("rule", "linked"),
    [
        ("a", "a@href"),
        ("a@data-next", "a@data-next"),
        ('a | contains "@x"', 'a | contains "@x" | @href'),
        ("a | @href", "a | @href"),
        ("a | own", "a | own"),
        ("meta:next", "meta:next"),
    ],
)
def test_links(rule: str, linked: str) -> None:
    assert with_attribute(rule, "href") == linked


def test_strings_in_selectors_are_left_alone() -> None:
    page = parse('<p title="a | b@c">1</p><p title="|">2</p>')
    assert page.select('p[title="a | b@c"]') == ["1"]
    assert page.select("p[title='|'] | index 1") == ["2"]
    assert page.select("p[title*=' | ']@title") == ["a | b@c"]


@pytest.mark.parametrize(
    "rule",
    [
        '* | contains "x"',
        'div | where "p" contains "x"',
        'p | up "div"',
        'p | around "div"',
        'p | next "ul"',
        'p | find "~ p"',
        'p | find "p"',
        '* | own-contains "x"',
    ],
)
@pytest.mark.parametrize(
    "html", ["<div>" * 390 + "<p>x" * 9000, "<p>x" * 20_000, "<div><p>text</p>" * 9000, "<p><i>y</i>" * 9000]
)
def test_no_page_makes_a_rule_slow(rule: str, html: str) -> None:
    page = parse(html)
    start = time.process_time()
    page.select(rule)
    assert time.process_time() - start < 2
