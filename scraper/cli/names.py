"""Names of sites on the command line: one that stands for none is an error, and those that come close are named."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING

from scraper import urls
from scraper.errors import ConfigError, UsageError

if TYPE_CHECKING:  # a name that is known needs none of it
    from scraper.sites import Sites

#: likeness from which a name may have been meant, and how many are named
_LIKE, _MOST = 0.7, 3


def known_as(name: str) -> str:
    """What records and states call the site that a person names by its domain, host or home page."""
    return urls.site_key(name if "://" in name else f"http://{name}") or name.lower()


def near(name: str, known: Iterable[str]) -> str:
    """The end of a sentence: "; did you mean a.example or b.example?"; "" where nothing comes close."""
    found = get_close_matches(name.lower(), sorted(set(known)), _MOST, _LIKE)
    return f"; did you mean {' or '.join(found)}?" if found else ""


def check_sites(names: Iterable[str], known: Collection[str], sites: Sites | None = None) -> None:
    """Raises UsageError for a `--site` that is neither among `known` nor the domain of a config.

    `sites`: the configs; None for those of the usual folders.
    """
    unknown = [name for name in names if name not in known]
    if not unknown:
        return
    from scraper.sites import Sites, default_folders

    sites = sites or Sites.load(default_folders())
    for name in unknown:
        if not _has_config(name, sites):
            raise UsageError(f"--site {name}: no such site is known{near(name, [*known, *_configured()])}")


def _has_config(name: str, sites: Sites) -> bool:
    try:
        site = sites.get(name)
    except ConfigError:  # it is wrong, but there is one
        return True
    return site is not None and site.domain == name


def _configured() -> list[str]:
    """Domains as the files say them by name: to be suggested, no config need be read."""
    from scraper.sites import default_folders

    found: list[str] = []
    for folder in default_folders():
        with suppress(OSError):
            found += (file.stem for file in folder.glob("*.toml"))
    return found
