"""Which of a site's layouts a page is in."""

from __future__ import annotations

from datetime import date

import pytest

from scraper.sites import Layout, Site, layout_for

NEW = Layout(body=("#new",))
MIDDLE = Layout(body=("#middle",), until=date(2024, 5, 1))
OLD = Layout(body=("#old",), until=date(2019, 1, 1))
SITE = Site(domain="x.de", layouts=(NEW, MIDDLE, OLD))


def test_a_site_without_layouts_has_none() -> None:
    assert layout_for(Site(domain="x.de"), lambda layout: 0) is None


def test_an_only_layout_is_it() -> None:
    assert layout_for(Site(domain="x.de", layouts=(OLD,)), lambda layout: 0) is OLD


@pytest.mark.parametrize("fits", [NEW, MIDDLE, OLD])
@pytest.mark.parametrize("day", [None, date(2018, 1, 1), date(2026, 1, 1)])
def test_what_matches_counts_before_the_date(fits: Layout, day: date | None) -> None:
    assert layout_for(SITE, lambda layout: layout is fits, day) is fits


@pytest.mark.parametrize(
    ("day", "layout"),
    [
        (None, NEW),
        (date(2026, 1, 1), NEW),
        (date(2024, 5, 2), NEW),
        (date(2024, 5, 1), MIDDLE),
        (date(2019, 1, 2), MIDDLE),
        (date(2019, 1, 1), OLD),
        (date(1999, 1, 1), OLD),
    ],
)
def test_the_date_decides_between_equals(day: date | None, layout: Layout) -> None:
    assert layout_for(SITE, lambda layout: 1, day) is layout


def test_a_page_younger_than_all_layouts_takes_the_newest() -> None:
    site = Site(domain="x.de", layouts=(MIDDLE, OLD))
    assert layout_for(site, lambda layout: 0, date(2026, 1, 1)) is MIDDLE
