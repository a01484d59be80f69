"""What holds for all requests of a run; a site's own rules are `scraper.sites.FetchRules`."""

from __future__ import annotations

import msgspec


class FetchPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """How this run asks. None means: as the site's config says."""

    #: sent as User-Agent; must name this program and a way to reach its operator
    user_agent: str = ""
    #: seconds between the starts of two requests to a host (`--delay`); robots.txt's Crawl-delay
    #: still wins if longer
    delay: float | None = None
    #: requests under way to one host (`--per-host`)
    per_host: int | None = None
    #: requests under way in all
    concurrency: int = 64
    #: seconds to wait for a connection, and for each read
    read_timeout: float = 15.0
    #: tries in all for errors that may pass (connection errors, 429, 5xx)
    tries: int = 3
    #: the longest Retry-After that is waited for within a run, in seconds
    max_wait: float = 120.0
    max_redirects: int = 10
    #: whether private, loopback and link-local addresses may be asked (`--allow-private`)
    allow_private: bool = False
    #: "HOST=ADDRESS:PORT" or "*=ADDRESS:PORT" (`--resolve`, like curl's --connect-to); what is
    #: named counts as allowed, and `*` names no IP address
    resolve: tuple[str, ...] = ()
