"""What is odd in a config: rules that find nothing, that never get to answer, that contradict or repeat others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scraper.checks.model import Level, Lint
from scraper.document import Document, find_nodes
from scraper.errors import ConfigError
from scraper.sites import Layout, Site, load_file
from scraper.sites.load import FAMILIES, read_toml, shipped_folder
from scraper.sites.words import TABLES

#: keys of a layout of which the first rule that finds something answers
FIRST = (
    *("body", "headline", "kicker", "lead", "author", "published", "modified", "section", "keywords"),
    *("next_page",),
)
#: keys of which every rule counts
ALL = ("remove", "keep", "text", "remove_text", "strip_text", "paywall", "caption")


class PageHits(NamedTuple):
    """A stored page, the layout it is in, and the texts of its blocks."""

    document: Document
    layout: Layout
    blocks: tuple[str, ...]


# --- without a page ------------------------------------------------------------------------------


def lint_config(site: Site, urls: Iterable[str] = ()) -> Iterator[Lint]:
    """Contradictions and repeats in a config's file; `urls`: the addresses of its stored pages."""
    own = read_toml(Path(site.source)) if site.source else {}
    family = family_of(site)
    yield from _duplicates(site, own)
    yield from _conflicts(site, own)
    if family:
        yield from _repeats(site, own, family)
    yield from _addresses(site, list(urls))


def family_of(site: Site) -> Site | None:
    """What a site's family says by itself; None where it has none."""
    if not site.family or not site.source:
        return None
    folder = Path(site.source).parent
    places = [folder / FAMILIES / f"{site.family}.toml", shipped_folder() / FAMILIES / f"{site.family}.toml"]
    file = next((place for place in places if place.is_file()), None)
    try:
        return load_file(file) if file else None
    except ConfigError:  # its own file's lint tells of it
        return None


def _own_layouts(own: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """(place in words, table) of each layout of the file itself, the family left out."""
    return [(f"[[layouts]] #{number}", table) for number, table in enumerate(own.get("layouts", ()), 1)]


def _duplicates(site: Site, own: dict[str, Any]) -> Iterator[Lint]:
    for where, table in [("", own), *_own_layouts(own)]:
        lists = {key: value for key, value in table.items() if isinstance(value, list) and key not in TABLES}
        for key, values in lists.items():
            for rule in (rule for rule, count in Counter(values).items() if count > 1):
                yield _lint(site, "duplicate", "warning", _place(where, key), f"'{rule}' stands there more than once")


def _conflicts(site: Site, own: dict[str, Any]) -> Iterator[Lint]:
    """`keep` wins over `remove` on the same box: of a site over its family that is meant, within one file it is not."""
    mine = {str(table.get("until")): (where, table) for where, table in _own_layouts(own)}
    for layout in site.layouts:
        where, table = mine.get(str(layout.until), ("its family's [[layouts]]", {}))
        for rule in layout.remove:
            if rule in layout.body:
                yield _lint(site, "conflict", "error", where, f"'{rule}' is in body and in remove; all text goes")
            if rule in layout.keep:
                both = rule in table.get("remove", ()) and rule in table.get("keep", ())
                said = "in keep and in remove" if both else "in keep, and in remove of its family (keep wins)"
                yield _lint(site, "conflict", "error" if both else "warning", where, f"'{rule}' is {said}")


def _repeats(site: Site, own: dict[str, Any], family: Site) -> Iterator[Lint]:
    theirs = {str(layout.until): layout for layout in family.layouts}
    for where, table in _own_layouts(own):
        layout = theirs.get(str(table.get("until")))
        for key in (*FIRST, *ALL) if layout else ():
            for rule in table.get(key, ()):
                if rule in getattr(layout, key):
                    yield _lint(
                        site, "repeats", "warning", _place(where, key), f"'{rule}' is its family's too ({site.family})"
                    )


def _addresses(site: Site, urls: list[str]) -> Iterator[Lint]:
    """Discovery would not take these pages for articles."""
    for url in urls:
        if site.article_url and not any(re.search(expression, url) for expression in site.article_url):
            yield _lint(site, "articleUrl", "error", "article_url", f"none of them finds {url}, which is stored")
        for expression in site.skip_url:
            if re.search(expression, url):
                yield _lint(site, "articleUrl", "error", "skip_url", f"'{expression}' finds {url}, which is stored")


# --- on stored pages -----------------------------------------------------------------------------


def lint_hits(site: Site, pages: Sequence[PageHits]) -> Iterator[Lint]:
    """Rules that found nothing on any stored page of their layout, or never were the first to; layouts without one.

    `pages`: the stored ones that are in a layout; a site of which none is stored is not to be asked about.
    """
    for number, layout in enumerate(site.layouts, 1):
        where = f"[[layouts]] #{number}" + (f" (until {layout.until})" if layout.until else "")
        mine = [page for page in pages if page.layout == layout]
        if not mine:
            yield _lint(site, "noPages", "warning", where, "no stored page is in this layout; its rules are untested")
            continue
        for key in (*FIRST, *ALL):
            yield from _dead(site, _place(where, key), key, getattr(layout, key), mine)


def _dead(site: Site, where: str, key: str, rules: tuple[str, ...], pages: list[PageHits]) -> Iterator[Lint]:
    many = "the stored page" if len(pages) == 1 else f"any of {len(pages)} stored pages"
    hits = [[finds(page, key, rule) for page in pages] for rule in rules]
    answered = [False] * len(pages)
    for rule, found in zip(rules, hits, strict=True):
        if not any(found):
            yield _lint(site, "dead", "warning", where, f"'{rule}' finds nothing on {many}")
        elif key in FIRST and not any(hit and not before for hit, before in zip(found, answered, strict=True)):
            yield _lint(site, "unused", "warning", where, f"'{rule}' never answers: a rule before it always does")
        answered = [before or hit for before, hit in zip(answered, found, strict=True)]


def finds(page: PageHits, key: str, rule: str) -> bool:
    """Whether a rule finds something on a page: a box for those about boxes, a text for those about fields."""
    if key in ("remove_text", "strip_text"):
        found = re.compile(rule).fullmatch if key == "remove_text" else re.compile(rule).search
        return any(found(text) for text in page.blocks)
    if key in ("body", "text", "remove", "keep", "paywall"):
        return bool(find_nodes(page.document.tree, rule))
    return bool(page.document.select(rule))


def _place(where: str, key: str) -> str:
    return f"{where}, {key}" if where else key


def _lint(site: Site, kind: str, level: Level, where: str, detail: str) -> Lint:
    return Lint(site=site.domain, kind=kind, level=level, where=where, detail=detail)
