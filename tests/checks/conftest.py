"""A page in the manner of a news site's, its config, and the folder it is stored in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scraper.checks import StoredPage, find_stored, read_stored, store_page
from scraper.checks.stored import meta_of
from scraper.document import selector_error
from scraper.sites import Site, load_file

LINES = (
    "Der Rat hat am Abend über die Brücke beraten, und nach drei Stunden stand fest, dass nichts feststeht.",
    "Die Verwaltung rechnet mit Kosten von zwei Millionen Euro, von denen das Land die Hälfte tragen soll.",
    "Im Frühjahr sollen die Arbeiten beginnen, wenn der Fluss nicht wieder über die Ufer tritt.",
)
PAGE = """\
<html lang="de"><head><title>Rat streitet um Brücke</title>
<meta property="article:published_time" content="2026-11-20T18:30:00+01:00"></head>
<body><main><article class="story">
<h1><b class="roof">Mühlenfurt</b> <span class="title">Rat streitet um Brücke</span></h1>
<div class="by">Von <a class="name" href="/autor/7">Hanne Brückner</a></div>
<div class="text">{}<div class="more"><p>Lesen Sie auch</p><a href="/x">Das Hallenbad bleibt zu</a></div></div>
</article></main></body></html>
""".format("".join(f"<p>{line}</p>" for line in LINES))
CONFIG = """\
domain = "bote.example"
article_url = ["/lokales/"]
[[layouts]]
body = ["div.text"]
headline = ["h1 .title"]
kicker = ["h1 .roof"]
author = [".by .name"]
remove = ["div.more"]
"""
URL = "https://www.bote.example/lokales/rat-streitet-um-bruecke"

Load = Callable[[str], Site]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """`load(text)`: the site of a config's text."""

    def load(text: str) -> Site:
        path = tmp_path / "configs" / "bote.example.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return load_file(path, check_selector=selector_error)

    return load


@pytest.fixture
def site(load: Load) -> Site:
    return load(CONFIG)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "pages"


@pytest.fixture
def stored(site: Site, root: Path) -> StoredPage:
    """The page, stored as the config reads it."""
    html = PAGE.encode()
    store_page(root, site.domain, html, meta_of(URL), read_stored(html, URL, site).article)
    (page,) = find_stored(root)
    return page
