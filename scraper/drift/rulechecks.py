"""A config's rules, watched: those of the body, whether most of the others still find anything, and each by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scraper.drift.checks import BROKEN, WORSE, finding
from scraper.drift.model import Baseline, Finding
from scraper.drift.runs import ENOUGH, Limits, Run
from scraper.signals import Signals
from scraper.store.state_signals import Measured

#: what a config says of a dead body is never the usual: it is to be mended
_NEVER = Limits(settled=None)
#: rules that find something on at least this share of articles are counted on, and so many there must be;
#: a page on which less than LEFT of them do is in another layout
COUNTED_ON, FEW, LEFT = 0.7, 3, 0.34
#: keys of a layout's rules on which each rule stands for itself; of the others the first hit wins
_EACH = ("text", "remove", "keep", "remove_text")


class BodyRules:
    """None of the rules that say where the text is finds anything."""

    def __init__(self) -> None:
        self.run = Run(_NEVER)
        self._hits: Counter[str] = Counter()
        self._configs: set[str] = set()

    def saw(self, article: Measured, usual: Baseline) -> None:
        signals = article.signals
        rules = {rule: found for rule, found in signals.rules.items() if rule.startswith("body:")}
        hits = [rule for rule, found in rules.items() if found]
        if self.run.alarm and signals.config not in self._configs and (hits or not rules):
            self.run.end()  # the config was mended
        self._configs.add(signals.config)
        if rules:
            self._hits.update(hits)
            self.run.saw(article, not hits)

    def findings(self, newest: Signals) -> Iterator[Finding]:
        if self.run.alarm:
            rule = self._hits.most_common(1)[0][0]
            name = rule.partition(":")[2]
            yield finding(
                self.run,
                "broken",
                rule,
                f'body rule "{name}" finds nothing on {{many}}; it did on {self.run.good} before',
            )


class MostRules:
    """Most of the rules that are counted on find nothing: the page is in a layout that the config does not know."""

    def __init__(self) -> None:
        self.run = Run(BROKEN)
        self._tried: Counter[str] = Counter()
        self._hit: Counter[str] = Counter()
        self._configs: set[str] = set()
        self._lost = ""

    def saw(self, article: Measured, usual: Baseline) -> None:
        rules, config = article.signals.rules, article.signals.config
        hits = [rule for rule, found in rules.items() if found]
        if self.run.alarm and config not in self._configs and len(hits) >= len(rules) / 2:
            self.run.end()  # the config was mended, or is no more
        self._configs.add(config)
        counted = [rule for rule in rules if self._tried[rule] >= ENOUGH and self._share(rule) >= COUNTED_ON]
        left = [rule for rule in counted if rules[rule]]
        bad = len(counted) >= FEW and len(left) < LEFT * len(counted)
        if bad:
            self._lost = max((rule for rule in counted if not rules[rule]), key=self._share)
        else:
            self._tried.update(rules.keys())
            self._hit.update(hits)
        if rules:
            self.run.saw(article, bad)

    def findings(self, newest: Signals) -> Iterator[Finding]:
        if self.run.alarm:
            yield finding(
                self.run, "broken", self._lost, f'most rules of the config, as "{self._lost}", find nothing on {{many}}'
            )

    def _share(self, rule: str) -> float:
        return self._hit[rule] / self._tried[rule]


class EachRule:
    """A rule that found something finds nothing: its place has moved, or is gone."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        #: of a list of which the first hit wins, the rule that does most of the finding
        self._answers: dict[str, Counter[str]] = {}

    def saw(self, article: Measured, usual: Baseline) -> None:
        for name, hits in _grouped(article.signals).items():
            run = self.runs.setdefault(name, Run(WORSE))
            run.saw(article, not hits)
            self._answers.setdefault(name, Counter()).update(hits)

    def findings(self, newest: Signals) -> Iterator[Finding]:
        current = _grouped(newest)
        for name, run in self.runs.items():
            if run.alarm and name in current:
                rule = self._answers[name].most_common(1)[0][0]
                key, _, selector = rule.partition(":")
                found = f"it did on {run.good} of {run.good + run.bad} before"
                yield finding(run, "degraded", rule, f'{key} rule "{selector}" finds nothing on {{many}}; {found}')


def _grouped(signals: Signals) -> dict[str, list[str]]:
    """What is watched by itself → its rules that found something; those of the body are not here."""
    groups: dict[str, list[str]] = {}
    for rule, found in signals.rules.items():
        key = rule.partition(":")[0]
        if key != "body":
            groups.setdefault(rule if key in _EACH else key, []).extend([rule] if found else [])
    return groups
