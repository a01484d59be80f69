"""What a config can say. The field comments (`#:`) are the config's reference (`sites.reference`).

A site's config is laid over its family's, and that over the defaults below. One rule: scalars
override, tables merge key by key, lists hold the site's own entries first and the family's after
them (each once). `[[layouts]]` is the one list that pairs up: layouts with the same `until` become
one by that same rule, the others stand alone. So a site's own `body` is tried before its family's,
and its own `remove` adds to its family's.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

#: seconds, the longest that anything is waited for: TOML knows `inf`
DAY = 86400


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all tables of a config: an unknown key is an error."""


class FetchRules(Strict, frozen=True):
    """`[fetch]`: how to ask this site."""

    #: seconds between the starts of two requests to one host of this site; robots.txt's
    #: Crawl-delay wins if longer
    delay: Annotated[float, Meta(ge=0, le=DAY)] = 1.0
    #: requests under way to one host at a time
    per_host: Annotated[int, Meta(ge=1)] = 2
    #: seconds a request may take in all, redirects not counted together
    timeout: Annotated[float, Meta(gt=0, le=DAY)] = 30.0
    #: cookies that a reader's click on the consent page would set, e.g. {consent = "1"};
    #: never a login's
    cookies: dict[str, str] = {}
    #: most bytes of a page, on the wire and unpacked
    max_bytes: Annotated[int, Meta(ge=1)] = 20_000_000


class Layout(Strict, frozen=True):
    """`[[layouts]]`: where things are on a page. Newest first; of a rule list the first hit wins.

    A rule is a CSS selector as Lexbor has it, "selector@attribute", "jsonld:dotted.path",
    "meta:name" or, for what never changes, "text:Hanne Brückner". Steps may follow, each behind a
    bar, such as `span.byline | after "By " | before ","`; they work on what was found so far:

    - `contains "x"`, `starts "x"`, `equals "x"`, `lacks "x"` keep what has this text in it;
      `own-contains`, `own-starts`, `own-equals` look only at text directly in the element.
      More than one text: any of them
    - `where "> h3" contains "x"` keeps elements with such a heading in them
    - `index 1` keeps the first, `index -1` the last
    - `up "div"` goes to the nearest element around it that matches, `around "div"` to all of
      them, `next "ul"` to the nearest behind it below the same parent, `find "> p"` to all in it
    - `@href` takes an attribute, `own` the text directly in it (`own 2`: its second piece)
    - `after "By "`, `before " on "` take the rest of the text, where that is in it
    """

    #: last day on which pages were made in this layout; absent on the newest
    until: date | None = None
    #: containers of the article's text; where several match, all are used in reading order. Where none is found, the
    #: page is in a layout that the config does not know: it is read the generic way, and but for `paywall` nothing of
    #: this one is applied
    body: tuple[str, ...] = ()
    #: blocks in the body that are the story's own lines: the classifier is not asked about them; one that shows a known
    #: clutter phrase, or is all link, still is
    text: tuple[str, ...] = ()
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
    #: dropped where the whole text of a block matches one of these regular expressions, `keep` or not
    remove_text: tuple[str, ...] = ()
    #: regular expressions; what they find in a block is cut out of it: "^LINDI: "
    strip_text: tuple[str, ...] = ()
    #: markup that is on a page only when its text was cut
    paywall: tuple[str, ...] = ()


class ConfigTest(Strict, frozen=True):
    """`[[tests]]`: a live page and what its text must and must not hold."""

    url: str
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


class Site(Strict, frozen=True):
    """One site's config: what differs from the defaults, and nothing else."""

    #: registrable domain, or a host, without "www."; default: the file's name without ".toml"
    domain: str
    #: other hosts that are the same site
    aliases: tuple[str, ...] = ()
    #: the publication's name, as its readers know it
    name: str = ""
    #: parent config: `families/NAME.toml` beside this file, else the one shipped with the package
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
    #: not proven yet, such as a config imported from old rules: a layout is used only on pages
    #: where its `body` finds at least 100 characters of text
    quarantined: bool = False
    fetch: FetchRules = FetchRules()
    layouts: tuple[Layout, ...] = ()
    tests: tuple[ConfigTest, ...] = ()
    #: where the file came from; "" for a home address without a config
    source: str = ""
    #: first 12 hex digits of the SHA-256 of the merged config
    hash: str = ""
