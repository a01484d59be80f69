"""Cleaning of scraped text: the seed, texts of our own, each rule, and what it must leave alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scraper.extraction.text import clean_text
from scraper.models import Article, Reason

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data" / "text"
SEED = ROOT.parent / "shared" / "seed"

PARAGRAPHS = (
    "The council met on Monday evening and talked about the bridge for three hours. Nothing was "
    "decided, and the chair asked everybody to come back on Thursday with better numbers.",
    "A second estimate puts the cost at four million. The engineer said that the middle pier has "
    "to be replaced in any case, and that nobody should drive a lorry over it until then.",
    "People on the other bank have waited for two years. They will have to wait for another one, "
    "the mayor said, and he was sorry to say so in front of them again this winter.",
)


def story(*extra: str, at: int = 1) -> str:
    """Headline and three paragraphs, with `extra` lines put before paragraph `at`."""
    parts = [*PARAGRAPHS[:at], *extra, *PARAGRAPHS[at:]]
    return "\n\n".join(["Council puts off the bridge once more", *parts])


def reasons(article: Article) -> dict[str, Reason]:
    return {removed.sample: removed.reason for removed in article.removed}


@pytest.mark.skipif(not SEED.is_dir(), reason="needs ../shared/seed")
def test_seed() -> None:
    expected = json.loads((SEED / "expected.json").read_text(encoding="utf-8"))
    article = clean_text((SEED / "article.txt").read_text(encoding="utf-8"))
    assert article.headline == expected["title"]
    assert article.kicker == expected["kicker"]
    assert article.in_language == expected["language"]
    assert list(article.dateline) == expected["dateline"]
    assert list(article.agencies) == expected["agencies"]
    assert [author.name for author in article.authors] == expected["authors"]
    assert [image.caption for image in article.images] == [image["caption"] for image in expected["images"]]
    assert article.article_body.split("\n\n") == expected["paragraphs"]
    assert [part.text for part in article.body] == expected["paragraphs"]
    names = {"reading_time": "readingTime"}
    samples = {(removed.reason.value, removed.sample) for removed in article.removed}
    for reason, lines in expected["removed"].items():
        assert {(names.get(reason, reason), line) for line in lines} <= samples


def test_a_text_in_the_seeds_manner() -> None:
    article = clean_text((DATA / "bridge_de.txt").read_text(encoding="utf-8"))
    paragraphs = article.article_body.split("\n\n")
    assert article.headline == "Gemeinderat vertagt Neubau um ein Jahr"
    assert article.kicker == "Streit um die Albbrücke"
    assert article.in_language == "de"
    assert article.dateline == ("Hohenau", "Lindental")
    assert article.agencies == ("dpa",)
    assert len(paragraphs) == 4
    assert paragraphs[2].startswith("Der Ingenieur Paul Wendt")
    assert paragraphs[3].endswith("(HK/mit dpa)")
    assert str(article.images[0].caption).endswith("(04.03.2023).")
    said = reasons(article)
    assert said["Drei Dörfer teilen sich einen Landarzt"] is Reason.RECOMMENDATION
    assert said["Lesezeit 3 Minuten"] is Reason.READING_TIME
    assert said["Neuer Inhalt"] is Reason.PLACEHOLDER


def test_a_text_with_single_line_breaks() -> None:
    article = clean_text((DATA / "ferry_en.txt").read_text(encoding="utf-8"))
    assert article.headline == "Island ferry to run at night for the first time"
    assert article.in_language == "en"
    assert [author.name for author in article.authors] == ["Martha Quill"]
    body = article.article_body.split("\n\n")
    assert "The timetable" in body
    assert body[-1].startswith("The board will look at the numbers")
    for line in (
        "Read more",
        "Harbour wall",
        "Share",
        "Comments",
        "newsletter",
        "Photo",
        "min read",
    ):
        assert not any(line in paragraph for paragraph in body), line


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Advertisement", Reason.ADVERTISEMENT),
        ("Lesezeit 2 Minuten", Reason.READING_TIME),
        ("Read more: Ferry to run at night", Reason.RECOMMENDATION),
        ("Updated March 3, 2024 at 10:15 am", Reason.DATE),
        ("By Martha Quill", Reason.BYLINE),
        ("https://example.org/bridge", Reason.EMBED),
        ("The old bridge in spring. Photo: Martha Quill", Reason.CAPTION),
        ("Home > News > Local", Reason.NAVIGATION),
        ("Sign up for our newsletter and never miss a story.", Reason.NEWSLETTER),
        ("Subscribe to continue reading this article today.", Reason.PAYWALL),
        ("Share on Facebook", Reason.SHARE),
        ("FacebookTwitterWhatsApp", Reason.SHARE),
        ("We use cookies to show you this video. Change your cookie settings.", Reason.CONSENT),
        ("***", Reason.NAVIGATION),
    ],
)
def test_each_kind_of_clutter_inside_the_story(line: str, reason: Reason) -> None:
    article = clean_text(story(line, at=2))
    assert article.article_body == "\n\n".join(PARAGRAPHS)
    assert reasons(article)[line] is reason


@pytest.mark.parametrize(
    "heading",
    [
        "Das könnte Sie auch interessieren:",
        "You may also like",
        "À lire aussi",
        "Te puede interesar",
        "Leggi anche",
        "Lees ook",
        "Czytaj także",
        "Leia também",
        "Läs också",
        "Læs også",
        "Les også",
    ],
)
def test_a_heading_ends_its_own_box_and_not_the_story(heading: str) -> None:
    titles = ("Harbour wall to be mended before winter", "Two seals return to the old pier")
    article = clean_text(story(heading, *titles))
    assert article.article_body == "\n\n".join(PARAGRAPHS)


def test_what_stands_behind_the_story_goes() -> None:
    tail = (
        "Related stories",
        "Harbour wall to be mended",
        "Comments",
        "Name",
        "All rights reserved",
    )
    article = clean_text(story(*tail, at=3))
    assert article.article_body == "\n\n".join(PARAGRAPHS)


def test_a_subheading_stays() -> None:
    article = clean_text(story("What the engineer found"))
    assert "What the engineer found" in article.article_body
    assert article.body[1].type == "heading"


def test_prose_stays_whatever_words_it_uses() -> None:
    sentence = (
        "Readers who subscribe to the theory of a curse should visit the archive, the mayor said, "
        "because more from the old files will be shown there, and a photo of the bridge too."
    )
    article = clean_text(story(sentence))
    assert sentence in article.article_body


def test_a_pull_quote_goes_and_its_paragraph_stays() -> None:
    quote = "nobody should drive a lorry over it until then"
    article = clean_text(story(f"“{quote}”", at=2))
    assert article.article_body == "\n\n".join(PARAGRAPHS)


def test_a_repeated_caption_goes() -> None:
    caption = "The old bridge seen from the mill"
    parts = [PARAGRAPHS[0], caption, PARAGRAPHS[1], caption, PARAGRAPHS[2]]
    article = clean_text("\n\n".join(["Council puts off the bridge once more", *parts]))
    assert caption not in article.article_body


def test_a_lead_is_parted_from_the_story() -> None:
    lead = "Two years after the first crack the village still argues about a pier in the river."
    text = "\n\n".join(["The bridge that nobody wants", lead, "By Martha Quill", *PARAGRAPHS])
    article = clean_text(text)
    assert article.lead == lead
    assert article.article_body == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("line", "kicker", "headline"),
    [
        ("AlpenraumSchnee fällt früher als sonst", "Alpenraum", "Schnee fällt früher als sonst"),
        ("Reise:Mit dem Nachtzug ans Meer", "Reise", "Mit dem Nachtzug ans Meer"),
        ("WhatsApp führt neue Gruppen ein", None, "WhatsApp führt neue Gruppen ein"),
        ("McGregor wins the race again", None, "McGregor wins the race again"),
    ],
)
def test_kicker_glued_to_the_headline(line: str, kicker: str | None, headline: str) -> None:
    article = clean_text("\n\n".join([line, *PARAGRAPHS, "Many use WhatsApp for this, he said."]))
    assert (article.kicker, article.headline) == (kicker, headline)


def test_hard_wrapped_text_is_joined() -> None:
    wrapped = "\n\n".join("\n".join(p[i : i + 70] for i in range(0, len(p), 70)) for p in ("aaa bbb " * 60,) * 4)
    assert len(clean_text(wrapped).article_body.split("\n\n")) <= 4


@pytest.mark.parametrize("text", ["", "\n\n \n", "Menu", "\x00\ufeff\u2028", "a" * 200_000])
def test_odd_input_never_raises(text: str) -> None:
    assert isinstance(clean_text(text), Article)


def test_nothing_left_is_said() -> None:
    assert clean_text("Menu\nSearch\nAdvertisement").quality.status == "empty"


def test_the_same_text_gives_the_same_article() -> None:
    text = (DATA / "ferry_en.txt").read_text(encoding="utf-8")
    assert clean_text(text) == clean_text(text)


def test_speech_about_subscriptions_is_no_prompt() -> None:
    quote = (
        "“After two more years of this,” the editor asked, “what is left in the valley that readers feel is worth a "
        "digital subscription? And who is going to write it?”"
    )
    assert quote in clean_text(story(quote)).article_body.split("\n\n")
    prompt = "Get a digital subscription now and read all that we write about the valley. You can cancel anytime."
    assert prompt not in clean_text(story(prompt)).article_body
