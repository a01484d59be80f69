"""PostgreSQL, Parquet, SQLite, CSV, JSON Lines: the same records out of the same run."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.cli import main
from scraper.cli.demosite import DemoSite
from scraper.models import Record
from scraper.store import open_records


def command(*arguments: object) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*map(str, arguments), "-q"])
    assert ended.value.code in (0, 1, None)


def by_id(source: Path | str) -> dict[str, Record]:
    return {record.id: record for record in open_records(source)}


def test_every_store_has_what_the_run_has(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.chdir(tmp_path)
    targets: list[Path | str] = [Path(f"out.{kind}") for kind in ("jsonl", "jsonl.gz", "csv", "parquet", "db")]
    targets.append(f"{postgres}?table=exported")
    with DemoSite() as site:
        command("run", site.home, "--resolve", site.resolve, "--delay", "0")
        address = next(record.url for record in open_records("output/scraper.db"))
        command("get", address, "--resolve", site.resolve, "-o", f"{postgres}?table=got")
    for target in targets:
        command("export", "-o", target)
    expected = by_id("output/scraper.db")
    assert len(expected) >= 7
    assert by_id("output/records") == expected
    for target in targets:
        assert by_id(target) == expected
    (got,) = by_id(f"{postgres}?table=got").values()
    assert got.article_body == expected[got.id].article_body
