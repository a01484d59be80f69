"""Article or not by the address: the prior, and what a site's own articles teach."""

from __future__ import annotations

import pytest

from scraper.discover.learned import Learned, is_page_of_the_site, likely

SITE = "https://www.example.org"


@pytest.mark.parametrize(
    "path",
    [
        "/politik/rat-beschliesst-neuen-radweg-4711234.html",
        "/2026/09/28/rat-beschliesst/",
        "/news/2026-09/28/kurzer-slug",
        "/world/2026/sep/28/short-slug",
        "/der-rat-der-stadt-beschliesst-den-radweg/",
        "/stories/3376705/",
        "/article/5f0c2a6e-1b1c-4a52-9df1-3a2f5b6c7d8e",
        "/weather/2026/09/28/storms-ahead/",
        "/autoren/anna-beispiel/was-die-stadt-jetzt-fuer-radfahrer-tut",
        "/news/news_view.html?idx=87234",
        "/artikel13351201",
    ],
)
def test_likely(path: str) -> None:
    assert likely(SITE + path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/politik/",
        "/tag/neue-wege-fuer-die-stadt-12345",
        "/autor/anna-beispiel-12345",
        "/2026/09/28/",
        "/impressum",
        "/datenschutz-bestimmungen/",
        "/login?to=%2Fa",
        "/suche?q=12345",
        "/abo/jetzt-testen",
        "/page/2/",
        "/img/ein-langes-bild-der-stadt-1234567.jpg",
        "/feed/",
        "/sport/s-12284",
        "/2026/",
        "/wp-content/uploads/2026/09/28/a.pdf",
        "/?replytocom=12345",
        "/video/2026/09/28/ein-film-der-stadt",
    ],
)
def test_unlikely(path: str) -> None:
    assert not likely(SITE + path)


def test_hosts_without_articles() -> None:
    assert is_page_of_the_site("https://shop.example.org/ein-schoenes-buch-ueber-die-stadt-1234567")


def known(*paths: str) -> Learned:
    return Learned(SITE + p for p in paths)


WITH_ID = known(*(f"/{s}/titel-der-geschichte-{n}.html" for s in ("politik", "sport") for n in range(4711230, 4711240)))


@pytest.mark.parametrize(
    ("path", "fits"),
    [
        ("/wirtschaft/kurz-4700001.html", True),
        ("/wirtschaft/boerse/kurz-4700001.html", True),
        ("/wirtschaft/kurz-47.html", False),
        ("/wirtschaft/kurz-4700001", False),
        ("/wirtschaft/ein-langer-titel-ohne-nummer.html", False),
        ("/thema/kurz-4700001.html", False),
        ("/politik/", False),
    ],
)
def test_an_id_at_one_place(path: str, fits: bool) -> None:
    assert WITH_ID.fits(SITE + path) is fits


def test_the_word_beside_the_id_counts() -> None:
    learned = known(*(f"/de/eine-geschichte-von-heute/a-654327{n:02}" for n in range(12)))
    assert learned.fits(SITE + "/de/andere-geschichte/a-65000000")
    assert not learned.fits(SITE + "/de/alle-themen/s-65000000")


def test_dates() -> None:
    learned = known(*(f"/stadt/2026/09/{d}/titel-{d}/" for d in range(10, 20)))
    assert learned.fits(SITE + "/land/2019/01/02/wort/")
    assert not learned.fits(SITE + "/stadt/2026/09/10/")
    assert not learned.fits(SITE + "/stadt/ein-sehr-langer-titel-ohne-datum/")


def test_slugs_below_one_folder() -> None:
    slugs = ["in-doing-so", "what-the-town-did-next", "a-new-way-home", "rain-in-the-hills"] * 3
    learned = known(*(f"/article/{part}{i}/{s}/" for i, s in enumerate(slugs) for part in ("world",)))
    assert learned.fits(SITE + "/article/town/one-more-story-here/")
    assert not learned.fits(SITE + "/authors/town/one-more-story-here/")
    assert not learned.fits(SITE + "/masthead/all/the-people-behind-it/")


def test_words_that_the_articles_have_are_no_hindrance() -> None:
    learned = known(*(f"/archive/{n}" for n in range(63000, 63010)))
    assert learned.fits(SITE + "/archive/62999")
    assert not learned.fits(SITE + "/archive/62999/comment-page-1")
    assert not learned.fits(SITE + "/tag/62999")


def test_parameters_that_name_the_article() -> None:
    learned = known(*(f"/view.php?id={n}" for n in range(5)))
    assert learned.by_query
    assert learned.fits(SITE + "/view.php?id=99")
    assert not learned.fits(SITE + "/view.php?cat=1")


def test_two_articles_teach_nothing() -> None:
    assert not known("/a-b-c-d-e", "/b-c-d-e-f")
