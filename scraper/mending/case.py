"""The state of a site → what there is to mend: drift's verdict, and the pages before and since the break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import msgspec

from scraper.drift import DriftVerdict, judge
from scraper.drift.model import MARKUP
from scraper.signals import Signals
from scraper.sites import Site
from scraper.store import State
from scraper.store.state_pages import KeptPage, is_known
from scraper.store.state_signals import Measured

#: share of the old articles on which a rule must have found something to be counted on
COUNTED_ON = 0.7
#: share of those rules that still find something on a page of the old layout
STILL = 0.67


class Idle(msgspec.Struct, frozen=True):
    """There is nothing to mend: "changed": not before the config, as it is now, has read an article."""

    kind: Literal["idle", "changed"]
    #: why
    sentence: str


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A layout that broke."""

    site: Site
    verdict: DriftVerdict
    #: last day of the layout that broke
    until: date
    #: kept pages of the old and of the new layout, the oldest first
    old: tuple[KeptPage, ...] = ()
    new: tuple[KeptPage, ...] = ()


def case_of(domain: str, site: Site | None, state: State) -> Case | Idle:
    """What there is to mend. `site`: its config as it is now."""
    history = state.signals.of(domain)
    verdict = judge(history)
    if idle := _idle(domain, site, verdict, history):
        return idle
    assert site is not None
    broke = next(i for i, one in enumerate(history) if one.url == verdict.first_bad)
    before, since = history[:broke], history[broke:]
    is_old = _Usual(before, verdict)
    new = {one.url for one in since if not is_old(one.signals)}
    pages = state.pages.of(domain)
    earlier = {one.url for one in history} - {one.url for one in since}
    return Case(
        site=site,
        verdict=verdict,
        until=_until(before, verdict, site),
        old=tuple(page for page in pages if page.asked in earlier),
        new=tuple(page for page in pages if page.asked in new),
    )


def _idle(domain: str, site: Site | None, verdict: DriftVerdict, history: Sequence[Measured]) -> Idle | None:
    if not history:
        return Idle("idle", f"{domain}: no articles are known; it was in no run yet")
    if verdict.verdict != "broken":
        return Idle("idle", f"{domain}: its layout is {verdict.verdict}; there is nothing to mend")
    if site is None:
        words = "the site has no config: the generic way reads the new pages too; there is nothing to mend"
        return Idle("idle", f"{domain}: the templates changed, but {words} (`scraper learn` makes a config)")
    if not site.layouts:
        words = "its config has no layout: the generic way reads the new pages too; there is nothing to mend"
        return Idle("idle", f"{domain}: the templates changed, but {words}")
    if history[-1].signals.config != site.hash:
        words = "its config was changed since its last article; the next ones show if it holds"
        return Idle("changed", f"{domain}: {words}")
    return None


class _Usual:
    """Whether an article is in the layout that broke, by the rules that used to find something."""

    def __init__(self, before: Sequence[Measured], verdict: DriftVerdict) -> None:
        read = [one.signals.rules for one in before if one.signals.rules]
        hits = Counter(rule for rules in read for rule, found in rules.items() if found)
        self._rules = {rule for rule, count in hits.items() if count >= COUNTED_ON * len(read)}
        #: the rules do not tell old from new where the text alone stands in other markup
        self._makes = {make for one in before for make in one.signals.makes} if verdict.rule == MARKUP else None

    def __call__(self, signals: Signals) -> bool:
        if self._makes is not None:
            return sum(share for make, share in signals.makes.items() if make in self._makes) >= 0.5
        left = [rule for rule in self._rules if signals.rules.get(rule)]
        return is_known(signals) and len(left) >= STILL * len(self._rules)


def _until(before: Sequence[Measured], verdict: DriftVerdict, site: Site) -> date:
    """The day of the last good article, as far as articles came in order; a day that no layout of the config has."""
    first = datetime.fromtimestamp(verdict.first_bad_at or 0.0, UTC).date()
    last = datetime.fromtimestamp(before[-1].at, UTC).date() if before else first
    day = min(first, last)
    taken = {layout.until for layout in site.layouts}
    while day in taken:
        day += timedelta(days=1)
    return day
