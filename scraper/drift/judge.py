"""A site's articles in order of time → its verdict, with the first bad article and the rule at fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scraper.drift.baseline import baseline
from scraper.drift.checks import Check, Filled, Length, Markup, Shares
from scraper.drift.model import MARKUP, RANK, Baseline, DriftVerdict, Finding
from scraper.drift.rulechecks import BodyRules, EachRule, MostRules
from scraper.drift.runs import ENOUGH
from scraper.signals import Signals
from scraper.store.state_signals import Measured

#: articles that are looked back on, and those that the usual is taken from
LOOK_BACK, RECENT = 150, 60
#: kinds of articles that are made otherwise than the rest on most sites
_OTHER_KINDS = ("gallery", "video", "podcast", "liveblog", "advertorial", "recipe")
#: articles of such a kind that must be known before more of them tell anything
_KNOWN_KIND = 3


def judge(history: Sequence[Measured]) -> DriftVerdict:
    """The verdict on a site by how its articles were come by, the oldest first.

    Every check walks through the history, and calls what it sees bad or not by what came before. A run of bad articles
    that chance would hardly bring, by the share of bad ones so far, is an alarm; so what alternates on a site, or is
    missing now and then, never is one. The walk gives the same first bad article however many have come since.
    """
    history = history[-LOOK_BACK:]
    shares = Shares()
    checks: list[Check] = [BodyRules(), MostRules(), Markup(), Length(), EachRule(), Filled(), shares]
    past = _Past()
    for article in history:
        if past.odd(article.signals):
            continue
        usual = past.usual if past.count else baseline([article.signals])
        for check in checks:
            check.saw(article, usual)
        if not shares.odd:
            past.add(article.signals)
    return _verdict(checks, history)


class _Past:
    """What came before, and what is usual by it."""

    def __init__(self) -> None:
        self.usual = Baseline()
        self._signals: list[Signals] = []
        self._kinds: Counter[str] = Counter()
        self._due = 1

    @property
    def count(self) -> int:
        return len(self._signals)

    def odd(self, signals: Signals) -> bool:
        """Whether it is an article of a kind that the site hardly ever had."""
        self._kinds[signals.kind] += 1
        return signals.kind in _OTHER_KINDS and self._kinds[signals.kind] <= _KNOWN_KIND

    def add(self, signals: Signals) -> None:
        """Learns from an article; not from each at once where there are many: it would change little, and cost much."""
        self._signals.append(signals)
        if len(self._signals) >= self._due:
            self.usual = baseline(self._signals[-RECENT:])
            self._due = len(self._signals) + max(1, len(self._signals) // 10)


def _verdict(checks: Sequence[Check], history: Sequence[Measured]) -> DriftVerdict:
    if len(history) <= ENOUGH:
        return DriftVerdict(articles=len(history))
    newest = history[-1].signals
    found: list[Finding] = [one for check in checks for one in check.findings(newest)]
    if not found:
        return DriftVerdict(articles=len(history))
    found.sort(key=lambda one: (-RANK[one.level], one.rule == MARKUP))  # sorted is stable: checks are in order of worth
    worst = {one.first_bad: one for one in found if one.level == found[0].level}
    first = next(worst[article.url] for article in history if article.url in worst)
    return DriftVerdict(
        verdict=found[0].level,
        first_bad=first.first_bad,
        first_bad_at=first.first_bad_at,
        rule=found[0].rule,
        reasons=tuple(one.reason for one in found),
        articles=len(history),
        by_config=bool(newest.layout),
    )
