"""What a run is given."""

from __future__ import annotations

import msgspec

from scraper.discover import Limits
from scraper.fetch import FetchPolicy
from scraper.sites import FetchRules, Site, Sites


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How a run goes about its work; the same for every link."""

    #: the config folders
    sites: Sites
    policy: FetchPolicy = FetchPolicy()
    #: worker processes that read pages; 0: as many as cores
    workers: int = 0
    limits: Limits = Limits()
    #: False: every page as if nobody had seen its site (the configs' fetch rules still hold)
    use_configs: bool = True
    #: articles of one site that a run fetches at most; None: all
    max_articles: int | None = None

    def site_of(self, url: str) -> Site | None:
        """The config for a page's address."""
        return self.sites.find(url)

    def rules_of(self, host: str) -> FetchRules:
        """How to ask a host."""
        site = self.sites.find(host)
        return site.fetch if site else FetchRules()


class Target(msgspec.Struct, frozen=True):
    """A site that a run discovers."""

    site: Site
    #: the home page that the user named; "" where the config says where to look
    home: str = ""
