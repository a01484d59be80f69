"""The same article through several places is one link, each fact from the best of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from scraper import urls
from scraper.discover.model import KINDS, Entry, Reading, unique
from scraper.models import Link

_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_NEWEST = datetime.max.replace(tzinfo=UTC)
_OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Found:
    link: Link
    rank: int
    #: the reading that gave it first
    by: int
    dated_by: int


@dataclass(slots=True)
class Collection:
    """Links by what identifies their article."""

    site: str
    ignore: frozenset[tuple[str, str]] = frozenset()
    _found: dict[str, _Found] = field(default_factory=dict)

    def add(self, reading: Reading, entries: Iterable[Entry], number: int) -> None:
        """Takes in the articles of the reading with that number."""
        rank = KINDS.index(reading.kind)
        for entry in entries:
            key = urls.article_key(entry.url, self.ignore)
            link = self._link(reading, entry)
            if held := self._found.get(key):
                _merge(held, link, rank)
            else:
                self._found[key] = _Found(link, rank, number, rank if link.published else len(KINDS))

    def _link(self, reading: Reading, entry: Entry) -> Link:
        return Link(
            url=urls.first_page(entry.url),
            site=self.site,
            via=f"{reading.kind}:{reading.url}",
            title=entry.title,
            published=entry.published,
            modified=entry.modified,
            keywords=entry.keywords,
            access=entry.access,
            text=entry.text,
        )

    def urls(self) -> list[str]:
        """The addresses so far, in no order."""
        return [f.link.url for f in self._found.values()]

    def __contains__(self, url: str) -> bool:
        return urls.article_key(url, self.ignore) in self._found

    def __len__(self) -> int:
        return len(self._found)

    def freshest(self, most: int, since: datetime | None) -> tuple[list[Link], Counter[int]]:
        """The links, freshest first, and how many each reading added to them."""
        kept = [f for f in self._found.values() if not (since and _age(f) < since)]
        kept.sort(key=_age, reverse=True)
        del kept[most:]
        return [f.link for f in kept], Counter(f.by for f in kept)


def _merge(held: _Found, new: Link, rank: int) -> None:
    """`new` into what is held: the better source's word, else the other's."""
    old = held.link
    better, other = (new, old) if rank < held.rank else (old, new)
    changes = {
        "title": better.title or other.title,
        "modified": better.modified or other.modified,
        "keywords": unique((*better.keywords, *other.keywords)),
        "access": better.access or other.access,
        "text": max(better.text, other.text, key=len),
        "url": _safer(better.url, other.url),
    }
    if new.published and rank < held.dated_by:
        changes["published"], held.dated_by = new.published, rank
    else:
        changes["published"] = old.published
    held.link = msgspec.structs.replace(better, **changes)
    held.rank = min(rank, held.rank)


def _safer(url: str, other: str) -> str:
    """https where one of the two has it, else the better source's."""
    return other if other.startswith("https:") and not url.startswith("https:") else url


def _age(found: _Found) -> datetime:
    """When it was published, as far as anything tells; undated links of feeds and pages are new."""
    link = found.link
    if link.published:
        return link.published
    if match := _URL_DAY.search(link.url):
        try:
            day = datetime(int(match[1]), int(match[2]), int(match[3]), 23, 59, 59, tzinfo=UTC)
            return min(day, link.modified) if link.modified else day
        except ValueError:
            pass
    if link.modified:
        return link.modified
    return _OLDEST if KINDS[found.rank] == "sitemap" else _NEWEST
