"""article + page → the flat, versioned record."""

from __future__ import annotations

import hashlib
from functools import cache

from scraper import urls
from scraper.document import Document
from scraper.models import Article, FetchInfo, Page, Record
from scraper.record.copies import same_text, syndicated_from
from scraper.record.rights import directives, read_rights, tdm_refusal
from scraper.record.simhash import bands, distance, simhash
from scraper.record.tdmrep import WELL_KNOWN, TdmRule, read_tdmrep, tdm_of
from scraper.sites import Site
from scraper.spelling import key_of

__all__ = [
    "WELL_KNOWN",
    "TdmRule",
    "article_id",
    "bands",
    "content_hash",
    "directives",
    "distance",
    "make_record",
    "package_version",
    "read_rights",
    "read_tdmrep",
    "same_text",
    "simhash",
    "syndicated_from",
    "tdm_of",
    "tdm_refusal",
]


@cache
def package_version() -> str:
    """This package's version, "0" when it runs from a tree that is not installed."""
    from importlib.metadata import PackageNotFoundError, version  # late: it brings the whole of `email`

    try:
        return version("scraper")
    except PackageNotFoundError:
        return "0"


def article_id(url: str) -> str:
    """First 16 hex digits of the SHA-256 of what identifies an article's address."""
    return hashlib.sha256((urls.article_key(url) or url).encode("utf-8", "replace")).hexdigest()[:16]


def content_hash(article: Article) -> str:
    """SHA-256 of headline and body, words only, lower-cased: the same story set anew has the same hash."""
    words = key_of(f"{article.headline or ''} {article.article_body}")
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def make_record(article: Article, page: Page, document: Document, *, site: str, config: Site | None) -> Record:
    """The record of an article that was fetched; `document` is `page` parsed."""
    fields = {name: getattr(article, name) for name in Article.__struct_fields__}
    fetched = page.fetched_at
    fields |= {
        "id": article_id(article.canonical_url or page.url),
        "url": page.link.url,
        "final_url": page.url,
        "site": site,
        "content_hash": content_hash(article),
        "simhash": simhash(article.article_body),
        "rights": read_rights(document, page),
        "fetch": FetchInfo(
            fetched_at=fetched.isoformat(timespec="seconds") if fetched else None,
            status=page.status,
            etag=page.headers.get("etag"),
            last_modified=page.headers.get("last-modified"),
            charset=document.charset,
            discovered_via=page.link.via,
            config_hash=config.hash or None if config else None,
            version=package_version(),
        ),
    }
    return Record(**fields)
