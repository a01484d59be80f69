"""When it was published and when changed: an arbiter over what the page, its address and the feed say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from scraper.dates import date_in_url, day_of, iso
from scraper.extraction.fields.clock import Clock, Dated
from scraper.extraction.fields.dom import in_clutter
from scraper.extraction.fields.printed import (
    earlier_date,
    from_text,
    looks_like_article,
    machine_date,
    marked_times,
    printed_dates,
    time_beside,
)
from scraper.extraction.fields.text import tidy
from scraper.extraction.fields.view import View


def read_dates(view: View, clock: Clock) -> tuple[str | None, str | None]:
    """(published, modified) as ISO 8601. Modified stands in for published only where nothing
    else is known.
    """
    modified = _first(_modified(view), clock)
    published = _first(_published(view), clock)
    if published and modified and not _is_before(published[0], modified[0]):
        # a system that stamps every change with a new date: what is printed below the headline may be older
        published = earlier_date(view, clock, day_of(published[0])) or published
    published = published or _seldom(view, clock)
    if published is None:
        published, changed = printed_dates(view, clock)
        modified = modified or changed
        if published is None and modified is None and looks_like_article(view):
            published = from_text(view, clock)
    if published is None and modified is not None:
        published = (modified[0], f"{modified[1]} (modified)")
    if published is not None:
        published = _sharper(published, view, clock)
        view.provenance["datePublished"] = published[1]
    if modified is not None:
        view.provenance["dateModified"] = modified[1]
    return (iso(published[0]) if published else None, iso(modified[0]) if modified else None)


def _is_before(a: datetime | date, b: datetime | date) -> bool:
    """Whether `a` is the earlier one; by the day where only one of them has a time or a zone."""
    if isinstance(a, datetime) and isinstance(b, datetime) and (a.tzinfo is None) == (b.tzinfo is None):
        return a < b
    return day_of(a) < day_of(b)


def _first(texts: Iterator[tuple[str, str]], clock: Clock) -> Dated | None:
    for text, source in texts:
        if (found := clock.read(text)) is not None:
            return found, source
    return None


def _sharper(published: Dated, view: View, clock: Clock) -> Dated:
    """A date without a time gets the feed's time if that is of the same day; one of an address the time printed."""
    hinted = view.hint.published if view.hint else None
    if hinted and not isinstance(published[0], datetime) and abs(hinted.date() - published[0]).days < 1:
        return hinted, "feed"
    if published[1] == "url":
        return time_beside(view, clock, day_of(published[0])) or published
    return published


# --- what the page declares -----------------------------------------------------------------------


def _published(view: View) -> Iterator[tuple[str, str]]:
    yield from view.ruled("published")
    for name in ("datePublished", "dateCreated", "uploadDate"):
        yield from view.ld(name)
    yield from view.meta_texts("published")
    yield from _other_jsonld(view, "datePublished")
    yield from _itemprop(view, ("datepublished", "datecreated", "pubdate"))


def _modified(view: View) -> Iterator[tuple[str, str]]:
    yield from view.ruled("modified")
    yield from view.ld("dateModified")
    yield from view.meta_texts("modified")
    yield from _other_jsonld(view, "dateModified")
    yield from _itemprop(view, ("datemodified",))


def _other_jsonld(view: View, name: str) -> Iterator[tuple[str, str]]:
    """Dates of the page's other JSON-LD objects, where the article's own has none."""
    for thing in view.document.jsonld:
        value = thing.get(name)
        if isinstance(value, str):
            yield value, f"jsonld:{name}"


def _itemprop(view: View, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        for node in view.microdata.get(name, ()):
            text = machine_date(node) or tidy(node.text(separator=" ") or "")
            if not in_clutter(node):
                yield text, f"itemprop:{name}"


# --- what it does not declare ---------------------------------------------------------------------


def _seldom(view: View, clock: Clock) -> Dated | None:
    """Feed, address and `time`, for the pages that declare nothing."""
    ways: tuple[Callable[[View, Clock], Dated | None], ...] = (_hinted, _in_url, marked_times)
    return next((found for way in ways if (found := way(view, clock)) is not None), None)


def _hinted(view: View, clock: Clock) -> Dated | None:
    found = clock.check(view.hint.published) if view.hint else None
    return (found, "feed") if found else None


def _in_url(view: View, clock: Clock) -> Dated | None:
    url = view.document.url
    if "/web/" in url and "http" in url[8:]:  # an archive's own date stands before the page's address
        url = url[url.index("http", 8) :]
    found = clock.check(date_in_url(url))
    return (found, "url") if found else None
