"""The compiled twins: used while their sources are what was compiled, and reading pages as these do."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scraper import datafiles, phrases
from scraper.compiled import fitting_twins, is_pure

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "tests" / "sites" / "dumont.html", *sorted((ROOT / "tests" / "pages").glob("*/*/page.html.gz"))]

#: prints where the module comes from that looks around the blocks of a page
WHERE = "import scraper, scraper.extraction.frame as m; print(m.__loader__.__class__.__name__)"
#: prints the records of pages, and what became of each of their blocks
READ = """
import gzip, sys, msgspec
from pathlib import Path
from scraper.pipeline.read import explain_page
for name in sys.argv[1:]:
    data = Path(name).read_bytes()
    html = gzip.decompress(data) if name.endswith(".gz") else data
    found = explain_page(html, "https://www.example.org/a", site=None)
    print(msgspec.json.encode(found).decode())
"""

pytestmark = pytest.mark.skipif(
    not fitting_twins(),
    reason="nothing is compiled from these sources: run `pip install -e .` again",
)


def python(code: str, *arguments: str, package: Path = ROOT, **environment: str) -> str:
    """What a program prints in a process of its own, with the package of a folder."""
    environment = {**os.environ, "PYTHONPATH": str(package), **environment}
    environment = {key: value for key, value in environment.items() if value}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=package).stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with a copy of the package."""
    shutil.copytree(ROOT / "scraper", tmp_path / "scraper", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_twins_are_used_for_the_sources_they_are_made_of(copy: Path) -> None:
    assert python(WHERE, package=copy, SCRAPER_PURE="").strip() == "ExtensionFileLoader"


def test_an_edited_source_is_what_runs(copy: Path) -> None:
    with (copy / "scraper" / "extraction" / "features.py").open("a", encoding="utf-8") as file:
        file.write("\n# edited\n")
    assert python(WHERE, package=copy, SCRAPER_PURE="").strip() == "SourceFileLoader"


def test_another_model_is_what_runs(copy: Path) -> None:
    model = copy / "scraper" / "data" / "model.json"
    model.write_bytes(model.read_bytes().rstrip() + b"\n\n")
    assert python(WHERE, package=copy, SCRAPER_PURE="").strip() == "SourceFileLoader"


def test_edited_data_is_what_runs(copy: Path) -> None:
    with (copy / "scraper" / "data" / "phrases" / "et.toml").open("a", encoding="utf-8") as file:
        file.write('\n[navigation]\nexact = ["zurück zu den tests"]\n')
    code = "import scraper; from scraper import lexicon; print(lexicon.hit('Zurück zu den Tests').rule)"
    assert python(code, package=copy, SCRAPER_PURE="").strip() == "phrases/et:navigation"


def test_decoded_data_says_what_the_files_say() -> None:
    if is_pure():
        pytest.skip("nothing but the sources is wanted")
    files = sorted(datafiles.FOLDER.glob("*.toml"))
    assert files
    for file in files:
        assert datafiles.made(file.name)
        assert datafiles.toml(file.name) == datafiles.parsed(file)
    assert datafiles.made(phrases.NAME)
    assert phrases.load_book() == phrases.read_files()


def test_pure_means_the_sources() -> None:
    assert python(WHERE, SCRAPER_PURE="1").strip() == "SourceFileLoader"


def test_twins_read_pages_as_their_sources_do(copy: Path, tmp_path: Path) -> None:
    pages = [str(page) for page in PAGES]
    giant = tmp_path / "giant.html.gz"
    text = "<p>" + "Wörter, „Zitate“ und 12 Zahlen. " * 4 + "</p>"
    giant.write_bytes(gzip.compress(("<div class='a b'>" * 200 + text * 300 + "</div>" * 200).encode()))
    pages.append(str(giant))
    assert python(READ, *pages, package=copy, SCRAPER_PURE="") == python(READ, *pages, package=copy, SCRAPER_PURE="1")


def test_a_new_file_of_phrases_is_noticed(copy: Path) -> None:
    new = copy / "scraper" / "data" / "phrases" / "zz.toml"
    new.write_text('[navigation]\nexact = ["zurück zu den tests"]\n', encoding="utf-8")
    code = "import scraper; from scraper import lexicon; print(lexicon.hit('Zurück zu den Tests').rule)"
    assert python(code, package=copy, SCRAPER_PURE="").strip() == "phrases/zz:navigation"


def test_a_source_that_was_only_written_again_fits(copy: Path) -> None:
    for file in (copy / "scraper").rglob("*.py"):
        os.utime(file)
    assert python(WHERE, package=copy, SCRAPER_PURE="").strip() == "ExtensionFileLoader"


def test_twins_of_another_version_are_left_alone(copy: Path, tmp_path: Path) -> None:
    other = tmp_path / "scraper_compiled"
    other.mkdir()
    (other / "__init__.py").write_text("MODULES = ('scraper.lexicon',)\nSOURCES = {'lexicon.py': '0123456789abcdef'}\n")
    assert python(WHERE, package=copy, SCRAPER_PURE="").strip() == "SourceFileLoader"
