"""The shipped configs: each is right, says where its articles are, and no two share a host."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scraper import extract
from scraper.document import selector_error
from scraper.sites import Site, Sites, load_file

FOLDER = Path(__file__).resolve().parents[1] / "configs"
FILES = sorted(FOLDER.glob("*.toml"))
DUMONT = ["express.de", "ksta.de", "mz.de", "rundschau-online.de"]
DATED = re.compile(r"(?:19|20)\d\d")


@pytest.fixture(scope="module")
def shipped() -> list[Site]:
    """All of them, read strictly; two configs for one host would raise."""
    return Sites.load([FOLDER], strict=True, check_selector=selector_error).all()


def test_every_file_is_a_site(shipped: list[Site]) -> None:
    assert len(shipped) == len(FILES) >= 183


def test_every_file_is_named_after_its_domain(shipped: list[Site]) -> None:
    assert [Path(site.source).stem for site in shipped] == [site.domain for site in shipped]


def test_every_site_has_a_name_a_language_and_a_country(shipped: list[Site]) -> None:
    assert [site.domain for site in shipped if not (site.name and site.languages and site.country)] == []


def test_every_site_says_where_its_articles_are_found(shipped: list[Site]) -> None:
    for site in shipped:
        sources = [*site.feeds, *site.sitemaps, *site.news_sitemaps, *site.sections]
        assert sources, site.source
        assert len(set(sources)) == len(sources), site.source


def test_no_address_is_good_for_one_day_only(shipped: list[Site]) -> None:
    for site in shipped:
        for address in (*site.feeds, *site.sitemaps, *site.news_sitemaps):
            assert not DATED.search(address), site.source


def test_the_dumont_papers_share_their_family(shipped: list[Site]) -> None:
    family = [site for site in shipped if site.family == "dumont"]
    assert [site.domain for site in family] == DUMONT
    assert all(site.layouts == family[0].layouts for site in family)


@pytest.mark.parametrize("file", [*FILES, *FOLDER.glob("families/*.toml")], ids=lambda f: f.stem)
def test_every_file_says_first_where_its_facts_are_from(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("file", sorted(FOLDER.glob("families/*.toml")), ids=lambda f: f.stem)
def test_every_family_is_right_by_itself(file: Path) -> None:
    assert load_file(file, check_selector=selector_error).layouts


# --- the DuMont family on a page in its manner (our own text, their markup) ---------------------

PAGE = Path(__file__).parent.joinpath("sites/dumont.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("domain", DUMONT)
def test_a_dumont_page_is_its_text_and_nothing_else(domain: str) -> None:
    site = load_file(FOLDER / f"{domain}.toml")
    article = extract(PAGE, f"https://www.{domain}/region/bruecke-33335514", site=site)
    starts = [part.text[:20] for part in article.body]
    assert starts == ["Die Brücke am Hafen ", "Der Verkehr wird wei", "Im Herbst soll alles"]
    assert article.kicker == "Neuer Termin"
    assert article.headline == "Brücke wird erst im Herbst fertig"
    assert [author.name for author in article.authors] == ["Maria Beispiel"]
    assert "config:aside.dm_article_collection" in {removed.rule for removed in article.removed}
