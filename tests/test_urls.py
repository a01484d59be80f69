"""Addresses: one spelling, one key an article, no exception for garbage."""

from __future__ import annotations

import random

import pytest

from scraper import urls


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://WWW.Example.ORG:80/Path", "http://www.example.org/Path"),
        ("https://example.org:443", "https://example.org/"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/a/..", "https://example.org/"),
        ("https://example.org/x#comments", "https://example.org/x"),
        ("https://example.org/x?", "https://example.org/x"),
        ("https://example.org/%7euser/%c3%a4", "https://example.org/~user/%C3%A4"),
        ("https://example.org/ä b", "https://example.org/%C3%A4%20b"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://me:secret@example.org/", "https://example.org/"),
        ("https://example.org./", "https://example.org/"),
        ("https://example.org/a;jsessionid=1F?b=1", "https://example.org/a?b=1"),
        ("  https://example.org/a\n", "https://example.org/a"),
        ("https://example.org\\a\\b", "https://example.org/a/b"),
        ("https://example.org/?b=2&utm_source=x&a=1", "https://example.org/?b=2&a=1"),
        ("https://example.org/?ref=home&id=7", "https://example.org/?id=7"),
        ("https://example.org/?ref=7", "https://example.org/?ref=7"),
        ("https://example.org/?FBCLID=x", "https://example.org/"),
        ("http://[::1]:80/", "http://[::1]/"),
    ],
)
def test_one_spelling(url: str, expected: str) -> None:
    assert urls.normalise(url) == expected
    assert urls.normalise(expected) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/a",
        "//example.org/a",
        "mailto:a@example.org",
        "javascript:void(0)",
        "http://",
        "http://a b/",
        "http://[::1",
        "http://example.org:99999/",
        "http://a..b/",
        "ftp://example.org/",
        "http://example.org/" + "a" * 9000,
        "http:///path",
        "data:text/html,x",
        "\x00",
    ],
)
def test_garbage_is_none(url: str) -> None:
    assert urls.normalise(url) is None
    assert not urls.is_http(url)
    assert urls.host(url) == urls.site_key(url) == urls.path(url) == ""
    assert urls.segments(url) == urls.query(url) == ()
    assert urls.article_key(url) == url


def test_random_text_never_raises() -> None:
    draw = random.Random(7)
    alphabet = "htps:/.?#[]@%&=;\\ äß\x00\ud800aZ09-_~"
    for _ in range(2000):
        text = "http://" * draw.randint(0, 1) + "".join(draw.choices(alphabet, k=draw.randint(0, 30)))
        found = urls.normalise(text)
        assert found is None or urls.normalise(found) == found
        urls.article_key(text)
        urls.join("https://example.org/a/", text)


@pytest.mark.parametrize(
    "same",
    [
        "http://example.org/news/a-story",
        "https://www.example.org/news/a-story/",
        "https://example.org/news/a-story?utm_medium=rss",
        "https://example.org/news/a-story?ref=home#comments",
        "https://example.org/news/a-story?page=2",
    ],
)
def test_one_key_an_article(same: str) -> None:
    assert urls.article_key(same) == "example.org/news/a-story"


def test_a_parameter_that_names_the_article_is_in_its_key() -> None:
    assert urls.article_key("http://a.test/view?id=7&bc=") != urls.article_key("http://a.test/view?id=8&bc=")
    assert urls.article_key("http://a.test/?b=1&a=2") == urls.article_key("http://a.test/?a=2&b=1")
    assert urls.article_key("http://a.test/?a=2&way=x", {("way", "x")}) == "a.test?a=2"


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/b", "https://example.org/b"),
        ("b?x=1#y", "https://example.org/a/b?x=1"),
        ("//other.test/", "https://other.test/"),
        ("mailto:x@example.org", None),
        ("", None),
        ("http://[", None),
    ],
)
def test_join(href: str, expected: str | None) -> None:
    assert urls.join("https://example.org/a/page", href) == expected


def test_sites() -> None:
    assert urls.host("http://News.Example.org:8080/") == "news.example.org"
    assert urls.site_key("https://www.example.org/") == "example.org"
    assert urls.registrable("news.example.co.uk") == "example.co.uk"
    assert urls.registrable("127.0.0.1") == "127.0.0.1"
    assert urls.registrable("") == ""


def test_media() -> None:
    assert urls.is_media("https://example.org/a/photo.JPG?w=1")
    assert not urls.is_media("https://example.org/a/story-100.html")
    assert not urls.is_media("https://example.org/v2.0/")


def test_first_page() -> None:
    assert urls.first_page("https://example.org/a?page=2&id=7") == "https://example.org/a?id=7"
    assert urls.first_page("https://example.org/a?seite=all") == "https://example.org/a?seite=all"
