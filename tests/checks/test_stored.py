"""Pages put away with what they say: in a form to edit, read back with every mistake named."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from scraper.checks import StoredPage, expected_json, find_stored, read_expected, store_page
from scraper.checks.stored import meta_of, slug_of
from scraper.errors import StoreError, UsageError
from scraper.models import Access, Article, Author

URL = "https://www.bote.example/lokales/rat-streitet-um-bruecke"


def written(path: Path, values: Any) -> Path:
    path.write_text(values if isinstance(values, str) else json.dumps(values), encoding="utf-8")
    return path


def test_a_stored_page_is_easy_to_edit(stored: StoredPage) -> None:
    values = json.loads((stored.folder / "expected.json").read_text(encoding="utf-8"))
    assert values["headline"] == "Rat streitet um Brücke"
    assert values["kicker"] == "Mühlenfurt"
    assert values["authors"] == ["Hanne Brückner"]
    assert [line[:10] for line in values["body"]] == ["Der Rat ha", "Die Verwal", "Im Frühjah"]
    assert "Brücke" in (stored.folder / "expected.json").read_text(encoding="utf-8")
    assert stored.name == "bote.example/rat-streitet-um-bruecke"
    assert gzip.decompress((stored.folder / "page.html.gz").read_bytes()) == stored.html
    assert json.loads((stored.folder / "meta.json").read_text())["url"] == URL


def test_the_same_page_gives_the_same_bytes(stored: StoredPage, root: Path) -> None:
    before = {path.name: path.read_bytes() for path in stored.folder.iterdir()}
    store_page(root, "bote.example", stored.html, stored.meta, stored.expected.article, overwrite=True)
    assert {path.name: path.read_bytes() for path in stored.folder.iterdir()} == before


def test_a_correction_is_not_written_over(stored: StoredPage, root: Path) -> None:
    with pytest.raises(UsageError, match="--overwrite"):
        store_page(root, "bote.example", stored.html, stored.meta, Article())


def test_two_pages_of_one_name_get_folders_of_their_own(stored: StoredPage, root: Path) -> None:
    other = meta_of("https://www.bote.example/archiv/rat-streitet-um-bruecke")
    folder = store_page(root, "bote.example", stored.html, other, Article())
    assert folder != stored.folder
    assert store_page(root, "bote.example", stored.html, other, Article(), overwrite=True) == folder
    assert len(list(find_stored(root))) == 2


def test_only_what_the_file_has_is_expected(tmp_path: Path) -> None:
    expected = read_expected(
        written(tmp_path / "e.json", {"url": URL, "body": ["Eins.", "Zwei\nDrei"], "kicker": None})
    )
    assert expected.fields == ("kicker", "body")
    assert expected.article.article_body == "Eins.\n\nZwei\n\nDrei"
    assert expected.article.kicker is None


def test_a_record_will_do_as_an_expectation(tmp_path: Path) -> None:
    record = {
        "schemaVersion": "1",
        "url": URL,
        "headline": "Rat streitet",
        "articleBody": "Eins.\n\nZwei.",
        "body": [{"type": "paragraph", "text": "Eins."}, {"type": "paragraph", "text": "Zwei."}],
        "authors": [{"name": "Hanne Brückner", "url": None}],
        "access": {"declared": "free", "complete": True},
        "quality": {"status": "ok"},
        "removed": [],
    }
    expected = read_expected(written(tmp_path / "r.json", record))
    assert expected.article.authors == (Author(name="Hanne Brückner"),)
    assert expected.article.article_body == "Eins.\n\nZwei."
    assert expected.article.access == Access(complete=True)
    assert set(expected.fields) == {"headline", "authors", "status", "complete", "body"}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    article = Article(
        headline="A", authors=(Author(name="B"),), article_body="Eins.\n\nZwei.", keywords=("x", "y"), lead="“L” \\ ü"
    )
    expected = read_expected(written(tmp_path / "e.json", expected_json(URL, article)))
    assert expected.url == URL
    for field in ("headline", "authors", "article_body", "keywords", "lead", "kicker"):
        assert getattr(expected.article, field) == getattr(article, field)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ("{", "it is not valid JSON"),
        ("[]", "it is not a JSON object"),
        ({"headlin": "x"}, "unknown field 'headlin'; did you mean 'headline'?"),
        ({"zzz": 1}, "unknown field 'zzz'; there are: url, headline"),
        ({"headline": ["x"]}, "headline: write a text, or null"),
        ({"authors": "x"}, "authors: write a list of texts"),
        ({"authors": [7]}, "authors: write a list of texts"),
        ({"body": [["x"]]}, "body: write a list of paragraphs"),
        ({"body": 7}, "body: write a list of paragraphs"),
        ({"complete": "yes"}, "complete: write true, false or null"),
    ],
)
def test_a_mistake_is_one_sentence(values: Any, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        read_expected(written(tmp_path / "expected.json", values))
    assert str(raised.value).startswith(f"{tmp_path}/expected.json: {sentence}")


def test_what_is_not_whole_is_told(stored: StoredPage, root: Path) -> None:
    page = stored.folder / "page.html.gz"
    page.write_bytes(page.read_bytes()[:50])
    with pytest.raises(UsageError, match="not a whole gzip file"):
        list(find_stored(root))
    page.unlink()
    with pytest.raises(UsageError, match=r"there is no page; put it there as page\.html\.gz or page\.html"):
        list(find_stored(root))
    (stored.folder / "page.html").write_bytes(stored.html)
    (stored.folder / "expected.json").write_text("{}")
    (stored.folder / "meta.json").unlink()
    with pytest.raises(UsageError, match="give its 'url'"):
        list(find_stored(root))
    (stored.folder / "meta.json").write_text('{"url": 7}')
    with pytest.raises(UsageError, match=r"not the meta\.json"):
        list(find_stored(root))


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="could not be stored"):
        store_page(tmp_path / "file", "bote.example", b"", meta_of(URL), Article())


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        (URL, "rat-streitet-um-bruecke"),
        ("https://a.example/news/Über die Brücke_12.html?x=1", "uber-die-brucke-12"),
        ("https://a.example/2026/11/4711", "11-4711"),
        ("https://a.example/", "a-example"),
        ("https://a.example/新聞", "page"),
        ("https://a.example/" + "x" * 200, "x" * 60),
        ("https://a.example/news/story/index.html", "news-story"),
    ],
)
def test_names_of_folders_are_plain(url: str, slug: str) -> None:
    assert slug_of(url) == slug
