"""Runs of bad articles: one that is too long for chance raises an alarm, some good articles in a row end it."""

from __future__ import annotations

import math

import msgspec

from scraper.store.state_signals import Measured

#: articles that must be known before anything is said
ENOUGH = 6
#: good articles in a row that end an alarm
WELL = 3


class Limits(msgspec.Struct, frozen=True):
    """When a run of bad articles is an alarm."""

    #: articles that it takes at least
    least: int = 3
    #: probability of such a run, by the site's own past, below which it is no chance
    chance: float = 4e-3
    #: articles after which what is bad has become the usual; None: never
    settled: int | None = 30


def _chance(bad: int, known: int, length: int) -> float:
    """Probability that so many articles in a row are bad, where so many of those known were (beta-binomial, with
    Jeffreys' prior)."""
    return math.prod((bad + 0.5 + n) / (known + 1 + n) for n in range(length))


class Run:
    """One thing that is watched, article by article in order of time."""

    __slots__ = ("alarm", "bad", "good", "limits", "run", "well")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        #: articles of the past, without those of the run
        self.good = self.bad = 0
        #: bad articles in a row (while there is an alarm: since it began)
        self.run: list[Measured] = []
        self.alarm = False
        #: good articles in a row since the alarm
        self.well = 0

    def saw(self, article: Measured, bad: bool, *, telling: bool = True) -> list[Measured]:
        """The next article; the bad ones that are a part of the past from now on.

        `telling`: whether the run may become an alarm now.
        """
        return self._saw_bad(article, telling) if bad else self._saw_good()

    def end(self) -> list[Measured]:
        """Ends the run, and the alarm; the bad articles."""
        ended, self.run = self.run, []
        self.bad += len(ended)
        self.alarm, self.well = False, 0
        return ended

    # --- inside ----------------------------------------------------------------------------------

    def _saw_bad(self, article: Measured, telling: bool) -> list[Measured]:
        self.run.append(article)
        self.well = 0
        if self.alarm:
            return self.end() if self.limits.settled and len(self.run) >= self.limits.settled else []
        known = self.good + self.bad
        if telling and len(self.run) >= self.limits.least and known >= ENOUGH:
            self.alarm = _chance(self.bad, known, len(self.run)) < self.limits.chance
        return []

    def _saw_good(self) -> list[Measured]:
        self.good += 1
        self.well += 1
        return self.end() if not self.alarm or self.well >= WELL else []
