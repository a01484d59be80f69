"""Proxies from the environment, against a server on loopback that answers absolute targets."""

from __future__ import annotations

import asyncio

import pytest

from scraper.errors import UsageError
from scraper.fetch import Fetcher, FetchPolicy
from scraper.models import Page
from scraper.sites.model import FetchRules


def rules(host):
    return FetchRules(delay=0)


def test_names_go_to_the_proxy_unresolved_and_addresses_are_still_judged(web, answer, outcome, monkeypatch):
    async def main():
        async with web({"http://bote.example/a": answer("by proxy")}) as site:
            monkeypatch.setenv("http_proxy", f"http://me:pw@127.0.0.1:{site.port}")
            async with Fetcher(FetchPolicy(), rules) as fetch:
                page = await outcome(fetch, "http://bote.example/a")
                private = await outcome(fetch, "http://127.0.0.1:9/a")
            return page, private, site

    page, private, site = asyncio.run(main())
    assert page.body == b"by proxy"
    assert site.paths() == ["http://bote.example/robots.txt", "http://bote.example/a"]
    assert site.asked[0].headers["proxy-authorization"].startswith("Basic ")
    assert private.reason == "privateAddress"


def test_resolve_and_no_proxy_win_over_the_proxy(web, answer, outcome, monkeypatch):
    async def main():
        async with web({"/a": answer()}) as site:
            monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
            to = f"bote.example=127.0.0.1:{site.port}"
            async with Fetcher(FetchPolicy(resolve=(to,), tries=1), rules) as fetch:
                resolved = await outcome(fetch, "http://bote.example/a")
                proxied = await outcome(fetch, "http://other.example/a")
            monkeypatch.setenv("no_proxy", "127.0.0.1")
            async with Fetcher(FetchPolicy(allow_private=True), rules) as fetch:
                direct = await outcome(fetch, site.url("/a"))
            return resolved, proxied, direct

    resolved, proxied, direct = asyncio.run(main())
    assert isinstance(resolved, Page)
    assert isinstance(direct, Page)
    assert proxied.reason == "connect"


def test_a_proxy_that_is_none_is_said_without_its_password(monkeypatch):
    monkeypatch.setenv("https_proxy", "ftp://me:secret@proxy.example")
    with pytest.raises(UsageError, match="HTTPS_PROXY") as caught:
        Fetcher(FetchPolicy(), rules)
    assert "secret" not in str(caught.value)
