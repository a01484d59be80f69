"""signals of a site's articles → verdict: does its layout hold, and if not, since which article, by which rule."""

from __future__ import annotations

from scraper.drift.baseline import baseline
from scraper.drift.judge import judge
from scraper.drift.model import Baseline, DriftVerdict, Finding, Level, Spread

__all__ = ["Baseline", "DriftVerdict", "Finding", "Level", "Spread", "baseline", "judge"]
