"""Translated expressions find what libxml2's XPath finds, on small trees that hypothesis makes up."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from scraper.document import find_nodes, parse
from scraper.ftr.translate import translate

hypothesis = pytest.importorskip("hypothesis")
etree = pytest.importorskip("lxml.etree")
given, settings, st = hypothesis.given, hypothesis.settings, hypothesis.strategies

TAGS = ("div", "section", "span", "article")
WORDS = ("ab", "bc", "abc", "By", "x1")
CLASSES = ("a", "b", "a b", "ab", "c-a")


class Element(NamedTuple):
    tag: str
    attributes: dict[str, str]
    #: elements and words, no two words side by side
    content: tuple[Any, ...]


def attributes() -> Any:
    return st.fixed_dictionaries({}, optional={"class": st.sampled_from(CLASSES), "id": st.sampled_from(("a", "q"))})


def elements(children: Any) -> Any:
    pairs = st.lists(st.tuples(st.sampled_from((*WORDS, "", "")), children), max_size=4)
    flat = st.builds(lambda ps, last: (*(x for p in ps for x in p), last), pairs, st.sampled_from((*WORDS, "")))
    return st.builds(Element, st.sampled_from(TAGS), attributes(), flat)


TREES = st.recursive(
    st.builds(Element, st.sampled_from(TAGS), attributes(), st.tuples(st.sampled_from(WORDS))), elements, max_leaves=14
)


def build(tree: Element) -> tuple[str, Any]:
    """The page for our parser, and the same tree for libxml2; both with a number on each element."""
    root = etree.Element("html")
    etree.SubElement(root, "head")
    body = etree.SubElement(root, "body")
    count = 0

    def add(parent: Any, element: Element) -> None:
        nonlocal count
        node = etree.SubElement(parent, element.tag, dict(element.attributes), n=str(count))
        count += 1
        for part in element.content:
            if isinstance(part, Element):
                add(node, part)
            elif part and len(node):
                node[-1].tail = (node[-1].tail or "") + part
            elif part:
                node.text = (node.text or "") + part

    add(body, tree)
    return "<!doctype html>" + etree.tostring(root, method="html").decode(), root


# --- expressions ------------------------------------------------------------------------------------------------------

names = st.sampled_from((*TAGS, "*"))
words = st.sampled_from(WORDS).map(lambda word: f"'{word}'")
numbers = st.integers(1, 3).map(str)
attribute_tests = st.one_of(
    st.sampled_from(("@class", "@id", "not(@id)")),
    st.sampled_from((*CLASSES, "z")).map(lambda value: f"@class='{value}'"),
    st.sampled_from(("a", "b", "")).map(lambda value: f"contains(@class, '{value}')"),
    st.sampled_from(("a", "c-")).map(lambda value: f"starts-with(@class, '{value}')"),
    st.sampled_from(("a", "z")).map(lambda value: f"@id!='{value}'"),
    st.sampled_from(("a", "b")).map(lambda value: f"contains(concat(' ', normalize-space(@class), ' '), ' {value} ')"),
    st.just("contains(concat(' ', @class, ' '), ' a')"),
)
text_tests = st.one_of(
    words.map(lambda word: f"contains(., {word})"),
    words.map(lambda word: f"text()[contains(., {word})]"),
    words.map(lambda word: f".//text()[starts-with(., {word})]"),
    words.map(lambda word: f"starts-with(., {word})"),
    words.map(lambda word: f".={word}"),
    words.map(lambda word: f"text()={word}"),
    words.map(lambda word: f"normalize-space(.)={word}"),
    words.map(lambda word: f"not(contains(string(.), {word}))"),
)
places = st.one_of(
    numbers,
    st.just("last()"),
    st.just("last()-1"),
    numbers.map(lambda n: f"position()={n}"),
    numbers.map(lambda n: f"position()>{n}"),
    numbers.map(lambda n: f"position()<={n}"),
    st.just("position()!=1"),
    st.just("position()<last()"),
)
AXES = ("", "descendant::", "following-sibling::", "preceding-sibling::", "parent::", "ancestor::", "self::")


def paths(predicates: Any) -> Any:
    """Relative paths, for predicates."""
    step = st.builds(
        lambda axis, test, found: f"{axis}{test}{''.join(f'[{p}]' for p in found)}",
        st.sampled_from((*AXES, "", "", "ancestor-or-self::")),
        names,
        st.lists(predicates, max_size=1),
    )
    lead = st.sampled_from(("", ".//", "./", "../"))
    return st.builds(lambda lead, steps: lead + "/".join(steps), lead, st.lists(step, min_size=1, max_size=2))


def compounds(inner: Any) -> Any:
    found = paths(inner)
    return st.one_of(
        inner,
        found,
        found.map(lambda path: f"{path}/@class='a'"),
        st.builds(lambda path, word: f"{path}={word}", found, words),
        st.builds(lambda path, word: f"{path}[text()={word}]", found, words),
        st.builds(lambda a, b: f"{a} and {b}", inner, inner),
        st.builds(lambda a, b: f"({a} or {b})", inner, inner),
        inner.map(lambda one: f"not({one})"),
    )


simple = st.one_of(attribute_tests, text_tests)
predicates = st.one_of(simple, places, st.recursive(simple, compounds, max_leaves=3))
steps = st.builds(
    lambda joint, axis, test, found: f"{joint}{axis}{test}{''.join(f'[{p}]' for p in found)}",
    st.sampled_from(("/", "//")),
    st.sampled_from((*AXES, "", "", "", "ancestor-or-self::")),
    names,
    st.lists(predicates, max_size=2),
)
nearest = st.builds(
    lambda axis, test, rest: f"/{axis}::{test}[1]{rest}",
    st.sampled_from(("ancestor", "following-sibling", "preceding-sibling")),
    names,
    st.sampled_from(("", "[self::div]", "[@class]")),
)
first = st.builds(
    lambda test, found: f"//{test}{''.join(f'[{p}]' for p in found)}", names, st.lists(predicates, max_size=2)
)
plain = st.builds(lambda a, rest: a + "".join(rest), first, st.lists(st.one_of(steps, steps, nearest), max_size=2))
#: libxml2 counts the root element as a first child, CSS does not
inner = plain.map(lambda path: f"//body{path}")
expressions = st.one_of(
    inner,
    st.builds(lambda a, b: f"{a} | {b}", inner, inner),
    st.builds(
        lambda a, place, rest: f"({a})[{place}]{''.join(rest)}",
        inner,
        st.one_of(numbers, st.just("last()")),
        st.lists(steps, max_size=1),
    ),
)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(tree=TREES, expression=expressions)
def test_the_same_elements(tree: Element, expression: str) -> None:
    translated = translate(expression)
    page, root = build(tree)
    expected = {node.get("n") for node in root.xpath(expression)} - {None}
    if not translated.rules:
        return
    document = parse(page)
    found = {node.attributes.get("n") for rule in translated.rules for node in find_nodes(document.tree, rule)}
    assert found - {None} == expected, translated.rules


values = st.one_of(
    inner.map(lambda path: f"{path}/@class"),
    inner.map(lambda path: f"{path}/text()"),
    st.builds(lambda path, n: f"{path}/text()[{n}]", inner, st.one_of(numbers, st.just("last()"))),
    st.builds(lambda path, word: f"{path}/text()[contains(., {word})]", inner, words),
    inner.map(lambda path: f"string({path})"),
    st.builds(lambda path, word: f"substring-after({path}, {word})", inner, words),
    st.builds(lambda path, word: f"normalize-space(substring-before({path}/@class, {word}))", inner, words),
    st.builds(lambda path, place: f"({path}/@class)[{place}]", inner, numbers),
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(tree=TREES, expression=values)
def test_the_same_texts(tree: Element, expression: str) -> None:
    translated = translate(expression)
    page, root = build(tree)
    result = root.xpath(expression)

    def fold(text: str) -> str:  # where texts are joined, ours have a blank between elements
        return text.replace(" ", "")

    expected = [fold(text.strip()) for text in ([result] if isinstance(result, str) else result) if text.strip()]
    if not translated.rules:
        return
    document = parse(page)
    found = [fold(text) for rule in translated.rules for text in document.select(rule)]
    assert sorted(found) == sorted(expected), translated.rules
    if len(translated.rules) == 1 and "text()" not in expression:  # pieces come element by element
        assert found == expected
