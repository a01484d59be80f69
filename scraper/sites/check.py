"""What the types alone cannot say of a config: hosts, addresses, expressions, selectors, zones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from scraper.sites.model import Layout, Site
from scraper.sites.words import nearest

#: says what is wrong with a rule's selector, or None; `scraper.document.selector_error` is one
SelectorCheck = Callable[[str], str | None]

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\]")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
#: a line break would break every request, a semicolon ends a cookie
_COOKIE = re.compile(r"[^;\x00-\x1f\x7f]+")
_COUNTRY = re.compile(r"[a-z]{2}")
#: lists of addresses at the top of a config
ADDRESSES = ("feeds", "sitemaps", "news_sitemaps", "sections")
#: lists of selector rules of a layout
RULES = tuple(name for name in Layout.__struct_fields__ if name not in ("until", "remove_text", "strip_text"))
#: lists of regular expressions of a layout
EXPRESSIONS = ("remove_text", "strip_text")


def mistakes(site: Site, check_selector: SelectorCheck | None = None) -> Iterator[str]:
    """Every mistake in a loaded config as "key path: sentence", in the order of the reference."""
    yield from _facts(site)
    yield from _addresses(site)
    yield from _expressions("article_url", site.article_url)
    yield from _expressions("skip_url", site.skip_url)
    for number, layout in enumerate(site.layouts, 1):
        yield from _layout(f"[[layouts]] #{number}", layout, check_selector)
    yield from _dates(site)


def _facts(site: Site) -> Iterator[str]:
    for key, hosts in (("domain", (site.domain,)), ("aliases", site.aliases)):
        for host in hosts:
            if not _HOST.fullmatch(host) or host != host.lower():
                yield f"{key}: '{host}' is not a host name; write it as in 'example.org'"
    for code in site.languages:
        if not _LANGUAGE.fullmatch(code):
            yield f"languages: '{code}' is not a language code; write it as in 'de' (ISO 639-1)"
    if site.country and not _COUNTRY.fullmatch(site.country):
        yield f"country: '{site.country}' is not a country code; write it as in 'at' (ISO 3166-1)"
    for name, value in site.fetch.cookies.items():
        if not _COOKIE.fullmatch(f"{name}{value}") or "=" in name:
            yield f'[fetch], cookies: {f"{name}={value}"!r} is no cookie; write it as in {{consent = "1"}}'
    if site.timezone and (sentence := _zone(site.timezone)):
        yield sentence


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo, available_timezones  # late: few configs name a zone

    try:
        ZoneInfo(name)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError, caught below
        pass
    except KeyError:
        if not available_timezones():  # a machine without the zone database cannot tell
            return ""
    else:
        return ""
    zones = {zone.lower(): zone for zone in available_timezones()}
    guess = zones.get(nearest(name, zones))
    advice = f"did you mean '{guess}'?" if guess else "write it as in 'Europe/Berlin'"
    return f"timezone: '{name}' is not an IANA zone; {advice}"


def _addresses(site: Site) -> Iterator[str]:
    for key in ADDRESSES:
        for address in getattr(site, key):
            if not _is_address(address):
                yield f"{key}: '{address}' is not an http(s) address"
    for number, test in enumerate(site.tests, 1):
        if not _is_address(test.url):
            yield f"[[tests]] #{number}, url: '{test.url}' is not an http(s) address"


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", address)


def _expressions(where: str, expressions: tuple[str, ...]) -> Iterator[str]:
    for expression in expressions:
        try:
            re.compile(expression)
        except (re.error, OverflowError, RecursionError) as error:
            yield f"{where}: '{expression}' is not a regular expression ({error})"


def _layout(where: str, layout: Layout, check_selector: SelectorCheck | None) -> Iterator[str]:
    for key in RULES if check_selector else ():
        for rule in getattr(layout, key):
            if check_selector and (error := check_selector(rule) if rule.strip() else "it is empty"):
                yield f"{where}, {key}: '{rule}' is not a selector ({error})"
    for key in EXPRESSIONS:
        yield from _expressions(f"{where}, {key}", getattr(layout, key))


def _dates(site: Site) -> Iterator[str]:
    days = [layout.until for layout in site.layouts]
    for day in sorted(set(days), key=str):
        if days.count(day) > 1:
            which = f"until {day}" if day else "without 'until'"
            advice = "give each but the newest a day of its own"
            yield f"[[layouts]]: {days.count(day)} layouts {which}; {advice}"
