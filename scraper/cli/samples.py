"""Pages to learn from: of a site that is asked, of addresses, of a folder, of a WARC."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from scraper import urls
from scraper.checks.stored import META, page_file, read_html
from scraper.cli.local import address_in, looks_like_html
from scraper.discover import discover
from scraper.document import decoded_body
from scraper.errors import Failure, Refusal, UsageError
from scraper.fetch import Fetcher
from scraper.models import Fetch, Link, Page
from scraper.pipeline.read import read_article
from scraper.pipeline.settings import Settings, Target
from scraper.sites import Site, host_of
from scraper.store import WarcPages, is_warc

#: pages of a site that is asked, and of what is on disk, where the user names no number
ASKED, ON_DISK = 10, 50
#: addresses tried for each page that is wanted
_TRIES = 3
#: bytes of a page unpacked
_MOST = 60_000_000
_SUFFIXES = (".html", ".htm", ".html.gz", ".htm.gz", ".xhtml")
#: qualities of pages from which a site's ways can be learned
_USABLE = ("ok", "partial", "teaser")
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z][\w-]+", re.I)


class Taken(NamedTuple):
    """A page to learn from."""

    url: str
    html: bytes
    content_type: str = ""


class Sources(msgspec.Struct):
    """The arguments of `learn`, told apart."""

    targets: list[Target] = []
    addresses: list[str] = []
    folders: list[Path] = []
    files: list[Path] = []
    warcs: list[Path] = []
    #: .json files: corrections, as those behind --from
    corrections: list[Path] = []


def sources_of(arguments: Iterable[str], settings: Settings, *, corrected: bool) -> Sources:
    """What each argument is. Raises UsageError.

    A lone address is a place to look for articles from: one page teaches nothing, unless it is `corrected`.
    """
    found = Sources()
    for argument in dict.fromkeys(arguments):
        if urls.is_http(argument):
            _address(argument, found, settings)
        elif argument and (path := Path(argument)).is_dir():  # "" would be the folder we are in
            found.folders.append(path)
        elif argument and path.is_file():
            kind = found.corrections if path.suffix == ".json" else found.warcs if is_warc(path) else found.files
            kind.append(path)
        elif site := settings.sites.get(argument):
            found.targets.append(Target(site=site))
        elif _HOST.fullmatch(argument):
            found.targets.append(Target(site=Site(domain=host_of(argument)), home=f"https://{argument}/"))
        else:
            raise UsageError(f"learn: '{argument[:200]}' is neither a site, an address, a folder nor a file")
    if len(found.addresses) == 1 and not (corrected or found.targets or found.folders or found.files or found.warcs):
        found.targets.append(_target(found.addresses.pop(), settings))
    return found


def _address(argument: str, found: Sources, settings: Settings) -> None:
    if urls.segments(argument) or urls.query(argument):
        found.addresses.append(argument)
    else:
        found.targets.append(_target(argument, settings))


def _target(home: str, settings: Settings) -> Target:
    return Target(site=settings.sites.find(home) or Site(domain=host_of(home)), home=home)


def gather(sources: Sources, settings: Settings, *, most: int | None, site: str) -> list[Taken]:
    """The pages, each address once. `most`: of each place; `site`: of this one only. Raises UsageError."""
    pages = [_of_file(path) for path in sources.files]
    for folder in sources.folders:
        pages += _some(_of_site(_of_folder(folder), site), most or ON_DISK, f"{folder}")
    for path in sources.warcs:
        pages += _of_warc(path, most or ON_DISK, site)
    if sources.targets or sources.addresses:
        pages += asyncio.run(_fetched(sources, settings, most or ASKED))
    by_key = {urls.article_key(page.url): page for page in reversed(list(_of_site(pages, site)))}
    return list(reversed(by_key.values()))


def usable(page: Taken) -> bool:
    """Whether a page is an article, as far as the generic way can tell."""
    return looks_like_html(page.html) and read_article(page.html, page.url).quality.status in _USABLE


# --- on disk -------------------------------------------------------------------------------------


def _of_site(pages: Iterable[Taken], site: str) -> Iterator[Taken]:
    return (page for page in pages if not site or _is_of(page.url, site))


def _is_of(url: str, site: str) -> bool:
    host = host_of(url)
    return host == host_of(site) or host.endswith(f".{host_of(site)}")


def _some(pages: Iterable[Taken], most: int, name: str) -> list[Taken]:
    """The first `most` that are articles."""
    taken: list[Taken] = []
    for page in pages:
        if len(taken) == most:
            sys.stderr.write(f"scraper: {name}: the first {most} articles are taken; --pages N takes more\n")
            break
        if usable(page):
            taken.append(page)
    return taken


def _of_folder(folder: Path) -> Iterator[Taken]:
    """The pages of a folder: those that its index names, else every page below it that says its address. Raises
    UsageError where there is none."""
    if named := _index(folder):
        for url, path in named.items():
            yield Taken(url, read_html(path))
        return
    files = sorted(path for path in folder.rglob("*") if path.name.lower().endswith(_SUFFIXES) and path.is_file())
    if not files:
        raise UsageError(f"{folder}: there are no pages in it ({', '.join(_SUFFIXES)})")
    for path in files:
        try:
            yield _of_file(path)
        except UsageError as error:  # one odd page among many keeps nobody from learning
            sys.stderr.write(f"scraper: {error}; left out\n")


def _of_file(path: Path) -> Taken:
    """A page on disk. Raises UsageError where it does not say its address."""
    html, meta = read_html(path), path.parent / META
    if meta.is_file() and page_file(path.parent) == path:
        known = _json(meta.read_text(encoding="utf-8", errors="replace"))
        if urls.is_http(str(known.get("url"))):
            return Taken(str(known["url"]), html, str(known.get("contentType") or ""))
    if url := address_in(html):
        return Taken(url, html)
    raise UsageError(f"{path}: the page does not say its address; name it in a urls.tsv beside it: URL, tab, file")


def _index(folder: Path) -> dict[str, Path]:
    """address → file, out of urls.tsv (address and file, in either order) or *.jsonl ("url" and "file")."""
    found: dict[str, Path] = {}
    for path in [*sorted(folder.glob("*.tsv")), *sorted(folder.glob("*.jsonl"))]:
        for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines():
            url, name = _tsv(line) if path.suffix == ".tsv" else _jsonl(line)
            file = next((f for f in (folder / name, folder / "html" / name) if name and f.is_file()), None)
            if file and urls.is_http(url):
                found.setdefault(url, file)
    return found


def _tsv(line: str) -> tuple[str, str]:
    one, _, other = line.partition("\t")
    other = other.partition("\t")[0]
    return (one.strip(), other.strip()) if urls.is_http(one.strip()) else (other.strip(), one.strip())


def _jsonl(line: str) -> tuple[str, str]:
    """Of an article of several pages the first."""
    values = _json(line)
    pages = values.get("pages")
    first = pages[0] if isinstance(pages, list) and pages and isinstance(pages[0], dict) else {}
    return str(values.get("url") or ""), str(values.get("file") or first.get("file") or "")


def _json(text: str) -> dict[str, object]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _of_warc(path: Path, most: int, site: str) -> list[Taken]:
    """The articles of one site in a WARC file: of the one with the most pages, where none is named."""
    wanted = site
    if not wanted:
        hosts = Counter(host_of(page.url) for page in _good(path))
        if not hosts:
            raise UsageError(f"{path}: there are no pages in it")
        wanted = hosts.most_common(1)[0][0]
        if len(hosts) > 1:
            sys.stderr.write(
                f"scraper: {path}: pages of {len(hosts)} sites; {wanted} is taken (--site names another)\n"
            )
    return _some((_taken(page) for page in _good(path) if _is_of(page.url, wanted)), most, str(path))


def _good(path: Path) -> Iterator[Page]:
    for page in WarcPages(path):
        if page.status == 200 and "html" in page.headers.get("content-type", "html"):
            yield page


def _taken(page: Page) -> Taken:
    try:
        html = decoded_body(page.body, page.encoding, limit=_MOST)
    except (Failure, Refusal):  # broken, or a bomb: `usable` refuses what is empty
        html = b""
    return Taken(page.url, html, page.headers.get("content-type", ""))


# --- over the network ----------------------------------------------------------------------------


async def _fetched(sources: Sources, settings: Settings, most: int) -> list[Taken]:
    taken: list[Taken] = []
    async with Fetcher(settings.policy, settings.rules_of) as fetch:
        for address in sources.addresses:
            if page := await _fetch(Link(url=address), fetch):
                taken.append(page)
        for target in sources.targets:
            taken += await _discovered(target, fetch, settings, most)
    return taken


async def _discovered(target: Target, fetch: Fetch, settings: Settings, most: int) -> list[Taken]:
    """The freshest articles of a site, asked for as politely as in a run."""
    found = discover(target.site, fetch, home=target.home or None, limits=settings.limits)
    links = [item async for item in found if isinstance(item, Link)]
    # what a feed or a sitemap gives a date is an article; a front page links much that is not, or is gone
    links.sort(key=lambda link: link.published is None and link.modified is None)
    taken: list[Taken] = []
    for link in links[: _TRIES * most]:
        if len(taken) == most:
            break
        page = await _fetch(link, fetch)
        if page and usable(page):
            taken.append(page)
            sys.stderr.write(f"{len(taken):>4} {page.url}\n")
    if not links:
        sys.stderr.write(f"scraper: {target.site.domain}: no articles were found; `scraper run --dry-run` shows why\n")
    return taken


async def _fetch(link: Link, fetch: Fetch) -> Taken | None:
    """A page, or None, and why."""
    try:
        page = await fetch(link)
    except (Refusal, Failure) as error:
        sys.stderr.write(f"scraper: {error}\n")
        return None
    return _taken(page)
