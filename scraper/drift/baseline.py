"""signals → baseline: medians, quantiles and smoothed shares, so that a few odd articles do not move it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from scraper.drift.model import Baseline, Spread
from scraper.signals import Signals


def baseline(signals: Sequence[Signals]) -> Baseline:
    """What is usual, by these articles. Shares are smoothed: (hits + ½) / (articles + 1)."""
    agreed = [s.agreement for s in signals if s.agreement is not None]
    return Baseline(
        articles=len(signals),
        chars=spread(float(s.chars) for s in signals),
        removed=spread(removed_share(s) for s in signals),
        links=spread(s.links for s in signals),
        agreement=spread(agreed) if agreed else None,
        filled=_filled(signals),
        sources=_sources(signals),
        rules=_rules(signals),
        makes=_makes(signals),
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


def smoothed(hits: float, tries: int) -> float:
    """A share by additive smoothing (Jeffreys' prior)."""
    return (hits + 0.5) / (tries + 1)


def _filled(signals: Sequence[Signals]) -> dict[str, float]:
    counts = Counter(field for s in signals for field in s.sources)
    return {field: smoothed(count, len(signals)) for field, count in sorted(counts.items())}


def _sources(signals: Sequence[Signals]) -> dict[str, dict[str, float]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for s in signals:
        for field, kind in s.sources.items():
            counts[field][kind] += 1
    return {
        field: {kind: count / len(signals) for kind, count in kinds.most_common()}
        for field, kinds in sorted(counts.items())
    }


def _rules(signals: Sequence[Signals]) -> dict[str, float]:
    tried: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    for s in signals:
        tried.update(s.rules.keys())
        hit.update(rule for rule, found in s.rules.items() if found)
    return {rule: smoothed(hit[rule], count) for rule, count in tried.items()}


def _makes(signals: Sequence[Signals]) -> dict[str, float]:
    counts = Counter(make for s in signals for make in s.makes)
    return {make: count / len(signals) for make, count in counts.most_common()}
