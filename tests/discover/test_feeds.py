"""Feeds → entries; what is no feed is a sentence."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from scraper.discover.feeds import read_feed
from scraper.discover.model import Unreadable

BASE = "https://example.org/feed"
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>N</title>
<item><title>Rat &amp;amp; Tat: &lt;i&gt;der&lt;/i&gt; Plan</title>
<link>/politik/plan-1234567?utm_source=rss</link><pubDate>Mon, 28 Sep 2026 10:00:00 +0200</pubDate>
<category>Politik</category><category>Stadt</category><content:encoded>
<![CDATA[<p>Der  erste Absatz.</p><p>Der <b>zweite</b>.</p>]]></content:encoded></item>
<item><title>Ohne Link</title><guid isPermaLink="false">n-1</guid></item>
<item><title>Nur guid</title><guid>https://example.org/b</guid></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title>Eins</title>
<link rel="alternate" href="https://example.org/1"/><published>2026-09-01T08:00:00Z</published>
<updated>2026-09-02T08:00:00+02:00</updated></entry></feed>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "items": [
{"url": "/j", "title": "J", "tags": ["x"], "date_published": "2026-09-01T08:00:00+02:00",
"content_html": "<p>Eins.</p><p>Zwei.</p>"}, {"id": "no url"}]}"""


def test_rss() -> None:
    first, second = read_feed(RSS.encode(), BASE)
    assert first.url == "https://example.org/politik/plan-1234567"
    assert first.title == "Rat & Tat: der Plan"
    assert first.published == datetime(2026, 9, 28, 8, tzinfo=UTC)
    assert first.modified is None
    assert first.keywords == ("Politik", "Stadt")
    assert first.text == "Der erste Absatz.\n\nDer zweite."
    assert second.url == "https://example.org/b"


def test_atom() -> None:
    (entry,) = read_feed(ATOM.encode(), BASE)
    assert entry.published == datetime(2026, 9, 1, 8, tzinfo=UTC)
    assert entry.modified == datetime(2026, 9, 2, 6, tzinfo=UTC)


@pytest.mark.parametrize("day", ["Thu, 01 Jan 1970 00:00:00 GMT", "9999-12-31T23:59:59Z"])
def test_a_date_that_stands_for_none_is_none(day: str) -> None:
    """Of one, --since took every article for old; of the other, reading each page crashed."""
    entry, _ = read_feed(RSS.replace("Mon, 28 Sep 2026 10:00:00 +0200", day).encode(), BASE)
    assert (entry.published, entry.modified) == (None, None)


def test_json_feed() -> None:
    (entry,) = read_feed(JSON.encode(), BASE)
    assert (entry.url, entry.title, entry.keywords) == ("https://example.org/j", "J", ("x",))
    assert entry.text == "Eins.\n\nZwei."


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "HTML page"),
        (b"just text", "something else"),
        (b"{broken", "not valid JSON"),
        (b'{"a": 1}', "other JSON"),
        (b"[1]", "something else"),
        (b"/etc/hostname", "something else"),
    ],
)
def test_what_is_no_feed_is_a_sentence(body: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_feed(body, BASE)


def test_a_feed_that_breaks_off_gives_what_it_has() -> None:
    assert len(read_feed(RSS.encode()[:700], BASE)) >= 1


def test_mutated_feeds_raise_nothing_else() -> None:
    draw = random.Random(3)
    for _ in range(60):
        body = bytearray(RSS.encode())
        for _ in range(draw.randint(1, 20)):
            body[draw.randrange(len(body))] = draw.randrange(256)
        with suppress(Unreadable):
            read_feed(bytes(body[: draw.randint(1, len(body))]), BASE)
