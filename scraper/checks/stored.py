"""Pages on disk with what they say: `<root>/<site>/<slug>/` with page.html.gz, expected.json and meta.json."""

from __future__ import annotations

import gzip
import hashlib
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from scraper import urls
from scraper.checks.expected import Expected, expected_json, read_expected
from scraper.errors import StoreError, UsageError
from scraper.models import Article

EXPECTED, META = "expected.json", "meta.json"
#: names of the page's file, the one that is written first
PAGES = ("page.html.gz", "page.html")
#: bytes of a page unpacked
_MOST = 60_000_000
#: characters of a folder's name
_LONGEST = 60


class Meta(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`meta.json`: how the page was had."""

    url: str
    #: ISO 8601; "" where nobody knows
    fetched: str = ""
    status: int = 200
    #: the Content-Type header, which may name the charset
    content_type: str = ""


class StoredPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page and what it is expected to say."""

    folder: Path
    #: folder below the root: "bote.example/bruecke-gesperrt"
    name: str
    html: bytes
    meta: Meta
    expected: Expected


def find_stored(root: Path, broken: Callable[[str, UsageError], object] | None = None) -> Iterator[StoredPage]:
    """Every stored page below a folder, by name.

    `broken`: is told the name of one that is not whole, and what is wrong with it, and the others go on. Without it
    raises UsageError there.
    """
    for path in sorted(root.rglob(EXPECTED)):
        name = path.parent.relative_to(root).as_posix()
        try:
            yield read_page(path.parent, name)
        except UsageError as error:
            if broken is None:
                raise
            broken(name, error)


def read_page(folder: Path, name: str = "") -> StoredPage:
    """One stored page. Raises UsageError where something of it is missing or wrong."""
    expected = read_expected(folder / EXPECTED)
    meta = _meta(folder / META)
    file = page_file(folder)
    if file is None:
        raise UsageError(f"{folder}: there is no page; put it there as {' or '.join(PAGES)}")
    if not (url := expected.url or meta.url):
        raise UsageError(f"{folder / EXPECTED}: it does not say of which page; give its 'url'")
    meta = msgspec.structs.replace(meta, url=url)
    return StoredPage(
        folder=folder, name=name or folder.name, html=read_html(file), meta=meta, expected=expected._replace(url=url)
    )


def page_file(folder: Path) -> Path | None:
    """The file of a stored page."""
    return next((folder / name for name in PAGES if (folder / name).is_file()), None)


def read_html(path: Path) -> bytes:
    """A page on disk, unpacked where it is packed. Raises UsageError."""
    try:
        if path.suffix != ".gz":
            return path.read_bytes()
        with gzip.open(path) as file:
            data = file.read(_MOST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UsageError(f"{path}: it is not a whole gzip file ({error})") from error
    except OSError as error:
        raise UsageError(f"{path}: it cannot be read ({error.strerror})") from error
    if len(data) > _MOST:
        raise UsageError(f"{path}: it unpacks to more than {_MOST // 1_000_000} MB")
    return data


def store_page(root: Path, site: str, html: bytes, meta: Meta, article: Article, *, overwrite: bool = False) -> Path:
    """Writes a page with the article that it is taken for now; its folder.

    Raises UsageError where its expectation is there already (a person may have corrected it) and not `overwrite`,
    StoreError where it cannot be written.
    """
    folder = _folder(root / (site or "local"), meta.url)
    if (folder / EXPECTED).exists() and not overwrite:
        raise UsageError(f"{folder / EXPECTED}: it is there already, and may be corrected; --overwrite begins anew")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in PAGES[1:]:
            (folder / name).unlink(missing_ok=True)
        (folder / PAGES[0]).write_bytes(gzip.compress(html, mtime=0))
        (folder / META).write_bytes(msgspec.json.format(msgspec.json.encode(meta), indent=2) + b"\n")
        (folder / EXPECTED).write_text(expected_json(meta.url, article), encoding="utf-8", errors="replace")
    except OSError as error:
        raise StoreError(f"{folder}: the page could not be stored ({error.strerror})") from error
    return folder


def meta_of(url: str, fetched: datetime | None = None, status: int = 200, content_type: str = "") -> Meta:
    """How a page was had."""
    when = fetched.isoformat(timespec="seconds") if fetched else ""
    return Meta(url=url, fetched=when, status=status, content_type=content_type)


def _meta(path: Path) -> Meta:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Meta)
    except FileNotFoundError:
        return Meta(url="")
    except OSError as error:
        raise UsageError(f"{path}: it cannot be read ({error.strerror})") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: it is not the meta.json of a page ({error})") from error


def _folder(parent: Path, url: str) -> Path:
    """The page's folder; another page of the same name gets a mark."""
    slug = slug_of(url)
    folder = parent / slug
    if (folder / EXPECTED).exists() and not _same(folder, url):
        mark = hashlib.sha256(urls.article_key(url).encode("utf-8", "replace")).hexdigest()[:6]
        return parent / f"{slug[: _LONGEST - 7]}-{mark}"
    return folder


def _same(folder: Path, url: str) -> bool:
    try:
        known = read_expected(folder / EXPECTED).url or _meta(folder / META).url
    except UsageError:  # whatever it is, it is in the way: the caller says so
        return True
    return urls.article_key(known) == urls.article_key(url)


def slug_of(url: str) -> str:
    """A folder's name for an address: its last telling segment, in plain letters."""
    segments = [s for s in urls.segments(url) if s not in ("index.html", "index.php")] or [urls.site_key(url) or url]
    text = segments[-1] if len(segments[-1]) > 12 or len(segments) == 1 else "-".join(segments[-2:])
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"\.(?:s?html?|php|aspx?)$", "", plain)
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-") or "page"
