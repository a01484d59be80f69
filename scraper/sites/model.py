"""What a config can say. The field comments (`#:`) are the config's reference."""

from __future__ import annotations

from datetime import date

import msgspec


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all tables of a config: an unknown key is an error."""


class FetchRules(Strict):
    """`[fetch]`: how to ask this site."""

    #: seconds between the starts of two requests to one host of this site; robots.txt's Crawl-delay wins if longer
    delay: float = 1.0
    #: requests under way to one host at a time
    per_host: int = 2
    #: seconds a request may take in all, redirects not counted together
    timeout: float = 30.0
    #: cookies that a reader's click on the consent page would set, e.g. {consent = "1"}; never a login's
    cookies: dict[str, str] = {}
    #: most bytes of a page, on the wire and unpacked
    max_bytes: int = 20_000_000


class Layout(Strict):
    """`[[layouts]]`: where things are on a page. Newest first; every rule list is tried in order, first hit wins.

    A rule is a CSS selector as Lexbor has it, "selector@attribute", "jsonld:dotted.path" or "meta:name".
    """

    #: last day on which pages were made in this layout; absent on the newest
    until: date | None = None
    #: containers of the article's text; where several match, all are used in reading order
    body: tuple[str, ...] = ()
    headline: tuple[str, ...] = ()
    kicker: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    caption: tuple[str, ...] = ()
    next_page: tuple[str, ...] = ()
    #: dropped, with all that is inside
    remove: tuple[str, ...] = ()
    #: kept, whatever the judges say
    keep: tuple[str, ...] = ()
    #: dropped where the whole text of a block matches one of these regular expressions
    remove_text: tuple[str, ...] = ()
    #: markup that is on a page only when its text was cut
    paywall: tuple[str, ...] = ()


class ConfigTest(Strict):
    """`[[tests]]`: a live page and what its text must and must not hold."""

    url: str
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


class Site(Strict):
    """One site's config: what differs from the defaults, and nothing else."""

    #: registrable domain, or a host; the file is named after it
    domain: str
    #: other hosts that are the same site
    aliases: tuple[str, ...] = ()
    #: the publication's name, as its readers know it
    name: str = ""
    #: parent config in configs/families/
    family: str = ""
    #: ISO 639-1 codes, most used first
    languages: tuple[str, ...] = ()
    #: ISO 3166-1 alpha-2, lower case
    country: str = ""
    #: IANA zone of dates that the pages print without one, e.g. "Europe/Berlin"
    timezone: str = ""
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    news_sitemaps: tuple[str, ...] = ()
    #: section or front pages whose links are looked through
    sections: tuple[str, ...] = ()
    #: regular expressions; an address that one of them finds is an article, all others are not
    article_url: tuple[str, ...] = ()
    #: regular expressions; an address that one of them finds is never an article
    skip_url: tuple[str, ...] = ()
    fetch: FetchRules = FetchRules()
    layouts: tuple[Layout, ...] = ()
    tests: tuple[ConfigTest, ...] = ()
    #: where the file came from; "" for a home address without a config
    source: str = ""
    #: first 12 hex digits of the SHA-256 of the merged config
    hash: str = ""
