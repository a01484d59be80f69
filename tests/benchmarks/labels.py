"""Segments that must and must not appear → labels: which blocks of a page they speak of."""

from __future__ import annotations

from collections.abc import Sequence


def segment_labels(texts: Sequence[str], wanted: Sequence[str], unwanted: Sequence[str]) -> list[float | None]:
    """Labels from segments that must and must not appear; None where no segment speaks of a block."""
    labels: list[float | None] = []
    for text in texts:
        squeezed = " ".join(text.split())
        yes = any(" ".join(s.split()) in squeezed for s in wanted)
        no = any(" ".join(s.split()) in squeezed for s in unwanted)
        labels.append(None if yes == no else float(yes))
    return labels
