"""The reference of config keys says all there is to say, out of the fields' own comments."""

from __future__ import annotations

from scraper.sites import ConfigTest, FetchRules, Layout, Site
from scraper.sites.reference import reference


def test_every_key_has_a_row_and_nothing_else_has() -> None:
    text = reference()
    fields = [*FetchRules.__struct_fields__, *Layout.__struct_fields__]
    fields += [*ConfigTest.__struct_fields__, *Site.__struct_fields__]
    tables = {"fetch", "layouts", "tests"}
    derived = {"source", "hash"}
    for name in set(fields) - tables - derived:
        assert f"| `{name}` |" in text
    for name in derived | tables:
        assert f"| `{name}` |" not in text


def test_a_row_holds_type_default_and_comment() -> None:
    assert "| `per_host` | whole number | `2` | requests under way to one host" in reference()
    assert "Crawl-delay wins if longer |" in reference()
