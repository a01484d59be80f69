"""What the benchmarks are made of can be imported by tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "benchmarks"))
