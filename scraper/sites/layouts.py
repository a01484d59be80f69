"""Which of a site's dated layouts a page is in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from scraper.sites.model import Layout, Site


def layout_for(site: Site, matches: Callable[[Layout], float], day: date | None = None) -> Layout | None:
    """The layout whose rules fit the page best; `day`, the page's date, decides between equals.

    What matches counts before the date: old pages are rendered anew, and dates are wrong. None
    where the site has no layouts. `matches` says how well a layout fits, 0 for not at all: the
    number of its rules that hit, say.
    """
    if len(site.layouts) < 2:
        return next(iter(site.layouts), None)
    by_date = sorted(site.layouts, key=lambda layout: _distance(layout, day))
    return max(by_date, key=matches)  # max keeps the first of equals


def _distance(layout: Layout, day: date | None) -> tuple[int, int]:
    """Sorts the layout in use on `day` first, then the newer ones, then those gone by then."""
    end = layout.until.toordinal() if layout.until else date.max.toordinal()
    if day is None:
        return 0, -end
    return (0, end) if end >= day.toordinal() else (1, -end)
