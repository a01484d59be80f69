"""Every error this package raises.

    ScraperError
     ├─ ConfigError           a config file is wrong; names file and key                 exit 2
     ├─ UsageError            an argument, an input file or an output path is wrong      exit 2
     ├─ LockedError           another run has the output                                 exit 75
     ├─ StoreError            a record could not be written (disk full, no permission)   exit 1
     ├─ Refusal(reason)       we, or the site, chose not to
     └─ Failure(reason)       it was tried and did not work

Errors of other libraries are mapped to these at one border each: httpx's in `fetch`, selectolax's in `document`,
msgspec's and tomllib's in `sites`.
"""

from __future__ import annotations

#: reason → what it means, for reports and docs
REFUSALS: dict[str, str] = {
    "robots": "robots.txt disallows it",
    "privateAddress": "it leads to a private, loopback or link-local address",
    "badUrl": "it is not an http(s) address",
    "secondUrl": "another address stands before it on its line of the list",
    "consent": "a consent wall stands before it",
    "blocked": "a bot check, login or other block stands before it",
    "notArticle": "the page is not an article",
    "empty": "the page holds no article text",
    "notHtml": "the answer is not HTML",
    "offSite": "it leads to another site",
    "duplicate": "the same article came through another link",
    "tdm": "its owner reserves text and data mining (--respect-tdm)",
}
FAILURES: dict[str, str] = {
    "dns": "the host name has no address",
    "connect": "no connection to the host",
    "tls": "the TLS handshake failed",
    "timeout": "no answer in time",
    "protocol": "the answer broke off or broke HTTP",
    "redirects": "too many redirects, or a loop",
    "tooLarge": "the page is larger than the cap",
    "encoding": "the body could not be decompressed",
    "http": "the server answered with an error status",
    "hostDown": "the host has not answered before and rests; its links are tried again in the next run",
    "deadline": "the time for its site or for the run was up; the next run goes on with it",
    "file": "a file could not be read, or not all of it",
    "crash": "reading the page raised an error (a bug: please report it)",
}


class ScraperError(Exception):
    """Base of all. `str(error)` is one clear sentence: what, where, and what to do."""


class ConfigError(ScraperError):
    """A config file is wrong. The sentence names file, key, and the nearest valid key."""


class UsageError(ScraperError):
    """An argument, an input file or an output path is wrong."""


class LockedError(ScraperError):
    """Another run has the output."""


class StoreError(ScraperError):
    """A record could not be written."""


class Refusal(ScraperError):
    """We, or the site, chose not to. `reason` is one of REFUSALS."""

    def __init__(self, reason: str, detail: str, *, temporary: bool = False) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail
        #: it may be otherwise next time: a robots.txt that could not be had, say
        self.temporary = temporary
        #: requests made before it came to this
        self.requests = 0


class Failure(ScraperError):
    """It was tried and did not work. `reason` is one of FAILURES; an HTTP status is appended as "http404"."""

    def __init__(
        self,
        reason: str,
        detail: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail
        self.status = status
        #: seconds that the server asked to wait
        self.retry_after = retry_after
        #: requests made before it came to this
        self.requests = 0
