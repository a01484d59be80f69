"""page → document: the body decoded once, parsed once; JSON-LD and meta read once, when first asked for."""

from __future__ import annotations

from scraper.document.body import decoded_body
from scraper.document.charset import decode
from scraper.document.rules import RuleError, css_error, find_nodes, selector_error, split_rule, with_attribute
from scraper.document.steps import node_text
from scraper.document.tree import Document, Node, parse, tag_number

__all__ = [
    "Document",
    "Node",
    "RuleError",
    "css_error",
    "decode",
    "decoded_body",
    "find_nodes",
    "node_text",
    "parse",
    "selector_error",
    "split_rule",
    "tag_number",
    "with_attribute",
]
