"""`--respect-tdm`: asks each origin once for its reservations, and refuses what is reserved."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit

import msgspec

from scraper.document import decoded_body
from scraper.errors import Failure, Refusal
from scraper.models import Fetch, Kept, Link, Outcome, Page, Refused, Rights, Tdm
from scraper.record import WELL_KNOWN, TdmRule, read_tdmrep, tdm_of, tdm_refusal
from scraper.store import State
from scraper.store.state_rights import TdmFiles

#: seconds for which an origin's file is used without asking, as with a robots.txt
ASK_AGAIN = 24 * 3600.0
#: bytes of a file that are read, and origins that are remembered within a run
MAX_BYTES, ORIGINS = 1_000_000, 4096
#: failures that mean that there is no file; others are asked again in the next run
_ABSENT = ("http404", "http410")


class Respecting:
    """A `Fetch` that has a word from the origin before each page: what the file reserves is not asked for.

    Failing to have the file means that the origin does not use the protocol (TDMRep, 6.2). The page's own header and
    meta are judged once it is here: `respected`.
    """

    def __init__(self, fetch: Fetch, state: State | None, archive: Callable[[Page, str], None] | None = None) -> None:
        self._fetch, self._state, self._archive = fetch, state, archive
        self._files = TdmFiles(state.db) if state else None
        self._origins: OrderedDict[str, asyncio.Future[tuple[TdmRule, ...]]] = OrderedDict()

    async def __call__(self, link: Link) -> Page:
        tdm = tdm_of(await self._rules(link), link.url)
        if tdm and (why := tdm_refusal(_as_rights(tdm))):
            raise Refusal("tdm", f"{link.url}: {why}")
        return msgspec.structs.replace(await self._fetch(link), tdm=tdm)

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        return await self._fetch.sitemaps(url)

    async def _rules(self, link: Link) -> tuple[TdmRule, ...]:
        """The origin's rules; many links of one origin wait for one question."""
        parts = urlsplit(link.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if (known := self._origins.get(origin)) is not None:
            return await asyncio.shield(known)
        asked = asyncio.ensure_future(self._ask(origin, link.site))
        self._origins[origin] = asked
        if len(self._origins) > ORIGINS:
            self._origins.popitem(last=False)
        return await asyncio.shield(asked)

    async def _ask(self, origin: str, site: str) -> tuple[TdmRule, ...]:
        now = self._state.now() if self._state else 0.0
        known = self._files.get(origin, now - ASK_AGAIN, now) if self._files else None
        url, body = known or await self._have(origin, site, now)
        return read_tdmrep(body, url)

    async def _have(self, origin: str, site: str, now: float) -> tuple[str, bytes]:
        url, body = origin + WELL_KNOWN, b""
        try:
            page = await self._fetch(Link(url=url, site=site, via="tdmrep"))
            if self._archive:
                self._archive(page, "tdmrep")
            url, body = page.url, decoded_body(page.body, page.encoding, limit=MAX_BYTES)
        except Refusal:
            pass  # robots.txt keeps it to itself
        except Failure as error:
            if error.reason not in _ABSENT:
                return url, b""
        if self._files:
            self._files.put(origin, url, body, now)
        return url, body


def respected(outcome: Outcome, link: Link) -> Outcome:
    """The outcome, refused where the page itself reserves the text."""
    if isinstance(outcome, Kept) and (why := tdm_refusal(outcome.record.rights)):
        return Refused(link, "tdm", f"{link.url}: {why}")
    return outcome


def _as_rights(tdm: Tdm) -> Rights:
    return Rights(tdm_reservation=tdm.reserved, tdm_policy=tdm.policy, tdm_source="file")
