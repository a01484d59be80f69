"""Where `run` writes: a file for each site and day, below its folder whatever the site is called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scraper.errors import UsageError
from scraper.models import FetchInfo, Record
from scraper.store import run_output
from scraper.store.folder import file_of

Make = Callable[..., Record]


def test_a_file_for_each_site_and_day(make_record: Make) -> None:
    assert file_of(make_record(1)) == "bote.example/2026-11-23.jsonl"
    later = make_record(2, fetch=FetchInfo(fetched_at="2026-11-24T00:01:00+00:00"))
    assert file_of(later) == "bote.example/2026-11-24.jsonl"
    assert file_of(make_record(3, site="other.example")) == "other.example/2026-11-23.jsonl"


@pytest.mark.parametrize("site", ["../../etc", "..", "", "a/b", "x\x00y"])
def test_no_site_leads_out_of_the_folder(tmp_path: Path, make_record: Make, site: str) -> None:
    path = tmp_path / "records" / file_of(make_record(1, site=site))
    assert path.resolve().is_relative_to(tmp_path / "records")
    assert len(path.relative_to(tmp_path).parts) == 3


def test_a_folder_that_cannot_be_made_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="name another --output"):
        run_output(tmp_path / "file" / "output")
