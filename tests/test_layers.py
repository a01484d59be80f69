"""The layers of the design: who may import whom, and which library has which owner."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "scraper"

#: lowest first; a module imports from layers below its own only, and stages never import one another
LAYERS: tuple[tuple[str, ...], ...] = (
    ("collector", "compiled", "loading", "spelling"),
    ("datafiles",),
    ("models", "errors", "urls", "dates", "signals", "phrases"),
    ("sites", "document", "lexicon"),
    ("discover", "fetch", "extraction", "quality", "record", "store"),
    ("pipeline", "report", "health", "metrics", "learning", "checks", "drift", "ftr"),
    ("mending",),
    ("cli",),
)
LAYER = {name: level for level, names in enumerate(LAYERS) for name in names}
#: within these layers, modules may know each other
TALKING = {
    "models": {"errors", "signals"},
    "document": set(),
    "sites": {"sites"},
    "pipeline": {"report"},
    "metrics": {"health"},
    "health": {"drift"},
    "report": {"drift"},
}

#: library → the parts that may import it
OWNERS: dict[str, set[str]] = {
    "httpx": {"fetch"},
    "httpcore": {"fetch"},
    "tenacity": {"fetch"},
    "protego": {"fetch"},
    "selectolax": {"document", "extraction"},
    "trafilatura": {"extraction"},
    "htmldate": {"extraction", "dates"},
    "feedparser": {"discover"},
    "sqlite3": {"store"},
    "pyarrow": {"store"},
    "psycopg": {"store"},
    "fastwarc": {"store"},
    "elementpath": {"ftr"},
    "typer": {"cli"},
    "rich": {"cli", "report"},
}


def modules() -> Iterator[tuple[str, Path]]:
    """(part, file) of every module below a part of the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if part not in ("__init__", "__main__", "build"):
            yield part, path


def imports(path: Path) -> set[str]:
    """Dotted names of everything that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def test_every_part_has_a_layer() -> None:
    assert {part for part, _ in modules()} <= set(LAYER)


@pytest.mark.parametrize(("part", "path"), list(modules()), ids=lambda value: str(getattr(value, "name", value)))
def test_imports_go_down(part: str, path: Path) -> None:
    for name in imports(path):
        if not name.startswith("scraper."):
            continue
        other = name.split(".")[1]
        if other not in LAYER or other == part:
            continue
        fine = LAYER[other] < LAYER[part] or other in TALKING.get(part, set())
        assert fine, f"{path.relative_to(PACKAGE)} imports scraper.{other}"


@pytest.mark.parametrize(("part", "path"), list(modules()), ids=lambda value: str(getattr(value, "name", value)))
def test_libraries_have_one_owner(part: str, path: Path) -> None:
    for name in imports(path):
        library = name.split(".")[0]
        if library in OWNERS:
            assert part in OWNERS[library], f"{path.relative_to(PACKAGE)} imports {library}"


def test_public_face_is_small_and_sorted() -> None:
    import scraper

    assert scraper.__all__ == sorted(scraper.__all__)
    assert len(scraper.__all__) <= 12


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, scraper, scraper.cli; "
        "print([m for m in ('httpx', 'trafilatura', 'selectolax', 'lxml', 'feedparser') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
