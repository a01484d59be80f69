"""What a run is given."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from scraper.discover import Limits
from scraper.fetch import FetchPolicy
from scraper.models import Page
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
    #: refuse what its owner reserves against text and data mining; asks each origin for its tdmrep.json
    respect_tdm: bool = False
    #: articles of one site that a run fetches at most; None: all
    max_articles: int | None = None
    #: seconds for the whole run, and for each site's articles; None: as long as it takes
    deadline: float | None = None
    site_deadline: float | None = None
    #: seconds after which a link is given up whatever it waits for (turns at the host's pace come on top)
    ceiling: float = 600.0
    #: pages that are read in this process before worker processes are worth their start
    inline: int = 2
    #: seconds that reading a page may take before the process that does it is killed
    patience: float = 60.0
    #: takes each answer as it came over the wire, with what it is: "article", "feed", "sitemap" …, "robots", "tdmrep",
    #: "error"; raises nothing
    archive: Callable[[Page, str], None] | None = None
    #: hand on the pages of articles whose site's config has a layout: it is mended with them when it breaks
    keep_pages: bool = False
    #: links read ahead of the fetcher; 0: as many as keep many hosts busy
    lookahead: int = 0

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
