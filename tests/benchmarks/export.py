"""Trained LightGBM models → scraper/data/model.json."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import corpus
import lightgbm
import msgspec

from scraper.extraction.features import feature_names
from scraper.extraction.model import ModelFile, Tree

TARGET = Path(__file__).resolve().parents[2] / "scraper" / "data" / "model.json"


class LogOdds(NamedTuple):
    """What `features.Scores` is made from; those themselves do not travel between processes once they are compiled."""

    names: dict[str, float]
    words: dict[str, float]


def tree_of(structure: dict[str, Any]) -> Tree:
    """LightGBM's nested dictionaries → arrays."""
    nodes: list[dict[str, Any]] = []
    leaves: list[float] = []

    def visit(node: dict[str, Any]) -> int:
        if "leaf_value" in node:
            leaves.append(round(node["leaf_value"], 4))
            return ~(len(leaves) - 1)
        at = len(nodes)
        nodes.append(node)
        node["l"], node["r"] = visit(node["left_child"]), visit(node["right_child"])
        return at

    visit(structure)
    return Tree(
        feature=tuple(n["split_feature"] for n in nodes),
        threshold=tuple(float(f"{n['threshold']:.5g}") for n in nodes),
        left=tuple(n["l"] for n in nodes),
        right=tuple(n["r"] for n in nodes),
        leaf=tuple(leaves),
    )


def digest() -> str:
    """SHA-256 over the gold of all corpora."""
    sha = hashlib.sha256()
    for name in corpus.CORPORA:
        sha.update((corpus.SHARED / "corpus" / name / "dev" / "gold.jsonl").read_bytes())
    return sha.hexdigest()


def write_model(
    models: Iterable[lightgbm.Booster],
    scores: LogOdds,
    *,
    samples: int,
    seed: int,
    cv: dict[str, Any],
    target: Path = TARGET,
) -> str:
    """The trees of the models, one after the other, whose leaves are to be added up."""
    file = ModelFile(
        provenance={
            "command": "python tests/benchmarks/train.py",
            "corpus": digest(),
            "pages": samples,
            "seed": seed,
            "crossValidatedBySite": cv,
        },
        features=feature_names(),
        names=dict(sorted(scores.names.items())),
        words=dict(sorted(scores.words.items())),
        trees=tuple(tree_of(t["tree_structure"]) for model in models for t in model.dump_model()["tree_info"]),
    )
    target.write_bytes(msgspec.json.encode(file) + b"\n")
    return f"{target} ({target.stat().st_size:,} bytes, {len(file.trees)} trees)"


if __name__ == "__main__":
    print(json.dumps({"corpus": digest()}))
