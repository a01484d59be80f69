"""What the publisher declares about access: in JSON-LD, meta tags, feed or news sitemap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scraper.document import Document
from scraper.models import Declared, Link
from scraper.quality.rules import walls
from scraper.quality.view import View

_NO = frozenset(("false", "no", "0"))
_YES = frozenset(("true", "yes", "1"))


def declared(view: View, link: Link | None) -> tuple[Declared, tuple[str, ...]]:
    """(what is declared, what that rests on). JSON-LD's word is the first, the link's the last."""
    flag, evidence = _flag(view)
    tier, tier_evidence = _tier(view.document)
    evidence += tier_evidence
    if flag is False:
        return ("metered" if tier == "metered" else "paywalled"), evidence
    if tier != "unknown":
        return tier, evidence
    if flag is True:
        return "free", evidence
    if link is not None and link.access in ("free", "paywalled"):
        kind: Declared = "free" if link.access == "free" else "paywalled"
        return kind, (*evidence, f"link:access={link.access}")
    return "unknown", evidence


def _flag(view: View) -> tuple[bool | None, tuple[str, ...]]:
    """The article's own `isAccessibleForFree`; a part that is not free makes the whole not free."""
    nodes = view.articles or view.document.jsonld
    own = {truth(node.get("isAccessibleForFree")) for node in nodes}
    parts = {truth(p.get("isAccessibleForFree")) for node in nodes for p in parts_of(node)}
    if False in own:
        return False, ("jsonld:isAccessibleForFree=false",)
    if False in parts:
        return False, ("jsonld:hasPart.isAccessibleForFree=false",)
    if True in own:
        return True, ("jsonld:isAccessibleForFree=true",)
    return None, ()


def parts_of(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The `hasPart` objects of a JSON-LD node."""
    parts = node.get("hasPart")
    for part in parts if isinstance(parts, list) else [parts]:
        if isinstance(part, dict):
            yield part


def truth(value: object) -> bool | None:
    """True, "True", "https://schema.org/False", 0 … as a truth value; None for anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str | int):
        word = str(value).strip().rsplit("/", 1)[-1].lower()
        return True if word in _YES else False if word in _NO else None
    return None


def _tier(document: Document) -> tuple[Declared, tuple[str, ...]]:
    rules, meta = walls().tier, document.meta
    for name in rules.names:
        for content in meta.get(name, ()):
            word = content.lower()
            kinds: tuple[Declared, ...] = ("free", "metered", "paywalled")
            for kind in kinds:
                if word in getattr(rules, kind):
                    return kind, (f"meta:{name}={word}",)
    return _meta_flag(meta)


def _meta_flag(meta: dict[str, list[str]]) -> tuple[Declared, tuple[str, ...]]:
    rules = walls().tier
    names = ((rules.paid_flags, False), (rules.free_flags, True))
    for group, means_free in names:
        for name in group:
            answer = truth(next(iter(meta.get(name, ())), None))
            if answer is not None:
                return ("free" if answer is means_free else "paywalled"), (f"meta:{name}={str(answer).lower()}",)
    return "unknown", ()
