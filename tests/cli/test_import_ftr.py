"""`scraper import-ftr`, run for real."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scraper.sites import load_file

SITES = Path(__file__).resolve().parents[1] / "ftr" / "sites"


def test_a_folder(scraper: Callable[..., Any]) -> None:
    result = scraper("import-ftr", SITES, "--report", "import.json")
    assert result.code == 1  # some could not be used
    assert "24 configs written to configs/" in result.out
    assert "binary.example.txt" in result.out
    assert result.err == ""
    report = json.loads(Path("import.json").read_text())
    assert report["statuses"] == {"translated": 18, "partly": 8, "refused": 6, "there": 0, "ignored": 5}
    assert sum(report["statuses"].values()) == report["files"] == len(report["results"]) == 37
    assert load_file("configs/abendpost.example.toml").layouts[0].author == ('a[rel="author"]',)
    again = scraper("import-ftr", SITES, "--report", "import.tsv")
    assert "0 configs written to configs/" in again.out
    assert "abendpost.example.toml is there already; --force replaces it" in again.out.replace("\n", " ")
    assert Path("import.tsv").read_text().startswith("file\tstatus\t")


def test_one_good_file(scraper: Callable[..., Any]) -> None:
    result = scraper("import-ftr", SITES / "abendpost.example.txt", "-o", "new", "--dry-run")
    assert result.code == 0
    assert "1 config would be written to new/" in result.out
    assert not Path("new").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "nowhere: there is no such folder or file"),
        ([SITES / "README.txt"], "its name is no host"),
        ([SITES, "--report", "x.xml"], "name a .json or a .tsv file"),
        ([SITES, "--dry-run", "--report", "/dev/null/x.json"], "it cannot be written"),
        ([SITES, "--report", "no/folder.json"], "it cannot be written (there is no folder no)"),
        ([SITES, "-o", "/dev/null/x"], "no configs can be written there"),
        ([SITES, "--newer-than", "-1"], "--newer-than"),
    ],
)
def test_wrong_use(scraper: Callable[..., Any], arguments: list[object], sentence: str) -> None:
    result = scraper("import-ftr", *arguments)
    assert result.code == 2
    assert sentence in result.err
    assert "Traceback" not in result.err
    assert not list(Path().rglob("*.toml")), "nothing is written before all is checked"
