"""The values that go through the package: Link → Page → (Document) → Article → Record, and the outcomes.

All are frozen `msgspec.Struct`s; JSON is written in schema.org's camelCase. `Document` (a parsed page) is the one
stage that is not a plain value and lives in `scraper.document`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

import msgspec

from scraper.signals import Signals

SCHEMA_VERSION = "1"


class Value(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=False):
    """Base of everything that may end up in a record: frozen, camelCase in JSON (msgspec inherits no kw_only)."""


# --- what comes in -------------------------------------------------------------------------------------------------


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An address that some source says is an article, with what that source knew about it."""

    url: str
    #: the config's domain, or the host where there is no config
    site: str = ""
    #: where it was found: "feed:URL", "sitemap:URL", "news-sitemap:URL", "section:URL", "list:FILE:LINE", "argument"
    via: str = "argument"
    title: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    keywords: tuple[str, ...] = ()
    #: a news sitemap's or feed's word on access: "free", "paywalled" or "" (it said nothing)
    access: str = ""
    #: full text that the feed itself carries (plain, may be ""), used to tell whether a page was cut
    text: str = ""
    #: validators of the version that is known; they make the request a conditional one
    etag: str = ""
    last_modified: str = ""


class Tdm(msgspec.Struct, frozen=True):
    """A rights holder's word on text and data mining (TDMRep, W3C Community Group report of 10 May 2024)."""

    #: whether the rights are reserved
    reserved: bool
    #: address of the policy that says under which terms they can be had
    policy: str | None = None


class Redirect(msgspec.Struct, frozen=True):
    """An answer that led on to another address, without its body."""

    url: str
    status: int
    #: names in lower case
    headers: dict[str, str]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """An answer from a server, its body still as it came over the wire."""

    link: Link
    #: address after redirects
    url: str
    status: int = 200
    #: names in lower case; repeated headers joined by ", "
    headers: dict[str, str] = {}
    #: still content-encoded; `document.decoded_body` undoes that under a size cap
    body: bytes = b""
    #: the Content-Encoding header: "", "gzip", "br", "zstd", "deflate"
    encoding: str = ""
    fetched_at: datetime | None = None
    #: addresses passed through, first to last, without the final one
    redirects: tuple[str, ...] = ()
    #: the answers that led on from these, for an archive
    hops: tuple[Redirect, ...] = ()
    #: why the body is not whole (WARC 1.1, 5.13: "length", "time", …; error pages in an archive); "": it is
    truncated: str = ""
    #: seconds from the first request to the last byte
    elapsed: float = 0.0
    #: requests made for it: redirects and retries included, robots.txt not
    requests: int = 1
    #: "allowed": robots.txt lets us; "absent": there is none; "": it was not asked (a file, an archive)
    robots: str = ""
    #: what the origin's /.well-known/tdmrep.json says of this page, where it was asked for
    tdm: Tdm | None = None


class Fetch(Protocol):
    """What a stage that needs pages is handed: `scraper.fetch.Fetcher` is one."""

    async def __call__(self, link: Link) -> Page:
        """The page behind `link`. Raises errors.Refusal or errors.Failure, never anything else."""
        ...

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """The `Sitemap:` lines of the robots.txt of `url`'s host; () where it has none or cannot be had."""
        ...


# --- blocks and verdicts -------------------------------------------------------------------------------------------


class Reason(StrEnum):
    """Why a block was removed. The value is what a record's `removed[].reason` says."""

    SITE_RULE = "siteRule"
    RECOMMENDATION = "recommendation"
    PAYWALL = "paywall"
    NEWSLETTER = "newsletter"
    PROMOTION = "promotion"
    ADVERTISEMENT = "advertisement"
    NAVIGATION = "navigation"
    SHARE = "share"
    CAPTION = "caption"
    BYLINE = "byline"
    READING_TIME = "readingTime"
    DATE = "date"
    TAGS = "tags"
    AUTHOR_BOX = "authorBox"
    COMMENTS = "comments"
    CONSENT = "consent"
    PLACEHOLDER = "placeholder"
    EMBED = "embed"
    HEADLINE = "headline"
    KICKER = "kicker"
    LEAD = "lead"
    LEGAL = "legal"
    REPEATED = "repeated"
    OUTSIDE = "outside"
    MODEL = "model"


class Verdict(msgspec.Struct, frozen=True):
    """What one judge says about one block."""

    #: index of the block in reading order
    block: int
    keep: bool
    reason: Reason | None = None
    #: the rule that gave it, e.g. "phrases/de:recommendation", "class:teaser", "config:aside.dm_article_collection"
    rule: str = ""


# --- the article and its parts -------------------------------------------------------------------------------------

BodyType = Literal["paragraph", "heading", "list", "quote", "table", "code", "image"]


class BodyPart(Value, frozen=True, kw_only=True):
    """One piece of the body. `text` is plain; a list's items are also in `items`."""

    type: BodyType
    text: str
    #: 2 to 6 for headings
    level: int | None = None
    items: tuple[str, ...] = ()


class Author(Value, frozen=True, kw_only=True):
    name: str
    url: str | None = None


class Image(Value, frozen=True, kw_only=True):
    url: str | None = None
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None


Declared = Literal["free", "paywalled", "metered", "unknown"]


class Access(Value, frozen=True, kw_only=True):
    """What the publisher declares, and whether the text is whole: two facts, kept apart."""

    declared: Declared = "unknown"
    #: True: the whole text is here; False: it was cut; None: nothing tells
    complete: bool | None = None
    #: what the two rest on, e.g. "jsonld:isAccessibleForFree=false", "markup:.paywall-offer", "phrase:de:paywall"
    evidence: tuple[str, ...] = ()


class Removed(Value, frozen=True, kw_only=True):
    """What one rule removed from one page."""

    reason: Reason
    rule: str
    #: blocks
    count: int
    #: characters of text in them
    chars: int
    #: the first of them, cut to 200 characters
    sample: str


Status = Literal["ok", "partial", "teaser", "consent", "blocked", "empty", "notArticle"]


class Quality(Value, frozen=True, kw_only=True):
    """What speaks against taking the article at its word."""

    status: Status = "ok"
    #: what the status rests on; whatever it is, "layout:unknown" where the site's config says in what the text stands
    #: and the page has nothing of the kind: the site may have a new layout, and the body was read the generic way
    reasons: tuple[str, ...] = ()


class Identity(Value, frozen=True, kw_only=True):
    """Which page; the first fields of a record. An article that was read without fetching has what it was given."""

    schema_version: str = SCHEMA_VERSION
    #: first 16 hex digits of the SHA-256 of the normalised canonical (else final) address; "" before it is a record
    id: str = ""
    #: the address that was asked for
    url: str = ""
    #: the address that answered, after redirects
    final_url: str = ""
    #: the config's domain, or the host
    site: str = ""


class Article(Identity, frozen=True, kw_only=True):
    """What is in a page. Every field may be empty; `quality` says what to think of it."""

    canonical_url: str | None = None
    publisher: str | None = None
    headline: str | None = None
    kicker: str | None = None
    alternative_headline: str | None = None
    lead: str | None = None
    #: the article's own words and nothing else: paragraphs joined by a blank line
    article_body: str = ""
    body: tuple[BodyPart, ...] = ()
    authors: tuple[Author, ...] = ()
    agencies: tuple[str, ...] = ()
    dateline: tuple[str, ...] = ()
    #: ISO 8601, with offset where the page gives one
    date_published: str | None = None
    date_modified: str | None = None
    in_language: str | None = None
    article_section: str | None = None
    keywords: tuple[str, ...] = ()
    article_type: str | None = None
    images: tuple[Image, ...] = ()
    access: Access = Access()
    #: field (camelCase) → source, e.g. "jsonld:datePublished", "meta:og:title", "config:h1 strong", "dom:h1"
    provenance: dict[str, str] = {}
    removed: tuple[Removed, ...] = ()
    quality: Quality = Quality()


class FetchInfo(Value, frozen=True, kw_only=True):
    """How the page was had."""

    fetched_at: str | None = None
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    charset: str | None = None
    discovered_via: str = ""
    #: first 12 hex digits of the SHA-256 of the config that was used; None without one
    config_hash: str | None = None
    #: version of this package
    version: str = ""


class Rights(Value, frozen=True, kw_only=True):
    """What the site says about machines that read this page: recorded as it stood when the page was fetched."""

    #: "allowed": robots.txt lets us; "absent": there is none; None: it was not asked (a file, an archive)
    robots: str | None = None
    #: directives of the X-Robots-Tag header, lower case; "agent:directive" where they are for one crawler only
    x_robots_tag: tuple[str, ...] = ()
    #: directives of `<meta name="robots">`, lower case
    meta_robots: tuple[str, ...] = ()
    #: whether rights to text and data mining are reserved; None: nothing says so
    tdm_reservation: bool | None = None
    #: address of the policy that goes with it
    tdm_policy: str | None = None
    #: which of them said it, the strongest: "meta", "header", "file" (/.well-known/tdmrep.json)
    tdm_source: str | None = None
    #: the licence that the page names: its address, or its words
    license: str | None = None


class Record(Article, frozen=True, kw_only=True):
    """The flat, versioned, JSON-ready record: an article, where it came from, and how it was had."""

    fetch: FetchInfo = FetchInfo()
    #: SHA-256 of headline and body, words only
    content_hash: str = ""
    #: 1 as first stored, one more for each edit of the article that was seen since
    revision: int = 1
    #: 16 hex digits that differ in few bits for texts that differ in few words; "" for a short text
    simhash: str = ""
    #: `id` of the record that had this text first, on this or another site; None: this one is the first
    cluster_id: str | None = None
    #: the agency behind a text that another site has too, where either names one
    syndicated_from: str | None = None
    rights: Rights = Rights()


# --- outcomes ------------------------------------------------------------------------------------------------------


class Kept(msgspec.Struct, frozen=True, tag="kept"):
    record: Record


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """We, or the site, chose not to: robots.txt, a consent wall, not an article."""

    link: Link
    #: one of errors.REFUSALS, what the report counts
    reason: str
    #: one sentence for a person
    detail: str = ""
    #: it may be otherwise next time, whatever the reason says in general
    temporary: bool = False


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """It was tried and did not work."""

    link: Link
    #: one of errors.FAILURES, what the report counts
    reason: str
    detail: str = ""
    #: it may be otherwise next time, whatever the reason says in general
    temporary: bool = False


class Unchanged(msgspec.Struct, frozen=True, tag="unchanged"):
    """It is known already, and has not changed."""

    link: Link
    #: it was never read, and is not now: beyond the articles of a site that a run may fetch, or older than those
    passed_over: bool = False


Outcome = Kept | Refused | Failed | Unchanged


# --- events of a run -----------------------------------------------------------------------------------------------


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What one place of discovery gave: a feed, a sitemap, a section page, a robots.txt."""

    site: str
    url: str
    #: "feed", "sitemap", "news-sitemap", "section", "robots"
    kind: str
    #: article links that it added (those another source had given already do not count)
    links: int = 0
    #: one sentence when it could not be read, else ""
    error: str = ""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """One link's end: its outcome and what it cost."""

    link: Link
    outcome: Outcome
    #: wall-clock seconds spent on its requests and its reading
    seconds: float = 0.0
    #: bytes over the wire
    bytes: int = 0
    #: requests made for it (further pages, redirects and retries included)
    requests: int = 0
    #: whether trafilatura had to answer where our own judges were not sure
    generic: bool = False
    #: how its article was come by, and fingerprints of the page's blocks
    signals: Signals | None = None
    prints: tuple[int, ...] = ()
    #: its first page, where it is worth keeping (see `pipeline.settings.Settings.keep_pages`)
    page: Page | None = None


class SiteEnd(msgspec.Struct, frozen=True, kw_only=True):
    """A site of a run is through: its sources were asked, and each of its links has come to its end."""

    site: str
    #: wall-clock seconds from its first question to its last answer
    seconds: float = 0.0


Event = Source | Done | SiteEnd
