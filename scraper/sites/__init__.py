"""What is known of a site, from strict TOML files. Entry: `Sites.load(default_folders())`."""

from __future__ import annotations

from scraper.sites.check import SelectorCheck
from scraper.sites.folders import Sites, default_folders, for_home, host_of
from scraper.sites.layouts import layout_for
from scraper.sites.load import load_file, load_text
from scraper.sites.model import ConfigTest, FetchRules, Layout, Site
from scraper.sites.reference import reference

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
    "reference",
]
