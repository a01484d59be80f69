"""The things that are watched: each is told of every article, and says what is wrong by then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Protocol

from scraper.drift.baseline import removed_share
from scraper.drift.model import MARKUP, Baseline, Finding, Level
from scraper.drift.runs import Limits, Run
from scraper.signals import Signals
from scraper.store.state_signals import Measured

#: what breaks a site, and what makes it worse: the second must be surer, for more places are watched for it
BROKEN, WORSE = Limits(), Limits(least=4, chance=1e-5)
#: a new layout that is read well is the usual one after so many articles
_MARKUP = Limits(settled=12)
#: share of a text in known makes below which it stands in other markup, and of a make that counts
KNOWN, COUNTS = 0.25, 0.2
#: share of a run's articles that must have a make in common: a new layout has one
ALIKE = 0.6
#: share of the usual length below which a body is far too short, and from which on it tells something of its markup
SHORT, STRONG = 0.2, 0.3
_SHORTER = Limits(chance=1e-3)
#: rules that find places on a page
_PLACES = ("body:", "text:", "keep:", "remove:")
#: characters of a make that are shown
_SHOWN = 60
#: by how much a share must differ from what nine of ten articles have
JUMP = 0.25
#: statuses of articles that their publisher has cut
CUT = ("teaser", "partial")
_BREAKS: Level = "broken"
_WORSENS: Level = "degraded"


class Check(Protocol):
    def saw(self, article: Measured, usual: Baseline) -> None:
        """The next article in order of time, and what is usual so far."""
        ...

    def findings(self, newest: Signals) -> Iterator[Finding]:
        """What is wrong, by the newest article."""
        ...


def finding(run: Run, level: Level, rule: str, reason: str) -> Finding:
    """What a run tells; "{many}" in the reason becomes how many articles show it."""
    first, count = run.run[0], len(run.run)
    many = f"the last {count} articles" if count > 1 else "the last article"
    reason = reason.replace("{many}", many)
    return Finding(level=level, rule=rule, reason=reason, first_bad=first.url, first_bad_at=first.at, articles=count)


class Markup:
    """The text stands in blocks of makes that the site has not had: a redesign, with or without a config."""

    def __init__(self) -> None:
        self.run = Run(_MARKUP)
        #: make → articles of the past that had it
        self.makes: Counter[str] = Counter()
        #: (config, layout) of the past
        self.places: set[tuple[str, str]] = set()
        #: whether an article of the run has text enough: in teasers, clutter may be the most of it
        self._strong = False

    def saw(self, article: Measured, usual: Baseline) -> None:
        signals = article.signals
        if not signals.makes:
            return
        if not self.makes or self._fits(signals):
            self._take([article, *self.run.end()])
            return
        known = sum(share for make, share in signals.makes.items() if make in self.makes)
        new = known < KNOWN
        self._strong = new and (self._strong or _is_strong(signals, usual))
        self._take(self.run.saw(article, new, telling=self._strong and self._alike(article)))
        if not new:
            self._take([article])

    def findings(self, newest: Signals) -> Iterator[Finding]:
        if self.run.alarm:
            old = _short(self.makes.most_common(1)[0][0])
            new = _short(_main_make(self.run.run[-1].signals))
            yield finding(self.run, "broken", MARKUP, f"{{many}} have their text in {new}, {old} was usual")

    def _take(self, articles: list[Measured]) -> None:
        for article in articles:
            self.makes.update(make for make, share in article.signals.makes.items() if share >= COUNTS)
            self.places.add((article.signals.config, article.signals.layout))

    def _fits(self, signals: Signals) -> bool:
        """Whether a config, or a layout of it, that is new here knows the page: it was written for it."""
        hits = [bool(found) for rule, found in signals.rules.items() if rule.startswith(_PLACES)]
        return (signals.config, signals.layout) not in self.places and sum(hits) > len(hits) / 2

    def _alike(self, article: Measured) -> bool:
        """Whether most articles of the run, this one included, are made alike."""
        run = [*self.run.run, article]
        shared = Counter(make for a in run for make, share in a.signals.makes.items() if share >= COUNTS)
        return bool(shared) and max(shared.values()) >= ALIKE * len(run)


def _main_make(signals: Signals) -> str:
    return max(signals.makes.items(), key=lambda item: item[1])[0]


def _is_strong(signals: Signals, usual: Baseline) -> bool:
    most = max(signals.makes.values()) * signals.chars
    return signals.status not in CUT and most >= STRONG * usual.chars.middle


def _short(make: str) -> str:
    return make if len(make) <= _SHOWN else make[: _SHOWN - 1] + "…"


class Length:
    """Bodies are empty, or far shorter than usual; teasers are told apart, and must be surer: they come in rows."""

    def __init__(self) -> None:
        self.run, self.teasers = Run(_SHORTER), Run(WORSE)

    def saw(self, article: Measured, usual: Baseline) -> None:
        short = article.signals.chars < SHORT * usual.chars.middle
        teaser = article.signals.status in CUT
        self.teasers.saw(article, short and teaser)
        if not teaser:
            self.run.saw(article, short)

    def findings(self, newest: Signals) -> Iterator[Finding]:
        for run, level, what in ((self.run, _BREAKS, "have bodies"), (self.teasers, _WORSENS, "are teasers")):
            if run.alarm:
                middle = sorted(article.signals.chars for article in run.run)[len(run.run) // 2]
                yield finding(run, level, "articleBody", f"{{many}} {what} of some {middle} characters")


class Filled:
    """Fields that were filled are empty."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self._seen = 0

    def saw(self, article: Measured, usual: Baseline) -> None:
        for field in article.signals.sources:
            if field not in self.runs:
                self.runs[field] = run = Run(WORSE)
                run.bad = self._seen
        for field, run in self.runs.items():
            run.saw(article, field not in article.signals.sources)
        self._seen += 1

    def findings(self, newest: Signals) -> Iterator[Finding]:
        for field, run in self.runs.items():
            if run.alarm:
                had = f"{run.good} of {run.good + run.bad} before had it"
                yield finding(run, "degraded", f"field:{field}", f"{{many}} have no {field}, {had}")


class Shares:
    """More is removed than was, more of the text stands in links, or the config keeps what the classifier would not."""

    def __init__(self) -> None:
        self.removed, self.links, self.agreement = Run(WORSE), Run(WORSE), Run(WORSE)
        #: whether the last article was not as usual: nothing of it is to be learned
        self.odd = False

    def saw(self, article: Measured, usual: Baseline) -> None:
        signals = article.signals
        self.odd = False
        if signals.chars < SHORT * usual.chars.middle or signals.status in CUT:
            return  # of little text much is clutter
        self._saw(self.removed, article, removed_share(signals) > usual.removed.high + JUMP)
        self._saw(self.links, article, signals.links > usual.links.high + JUMP)
        if signals.agreement is not None:
            low = usual.agreement.low if usual.agreement else 0.0
            self._saw(self.agreement, article, signals.agreement < low - JUMP)

    def _saw(self, run: Run, article: Measured, bad: bool) -> None:
        run.saw(article, bad)
        self.odd = self.odd or bad

    def findings(self, newest: Signals) -> Iterator[Finding]:
        if self.removed.alarm:
            yield finding(self.removed, "degraded", "removed", "far more than usual is removed from {many}")
        if self.links.alarm:
            yield finding(self.links, "degraded", "links", "far more than usual of {many} stands in links")
        if self.agreement.alarm and newest.agreement is not None:
            yield finding(
                self.agreement, "degraded", "agreement", "the config keeps what looks like no article on {many}"
            )
