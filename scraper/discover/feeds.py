"""RSS, Atom (by feedparser) and JSON Feed → entries."""

from __future__ import annotations

import io
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any

import msgspec

from scraper import urls
from scraper.discover.model import Entry, Unreadable, believable, folded, moment, unique
from scraper.document import parse

#: entries of one feed that are read; whole archives in a feed are the sitemaps' business
_MOST = 2000
#: "<" of one feed: at 40 µs each, 20 MB of nothing else would take minutes
_TOO_MANY = 300_000
#: characters of a title
_TITLE = 500
_ROOTS = (b"<rss", b"<feed", b"<rdf", b"<channel", b":rdf", b":feed", b":rss")
#: bytes at the start among which the root element must be
_HEAD = 4096


def read_feed(body: bytes, url: str, content_type: str = "") -> tuple[Entry, ...]:
    """The entries of a feed, in its own order. Raises Unreadable for what is no feed."""
    head = body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise Unreadable("the feed is empty (0 bytes)")
    if head.startswith(b"{"):
        return _json_feed(body, url)
    lower = body[:_HEAD].replace(b"\x00", b"").lower()
    if not any(root in lower for root in _ROOTS):
        what = "an HTML page" if b"<html" in lower or b"<!doctype html" in lower else "something else"
        raise Unreadable(f"no feed is there but {what}; correct or remove its address")
    if body.count(b"<") > _TOO_MANY:
        raise Unreadable("the feed is too large to be one: more than 300,000 elements")
    return tuple(_xml_entries(body, url, content_type))


def _xml_entries(body: bytes, url: str, content_type: str) -> Iterator[Entry]:
    import feedparser  # late: 50 ms, and only feeds need it

    # a file object: given bare bytes, feedparser first tries them as the name of a file
    kind = {"content-location": url, "content-type": content_type or "application/xml"}
    try:
        parsed = feedparser.parse(
            io.BytesIO(body),
            response_headers=kind,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # whatever the XML, HTML and date readers below feedparser raise
        raise Unreadable(f"the feed cannot be read: {folded(str(error))}") from error
    if not parsed.version and not parsed.entries:
        raise Unreadable(f"the feed cannot be read: {folded(str(parsed.get('bozo_exception', 'no entries')))}")
    for item in parsed.entries[:_MOST]:
        if entry := _xml_entry(item, url):
            yield entry


def _xml_entry(item: Any, base: str) -> Entry | None:
    """`item` is a feedparser entry: a dict whose values may be missing or of odd types."""
    address = str(item.get("feedburner_origlink") or item.get("link") or "")
    found = urls.join(base, address) if address else urls.normalise(str(item.get("id") or ""))
    if found is None:
        return None
    modified = ("updated_parsed" in item and item["updated_parsed"]) or None
    return Entry(
        url=found,
        title=folded(unescape(_plain(str(item.get("title") or ""))))[:_TITLE],
        published=_utc(item.get("published_parsed")),
        modified=_utc(modified),
        keywords=unique(str(tag.get("term") or "") for tag in item.get("tags") or ()),
        text=_full_text(item.get("content") or ()),
    )


def _utc(parsed: Any) -> datetime | None:
    """A feedparser time (struct_time in UTC) as a datetime."""
    try:
        return believable(datetime.fromtimestamp(timegm(parsed), UTC)) if parsed else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _full_text(contents: Any) -> str:
    """The text of the longest content of an entry: its paragraphs, joined by blank lines."""
    texts = [str(c.get("value") or "") for c in contents]
    return _plain(max(texts, key=len), blank_lines=True) if texts else ""


def _plain(html: str, *, blank_lines: bool = False) -> str:
    if "<" not in html:
        return html.strip()
    tree = parse(html).tree
    if blank_lines:
        nodes = tree.css("p, h2, h3, h4, li, pre")
        parts = [folded(n.text()) for n in nodes if n.tag != "li" or not n.css("p")]
        if any(parts):
            return "\n\n".join(p for p in parts if p)
    return folded(tree.body.text()) if tree.body else ""


def _json_feed(body: bytes, url: str) -> tuple[Entry, ...]:
    """https://www.jsonfeed.org/version/1.1/"""
    try:
        feed = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(f"the feed is not valid JSON: {error}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed" not in str(feed.get("version", "")):
        raise Unreadable("no feed is there but other JSON; correct or remove its address")
    return tuple(e for item in items[:_MOST] if isinstance(item, dict) and (e := _json_entry(item, url)))


def _json_entry(item: Mapping[str, Any], base: str) -> Entry | None:
    found = urls.join(base, str(item.get("url") or ""))
    if found is None:
        return None
    tags = item.get("tags")
    html = str(item.get("content_html") or "")
    return Entry(
        url=found,
        title=folded(str(item.get("title") or ""))[:_TITLE],
        published=moment(str(item.get("date_published") or "")),
        modified=moment(str(item.get("date_modified") or "")),
        keywords=unique(map(str, tags)) if isinstance(tags, list) else (),
        text=str(item.get("content_text") or "").strip() or _plain(html, blank_lines=True),
    )
