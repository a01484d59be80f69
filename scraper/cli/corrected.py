"""`learn --from`: corrected records, each with its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from scraper import urls
from scraper.checks.expected import Expected, read_expected
from scraper.checks.stored import EXPECTED, page_file, read_page
from scraper.cli.samples import Taken
from scraper.errors import UsageError


class Corrected(NamedTuple):
    """What a person says that a page says."""

    page: Taken
    expected: Expected


def corrections(paths: Iterable[Path], pages: Mapping[str, Taken]) -> list[Corrected]:
    """The corrections in files and below folders; `pages`: those that are at hand, by `urls.article_key`.

    Raises UsageError.
    """
    files: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob(EXPECTED)) if path.is_dir() else [path]
        if not inside:
            raise UsageError(f"--from {path}: there is no {EXPECTED} in it; `scraper record URL` makes one")
        files += inside
    return [_one(path, pages) for path in dict.fromkeys(files)]


def _one(path: Path, pages: Mapping[str, Taken]) -> Corrected:
    if path.name == EXPECTED and page_file(path.parent):
        stored = read_page(path.parent)
        return Corrected(Taken(stored.meta.url, stored.html, stored.meta.content_type), stored.expected)
    expected = read_expected(path)
    page = pages.get(urls.article_key(expected.url)) if expected.url else None
    if page is None:
        which = f"the page {expected.url}" if expected.url else "its page ('url' says which)"
        raise UsageError(f"{path}: {which} is not at hand; give it among the arguments, or put page.html beside")
    return Corrected(page, expected)
