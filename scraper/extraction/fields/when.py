"""When it was published and when changed: an arbiter over what the page, its address and the
feed say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from scraper.dates import (
    date_in_url,
    dates_inside,
    day_of,
    in_zone,
    is_possible,
    iso,
    parse_date,
)
from scraper.document import Node
from scraper.extraction.fields.rules import rules
from scraper.extraction.fields.text import tidy
from scraper.extraction.fields.view import (
    View,
    after,
    ancestors,
    in_clutter,
    short_text,
    within,
    words_of,
)

#: (date, source)
Dated = tuple[datetime | date, str]

_DATE_CSS = (
    "time,[itemprop*=date i],[class*=date i],[class*=datum i],[class*=publish i]"
    ",[class*=time i],[class*=posted i],[class*=meta i]"
)
_REACH, _MAX_TEXT = 60, 160


class Clock:
    """Reads dates as this page writes them, and refuses impossible ones."""

    def __init__(self, view: View, language: str, now: datetime) -> None:
        self._languages = tuple(dict.fromkeys(c for c in (language, *_site(view)) if c))
        self._zone = view.site.timezone if view.site else ""
        hinted = view.hint.published if view.hint else None
        #: nothing is later than the clock, or than what the feed says
        self._now = max(now, hinted) if hinted and hinted.tzinfo and now.tzinfo else now

    def read(self, text: str) -> datetime | date | None:
        """The date in `text` if an article can carry it."""
        return self.check(parse_date(text, languages=self._languages, zone=self._zone))

    def check(self, found: datetime | date | None) -> datetime | date | None:
        found = in_zone(found, self._zone)
        return found if found is not None and is_possible(found, self._now) else None

    @property
    def latest(self) -> datetime:
        return self._now + timedelta(days=2)


def _site(view: View) -> tuple[str, ...]:
    return view.site.languages if view.site else ()


def read_dates(view: View, near: Node | None, clock: Clock) -> tuple[str | None, str | None]:
    """(published, modified) as ISO 8601. Modified stands in for published only where nothing
    else is known.
    """
    modified = _first(_modified(view), clock)
    published = _first(_published(view), clock) or _seldom(view, near, clock)
    if published is None:
        published = from_text(view, clock)
        if published and modified and day_of(published[0]) == day_of(modified[0]):
            published = None  # it read the date of the change
    if published is None and modified is not None:
        published = (modified[0], f"{modified[1]} (modified)")
    if published is not None:
        published = _sharper(published, view, clock)
        view.provenance["datePublished"] = published[1]
    if modified is not None:
        view.provenance["dateModified"] = modified[1]
    return (iso(published[0]) if published else None, iso(modified[0]) if modified else None)


def _first(texts: Iterator[tuple[str, str]], clock: Clock) -> Dated | None:
    for text, source in texts:
        if (found := clock.read(text)) is not None:
            return found, source
    return None


def _sharper(published: Dated, view: View, clock: Clock) -> Dated:
    """A date without a time gets the feed's time if that is of the same day."""
    hinted = view.hint.published if view.hint else None
    if hinted and not isinstance(published[0], datetime) and abs(hinted.date() - published[0]).days < 1:
        return hinted, "feed"
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
            text = _machine(node) or tidy(node.text(separator=" ") or "")
            if not in_clutter(node):
                yield text, f"itemprop:{name}"


def _machine(node: Node) -> str:
    attributes = node.attributes
    return attributes.get("datetime") or attributes.get("content") or attributes.get("data-datetime") or ""


# --- what it shows --------------------------------------------------------------------------------


def _seldom(view: View, near: Node | None, clock: Clock) -> Dated | None:
    """Feed, address, `time`, printed dates, and htmldate as the last: for the few pages that
    declare nothing.
    """
    ways: tuple[Callable[[], Dated | None], ...] = (
        lambda: _hinted(view, clock),
        lambda: _in_url(view, clock),
        lambda: _times(view, near, clock),
        lambda: _printed(view, near, clock),
    )
    return next((found for way in ways if (found := way()) is not None), None)


def _hinted(view: View, clock: Clock) -> Dated | None:
    found = clock.check(view.hint.published) if view.hint else None
    return (found, "feed") if found else None


def _in_url(view: View, clock: Clock) -> Dated | None:
    url = view.document.url
    if "/web/" in url and "http" in url[8:]:  # an archive's own date stands before the page's address
        url = url[url.index("http", 8) :]
    found = clock.check(date_in_url(url))
    return (found, "url") if found else None


def _times(view: View, near: Node | None, clock: Clock) -> Dated | None:
    """The first `time` behind the headline that is not of a change; else the first on the page."""
    nodes = view.marked
    place = next((i for i, n in enumerate(nodes) if near and n.mem_id == near.mem_id), 0)
    for node in nodes[place:] + nodes[:place]:
        if node.tag != "time" or _is_change(node) or in_clutter(node):
            continue
        text = _machine(node) or tidy(node.text() or "")
        if (found := clock.read(text)) is not None:
            return found, "dom:time"
    return None


def _is_change(node: Node) -> bool:
    """Whether the node's words say that it is about a change."""
    changed = rules().classes["modified"]
    return any(words_of(n) & changed for n in (node, *ancestors(node, 2)))


def _printed(view: View, near: Node | None, clock: Clock) -> Dated | None:
    """A date in an element whose class says date, then in any short element around the headline."""
    if near is not None:
        for node in _around(near):
            if (found := _in_short_text(node, clock)) is not None:
                return found, "dom:text"
    for node in view.document.tree.css(_DATE_CSS)[:80]:
        said = words_of(node) & rules().classes["date"] and not _is_change(node)
        if said and not in_clutter(node) and (found := _in_short_text(node, clock)) is not None:
            return found, "dom:date"
    return None


def _around(near: Node) -> Iterator[Node]:
    steps = 0
    for node in after(near, _REACH):
        yield node
    for parent in ancestors(near, 3):
        for node in within(parent):
            steps += 1
            if steps > _REACH:
                return
            yield node


def _in_short_text(node: Node, clock: Clock) -> datetime | date | None:
    text = short_text(node, _MAX_TEXT)
    if len(text) < 6 or not any(c.isdigit() for c in text):
        return None
    if set(text.lower().split()[:6]) & rules().classes["modified"]:
        return None
    return _date_inside(text, clock)


def _date_inside(text: str, clock: Clock) -> datetime | date | None:
    """The first date anywhere in a short text."""
    return next((d for part in dates_inside(text) if (d := clock.read(part)) is not None), None)


def from_text(view: View, clock: Clock) -> Dated | None:
    """What htmldate finds in the page's visible text; heavy, for pages on which all else failed."""
    from htmldate import find_date  # late: imports lxml and more, parses the page again

    html = view.document.tree.html or ""
    if not html or len(html) > 3_000_000:
        return None
    try:
        text = find_date(
            html,
            original_date=True,
            extensive_search=True,
            max_date=clock.latest.strftime("%Y-%m-%d"),
        )
    except Exception:  # htmldate passes lxml's and its own parsing errors through
        return None
    if not text or text.endswith("-01-01"):  # a year alone
        return None
    found = clock.read(text)
    return (found, "text:htmldate") if found else None
