"""Articles of replica sites as the pipeline gets them, without a server: what drift and mending are measured on."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from scraper import urls
from scraper.models import Link, Page
from scraper.sites import host_of


class Article(NamedTuple):
    """One article of a site."""

    url: str
    #: domain of its site
    site: str
    link: Link
    pages: tuple[Page, ...]
    #: what it says (../shared/sites/README.md)
    gold: dict[str, Any]


def articles(folder: Path) -> list[Article]:
    """The articles of a site, in order of time."""
    lines = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    return [_article(folder, json.loads(line)) for line in lines]


def _article(folder: Path, gold: dict[str, Any]) -> Article:
    url = str(gold["url"])
    site = urls.registrable(host_of(url))
    when = datetime.fromisoformat(gold["date"])
    link = Link(url=url, site=site)
    base = url.removesuffix(gold["path"])
    pages = tuple(
        Page(
            link=link, url=base + part["path"], fetched_at=when,
            body=gzip.decompress((folder / "html" / part["file"]).read_bytes()),
        )
        for part in gold["pages"]
    )  # fmt: skip
    return Article(url, site, link, pages, gold)
