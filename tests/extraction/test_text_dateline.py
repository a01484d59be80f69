"""Datelines and agencies of running text; the language of a text."""

from __future__ import annotations

import pytest

from scraper.extraction.dateline import read_agencies, read_dateline
from scraper.extraction.language import language_of


@pytest.mark.parametrize(
    ("paragraph", "places"),
    [
        ("London/Moskau/Kiew – Der Minister reist am Montag ab.", ("London", "Moskau", "Kiew")),
        ("BERLIN (Reuters) - The chancellor travels on Monday.", ("Berlin",)),
        ("Frankfurt am Main (dpa) – Die Bank schließt.", ("Frankfurt am Main",)),
        ("PARIS, France — The minister travels.", ("Paris", "France")),
        ("USA – Der Präsident reist.", ("USA",)),
        ("Der Rat – elf Mitglieder – stimmte zu.", ()),
        ("It was late - too late for him.", ()),
        ("Kein Ort hier.", ()),
        ("", ()),
    ],
)
def test_datelines(paragraph: str, places: tuple[str, ...]) -> None:
    assert read_dateline(paragraph)[0] == places


@pytest.mark.parametrize(
    ("text", "agencies"),
    [
        ("So endete es am Montag. (EB/mit dpa)", ("dpa",)),
        ("So endete es am Montag. (dpa/AFP)", ("dpa", "AFP")),
        ("So endete es am Montag (und nicht am Dienstag).", ()),
        ("Ohne Klammern.", ()),
    ],
)
def test_signing_agencies(text: str, agencies: tuple[str, ...]) -> None:
    assert read_agencies(text) == agencies


def test_an_agency_beside_the_place() -> None:
    assert read_dateline("BERLIN (Reuters) - The chancellor travels.") == (("Berlin",), ("Reuters",))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Rat hat sich nicht auf die Brücke und den Preis geeinigt, das ist auch gut.", "de"),
        ("The council has not agreed on the price of the bridge, and it is for the best.", "en"),
        ("Le conseil n'est pas dans la salle et les élus ont voté pour le pont avec elle.", "fr"),
        ("El consejo no se puso de acuerdo con los vecinos por el precio del puente.", "es"),
        ("Il consiglio non si è riunito per il ponte della città, che sono anche più.", "it"),
        ("De raad is het niet eens met de prijs van het plan en dat is ook voor de brug.", "nl"),
        ("Rådet har inte kommit överens om priset på bron, och det är för att de var sena.", "sv"),
        ("議会は月曜日に橋の建設について話し合いました。", "ja"),
        ("의회는 월요일에 다리 건설에 대해 논의했다.", "ko"),
        ("12345", None),
    ],
)
def test_language_of(text: str, language: str | None) -> None:
    assert language_of(text) == language
