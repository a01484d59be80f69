"""A folder of site configs → configs of ours: which file is for which site, which are merged, what is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from scraper.errors import ConfigError, UsageError
from scraper.ftr.ages import read_ages
from scraper.ftr.config import MARK, mistake, written
from scraper.ftr.directives import Read, read_directives
from scraper.ftr.model import FileResult, Imported, Wanted
from scraper.ftr.siteconfig import MAX_BYTES, NotText, read_lines
from scraper.sites import host_of
from scraper.sites.load import read_toml

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_DAYS_A_YEAR = 365.25


@dataclass
class Source:
    """A file that is for a site."""

    result: FileResult
    read: Read
    #: 0 for example.com.txt, 1 for www.example.com.txt, 2 for .example.com.txt, which is for hosts below
    rank: int


def import_ftr(path: Path, wanted: Wanted) -> Imported:
    """Translates a folder of FiveFilters site configs, or one file, and writes the configs.

    Where hosts are looked up, a config is for its domain and all hosts below it, as ours are; in FiveFilters'
    collection `example.com.txt` is for that host alone and `.example.com.txt` for those one level below. Both
    together become one config, the host's own rules first.

    Raises UsageError where `path` is neither, or has no site config in it, or the configs cannot be written.
    """
    files = _files(path)
    if all(_ignored(file) for file in files):
        raise UsageError(f"{path}: none of the {len(files)} files in it is named as a site config is (example.com.txt)")
    ages = read_ages(path if path.is_dir() else path.parent, files)
    results: list[FileResult] = []
    sites: dict[str, list[Source]] = {}
    for file in files:
        result = FileResult(file=_shown(file.name), edited=ages.days.get(file.name))
        results.append(result)
        if source := _source(file, result):
            sites.setdefault(result.domain, []).append(source)
    taken = _taken_hosts(wanted.target)
    hidden = {host: file for folder in wanted.hidden for host, file in _taken_hosts(folder).items()}
    for domain, sources in sites.items():
        _import_site(domain, sorted(sources, key=lambda source: source.rank), wanted, (taken, hidden))
    return Imported(files=results, ages=ages.source)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        try:
            return sorted(file for file in path.iterdir() if not file.is_dir())
        except OSError as error:
            raise UsageError(f"{path}: it cannot be read ({error.strerror})") from error
    if not path.exists():
        raise UsageError(f"{path}: there is no such folder or file; name a checkout of ftr-site-config, or one .txt")
    if why := _ignored(path):
        raise UsageError(f"{path}: {why}; a site config is named as in example.com.txt")
    return [path]


def _shown(name: str) -> str:
    """A file's name as text, whatever bytes it is made of."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


# --- one file ---------------------------------------------------------------------------------------------------------


def _source(file: Path, result: FileResult) -> Source | None:
    """What a file says; None for one that is refused or ignored, with the reason in `result`."""
    if why := _ignored(file):
        result.status, result.why = "ignored", why
        return None
    stem = file.name[: -len(".txt")]
    result.domain = _domain(stem)
    try:
        with file.open("rb") as stream:
            read = read_directives(read_lines(stream.read(MAX_BYTES + 1)))
    except OSError as error:
        result.status, result.why = "refused", f"it cannot be read ({error.strerror})"
        return None
    except NotText as error:
        result.status, result.why = "refused", str(error)
        return None
    result.entries = read.entries
    if not read.useful:
        result.status = "refused"
        result.why = _useless(read)
        return None
    if any(entry.lost for entry in read.entries):
        result.status = "partly"
    return Source(result, read, 2 if stem.startswith(".") else int(stem.lower().startswith("www.")))


def _ignored(file: Path) -> str:
    """Why a file is no site config; "" for one that may be."""
    name = file.name.lower()
    if not file.is_file():
        return "it is no regular file"
    if not name.endswith(".txt"):
        return "its name does not end in .txt"
    if name == "global.txt":
        return "it is for all sites, and the generic way is there for these"
    if name.startswith("fingerprint."):
        return "it is for pages with a fingerprint, not for a host"
    return "" if _domain(file.name[: -len(".txt")]) else "its name is no host"


def _domain(stem: str) -> str:
    name = stem.lstrip(".")
    host = host_of(name) if _HOST.fullmatch(name) else ""
    return host if _HOST.fullmatch(host) else ""


def _useless(read: Read) -> str:
    if not read.entries:
        return "it is empty"
    if all(entry.outcome == "unknown" for entry in read.entries):
        return "it has no directive that anyone knows"
    lost = [entry for entry in read.entries if entry.lost and entry.directive not in ("test_url", "test_contains")]
    return (
        f"no rule is left ({lost[0].directive}: {lost[0].why})" if lost else "it has no rule, only tests and switches"
    )


# --- one site ---------------------------------------------------------------------------------------------------------

Hosts = dict[str, Path]


def _import_site(domain: str, sources: list[Source], wanted: Wanted, known: tuple[Hosts, Hosts]) -> None:
    """Writes a site's config, or says in its files' results why not."""
    results = [source.result for source in sources]
    target = wanted.target / f"{domain}.toml"
    if there := _there(domain, target, wanted, known):
        _set(results, "there", there)
        return
    read = Read()
    for source in sources:
        read.merge(source.read)
    old = _is_old(max(result.edited or date.min for result in results), wanted)
    if old and not read.layout.get("body"):
        _set(results, "refused", f"it is older than {wanted.newer_than:g} years and has no `body` that could prove it")
        return
    text = written(domain, read, results, quarantined=old)
    if wrong := mistake(text):
        _set(results, "refused", f"its translation is no config ({wrong})"[:300])
        return
    if not wanted.dry_run and (why := _write(target, text)):
        _set(results, "refused", why)
        return
    for result in results:
        result.config, result.quarantined = str(target), old
        if result is not results[0]:
            result.why = f"its rules stand behind those of {results[0].file}"


def _set(results: Iterable[FileResult], status: str, why: str) -> None:
    for result in results:
        result.status, result.why = status, why


def _is_old(edited: date, wanted: Wanted) -> bool:
    try:
        return edited < wanted.today - timedelta(days=wanted.newer_than * _DAYS_A_YEAR)
    except (OverflowError, ValueError):  # --newer-than 9999, nan
        return False


def _there(domain: str, target: Path, wanted: Wanted, known: tuple[Hosts, Hosts]) -> str:
    """Why no config is written for a site that has one; "" where one is."""
    taken, hidden = known
    file = target if target.exists() else taken.get(domain)
    if file is not None and not (file == target and wanted.force and _imported(file)):
        again = "; --force replaces it" if file == target and _imported(file) else ""
        return f"{file} is there already{again}"
    if file is None and domain in hidden:
        return f"the config that comes with the package would be hidden ({hidden[domain].name})"
    return ""


def _imported(file: Path) -> bool:
    """Whether an earlier import wrote the file."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(MARK)) == MARK.encode()
    except OSError:
        return False


def _taken_hosts(folder: Path) -> Hosts:
    """Host → the config in a folder that is for it; one that cannot be read counts by its name."""
    hosts: Hosts = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            table = read_toml(file)
        except ConfigError:
            table = {}
        aliases = table.get("aliases")
        names = [table.get("domain", file.stem), *(aliases if isinstance(aliases, list) else [])]
        hosts |= {host: file for name in names if isinstance(name, str) and (host := host_of(name))}
    return hosts


def _write(target: Path, text: str) -> str:
    """Why the file could not be written, or ""; UsageError where its folder cannot be."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"-o {target.parent}: no configs can be written there ({error.strerror})") from error
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        return f"{target.name} cannot be written ({error.strerror})"
    return ""
