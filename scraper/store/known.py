"""What an output already holds, so that nothing is stored twice.

For now read from the files themselves; a database takes its place when runs keep state.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

import msgspec

from scraper.models import Record
from scraper.store.folder import safe_name
from scraper.store.table import rows
from scraper.urls import article_key


class _Keys(msgspec.Struct, rename="camel"):
    """The part of a record that says which article it is; the rest of a line is skipped."""

    id: str = ""
    url: str = ""
    final_url: str = ""
    canonical_url: str | None = None


_DECODER = msgspec.json.Decoder(_Keys)


class Known:
    """Article ids and addresses, kept as 8 bytes of digest each, however long they are."""

    def __init__(self) -> None:
        self._digests: set[int] = set()
        #: articles read from files
        self.articles = 0

    @classmethod
    def of_output(cls, path: Path) -> Known:
        """What a sink's file or folder (see `open_sink`) holds; empty where there is nothing."""
        known = cls()
        if path.is_dir():
            known._read_markdown(path)
        elif path.is_file() and path.suffix.lower() == ".csv":
            known._read_csv(path)
        elif path.is_file():
            known._read_jsonl(path)
        return known

    @classmethod
    def of_records(cls, folder: Path, sites: Iterable[str]) -> Known:
        """What `folder`/<site>/*.jsonl hold for `sites`."""
        known = cls()
        for site in sites:
            for path in sorted((folder / safe_name(site)).glob("*.jsonl")):
                known._read_jsonl(path)
        return known

    def __call__(self, key: str) -> bool:
        """Whether an article's id, or its `urls.article_key`, is known."""
        return _digest(key) in self._digests

    def has_url(self, url: str) -> bool:
        """Whether the article behind an address is known."""
        return self(article_key(url))

    def add_url(self, url: str) -> None:
        """Notes an address."""
        self._digests.add(_digest(article_key(url)))

    def add_record(self, record: Record) -> bool:
        """Notes a record; False where its id was known already."""
        new = not self(record.id)
        self._add(record.id, record.url, record.final_url, record.canonical_url or "")
        return new

    def _add(self, id_: str, *addresses: str) -> None:
        self._digests.add(_digest(id_))
        for address in dict.fromkeys(addresses):
            if address:
                self.add_url(address)

    def _read_jsonl(self, path: Path) -> None:
        with path.open("rb") as file:
            for line in file:
                try:
                    keys = _DECODER.decode(line)
                except msgspec.DecodeError:  # a torn line: its article is fetched again
                    continue
                self.articles += 1
                self._add(keys.id, keys.url, keys.final_url, keys.canonical_url or "")

    def _read_csv(self, path: Path) -> None:
        header: list[str] = []
        for row, _ in rows(path):
            if not header:
                header = row
                continue
            cells = dict(zip(header, row, strict=False))
            self.articles += 1
            self._add(*(cells.get(key, "") for key in ("id", "url", "finalUrl", "canonicalUrl")))

    def _read_markdown(self, path: Path) -> None:
        for file in path.glob("*.md"):
            keys = _front_matter(file)
            if "id" in keys:
                self.articles += 1
                self._add(keys.pop("id"), *keys.values())


def _digest(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest())


def _front_matter(path: Path) -> dict[str, str]:
    """The lines of a Markdown file's front matter that say which article it is."""
    found: dict[str, str] = {}
    with path.open(encoding="utf-8", errors="replace") as file:
        if file.readline().strip() != "---":
            return found
        for line in file:
            key, _, value = line.partition(": ")
            if line.startswith("---"):
                break
            if key in ("id", "url", "finalUrl", "canonicalUrl"):
                found[key] = value.strip().strip('"')
    return found
