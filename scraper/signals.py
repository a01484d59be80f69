"""What reading a page tells of its site, beside the article: what drift is seen from."""

from __future__ import annotations

import msgspec


class Signals(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an article was come by, for seeing drift; kept in the state database, never part of a record."""

    config: str = ""  # hash of the one that was used; "" without
    layout: str = ""  # its layout's `until`, or "newest"
    #: "key:rule" of each rule of the layout that was tried → what it found (nodes; 1 for a field's rule)
    rules: dict[str, int] = {}
    #: field (camelCase) that has a value → kind of its source: "jsonld", "meta", "dom", "config" …
    sources: dict[str, str] = {}
    status: str = "ok"  # the record's quality
    kind: str = ""  # its articleType
    #: characters and parts of the body; share of its characters that stand in links
    chars: int = 0
    paragraphs: int = 0
    links: float = 0.0
    removed: dict[str, int] = {}  # reason → characters
    #: what went because it stands on the site's other articles: fingerprint → (articles that had it, of how many)
    repeated: dict[int, tuple[int, int]] = {}
    #: the makes of blocks that hold most of the body ("p<div.article-body") → share of its characters
    makes: dict[str, float] = {}
    #: share of what a config kept that the classifier would have kept too; None where it was not asked
    agreement: float | None = None
