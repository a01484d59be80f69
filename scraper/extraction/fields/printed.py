"""Dates that a page shows: `time` elements, printed dates around the headline, in the text, in its scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from itertools import chain, islice

from scraper.dates import date_in_url, dates_inside, day_of
from scraper.document import Node
from scraper.extraction.fields.clock import Clock, Dated
from scraper.extraction.fields.dom import ancestors, in_clutter, short_text, within, words_of
from scraper.extraction.fields.rules import rules
from scraper.extraction.fields.text import tidy
from scraper.extraction.fields.view import View

_LABEL = re.compile(r"([^\W\d_]{3,30}):\s")
_DATE_CSS = (
    "[class*=date i],[class*=datum i],[class*=publish i],[class*=time i],[class*=posted i],[class*=meta i],[id*=date i]"
)
#: elements looked at behind and above the headline, steps up from it, and characters of a text with a date
_BEHIND, _ABOVE, _UP, _MAX_TEXT = 60, 60, 5, 160
#: characters that may stand beside a date in a line that is one
_BESIDE = 36
#: steps up from the headline to a box that is its own
_BOX = 2
#: characters of a paragraph that is the story's
_PROSE = 200
_MOST_MARKED, _MOST_LINES, _MAX_LINE, _MAX_ADDRESS = 80, 2000, 90, 400
#: not looked at where a change is dated beside the headline
_FAR_SOURCES = frozenset(("script", "text", "image address"))
#: characters of a page that htmldate is asked about: its time grows faster than the page
_MAX_PAGE = 400_000


def machine_date(node: Node) -> str:
    """The date that an element carries for machines, or ""."""
    attributes = node.attributes
    return attributes.get("datetime") or attributes.get("content") or attributes.get("data-datetime") or ""


def marked_times(view: View, clock: Clock) -> Dated | None:
    """The first `time` behind the headline that is not of a change; else the first on the page."""
    near, nodes = view.headline_node, view.document.told["time"]
    if near is not None and nodes:
        nodes = view.document.tree.css(f"{near.tag},time")
    place = next((i for i, n in enumerate(nodes) if near and n.mem_id == near.mem_id), 0)
    if near is not None and place and _share_a_box(nodes[place - 1], near):
        place -= 1  # it stands right above the headline
    for node in nodes[place:] + nodes[:place]:
        if node.tag != "time":
            continue
        if _is_change(node) or in_clutter(node):
            continue
        text = machine_date(node) or tidy(node.text() or "")
        if (found := clock.read(text)) is not None:
            return found, "dom:time"
    return None


def _share_a_box(node: Node, near: Node) -> bool:
    """Whether a small box holds an element and the headline."""
    boxes = {parent.mem_id for parent in ancestors(near, _BOX) if parent.tag not in ("body", "main")}
    return any(parent.mem_id in boxes for parent in ancestors(node, 2 * _BOX))


def earlier_date(view: View, clock: Clock, than: date) -> Dated | None:
    """The first date behind the headline, where it is more than a day earlier and not said to be of a change."""
    for text in _short(_above_text(view)):
        if (found := _date_in(text, clock, _BESIDE)) is not None:
            early = not _said_changed(text) and (than - day_of(found)).days > 1
            return (found, "dom:text") if early else None
    return None


def time_beside(view: View, clock: Clock, day: date) -> Dated | None:
    """The time of that day that is printed beside the headline."""
    for text in _beside(view):
        found = _date_in(text, clock, _BESIDE)
        if isinstance(found, datetime) and found.date() == day and not _said_changed(text):
            return found, "dom:text"
    return None


def _above_text(view: View) -> Iterator[Node]:
    """The elements between the headline and the first paragraph of some length, those of figures left out."""
    for node in view.near[:_BEHIND]:
        if node.tag == "p" and len(node.text() or "") > _PROSE:
            return
        if not any(parent.tag == "figure" for parent in ancestors(node, 4)):
            yield node


def _is_change(node: Node) -> bool:
    """Whether the node's words say that it is about a change, or those before it in the same short line."""
    changed = rules().classes["modified"]
    if any(words_of(n) & changed for n in (node, *ancestors(node, 2))):
        return True
    return node.parent is not None and _said_changed(short_text(node.parent, _MAX_LINE))


def printed_dates(view: View, clock: Clock) -> tuple[Dated | None, Dated | None]:
    """(published, changed): elements whose class says date, lines around the headline that are a date; then, where not
    even a change is dated there, scripts and the lines of the whole page.
    """
    changed: Dated | None = None
    held: Dated | None = None  # a day without a time: what is marked as a date may have it
    for texts, source, beside in _stages(view):
        if (changed or held) and source in _FAR_SOURCES:
            break
        for text in _each_once(texts):
            said = _said_changed(text)
            if said and changed:
                continue
            if (found := _date_in(text, clock, beside)) is not None:
                if said:
                    changed = (found, source)
                elif held:
                    return ((found, source) if day_of(found) == day_of(held[0]) else held), changed
                elif source == "dom:date" or isinstance(found, datetime):
                    return (found, source), changed
                else:
                    held = (found, source)
                    break
    return held, changed


def _each_once(texts: Iterator[str]) -> Iterator[str]:
    """A box says again what the boxes in it say; a text that held no date holds none the second time."""
    seen: set[str] = set()
    for text in texts:
        if text not in seen:
            seen.add(text)
            yield text


def _stages(view: View) -> Iterator[tuple[Iterator[str], str, int]]:
    """(texts, source, characters that may stand beside the date), surest first."""
    yield _beside(view), "dom:text", _BESIDE
    yield _marked(view, view.wide_scope), "dom:date", _MAX_TEXT
    yield _around(view), "dom:text", _BESIDE
    yield iter(_opening(view)), "text", _MAX_TEXT
    yield _marked(view, view.document.tree.body), "dom:date", _MAX_LINE
    yield _in_scripts(view), "script", 0
    yield _lines(view), "text", _BESIDE
    yield iter([view.document.first_meta("og:image") or ""]), "image address", _MAX_ADDRESS


def _opening(view: View) -> list[str]:
    """The text's first words, where they are a date: "27.1.2022 - Bei der …"."""
    first = view.first_text[:40].lstrip()
    return [first] if first[:1].isdigit() else []


def _date_in(text: str, clock: Clock, beside: int) -> datetime | date | None:
    """The first date in a text that has no more than `beside` other characters."""
    if text.startswith("http"):
        return clock.check(date_in_url(text))
    label = _LABEL.match(text)
    if label and not {label[1].lower()} & (rules().classes["date"] | rules().classes["modified"]):
        return None  # "Registered: …", "Release: …": another thing's date
    for part in dates_inside(text):
        if len(text) - len(part) <= beside and (found := clock.read(part)) is not None:
            return found
    return None


def _said_changed(text: str) -> bool:
    """Whether a text begins by saying that something was changed: "Updated on …"."""
    return bool(set(re.split(r"[\s:]+", text.lower())[:6]) & rules().classes["modified"])


def _short(nodes: Iterator[Node] | list[Node]) -> Iterator[str]:
    """Texts with a figure in them, of elements that are short, each element once."""
    seen: set[int] = set()
    for node in nodes:
        if node.mem_id in seen:
            continue
        seen.add(node.mem_id)
        if node.tag == "time" and _is_change(node):
            continue  # what says so stands before it: the line around it is read as a whole
        text = short_text(node, _MAX_TEXT)
        if len(text) > 5 and any(map(str.isdigit, text)):
            yield text


def _beside(view: View) -> Iterator[str]:
    """Texts in the headline's own box: in front of it, or between it and the story."""
    top = view.headline_node
    boxes = [box for box in ancestors(top, _BOX) if box.tag not in ("body", "main")] if top is not None else []
    return _short(chain((node for box in boxes for node in islice(within(box), _BEHIND)), _above_text(view)))


def _around(view: View) -> Iterator[str]:
    return _short(_around_headline(view))


def _around_headline(view: View) -> Iterator[Node]:
    yield from (n for n in view.near[:_BEHIND] if not any(p.tag == "figure" for p in ancestors(n, 4)))
    if view.headline_node is not None:
        for parent in ancestors(view.headline_node, _UP):
            yield from islice(within(parent), _ABOVE)


def _marked(view: View, scope: Node | None) -> Iterator[str]:
    said = rules().classes["date"]
    nodes = scope.css(_DATE_CSS)[:_MOST_MARKED] if scope is not None else []
    return _short([n for n in nodes if words_of(n) & said and not in_clutter(n)])


#: a date in quotes; and characters before it in which its key stands, and such dates looked at in a script
_QUOTED_DATE = re.compile(r"""(?<=["'])\d{4}-\d\d-\d\d[^"'\\]{0,20}""")
_KEY, _MOST_QUOTED = 120, 5000


@cache
def _script_key() -> re.Pattern[str]:
    """What stands before the date; sought behind each date, as a search for dozens of words takes ten times as long."""
    names = "|".join(map(re.escape, rules().script_dates))
    return re.compile(rf"""\b(?:{names})\\*["']?\s*[:=]\s*\\*["']\Z""", re.I)


def _in_scripts(view: View) -> Iterator[str]:
    for node in view.document.tree.css("script:not([src])"):
        text = node.text() or ""
        for date_ in islice(_QUOTED_DATE.finditer(text), _MOST_QUOTED):
            if _script_key().search(text[max(0, date_.start() - _KEY) : date_.start()]):
                yield date_[0]
                break


def _lines(view: View) -> Iterator[str]:
    """The page's short lines with a figure, title first."""
    yield view.page_title
    body = view.document.tree.body
    text = body.text(separator="\n") if body is not None else ""
    for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        if 5 < len(line) <= 2 * _MAX_LINE and any(map(str.isdigit, line)):
            yield " ".join(line.split())[:_MAX_LINE]


# --- htmldate -------------------------------------------------------------------------------------


def looks_like_article(view: View) -> bool:
    """Whether a page is worth a search that costs many times its parse."""
    return bool(view.article) or view.document.first_meta("og:type") == "article"


def from_text(view: View, clock: Clock) -> Dated | None:
    """What htmldate finds in the page's visible text; heavy, for articles on which all else failed."""
    from htmldate import find_date  # late: imports lxml and more, parses the page again

    html = view.document.tree.html or ""
    if not html or len(html) > _MAX_PAGE:
        return None
    try:
        text = find_date(html, original_date=True, extensive_search=False, max_date=clock.latest.strftime("%Y-%m-%d"))
    except Exception:  # htmldate passes lxml's and its own parsing errors through
        return None
    if not text or text.endswith("-01-01"):  # a year alone
        return None
    found = clock.read(text)
    return (found, "text:htmldate") if found else None
