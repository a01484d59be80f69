"""One sitemap file → its entries, or the files that it lists; which of them are worth asking.

https://www.sitemaps.org/protocol.html,
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scraper import urls
from scraper.discover.model import Entry, Unreadable, folded, moment, unique
from scraper.document import decoded_body

#: entries of one file; the protocol allows 50,000
_MOST = 60_000
_WORDS = re.compile(r"[a-zäöüéñ]+|\d+")
_MONTH = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\D{0,4}(0?[1-9]|1[0-2])(?!\d)|(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(?:\d\d)?(?!\d)"
)
_ROOTS = (b"<?xml", b"<urlset", b"<sitemapindex")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class File:
    """A sitemap file that something names."""

    url: str
    modified: datetime | None = None
    depth: int = 0
    #: "sitemap", or "news-sitemap" where a config says so
    kind: str = "sitemap"
    #: False for a usual address that nobody named
    named: bool = True
    #: a config names it: asked whatever it is called
    sure: bool = False


@dataclass(slots=True)
class Sitemap:
    """What one file holds: articles and other pages, or more files."""

    entries: list[Entry] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    #: whether entries carry news:publication_date
    news: bool = False


def read_sitemap(body: bytes, url: str, *, limit: int, depth: int = 0) -> Sitemap:
    """Raises Unreadable for what is no sitemap, Failure for one of more than `limit` bytes."""
    for _ in range(2):  # a .gz file that the server packs once more
        if body[:2] == b"\x1f\x8b":
            body = decoded_body(body, "gzip", limit=limit)
    start = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise Unreadable("the sitemap is empty (0 bytes)")
    lower = start.replace(b"\x00", b"").lower()
    if not lower.startswith(b"<") and not any(root in lower for root in _ROOTS):
        return Sitemap(entries=list(_lines(body)))
    if b"<!doctype html" in lower or lower.startswith(b"<html"):
        raise Unreadable("no sitemap is there but an HTML page; correct or remove its address")
    if b"<!entity" in lower:
        raise Unreadable("the sitemap declares XML entities, which none needs; it was not read")
    return _xml(body, url, depth)


def _lines(body: bytes) -> Iterator[Entry]:
    """A text sitemap: one address a line."""
    found = False
    for line in body.decode("utf-8-sig", "replace").splitlines()[:_MOST]:
        if address := urls.normalise(line.strip()):
            found = True
            yield Entry(url=address)
    if not found:
        raise Unreadable("no sitemap is there: neither XML nor lines of addresses")


def _xml(body: bytes, url: str, depth: int) -> Sitemap:
    from lxml import etree

    out = Sitemap()
    begin = max(0, body.find(b"<"))  # PHP warnings and blank lines before the declaration
    stream = etree.iterparse(
        io.BytesIO(body[begin:]),
        events=("end",),
        tag=("{*}url", "{*}sitemap", "url", "sitemap"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
    )
    try:
        for _, node in stream:
            _take(node, out, url, depth)
            node.clear()
            while node.getprevious() is not None:
                del node.getparent()[0]
            if len(out.entries) >= _MOST:
                break
    except etree.XMLSyntaxError as error:
        if not out.entries and not out.files:
            raise Unreadable(f"the sitemap is not valid XML: {folded(str(error))}") from error
    if not out.entries and not out.files and stream.root is None:
        raise Unreadable("the sitemap is not valid XML")
    return out


def _take(node: Any, out: Sitemap, base: str, depth: int) -> None:
    """One <url> or <sitemap> element (lxml's, untyped) into `out`."""
    values: dict[str, str] = {}
    for child in node.iter():
        if isinstance(child.tag, str) and child.text:
            space, _, name = child.tag.rpartition("}")
            prefix = "news:" if "news" in space else "" if not space or "schemas/sitemap/" in space else "other:"
            values.setdefault(prefix + name, child.text.strip())
    address = urls.join(base, values.get("loc", ""))
    if address is None:
        return
    modified = moment(values.get("lastmod"))
    if node.tag.rpartition("}")[2] == "sitemap":
        out.files.append(File(_undecorated(values["loc"], base) or address, modified, depth + 1))
        return
    out.news = out.news or "news:publication_date" in values
    out.entries.append(
        Entry(
            url=address,
            title=folded(values.get("news:title")),
            published=moment(values.get("news:publication_date")),
            modified=modified,
            keywords=unique(values.get("news:keywords", "").split(",")),
            access="paywalled" if values.get("news:access", "").lower() == "subscription" else "",
        )
    )


def _undecorated(address: str, base: str) -> str | None:
    """A sitemap's own address, as it stands: its parameters may be called "from" and "page"."""
    return address if urls.is_http(address) else urls.join(base, address)


# --- which files, and in which order -------------------------------------------------------------


def worth_asking(files: Sequence[File], since: datetime | None) -> list[File]:
    """Files that may hold fresh articles, the likeliest first.

    News sitemaps lead; then the newest by lastmod or by the month in the name. Where nothing tells,
    the two ends of the list come first: some systems append their newest file, others begin with
    it. Files of tags, authors, pictures are left out, and archives that end before `since`.
    """
    kept = [f for f in files if (f.sure or not _never(f.url)) and not (since and _before(f, since))]
    dated = sorted((f for f in kept if _date(f)), key=lambda f: _date(f) or _EPOCH, reverse=True)
    undated = _both_ends([f for f in kept if not _date(f)])
    return sorted(dated + undated, key=lambda f: _rank(f.url, f.kind))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _date(file: File) -> datetime | None:
    return file.modified or _end_of_name(file.url)


def _before(file: File, since: datetime) -> bool:
    """Whether all that the file can hold is older, by its name's period, else its last change."""
    end = _end_of_name(file.url) or file.modified
    return end is not None and end < since


def _end_of_name(url: str) -> datetime | None:
    """The last moment of the month or year in a file's name: "sitemap-2026-11.xml"."""
    name = urls.path(url).rpartition("/")[2] + url.partition("?")[1] + url.partition("?")[2]
    if match := _MONTH.search(name):
        year, month = int(match[1] or match[3]), int(match[2] or match[4])
    elif match := _YEAR.search(name):
        year, month = int(match[1]), 12
    else:
        return None
    return datetime(year, month, calendar.monthrange(year, month)[1], 23, 59, 59, tzinfo=UTC)


def _name_words(url: str) -> frozenset[str]:
    """Words of the path and the query."""
    return frozenset(_WORDS.findall((urls.path(url) + " " + url.partition("?")[2]).lower()))


def _never(url: str) -> bool:
    """Whether its name (its folder's, where that says nothing) says: no articles."""
    known, name = (
        urls.rules(),
        "/".join(urls.segments(url)[-1:]).lower() + " " + url.partition("?")[2].lower(),
    )
    words = set(_WORDS.findall(name))
    if all(w.isdigit() or w in _PLAIN for w in words):
        words |= set(_WORDS.findall("/".join(urls.segments(url)[-2:-1]).lower()))
    if words & (known.sitemap_first | known.sitemap_early):
        return False
    return bool(words & known.sitemap_never) or any(p in name for p in known.sitemap_never_parts)


_PLAIN = frozenset(("sitemap", "sitemaps", "index", "xml", "gz", "txt", "map", "page"))


def _rank(url: str, kind: str) -> int:
    words, known = _name_words(url), urls.rules()
    if kind == "news-sitemap" or words & known.sitemap_first:
        return 0
    return 1 if words & known.sitemap_early else 2


def names_articles(url: str) -> bool:
    """Whether the file's name says that it lists articles ("post-sitemap.xml")."""
    return bool(_name_words(url) & urls.rules().sitemap_early)


def _both_ends(files: Iterable[File]) -> list[File]:
    rest, out = list(files), []
    while rest:
        out.append(rest.pop(0))
        if rest:
            out.append(rest.pop())
    return out
