"""What is known of a site, from strict TOML files. Entry: `Sites.load(default_folders())`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scraper.sites.layouts import layout_for
from scraper.sites.model import ConfigTest, FetchRules, Layout, Site

if TYPE_CHECKING:  # a page that is read without a config needs none of it
    from scraper.sites.check import SelectorCheck
    from scraper.sites.folders import Sites, default_folders, for_home, host_of
    from scraper.sites.load import load_file, load_text

__all__ = [
    "ConfigTest",
    "FetchRules",
    "Layout",
    "SelectorCheck",
    "Site",
    "Sites",
    "default_folders",
    "for_home",
    "host_of",
    "layout_for",
    "load_file",
    "load_text",
]

_LATE = {
    "SelectorCheck": "check",
    **dict.fromkeys(("Sites", "default_folders", "for_home", "host_of"), "folders"),
    **dict.fromkeys(("load_file", "load_text"), "load"),
}


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return getattr(import_module(f"scraper.sites.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
