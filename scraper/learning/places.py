"""Where on a page a field's value stands, as rules; and what the page reads like under such a rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from scraper.document import Node
from scraper.extraction.fields import BodyHints, read_fields
from scraper.extraction.fields.dom import short_text, within
from scraper.extraction.fields.text import key, tidy
from scraper.learning.looks import Look
from scraper.learning.steps import Selector, Step, names_of, selectors, tells_much
from scraper.models import Article
from scraper.sites import Layout, Site

#: characters of an element that may show a value, and those that may stand beside it
_LONGEST, _BESIDE = 900, 60
#: selectors of one element that are tried, elements of a page that show a value, how deep JSON-LD is followed
_SELECTORS, _SHOWN, _DEEP = 60, 8, 3
#: characters of a mark before or behind a value
_MARK = 20
#: what stands before a printed date
_LABEL = re.compile(r"[^\d\"\\]{1,20}(?=\d)")
_MACHINE = ("datetime", "content")
_HEADINGS = frozenset(("h1", "h2", "h3"))
#: elements whose tag says what they are
_ALONE = frozenset(("h1", "time"))


class FieldKind(NamedTuple):
    """A field that a layout can have rules for."""

    #: its key in `[[layouts]]`, and its name in an article
    key: str
    name: str
    #: its name in an article's provenance
    source: str
    #: what of its value is compared
    bare: Callable[[Any], Any]

    def of(self, article: Article) -> Any:
        """What the article has, made comparable; falsy where it has nothing."""
        return self.bare(getattr(article, self.name) or ())

    def texts(self, article: Article) -> tuple[str, ...]:
        """The texts that a page which says so must show."""
        value = getattr(article, self.name) or ()
        if isinstance(value, str):
            return (value,)
        return tuple(each if isinstance(each, str) else each.name for each in value)


def _line(value: Any) -> str:
    return tidy(value) if value else ""


def _names(value: Any) -> frozenset[str]:
    return frozenset(key(each if isinstance(each, str) else each.name) for each in value)


def _moment(value: Any) -> str:
    """A date as far as it is known: to the minute in UTC, or the day."""
    if not value:
        return ""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return str(value)
    return found.date().isoformat() if len(value) <= len(date.max.isoformat()) else f"{found.timestamp() // 60:.0f}"


HEADLINE = FieldKind("headline", "headline", "headline", _line)
KICKER = FieldKind("kicker", "kicker", "kicker", _line)
LEAD = FieldKind("lead", "lead", "lead", _line)
AUTHOR = FieldKind("author", "authors", "authors", _names)
PUBLISHED = FieldKind("published", "date_published", "datePublished", _moment)
SECTION = FieldKind("section", "article_section", "articleSection", _line)
KEYWORDS = FieldKind("keywords", "keywords", "keywords", _names)
FIELDS = (HEADLINE, KICKER, LEAD, AUTHOR, PUBLISHED, SECTION, KEYWORDS)


class FieldPage:
    """A sample page as rules for fields see it."""

    def __init__(self, look: Look) -> None:
        self.document = look.sample.document
        self.expected = look.sample.expected
        #: as the generic way reads it
        self.article = look.extracted.article
        body = look.extracted.body.nodes
        first = next((part.text for part in self.article.body if part.type == "paragraph"), "")
        self._hints = BodyHints(last_node=body[-1] if body else None, text=self.article.article_body, first_text=first)
        self._read: dict[tuple[str, str], Article] = {}

    def read(self, field: FieldKind, rule: str) -> Article:
        """The fields of the page under a layout that has this rule alone."""
        if (field.key, rule) not in self._read:
            layout = msgspec.convert({field.key: [rule]}, Layout)
            site = Site(domain="learned", layouts=(layout,))
            self._read[field.key, rule] = read_fields(self.document, site, layout, body=self._hints)
        return self._read[field.key, rule]

    def answers(self, field: FieldKind, rule: str) -> bool:
        """Whether the field comes from this rule."""
        return self.read(field, rule).provenance.get(field.source, "").startswith("config:")

    @cached_property
    def shown(self) -> list[tuple[str, Node]]:
        """(text, element) of every element that has little enough text to be a value, in order."""
        body = self.document.tree.body
        found = ((short_text(node, _LONGEST), node) for node in within(body)) if body is not None else ()
        return [(text, node) for text, node in found if text]

    def texts(self, rule: str) -> list[str]:
        """What the rule finds."""
        return [text for text in map(tidy, self.document.select(rule)) if text]


def declared(page: FieldPage) -> Iterator[str]:
    """Rules for all that the page declares: JSON-LD paths, the shortest first, and meta names."""
    paths = {path for thing in page.document.jsonld for path in _paths(thing, _DEEP)}
    yield from (f"jsonld:{path}" for path in sorted(paths, key=lambda path: (path.count("."), path)))
    yield from metas(page)


def metas(page: FieldPage, word: str = "") -> Iterator[str]:
    """Rules for the meta tags of a page whose name has this word in it."""
    named = (name for name in page.document.meta if name and word in name)
    yield from (f"meta:{name}" for name in named if name.isprintable() and " | " not in name)


def _paths(value: Any, deep: int) -> Iterator[str]:
    if isinstance(value, list):
        for each in value[:5]:
            yield from _paths(each, deep)
    elif isinstance(value, dict) and deep:
        for name, inner in value.items():
            if isinstance(name, str) and name and not name.startswith("@") and name.replace("_", "").isalnum():
                yield name
                yield from (f"{name}.{rest}" for rest in _paths(inner, deep - 1))


def shown(page: FieldPage, field: FieldKind, wanted: Article) -> Iterator[str]:
    """Selectors of the elements that show a value, the exact ones first; of a headline those of headings, if there are
    any.
    """
    showing = _showing(page, field, wanted)
    if field is HEADLINE and showing and showing[0][1].tag in _HEADINGS:
        showing = [(text, node) for text, node in showing if node.tag in _HEADINGS]
    for text, node in showing:
        for selector in islice(_selectors(node), _SELECTORS):
            css = selector.css()
            if field is PUBLISHED:
                yield from (f"{css}@{name}" for name in _MACHINE if node.attributes.get(name))
            yield css
            if field is PUBLISHED and (label := _LABEL.match(text)):
                yield f'{css} | after "{label[0]}"'
            if field in (HEADLINE, KICKER, SECTION):
                yield from _marked(css, text, field.texts(wanted)[0])


def _showing(page: FieldPage, field: FieldKind, wanted: Article) -> list[tuple[str, Node]]:
    texts = field.texts(wanted)
    if field is PUBLISHED:
        found = [(text, node) for text, node in page.shown if node.tag == "time" or says_day(text, texts[0])]
        found.sort(key=lambda item: len(item[0]))
    elif field is KEYWORDS:
        found = [(text, node) for text, node in page.shown if node.tag == "a" and {key(text)} <= _names(texts)]
    else:
        size = sum(map(len, texts))
        near = [(text, node) for text, node in page.shown if size <= len(text) <= size + _BESIDE]
        found = [(text, node) for text, node in near if all(each in text for each in texts)]
        found.sort(key=lambda item: (field is HEADLINE and item[1].tag not in _HEADINGS, len(item[0])))
    return found[:_SHOWN]


def says_day(text: str, moment: str) -> bool:
    """Whether a short line has the day and the year of a date in it."""
    year, _, rest = moment[:10].partition("-")
    return len(text) <= _BESIDE and year[2:] in text and rest[-2:].lstrip("0") in text


def _selectors(node: Node) -> Iterator[Selector]:
    above = node.parent
    step = Step(node.tag or "", frozenset(filter(tells_much, names_of(node))))
    around = Step(above.tag or "", frozenset(filter(tells_much, names_of(above)))) if above is not None else None
    if step.tag in _ALONE:
        yield Selector(Step(step.tag))
    yield from selectors((step, around))


def _marked(css: str, text: str, value: str) -> Iterator[str]:
    """The rule with a step that cuts off what stands before or behind the value."""
    before, _, behind = text.partition(value)
    if '"' in before or '"' in behind or "\\" in before or "\\" in behind:
        return
    if before.strip() and not behind and len(before) <= _MARK:
        yield f'{css} | after "{before}"'
    elif behind.strip() and not before:
        yield f'{css} | before "{behind[:_MARK]}"'
