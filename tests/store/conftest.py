"""Records to store."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scraper.models import (
    Access,
    Author,
    BodyPart,
    FetchInfo,
    Image,
    Quality,
    Reason,
    Record,
    Removed,
)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL, started for this session; skips where there is none."""
    pytest.importorskip("psycopg")
    spec = importlib.util.spec_from_file_location("scraper_test_postgres", Path(__file__).with_name("postgres.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if why := module.why_not():
        pytest.skip(why)
    with module.server() as url:
        yield url


@pytest.fixture
def make_record() -> Callable[..., Record]:
    """`make_record(number, field=value, …)`."""
    return _record


def _record(number: int = 1, **fields: object) -> Record:
    """A small record; `fields` replace what it has."""
    url = f"https://www.bote.example/lokales/bruecke-{number}"
    values: dict[str, object] = {
        "id": f"{number:016x}",
        "url": url + "?utm_source=feed",
        "final_url": url,
        "canonical_url": url,
        "site": "bote.example",
        "headline": "Stadtrat stoppt Neubau – „vorerst“",
        "kicker": "Brücke",
        "article_body": 'Erster Absatz.\n\nZweiter, mit "Zitat", Komma\tund Tab.',
        "body": (
            BodyPart(type="paragraph", text="Erster Absatz."),
            BodyPart(type="paragraph", text='Zweiter, mit "Zitat", Komma\tund Tab.'),
        ),
        "authors": (Author(name="Hanne Brückner"),),
        "keywords": ("Brücke", "Rat"),
        "images": (Image(caption="Die Brücke.", credit="Foto: J. A."),),
        "access": Access(declared="free", complete=True),
        "removed": (Removed(reason=Reason.SHARE, rule="class:share", count=1, chars=6, sample="Teilen"),),
        "quality": Quality(),
        "fetch": FetchInfo(fetched_at="2026-11-23T18:00:00+00:00", status=200),
        "content_hash": f"{number:064x}",
    }
    return Record(**(values | fields))  # type: ignore[arg-type]
