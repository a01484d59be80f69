"""Folders of configs, and which config a host has; a file is checked when its host is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from scraper import urls
from scraper.errors import ConfigError, UsageError
from scraper.sites.check import SelectorCheck
from scraper.sites.load import Table, load_file, read_toml, shipped_folder
from scraper.sites.model import Site


def default_folders(explicit: Path | None = None) -> list[Path]:
    """Where configs are: in `explicit` alone if given, else in ./configs, then the shipped ones.

    Raises UsageError where `explicit` is not a folder.
    """
    if explicit is not None:
        if not explicit.is_dir():
            raise UsageError(f"--configs {explicit}: there is no such folder")
        return [explicit]
    folders = [folder for folder in (Path("configs"), shipped_folder()) if folder.is_dir()]
    return folders[:1] if len(folders) == 2 and folders[0].samefile(folders[1]) else folders


def host_of(address: str) -> str:
    """The host of an address, or a bare host: lower case, ASCII, no port, no "www."; "" without."""
    address = address if "//" in address else f"http://{address}"
    return urls.host(address).rstrip(".").removeprefix("www.")


def for_home(address: str) -> Site:
    """A Site without rules, for a home address without a config. UsageError if it has no host."""
    if host := host_of(address):
        return Site(domain=host)
    raise UsageError(f"'{address}' is neither a site nor a home address; write it as in https://example.org/")


class Sites:
    """The configs of a chain of folders; for one host an earlier folder wins over a later one."""

    def __init__(self, folders: Sequence[_Index], check_selector: SelectorCheck | None = None) -> None:
        """See `Sites.load`."""
        self._tables = {file: table for index in folders for file, table in index.tables.items()}
        self._folders = [index.files for index in folders]
        self._files = {host: file for index in reversed(self._folders) for host, file in index.items()}
        self._check = check_selector
        self._loaded: dict[Path, Site] = {}

    @classmethod
    def load(
        cls,
        folders: Sequence[Path] = (),
        *,
        strict: bool = False,
        check_selector: SelectorCheck | None = None,
    ) -> Sites:
        """The configs in `folders`, each checked when a host asks for it, or all now if `strict`.

        Raises ConfigError for two configs of one host in the same folder, for a file that is not
        TOML, and for one that says something wrong (now if `strict`, else in `find`).
        """
        sites = cls([_index(folder) for folder in folders], check_selector)
        if strict:
            sites.all()
        return sites

    def find(self, address: str) -> Site | None:
        """The config of the longest suffix of an address's host; None without one."""
        host = host_of(address)
        while host:
            if file := self._files.get(host):
                return self._read(file)
            host = host.partition(".")[2]
        return None

    def get(self, domain: str) -> Site | None:
        """The config of exactly this host (or alias), "www." ignored; None without one."""
        file = self._files.get(host_of(domain))
        return self._read(file) if file else None

    def for_home(self, address: str) -> Site:
        """The config for a home address, else a Site without rules. UsageError without a host."""
        return self.find(address) or for_home(address)

    def all(self) -> list[Site]:
        """Every site, by domain; one that an earlier folder has too counts there alone."""
        found: dict[str, Site] = {}
        for index in self._folders:
            for file in dict.fromkeys(index.values()):
                site = self._read(file)
                if self._files.get(host_of(site.domain)) == file:
                    found[site.domain] = site
        return [found[domain] for domain in sorted(found)]

    def __len__(self) -> int:
        return len(self.all())

    def __iter__(self) -> Iterator[Site]:
        return iter(self.all())

    def _read(self, file: Path) -> Site:
        if file not in self._loaded:
            self._loaded[file] = load_file(file, check_selector=self._check, table=self._tables.pop(file, None))
        return self._loaded[file]


class _Index(NamedTuple):
    """The configs of a folder."""

    #: host → file
    files: dict[str, Path]
    #: what is in each, not looked at yet but for its hosts
    tables: dict[Path, Table]


def _index(folder: Path) -> _Index:
    """ConfigError where two files claim one host, and where one is for no host: nothing would ever ask for it."""
    index = _Index({}, {file: read_toml(file) for file in _configs_in(folder)})
    for file, table in index.tables.items():
        hosts = _hosts(file, table)
        if not hosts:
            load_file(file, table=dict(table))  # says what is wrong with its domain
        for host in hosts:
            if host in index.files and index.files[host] != file:
                raise ConfigError(
                    f"{index.files[host]} and {file}: both are for {host}; "
                    "keep one of them, or change its domain or aliases"
                )
            index.files[host] = file
    return index


def _configs_in(folder: Path) -> list[Path]:
    """The configs in a folder, by name. ConfigError where it cannot be looked through, which `glob` takes for empty."""
    try:
        files = sorted(path for path in folder.iterdir() if path.name.endswith(".toml"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigError(f"{folder}: the configs in it cannot be read ({error.strerror})") from error
    for file in files:
        if not file.is_file() and (file.is_fifo() or file.is_char_device()):
            raise ConfigError(f"{file}: it is a pipe or a device, and reading it may never end; put a file there")
    return files


def _hosts(file: Path, table: Table) -> list[str]:
    """The hosts a file is for; all else that it says is checked later."""
    aliases = table.get("aliases")
    names = [table.get("domain", file.stem), *(aliases if isinstance(aliases, list) else [])]
    return [host for name in names if isinstance(name, str) and (host := host_of(name))]
