"""What a site says about machines that read a page: X-Robots-Tag, robots meta, TDMRep, licence.

TDMRep is the TDM Reservation Protocol, final report of the W3C Community Group of 10 May 2024. By its processing
order the page's own `<meta>` supersedes the header, and the header the origin's `/.well-known/tdmrep.json`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from scraper import datafiles, urls
from scraper.document import Document
from scraper.models import Page, Rights, Tdm

#: directives, and characters of each, that are recorded: some servers send pages of them
_MOST, _LONGEST = 20, 100
_LICENSE_LENGTH = 300


class _Rules(msgspec.Struct, frozen=True):
    """`scraper/data/rights.toml`."""

    reserving: tuple[str, ...]
    valued: tuple[str, ...]
    license_meta: tuple[str, ...]


@cache
def _rules() -> _Rules:
    return msgspec.convert(datafiles.toml("rights.toml"), _Rules)


def read_rights(document: Document, page: Page) -> Rights:
    """The ledger of one page: its headers and its `<meta>`, with what `page` brings of its origin."""
    said: list[tuple[str, Tdm | None]] = [
        ("meta", _tdm(document.first_meta("tdm-reservation"), document.first_meta("tdm-policy"), page.url)),
        ("header", _tdm(page.headers.get("tdm-reservation"), page.headers.get("tdm-policy"), page.url)),
        ("file", page.tdm),
    ]
    source, tdm = next(((name, word) for name, word in said if word), (None, None))
    return Rights(
        robots=page.robots or None,
        x_robots_tag=directives(page.headers.get("x-robots-tag", "")),
        meta_robots=directives(", ".join(document.meta.get("robots", ()))),
        tdm_reservation=tdm.reserved if tdm else None,
        tdm_policy=tdm.policy if tdm else None,
        tdm_source=source,
        license=_license(document),
    )


def tdm_refusal(rights: Rights) -> str | None:
    """The sentence that says by which word the owner reserves text and data mining; None where nothing does."""
    if rights.tdm_reservation:
        terms = f"; terms: {rights.tdm_policy}" if rights.tdm_policy else ""
        return f"its {rights.tdm_source} says tdm-reservation: 1{terms}"
    for where, said in (("X-Robots-Tag", rights.x_robots_tag), ("robots meta", rights.meta_robots)):
        for word in _rules().reserving:
            if word in said:
                return f"its {where} says {word}"
    return None


def directives(value: str) -> tuple[str, ...]:
    """The directives of an X-Robots-Tag header or a robots meta: "googlebot: noindex, noai" → ("googlebot:noindex",
    "googlebot:noai"), for a crawler's name holds until the next."""
    found: list[str] = []
    agent = ""
    for part in value.lower().split(","):
        name, colon, rest = (piece.strip() for piece in part.partition(":"))
        if colon and name not in _rules().valued:
            agent, name = name, rest
        elif colon:
            name = f"{name}:{rest}"
        if name:
            found.append(f"{agent}:{name}" if agent else name)
    return tuple(word[:_LONGEST] for word in dict.fromkeys(found))[:_MOST]


def _tdm(reservation: str | None, policy: str | None, base: str) -> Tdm | None:
    """What a value says: "1" reserves, "0" does not; None for anything else."""
    value = (reservation or "").split(",")[0].strip()
    if value not in ("0", "1"):
        return None
    return Tdm(value == "1", urls.join(base, policy.strip()) if policy and policy.strip() else None)


def _license(document: Document) -> str | None:
    return next((text[:_LICENSE_LENGTH] for text in _licenses(document) if text), None)


def _licenses(document: Document) -> Iterator[str]:
    for node in document.jsonld:
        if "headline" in node or "articleBody" in node:
            yield _named(node.get("license"))
    for link in document.links:
        if "license" in link.get("rel", "").lower().split():
            yield urls.join(document.url, link.get("href", "")) or ""
    yield document.first_meta(*_rules().license_meta) or ""


def _named(value: Any) -> str:
    """A JSON-LD value that is an address, or has one, or a name."""
    if isinstance(value, list):
        return next((text for item in value if (text := _named(item))), "")
    if isinstance(value, dict):
        return next((text for key in ("url", "@id", "name") if (text := _named(value.get(key)))), "")
    return value.strip() if isinstance(value, str) else ""
