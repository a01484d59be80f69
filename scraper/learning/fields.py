"""Rules for fields: what corrections point to, what the pages of a site agree on, and places that save a search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from scraper.extraction.fields.headings import strip_site
from scraper.extraction.fields.names import looks_like_name, named
from scraper.extraction.fields.text import key, overlap, tidy
from scraper.learning.looks import Look
from scraper.learning.model import RuleNote
from scraper.learning.places import (
    AUTHOR,
    FIELDS,
    HEADLINE,
    LEAD,
    PUBLISHED,
    FieldKind,
    FieldPage,
    declared,
    metas,
    says_day,
    shown,
)
from scraper.models import Article

#: pages that agree before a rule is written that no correction asks for
LEAST = 3
#: share of the pages on which one author means that it is the site's own name; and on which another source names people
CONSTANT, NAMED = 0.6, 0.8
#: share of the pages nobody corrected on which a rule from corrections must find something
FOUND = 0.5
#: share of the words that a lead and a description must have in common
HALF = 0.5
#: candidates that are proved by reading the pages with them
_PROVED = 12
_SAMPLE = 80
_DAY = len("2024-05-01")
_CORRECTED, _SHOWN = "as in the corrections", "where the page shows it"
_AGREED = "what the page's other sources agree on"
_PEOPLE = "the author that is declared is the same on nearly all pages; here people sign"
#: what boxes around a byline are called
_BYLINES = ("[rel~=author]", "[itemprop~=author]", ".author", ".byline")

Wanted = Mapping[int, Article]


def field_rules(looks: Sequence[Look]) -> list[RuleNote]:
    """Rules for the fields of these pages, each proved on all of them; [] where the generic way is as good."""
    pages = [FieldPage(look) for look in looks]
    found = (_rule_for(field, pages) for field in FIELDS)
    return [note for note in found if note]


def _rule_for(field: FieldKind, pages: Sequence[FieldPage]) -> RuleNote | None:
    told = {i: page.expected for i, page in enumerate(pages) if page.expected and field.of(page.expected)}
    if not all(_agrees(field, pages[i].article, expected) for i, expected in told.items()):
        return _corrected(field, pages, told)
    if len(pages) < LEAST:
        return None
    if field is HEADLINE and not told and (note := _agreed_headline(pages)):
        return note
    if field is AUTHOR and not told and (note := _people(pages)):
        return note
    return _saving(field, pages)


# --- corrections ---------------------------------------------------------------------------------


def _corrected(field: FieldKind, pages: Sequence[FieldPage], told: Wanted) -> RuleNote | None:
    """The first rule that gives what each correction says, and something on most other pages."""
    first = next(iter(told))
    said, seen = declared(pages[first]), shown(pages[first], field, told[first])
    candidates = [*seen, *(said if len(told) > 1 else ())] if field is LEAD else [*said, *seen]
    others = [page for i, page in enumerate(pages) if i not in told]
    for rule in _proved(field, candidates, pages, told):
        if sum(page.answers(field, rule) for page in others) >= FOUND * len(others):
            return _note(field, rule, pages, _CORRECTED)
    return _same_for_all(field, pages, told)


def _same_for_all(field: FieldKind, pages: Sequence[FieldPage], told: Wanted) -> RuleNote | None:
    """The house that signs every article, where people say so more than once and the pages name nobody."""
    values = {field.texts(expected) for expected in told.values()}
    if field is not AUTHOR or len(told) < 2 or len(values) > 1 or any(field.of(page.article) for page in pages):
        return None
    rule = f"text:{', '.join(values.pop())}"
    return next((_note(field, one, pages, _CORRECTED) for one in _proved(field, [rule], pages, told)), None)


def _proved(field: FieldKind, candidates: Iterable[str], pages: Sequence[FieldPage], wanted: Wanted) -> Iterator[str]:
    """Those of the candidates with which the pages are read as wanted."""
    left = _PROVED
    for rule in dict.fromkeys(candidates):
        if not all(_mentions(field, pages[i], rule, article) for i, article in wanted.items()):
            continue
        left -= 1
        if left < 0:
            return
        if all(_gives(field, pages[i], rule, article) for i, article in wanted.items()):
            yield rule


def _mentions(field: FieldKind, page: FieldPage, rule: str, wanted: Article) -> bool:
    """Whether the rule's texts could be read as wanted; much cheaper than reading them."""
    texts = page.texts(rule)
    if field is PUBLISHED:
        return bool(texts) and says_day(texts[0], wanted.date_published or "")
    if field.key in ("author", "keywords"):
        whole = key(" ".join(texts))
        return bool(whole) and all(key(text) in whole for text in field.texts(wanted))
    return bool(texts) and field.bare(texts[0]) == field.of(wanted)


def _gives(field: FieldKind, page: FieldPage, rule: str, wanted: Article) -> bool:
    return page.answers(field, rule) and _agrees(field, page.read(field, rule), wanted)


def _agrees(field: FieldKind, article: Article, wanted: Article) -> bool:
    """Whether the article has what is wanted; of a date the day may be all that is."""
    if field is PUBLISHED and len(day := wanted.date_published or "") == _DAY:
        return (article.date_published or "").startswith(day)
    return bool(field.of(article) == field.of(wanted))


# --- agreement -----------------------------------------------------------------------------------


def _agreed_headline(pages: Sequence[FieldPage]) -> RuleNote | None:
    """Where JSON-LD and og:title agree on every page, and a heading shows just that, but another was taken."""
    told = {i: headline for i, page in enumerate(pages) if (headline := _told_headline(page))}
    differs = sum(_line(page.article.headline) != told.get(i, "") for i, page in enumerate(pages))
    if len(told) < len(pages) or differs < NAMED * len(pages):
        return None
    wanted = {i: msgspec.structs.replace(pages[i].article, headline=text) for i, text in told.items()}
    rules = _proved(HEADLINE, shown(pages[0], HEADLINE, wanted[0]), pages, wanted)
    return next((_note(HEADLINE, rule, pages, _AGREED) for rule in rules), None)


def _told_headline(page: FieldPage) -> str:
    """What JSON-LD and og:title both say, "" where they do not agree."""
    house = frozenset({key(page.article.publisher or "")} - {""})
    titles = {strip_site(tidy(text), house) for text in page.document.meta.get("og:title", ())}
    return next((text for text in page.texts("jsonld:headline") if text in titles), "")


def _line(text: str | None) -> str:
    return tidy(text or "")


def _people(pages: Sequence[FieldPage]) -> RuleNote | None:
    """Another source of names where the declared author is the site's own: one and the same on nearly all pages."""
    counts = Counter(AUTHOR.of(page.article) for page in pages if page.article.authors)
    house, most = counts.most_common(1)[0] if counts else (frozenset(), 0)
    if most < max(LEAST, CONSTANT * len(pages)):
        return None
    for rule in dict.fromkeys((*(rule for page in pages for rule in metas(page, "author")), *_BYLINES)):
        names = [_names_at(page, rule) for page in pages]
        signed = [own for own in names if own and own != house]
        if len(signed) >= max(LEAST, NAMED * len(pages)) and 2 * len(set(signed)) > len(signed):
            return _note(AUTHOR, rule, pages, _PEOPLE)
    return None


def _names_at(page: FieldPage, rule: str) -> frozenset[str]:
    """Keys of the people's names that a rule finds; none where it finds anything else."""
    language = (page.article.in_language or "")[:2]
    names = [author.name for text in page.texts(rule) for author in named(text, language)]
    people = all(" " in name and looks_like_name(name) for name in names)
    return frozenset(map(key, names)) if people else frozenset()


# --- saving a search -----------------------------------------------------------------------------


def _saving(field: FieldKind, pages: Sequence[FieldPage]) -> RuleNote | None:
    """The place at which the generic way found the field on each page after a search; what is declared needs none."""
    wanted = {i: page.article for i, page in enumerate(pages) if field.of(page.article)}
    searched = [i for i, article in wanted.items() if _was_searched(field, article)]
    if field is HEADLINE:
        return None  # reading the first heading costs as much as a rule
    least = len(wanted) if field is not LEAD else NAMED * len(wanted)
    values = {field.of(article) for article in wanted.values()}
    if len(searched) < max(LEAST, least) or len(values) < (2 if field is PUBLISHED else LEAST):
        return None  # one value on all pages is the site's; articles of one day are not
    if field is LEAD and not _are_described(list(wanted.values()), pages):
        return None
    first = searched[0]
    for rule in _proved(field, shown(pages[first], field, wanted[first]), pages, wanted):
        if not all(_is_alone(field, page, rule) for page in pages):
            continue
        if all(_is_silent(field, page, rule) for i, page in enumerate(pages) if i not in wanted):
            return _note(field, rule, pages, _SHOWN)
    return None


def _are_described(articles: Sequence[Article], pages: Sequence[FieldPage]) -> bool:
    """Whether the leads say what the pages declare as description, where they declare any: an author's box does not."""
    texts = {key(tidy(text)) for page in pages for text in page.document.meta.get("description", ())} - {""}
    held = sum(any(overlap(key(a.lead or ""), text) > HALF for text in texts) for a in articles)
    return not texts or 2 * held >= len(articles)


def _was_searched(field: FieldKind, article: Article) -> bool:
    source = article.provenance.get(field.source, "")
    return source.startswith(("dom:", "text"))


def _is_alone(field: FieldKind, page: FieldPage, rule: str) -> bool:
    """Whether the rule leaves the other fields as they are: a headline may bring a kicker along."""
    read = page.read(field, rule)
    return all(other.of(read) == other.of(page.article) for other in FIELDS if other is not field)


def _is_silent(field: FieldKind, page: FieldPage, rule: str) -> bool:
    """Whether it finds nothing where the generic way found nothing; a lead may be one that no description confirmed."""
    if not page.answers(field, rule):
        return True
    return field is LEAD and len(page.texts(rule)) == 1


def _note(field: FieldKind, rule: str, pages: Sequence[FieldPage], why: str) -> RuleNote:
    held = [page for page in pages if page.answers(field, rule)]
    sample = next((text for page in held for text in page.texts(rule)), "")
    return RuleNote(key=field.key, rule=rule, pages=len(held), why=why, sample=sample[:_SAMPLE])
