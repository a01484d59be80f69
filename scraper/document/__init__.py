"""page → document: the body decoded once, parsed once; JSON-LD and meta read once, when first asked for."""

from __future__ import annotations

from scraper.document.body import decoded_body
from scraper.document.charset import decode
from scraper.document.tree import Document, Node, node_text, parse, selector_error, split_rule

__all__ = ["Document", "Node", "decode", "decoded_body", "node_text", "parse", "selector_error", "split_rule"]
