"""What an archive is handed beside pages: robots.txt, error pages, redirects that led nowhere."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from scraper.errors import Failure, Refusal
from scraper.fetch import Fetcher, FetchPolicy
from scraper.models import Link, Page
from scraper.sites.model import FetchRules

RULES = FetchRules(delay=0.0, max_bytes=100_000)
CHUNKED = {"content_length": "", "Transfer_Encoding": "chunked"}
LOOP = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"


def archived(web: Any, replies: dict[str, bytes], path: str = "/a") -> list[tuple[Page, str]]:
    """What comes of asking for `path`."""
    found: list[tuple[Page, str]] = []

    async def main() -> None:
        policy = FetchPolicy(allow_private=True, tries=1)
        async with (
            web(replies) as site,
            Fetcher(policy, lambda host: RULES, archive=lambda page, kind: found.append((page, kind))) as fetch,
        ):
            try:
                await fetch(Link(url=site.url(path), via="feed:x"))
            except (Failure, Refusal):
                found.append((Page(link=Link(url=""), url=""), "raised"))

    asyncio.run(main())
    return found


def test_a_page_is_its_callers_to_archive(web, answer):
    ((page, kind),) = archived(web, {"/robots.txt": answer("User-agent: *"), "/a": answer()})
    assert (kind, page.body, page.link.via) == ("robots", b"User-agent: *", "robots")


def test_an_error_page_with_the_redirects_to_it(web, answer):
    moved = answer("moved", status=301, Location="/gone")
    gone = answer(b"7\r\n<h1>Weg\r\n0\r\n\r\n", status=410, **CHUNKED)
    (_, robots), (page, kind), _ = archived(web, {"/a": moved, "/gone": gone})
    assert (robots, kind) == ("error", "error")  # there is no robots.txt
    assert (page.status, page.body, page.truncated, page.link.via) == (410, b"<h1>Weg", "", "feed:x")
    assert [(hop.status, hop.headers["location"]) for hop in page.hops] == [(301, "/gone")]


@pytest.mark.parametrize("sized", [True, False])
def test_of_a_large_error_page_only_the_beginning(web, answer, sized):
    gone = answer("x" * 90_000) if sized else answer(f"{90_000:x}\r\n{'x' * 90_000}\r\n0\r\n\r\n", **CHUNKED)
    *_, (page, _), _ = archived(web, {"/a": gone.replace(b"200 X", b"500 X", 1)})
    assert (len(page.body), page.truncated) == (65_536, "length")


def test_a_chain_of_redirects_that_leads_nowhere(web):
    *_, (page, kind), _ = archived(web, {"/a": LOOP, "/b": LOOP})
    assert (kind, page.status, page.headers["location"]) == ("error", 302, "/b")
    assert [hop.url.rpartition("/")[2] for hop in page.hops] == ["a", "b"]  # b leads to itself


def test_what_is_not_read_is_marked_as_cut(web, answer):
    replies = {"/a": answer(b"%PDF-1.7", content_type="application/pdf"), "/b": answer("x" * 200_000)}
    for path in replies:
        *_, (page, _), _ = archived(web, replies, path)
        assert (page.status, page.body, page.truncated) == (200, b"", "unspecified")


def test_what_never_answered_is_not_there(web):
    async def hang_up(request: Any, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    assert [kind for _, kind in archived(web, {"/a": hang_up})] == ["error", "raised"]  # the first: no robots.txt
