"""Where `run` writes, and how it knows what it has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scraper.errors import UsageError
from scraper.models import FetchInfo, Record
from scraper.store import RecordFolder

Make = Callable[..., Record]


def test_a_file_for_each_site_and_day(tmp_path: Path, make_record: Make) -> None:
    folder = RecordFolder(tmp_path / "records")
    folder.write(make_record(1))
    folder.write(make_record(2, fetch=FetchInfo(fetched_at="2026-11-24T00:01:00+00:00")))
    folder.write(make_record(3, site="other.example"))
    folder.close()
    found = sorted(str(p.relative_to(folder.folder)) for p in folder.folder.glob("*/*"))
    assert found == [
        "bote.example/2026-11-23.jsonl",
        "bote.example/2026-11-24.jsonl",
        "other.example/2026-11-23.jsonl",
    ]
    assert sum(folder.paths.values()) == 3


def test_more_sites_than_files_may_be_open(tmp_path: Path, make_record: Make) -> None:
    folder = RecordFolder(tmp_path)
    for turn in range(2):
        for site in range(70):
            folder.write(make_record(turn * 100 + site, site=f"s{site}.example"))
    folder.close()
    counts = {len(path.read_bytes().splitlines()) for path in tmp_path.glob("*/*.jsonl")}
    assert counts == {2}


@pytest.mark.parametrize("site", ["../../etc", "..", "", "a/b", "x\x00y"])
def test_no_site_leads_out_of_the_folder(tmp_path: Path, make_record: Make, site: str) -> None:
    folder = RecordFolder(tmp_path / "records")
    folder.write(make_record(1, site=site))
    folder.close()
    (path,) = tmp_path.rglob("*.jsonl")
    assert path.resolve().is_relative_to((tmp_path / "records").resolve())


def test_a_folder_that_cannot_be_made_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="--output"):
        RecordFolder(tmp_path / "file" / "records")
