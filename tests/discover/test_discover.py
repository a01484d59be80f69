"""Whole sites on loopback: with a config, from a home address, with broken places."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from scraper.discover import Limits
from scraper.models import Link, Source
from scraper.sites.model import Site

Make = Callable[..., str]
#: the fixture `server` of conftest.py
Loopback = Any
PATHS = [f"/stadt/die-geschichte-von-heute-{n}" for n in range(4711000, 4711006)]


def site(server: Loopback, **places: tuple[str, ...]) -> Site:
    asked = {
        kind: tuple(server.base + v if v.startswith("/") else v for v in values)
        if kind in ("feeds", "sitemaps", "news_sitemaps", "sections")
        else values
        for kind, values in places.items()
    }
    return Site(domain="127.0.0.1", source="test.toml", **asked)


def paths(links: list[Link]) -> list[str]:
    return ["/" + link.url.split("/", 3)[3] for link in links]


def source(sources: list[Source], kind: str) -> Source:
    (found,) = [s for s in sources if s.kind == kind]
    return found


def home(server: Loopback, rss: Make, urlset: Make) -> None:
    """A front page with a feed, robots.txt, an index with two sitemaps, traps among the links."""
    server.put("/robots.txt", "User-agent: *\nSitemap: @@/index.xml\n", "text/plain")
    server.put("/index.xml", "<sitemapindex><sitemap><loc>@@/all.xml</loc></sitemap></sitemapindex>")
    server.put(
        "/all.xml",
        urlset(*((p, "2026-09-20") for p in [*PATHS, "/impressum", "/tag/stadt-4711999"])),
    )
    server.put("/feed", rss((PATHS[0] + "?utm_source=rss", "Eins"), (PATHS[1], "Zwei"), (PATHS[2], "Drei")))
    server.put(
        "/",
        f"""<html><head><link rel="alternate" type="application/rss+xml" href="/feed">
        <link rel="alternate" type="application/rss+xml" href="/comments/feed"></head><body>
        <nav><a href="/stadt/">Stadt</a> <a href="/login">Anmelden</a></nav>
        <a href="{PATHS[0]}?ref=home">Eins</a><a href="{PATHS[0]}#comments">3 Kommentare</a>
        <a href="{PATHS[1]}?page=2">2</a><a href="/thema/stadt-4711998">Thema</a>
        <a href="https://elsewhere.test/stadt/die-geschichte-4711997">Anzeige</a>
        <footer><a href="/stadt/ueber-diese-seiten-4700001">Haus</a></footer></body></html>""",
    )


def test_from_a_home_address(server: Loopback, rss: Make, urlset: Make) -> None:
    home(server, rss, urlset)
    links, sources = server.discover()
    assert sorted(paths(links)) == sorted(PATHS)
    assert "/comments/feed" not in server.asked
    assert source(sources, "feed").links == 3
    assert sum(s.links for s in sources) == len(PATHS)
    assert not any(s.error for s in sources)


def test_knowledge_is_merged(server: Loopback, rss: Make, urlset: Make) -> None:
    home(server, rss, urlset)
    links, _ = server.discover()
    first = links[0]
    assert (first.title, first.via) == ("Eins", f"feed:{server.base}/feed")
    assert first.published == datetime(2026, 9, 28, 8, tzinfo=UTC)
    assert first.modified == datetime(2026, 9, 20, tzinfo=UTC)
    assert [link.title for link in links[:3]] == ["Eins", "Zwei", "Drei"]


def test_a_news_sitemap_outranks_the_feed(server: Loopback, rss: Make) -> None:
    server.put("/feed", rss((PATHS[0], "Aus dem Feed"), extra="<category>Rat</category>"))
    server.put(
        "/news.xml",
        f"""<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>@@{PATHS[0]}/</loc>
        <n:news><n:publication_date>2026-09-27T12:00:00Z</n:publication_date><n:title>Titel</n:title>
        </n:news></url></urlset>""",
    )
    links, sources = server.discover(site(server, feeds=("/feed",), sitemaps=("/news.xml",)))
    (link,) = links
    assert (link.title, link.keywords) == ("Titel", ("Rat",))
    assert link.published == datetime(2026, 9, 27, 12, tzinfo=UTC)
    assert source(sources, "news-sitemap").links == 1
    assert source(sources, "feed").links == 0


def test_a_consent_page_does_not_hide_the_sitemap(server: Loopback, rss: Make, urlset: Make) -> None:
    home(server, rss, urlset)
    server.put("/", b"/consent?to=%2F", status=302)
    server.put("/consent?to=%2F", f'<a href="{PATHS[0]}">x</a>')
    links, sources = server.discover()
    assert sorted(paths(links)) == sorted(PATHS)
    assert "consent" in source(sources, "section").error


def test_a_failing_place_stops_no_other(server: Loopback, rss: Make) -> None:
    server.put("/html", "<html><body>Moved</body></html>")
    server.put("/empty", b"")
    server.put("/feed", rss(*((p, "T") for p in PATHS)))
    links, sources = server.discover(site(server, feeds=("/html", "/gone", "/empty", "/feed"), sitemaps=("/gone.xml",)))
    assert len(links) == len(PATHS)
    errors = [s.error for s in sources]
    assert "HTML page" in errors[0]
    assert "404" in errors[1]
    assert "empty" in errors[2]
    assert errors[3] == ""
    assert "404" in errors[4]


def test_patterns_of_the_config_decide(server: Loopback, rss: Make) -> None:
    server.put("/feed", rss((PATHS[0], "A"), (PATHS[1], "B"), ("/video/4711", "C")))
    links, _ = server.discover(site(server, feeds=("/feed",), article_url=(r"-\d{7}$",), skip_url=(r"4711001$",)))
    assert paths(links) == [PATHS[0]]


def test_sections_of_a_config(server: Loopback, rss: Make) -> None:
    server.put("/feed", rss(*((p, "T") for p in PATHS[:4])))
    server.put(
        "/stadt",
        f"""<html><head><base href="/stadt/"></head>
        <a href="die-geschichte-von-heute-4711005?box=3">x</a>
        <a href="{PATHS[0]}">x</a><a href="page/2">2</a>
        <a href="/autor/anna-4711004">x</a></html>""",
    )
    links, sources = server.discover(site(server, feeds=("/feed",), sections=("/stadt",)))
    assert sorted(paths(links)) == sorted([*PATHS[:4], PATHS[5]])
    assert source(sources, "section").links == 1


def test_sections_of_a_front_page_where_nothing_else_is(server: Loopback) -> None:
    server.put("/", '<nav><a href="/stadt/">Stadt</a><a href="/abo">Abo</a></nav>')
    server.put("/stadt/", f'<a href="{PATHS[0]}">x</a><a href="{PATHS[0]}?page=2">2</a>')
    links, sources = server.discover()
    assert paths(links) == [PATHS[0]]
    assert "names no sitemap" in source(sources, "robots").error
    assert "/abo" not in server.asked


def test_usual_addresses_only_without_robots_lines(server: Loopback, urlset: Make) -> None:
    server.put("/", "<html></html>")
    server.put("/sitemap_index.xml", urlset(*((p, "2026-09-01") for p in PATHS)))
    links, sources = server.discover()
    assert len(links) == len(PATHS)
    assert not any(s.error for s in sources)
    server.put("/robots.txt", "Sitemap: @@/other.xml", "text/plain")
    server.asked.clear()
    server.discover()
    assert "/sitemap.xml" not in server.asked


def test_loops_and_counts_are_bounded(server: Loopback) -> None:
    links = "".join(f"<sitemap><loc>@@/s{i}.xml</loc></sitemap>" for i in range(50))
    index = f"<sitemapindex><sitemap><loc>@@/s.xml</loc></sitemap>{links}</sitemapindex>"
    server.put("/s.xml", index)
    for i in range(50):
        server.put(f"/s{i}.xml", index)
    server.discover(site(server, sitemaps=("/s.xml",)), Limits(max_sitemaps=7))
    assert len(server.asked) == len(set(server.asked)) == 7


def test_an_index_leads_to_its_own_site_only(server: Loopback, urlset: Make) -> None:
    server.put(
        "/s.xml",
        "<sitemapindex><sitemap><loc>http://elsewhere.test/a.xml</loc></sitemap></sitemapindex>",
    )
    links, sources = server.discover(site(server, sitemaps=("/s.xml",)))
    assert not links
    assert [s.url for s in sources] == [server.base + "/s.xml"]


def test_since_and_most(server: Loopback, rss: Make) -> None:
    server.put("/feed", rss(*((p, "T") for p in PATHS)))
    links, _ = server.discover(site(server, feeds=("/feed",)), Limits(max_links=2))
    assert paths(links) == PATHS[:2]
    since = Limits(since=datetime(2026, 9, 26, tzinfo=UTC))
    links, sources = server.discover(site(server, feeds=("/feed",)), since)
    assert paths(links) == PATHS[:3]
    assert source(sources, "feed").links == 3


def test_a_feed_of_another_site_says_so(server: Loopback) -> None:
    item = "<item><link>https://news.elsewhere.test/a</link></item>"
    server.put("/feed", f'<rss version="2.0"><channel>{item}</channel></rss>')
    links, sources = server.discover(site(server, feeds=("/feed",)))
    assert not links
    assert "aliases" in sources[0].error


def test_tracking_of_a_sites_own_is_no_second_article(server: Loopback, rss: Make, urlset: Make) -> None:
    server.put("/feed", rss(*((p + "?way=feed-17", "T") for p in PATHS)))
    server.put("/s.xml", urlset(*((p, "2026-09-01") for p in PATHS)))
    links, _ = server.discover(site(server, feeds=("/feed",), sitemaps=("/s.xml",)))
    assert len(links) == len(PATHS)


def test_what_a_living_sitemap_does_not_list_is_no_news(server: Loopback, rss: Make, urlset: Make) -> None:
    home(server, rss, urlset)
    page = server.answers["/"][2].decode()
    server.put("/", page + '<a href="/stadt/so-funktioniert-unser-abo-4700002">Hilfe</a>')
    links, _ = server.discover(limits=Limits(enough=5))
    assert sorted(paths(links)) == sorted(PATHS)
    links, _ = server.discover(limits=Limits(enough=500))  # too few to rely on
    assert len(links) == len(PATHS) + 1


def test_a_small_sitemap_of_pages_gives_no_articles(server: Loopback, urlset: Make) -> None:
    pages = ["/", "/impressum", "/kontakt", "/ueber-uns", "/politik/", "/tag/rat-der-stadt-am-meer"]
    server.put("/s.xml", urlset(*((p, "2026-09-01") for p in pages)))
    links, sources = server.discover(site(server, sitemaps=("/s.xml",)))
    assert not links
    assert source(sources, "sitemap").error == ""


def test_sitemaps_teach_where_no_feed_is(server: Loopback, urlset: Make) -> None:
    listed = [f"/de/die-geschichte-von-heute/a-{n}" for n in range(4711000, 4711020)]
    server.put("/s.xml", urlset(*((p, "2026-09-01") for p in listed)))
    hrefs = ("/de/noch-eine-geschichte/a-4711100", "/de/alle-themen-von-heute/s-4711101")
    server.put("/", "".join(f'<a href="{href}">x</a>' for href in hrefs))
    links, _ = server.discover(site(server, sitemaps=("/s.xml",), sections=("/",)))
    assert set(paths(links)) - set(listed) == {"/de/noch-eine-geschichte/a-4711100"}
