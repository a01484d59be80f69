"""Extraction is not worse than it was: dev scores against tests/benchmarks/floor.json (skips without ../shared)."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parent / "benchmarks"
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="module")
def floor() -> ModuleType:
    if not (SHARED / "corpus").is_dir():
        pytest.skip("../shared/corpus is not here")
    spec = importlib.util.spec_from_file_location("floor", BENCHMARKS / "floor.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["floor"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def stored(floor: ModuleType) -> dict[str, dict[str, float]]:
    data = json.loads(floor.FLOOR.read_text())
    if data["corpus"] != floor.digest(("fundus", "zyte", "wcxb", "bbaw")):
        pytest.skip("the corpus is another one than the floor was measured on")
    figures: dict[str, dict[str, float]] = data["figures"]
    return figures


def test_nothing_falls_below_the_floor(floor: ModuleType, stored: dict[str, dict[str, float]]) -> None:
    assert floor.regressions(floor.measure(("fundus", "zyte", "text")), stored) == []


def test_a_fall_is_noticed(floor: ModuleType, stored: dict[str, dict[str, float]]) -> None:
    fallen = {
        "fundus": {**stored["fundus"], "F1": stored["fundus"]["F1"] - 0.01, "extra": stored["fundus"]["extra"] + 1}
    }
    assert [line.split(":")[0] for line in floor.regressions(fallen, stored)] == ["fundus F1", "fundus extra"]
