"""The phrases: how lines are normalised, what is found, and what must never be."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from scraper import lexicon
from scraper.models import Reason
from scraper.spelling import normalise

FOLDER = Path(__file__).resolve().parents[1] / "scraper" / "data" / "phrases"
KINDS = {reason.value for reason in Reason} | set(lexicon.PAGE_KINDS)
LISTS = {"exact", "prefix", "contains", "sentence"}
#: lists that judge a page as a whole, by kind
PAGE_LISTS = {"paywall": {"cut", "offer"}, **{kind: {"title", "page"} for kind in lexicon.PAGE_KINDS}}
MAIN = ("de", "en", "fr", "es", "it", "nl", "pl", "pt", "sv", "da", "no")


@pytest.mark.parametrize(
    ("line", "spelled"),
    [
        ("» Lesezeit  2 Minuten:", "lesezeit # minuten"),
        ("  READ MORE → ", "read more"),
        ("Don’t miss", "don't miss"),
        ("12 Kommentare", "# kommentare"),
        ("„Mehr zum Thema“", "mehr zum thema"),
        ("a\u00a0b\tc", "a b c"),
        ("…", ""),
    ],
)
def test_normalise(line: str, spelled: str) -> None:
    assert normalise(line) == spelled


@pytest.mark.parametrize(
    ("line", "kind", "how"),
    [
        ("Das könnte Sie auch interessieren:", "recommendation", "exact"),
        ("Lesen Sie auch: Drei Dörfer suchen einen Arzt", "recommendation", "prefix"),
        ("À lire aussi : Trois villages cherchent un médecin", "recommendation", "prefix"),
        ("Leia também: Três aldeias procuram um médico", "recommendation", "prefix"),
        ("Lee también", "recommendation", "exact"),
        ("Leggi anche", "recommendation", "exact"),
        ("Lees ook", "recommendation", "exact"),
        ("Czytaj także: Trzy wsie szukają lekarza", "recommendation", "prefix"),
        ("Läs också", "recommendation", "exact"),
        ("Læs også", "recommendation", "exact"),
        ("Les også", "recommendation", "exact"),
        ("関連記事", "recommendation", "exact"),
        ("Lesezeit: 7 Minuten", "readingTime", "exact"),
        ("4 min read", "readingTime", "exact"),
        ("Neuer Inhalt", "placeholder", "exact"),
        ("Advertisement", "advertisement", "exact"),
        ("128 comments", "comments", "exact"),
        ("Alle Rechte vorbehalten", "legal", "exact"),
        ("A harbour at dawn, Jane Roe/Getty Images", "caption", "contains"),
    ],
)
def test_hit(line: str, kind: str, how: str) -> None:
    hit = lexicon.hit(line)
    assert hit is not None
    assert (hit.kind, hit.how) == (kind, how)
    assert hit.rule.startswith("phrases/")
    assert hit.rule.endswith(f":{kind}")


@pytest.mark.parametrize(
    "line",
    [
        "The council said on Monday that the bridge would stay closed until spring.",
        "Der Rat teilte am Montag mit, die Brücke bleibe bis zum Frühjahr gesperrt.",
        "Morenos Vertrag läuft aus, sagte der Verein.",
        "Apart from that, nothing was decided.",
        "",
    ],
)
def test_prose_is_no_hit(line: str) -> None:
    assert lexicon.hit(line) is None


def test_a_prefix_ends_where_a_word_ends() -> None:
    assert lexicon.hit("Sharethis founder resigns over a dispute") is None


def test_kinds_narrow_the_search() -> None:
    assert lexicon.hit("Newsletter", kinds={"caption"}) is None
    hit = lexicon.hit("Newsletter", kinds={"newsletter"})
    assert hit is not None
    assert hit.kind == "newsletter"


def test_find_in_a_longer_text() -> None:
    text = "This part of the report is open to members. Subscribe to continue reading it tonight."
    hit = lexicon.find(text, "paywall")
    assert hit is not None
    assert hit.rule == "phrases/en:paywall"
    assert lexicon.find(text, "newsletter") is None
    assert lexicon.find(text, "no such kind") is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ada Reed and Ben Cole in Leeds contributed to this report.", "byline"),
        ("For more from the harbour, sign up for our letter on ships and tides.", "newsletter"),
        ("Wenn Ihnen das Stück gefallen hat, unterstützen Sie uns bitte mit einer Gabe.", "promotion"),
        ("The council contributed to the costs; this report says how much.", None),
        ("", None),
    ],
)
def test_told_by_a_sentence_of_any_kind(text: str, kind: str | None) -> None:
    words = text.lower().replace(".", "").replace(",", "").split()
    hit = lexicon.told(text, " ".join(words), words)
    assert (hit.kind if hit else None) == kind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Just a moment...", "blockedPage"),
        ("Bevor Sie weiterlesen: Ihre Privatsphäre ist uns wichtig", "consentPage"),
        ("Please sign in", "loginPage"),
        ("404 - Page not found", "errorPage"),
        ("Seite nicht gefunden", "errorPage"),
    ],
)
def test_whole_pages(title: str, kind: str) -> None:
    assert lexicon.hit(title, kinds={kind}) is not None


def test_words() -> None:
    assert "und" in lexicon.words("stop")["de"]
    assert "march" in lexicon.words("date")["en"]
    assert lexicon.words("no such list") == {}


def test_every_main_language_is_there() -> None:
    assert set(MAIN) <= {path.stem for path in FOLDER.glob("*.toml")}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_the_files_fit(path: Path) -> None:
    for kind, lists in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if kind == "words":
            assert set(lists) <= {"date", "stop", "role"}
            continue
        assert kind in KINDS
        assert set(lists) <= LISTS | PAGE_LISTS.get(kind, set())
        for phrase in [phrase for phrases in lists.values() for phrase in phrases]:
            assert normalise(phrase.replace("#", "0")), f"{path.name}:{kind}: {phrase!r}"
            assert phrase == phrase.lower(), f"{path.name}:{kind}: {phrase!r} has capitals"


@pytest.mark.parametrize(
    ("text", "where", "found"),
    [
        ("Pour lire la suite, abonnez-vous", "paywall.cut", {"pour lire la suite"}),
        ("Pour lire la suite, abonnez-vous", "paywall.offer", {"abonnez-vous"}),
        ("404 | Das Blatt", "errorPage.title", {"404"}),
        ("1404 Tage auf See", "errorPage.title", set()),
        ("Reference #18.a", "blockedPage.page", {"reference #"}),
        ("I’m not a  robot", "blockedPage.page", {"i'm not a robot"}),
        ("ページが見つかりません", "errorPage.title", {"ページが見つかりません"}),
        ("Aboneler, abone olun", "paywall.offer", set()),
        ("Anything", "no.such list", set()),
    ],
)
def test_phrases_that_judge_a_page(text: str, where: str, found: set[str]) -> None:
    assert set(lexicon.spotted(text, where)) == found
