"""`scraper record`: a page put away with the record that it gives, for a person to correct."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from scraper import urls
from scraper.checks.stored import EXPECTED, Meta, meta_of, read_html, store_page
from scraper.cli.explaining import fetch_page
from scraper.cli.jobs import settings_of
from scraper.cli.local import address_in, binary_kind, check_url
from scraper.cli.options import RunOptions
from scraper.document import decoded_body
from scraper.errors import UsageError
from scraper.models import Article
from scraper.pipeline.read import read_article
from scraper.pipeline.settings import Settings

#: bytes of a page unpacked
_MOST = 60_000_000


def record(what: tuple[str, ...], root: Path, options: RunOptions, *, url: str = "", overwrite: bool = False) -> None:
    """Stores each page below `root`. Raises UsageError, ConfigError, StoreError, Refusal, Failure."""
    if url and len(what) > 1:
        raise UsageError("--url is for one page on disk")
    check_url(url)
    settings = settings_of(options, strict=False)
    for name in what:
        html, meta = _fetched(name, settings) if urls.is_http(name) else _on_disk(name, url)
        site = settings.site_of(meta.url)
        headers = {"content-type": meta.content_type} if meta.content_type else {}
        used = site if settings.use_configs else None
        article = read_article(html, meta.url, site=used, headers=headers, status=meta.status)
        domain = site.domain if site else urls.host(meta.url).removeprefix("www.")
        folder = store_page(root, domain, html, meta, article, overwrite=overwrite)
        sys.stdout.write(f"{folder / EXPECTED}\n")
        sys.stderr.write(_told(article))


def _fetched(url: str, settings: Settings) -> tuple[bytes, Meta]:
    page = asyncio.run(fetch_page(url, settings))
    html = decoded_body(page.body, page.encoding, limit=_MOST)
    return html, meta_of(page.url, page.fetched_at, page.status, page.headers.get("content-type", ""))


def _on_disk(name: str, url: str) -> tuple[bytes, Meta]:
    path = Path(name)
    html = read_html(path)
    if kind := binary_kind(html):
        raise UsageError(f"{name}: it is no page but {kind}")
    if not (address := url or address_in(html)):
        raise UsageError(f"{name}: the page does not say its address; give it with --url")
    return html, meta_of(address, datetime.fromtimestamp(path.stat().st_mtime, UTC))


def _told(article: Article) -> str:
    lines = len(article.article_body.split("\n\n")) if article.article_body else 0
    status = article.quality.status
    text = f"  {status}: {article.headline or 'no headline'} ({lines} paragraphs)\n"
    reasons = "; ".join(article.quality.reasons)
    return text + (f"  mind: {reasons}\n" if status != "ok" and reasons else "")
