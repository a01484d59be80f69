"""Sitemap files → entries and further files; the order in which files are asked."""

from __future__ import annotations

import gzip
import random
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from scraper.discover.model import Unreadable
from scraper.discover.sitemaps import File, Sitemap, names_articles, read_sitemap, worth_asking
from scraper.errors import Failure

BASE = "https://example.org/sitemap.xml"
NEWS = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://example.org/a?utm_source=x </loc><lastmod>2026-09-03</lastmod>
<image:image><image:loc>https://example.org/a.jpg</image:loc></image:image>
<news:news><news:publication><news:name>N</news:name></news:publication>
<news:access>Subscription</news:access>
<news:publication_date>2026-09-02T10:00:00+02:00</news:publication_date>
<news:title>Ein  Titel</news:title>
<news:keywords>Rat, Stadt,, Rat</news:keywords></news:news></url></urlset>"""
INDEX = """<sitemapindex>
<sitemap><loc>/a.xml.gz</loc><lastmod>2026-09-01T00:00:00Z</lastmod></sitemap>
<sitemap><loc>https://example.org/list?from=1&amp;to=2</loc></sitemap></sitemapindex>"""


def read(body: str | bytes, limit: int = 10**6) -> Sitemap:
    return read_sitemap(body.encode() if isinstance(body, str) else body, BASE, limit=limit)


def test_news_sitemap() -> None:
    found = read(NEWS)
    (entry,) = found.entries
    assert found.news
    assert (entry.url, entry.title) == ("https://example.org/a", "Ein Titel")
    assert entry.published is not None
    assert entry.published.isoformat() == "2026-09-02T10:00:00+02:00"
    assert entry.modified == datetime(2026, 9, 3, tzinfo=UTC)
    assert entry.keywords == ("Rat", "Stadt")
    assert entry.access == "paywalled"


def test_index() -> None:
    found = read(INDEX)
    assert [f.url for f in found.files] == [
        "https://example.org/a.xml.gz",
        "https://example.org/list?from=1&to=2",
    ]
    assert found.files[0].modified == datetime(2026, 9, 1, tzinfo=UTC)
    assert not found.entries


def test_gzip_by_magic_bytes_even_twice() -> None:
    assert len(read(gzip.compress(gzip.compress(NEWS.encode()))).entries) == 1


def test_bomb() -> None:
    with pytest.raises(Failure, match="more than"):
        read(gzip.compress(b"<urlset>" + b" " * 5_000_000), limit=100_000)


def test_lines_of_addresses() -> None:
    found = read("\ufeffhttps://example.org/1\r\n\r\nhttps://example.org/2\nrubbish\n")
    assert [e.url for e in found.entries] == ["https://example.org/1", "https://example.org/2"]


def test_broken_xml_gives_what_it_has() -> None:
    body = "\n\nWarning: x<urlset><url><loc>https://example.org/1?a=1&b=2</loc></url><url><loc>https://exam"
    assert read(body).entries[0].url.startswith("https://example.org/1?a=1")


def test_entities_are_refused() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    laughs += "<urlset><url><loc>&b;</loc></url></urlset>"
    with pytest.raises(Unreadable, match="entities"):
        read(laughs)


@pytest.mark.parametrize(
    ("body", "words"),
    [("", "empty"), ("<!DOCTYPE html><html></html>", "HTML page"), ("words only", "neither XML")],
)
def test_what_is_no_sitemap_is_a_sentence(body: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(body)


def test_mutated_sitemaps_raise_nothing_else() -> None:
    draw = random.Random(5)
    for _ in range(300):
        body = bytearray((NEWS if draw.random() < 0.5 else INDEX).encode())
        for _ in range(draw.randint(1, 20)):
            body[draw.randrange(len(body))] = draw.randrange(256)
        with suppress(Unreadable):
            read(bytes(body[: draw.randint(1, len(body))]))


def order(*names: str, since: datetime | None = None) -> list[str]:
    files = [File(f"https://example.org/{name}") for name in names]
    return [f.url.removeprefix("https://example.org/") for f in worth_asking(files, since)]


def test_fresh_files_first() -> None:
    assert order("sitemap-2024-01.xml", "sitemap-2026-09.xml", "sitemap-news.xml", "post-sitemap.xml") == [
        "sitemap-news.xml",
        "post-sitemap.xml",
        "sitemap-2026-09.xml",
        "sitemap-2024-01.xml",
    ]


def test_where_nothing_tells_both_ends_come_first() -> None:
    assert order(*(f"sitemap-{i}.xml" for i in range(1, 5))) == [f"sitemap-{i}.xml" for i in (1, 4, 2, 3)]


def test_files_without_articles_are_left_out() -> None:
    names = [
        "tag-sitemap.xml",
        "wp-sitemap-users-1.xml",
        "sitemaps/authors/1.xml",
        "page-sitemap.xml",
    ]
    assert order(*names, "sitemap.xml?page=2", "static/sitemap.xml") == [
        "sitemap.xml?page=2",
        "static/sitemap.xml",
    ]
    assert names_articles("https://example.org/post-sitemap.xml")


def test_old_archives_are_skipped() -> None:
    since = datetime(2026, 9, 5, tzinfo=UTC)
    assert order("s-2026-08.xml", "s-2026-09.xml", "s-2025.xml", "s.xml", since=since) == [
        "s-2026-09.xml",
        "s.xml",
    ]
