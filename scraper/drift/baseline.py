"""signals → baseline: medians and quantiles, so that a few odd articles do not move it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scraper.drift.model import Baseline, Spread
from scraper.signals import Signals


def baseline(signals: Sequence[Signals]) -> Baseline:
    """What is usual, by these articles."""
    agreed = [s.agreement for s in signals if s.agreement is not None]
    return Baseline(
        articles=len(signals),
        chars=spread(float(s.chars) for s in signals),
        removed=spread(removed_share(s) for s in signals),
        links=spread(s.links for s in signals),
        agreement=spread(agreed) if agreed else None,
    )


def removed_share(signals: Signals) -> float:
    """Share of the text, as far as it was judged, that was removed."""
    removed = sum(signals.removed.values())
    return removed / (removed + signals.chars) if removed else 0.0


def spread(values: Iterable[float]) -> Spread:
    """The percentiles of some numbers, those between two of them by the nearer one."""
    ordered = sorted(values)
    if not ordered:
        return Spread()
    last = len(ordered) - 1
    return Spread(*(ordered[round(share * last)] for share in (0.1, 0.5, 0.9)))
