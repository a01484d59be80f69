"""What dates look like on pages, and which are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from scraper.dates import date_in_url, dates_inside, is_possible, iso, parse_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-03T10:15:00+02:00", "2024-05-03T10:15:00+02:00"),
        ("2024-05-03T10:15:00.1234567Z", "2024-05-03T10:15:00+00:00"),
        ("2024-05-03T10:15:00+0200", "2024-05-03T10:15:00+02:00"),
        ("2024-05-03 10:15:00 -0500", "2024-05-03T10:15:00-05:00"),
        ("2024-05-03 10:15", "2024-05-03T10:15:00"),
        ("2024-05-03", "2024-05-03"),
        ("20240503", "2024-05-03"),
        ("Fri, 03 May 2024 10:15:00 +0200", "2024-05-03T10:15:00+02:00"),
        ("03.05.2024", "2024-05-03"),
        ("3.5.2024, 10:15 Uhr", "2024-05-03T10:15:00"),
        ("2024年5月3日 10:15", "2024-05-03T10:15:00"),
        ("1714724100", "2024-05-03T08:15:00+00:00"),
    ],
)
def test_ways_of_writing_a_date(text: str, expected: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert iso(found) == expected


@pytest.mark.parametrize(
    ("text", "languages", "expected"),
    [
        ("3. Mai 2024", ["de"], "2024-05-03"),
        ("May 3, 2024", ["en"], "2024-05-03"),
        ("3 mai 2024 à 10:15", ["fr"], "2024-05-03T10:15:00"),
        ("3 de mayo de 2024", ["es"], "2024-05-03"),
        ("03/05/2024", ["en"], "2024-03-05"),
        ("03/05/2024", ["en-GB"], "2024-05-03"),
        ("03/05/2024", ["fr"], "2024-05-03"),
    ],
)
def test_languages(text: str, languages: list[str], expected: str) -> None:
    found = parse_date(text, languages=languages)
    assert found is not None
    assert iso(found) == expected


def test_a_zone_is_only_for_times_without_one() -> None:
    zone = "Europe/Berlin"
    local = parse_date("2024-05-03 10:15", zone=zone)
    assert local is not None
    assert iso(local) == "2024-05-03T10:15:00+02:00"
    utc = parse_date("2024-05-03T10:15Z", zone=zone)
    assert utc is not None
    assert iso(utc) == "2024-05-03T10:15:00+00:00"
    assert parse_date("2024-05-03", zone=zone) == date(2024, 5, 3)
    assert parse_date("2024-05-03 10:15", zone="No/Where") == datetime(2024, 5, 3, 10, 15)


@pytest.mark.parametrize("text", ["", "gestern", "vor 2 Stunden", "2024-13-45", "3. Mai", "99999999999"])
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text, languages=["de"]) is None


def test_future_and_prehistory_are_refused() -> None:
    now = datetime(2024, 5, 3, tzinfo=UTC)
    assert is_possible(now + timedelta(days=1), now)
    assert not is_possible(now + timedelta(days=4), now)
    assert not is_possible(date(1970, 1, 1), now)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/2024/05/03/story.html", date(2024, 5, 3)),
        ("https://a.example/2024/5/3/story.html", date(2024, 5, 3)),
        ("https://a.example/story-20240503.html", date(2024, 5, 3)),
        ("https://a.example/story-2024-05-03", date(2024, 5, 3)),
        ("https://a.example/story-123456789", None),
        ("https://a.example/2024/05/story", None),
        ("https://blatt.example/news/2024/may/03/die-bruecke", date(2024, 5, 3)),
        ("https://blatt.example/news/2024/teil/03/die-bruecke", None),
        ("https://blatt.example/news/2024/feb/31/die-bruecke", None),
    ],
)
def test_dates_in_addresses(url: str, expected: date | None) -> None:
    assert date_in_url(url) == expected


def test_dates_inside_a_text() -> None:
    assert dates_inside("Von Jane Roe, 3. Mai 2024, 10:15 Uhr") == ["3. Mai 2024, 10:15"]
    assert dates_inside("Stand: 03.05.2024") == ["03.05.2024"]
