"""`/.well-known/tdmrep.json`: an origin's rules on text and data mining (TDMRep, 6.2), read and matched."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from scraper import urls
from scraper.models import Tdm

WELL_KNOWN = "/.well-known/tdmrep.json"
#: rules of one file that are read
MAX_RULES = 500


class TdmRule(msgspec.Struct, frozen=True):
    """One rule: it holds for the paths that `location` matches, as a robots.txt path does."""

    location: str
    tdm: Tdm


def read_tdmrep(body: bytes, url: str) -> tuple[TdmRule, ...]:
    """The rules of the file at `url`, in order; () for what is no such file.

    A lone object without the brackets, and a rule without a location (it holds for all), are taken as they are
    meant: both are in use.
    """
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return ()
    rules = value if isinstance(value, list) else [value]
    return tuple(rule for item in rules[:MAX_RULES] if (rule := _rule(item, url)))


def tdm_of(rules: tuple[TdmRule, ...], url: str) -> Tdm | None:
    """What the rules say of a page: the first that matches its path holds (TDMRep, 6.2); None where none does."""
    path, query = urls.path(url) or "/", url.partition("?")[2].partition("#")[0]
    whole = f"{path}?{query}" if query else path
    return next((rule.tdm for rule in rules if _matches(rule.location, whole)), None)


def _rule(item: Any, url: str) -> TdmRule | None:
    if not isinstance(item, dict) or str(item.get("tdm-reservation")) not in ("0", "1"):
        return None
    location, policy = item.get("location", "/"), item.get("tdm-policy")
    if not isinstance(location, str) or not location:
        return None
    address = urls.join(url, policy.strip()) if isinstance(policy, str) and policy.strip() else None
    return TdmRule(location, Tdm(str(item["tdm-reservation"]) == "1", address))


def _matches(location: str, path: str) -> bool:
    """Whether a location is a prefix of `path`; `*` is any run, a last `$` the end. Linear, whatever it is made of."""
    first, *others = re.split(r"\*+", location.removesuffix("$"))
    if not path.startswith(first):
        return False
    at = len(first)
    for piece in others:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not location.endswith("$") or at == len(path) or (bool(others) and path.endswith(others[-1]))
