"""What is read before the body, and what the fields are handed. What they give is a `models.Article`."""

from __future__ import annotations

import msgspec

from scraper.document import Node
from scraper.extraction.fields.view import View


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What can be known before the body is cut, and helps to cut it."""

    #: the page as it was read so far; `read_fields` goes on with it
    view: View
    headline: str | None = None
    kicker: str | None = None
    alternative_headline: str | None = None
    #: visible standfirst, never a mere meta description
    lead: str | None = None
    canonical_url: str | None = None
    publisher: str | None = None
    in_language: str | None = None
    article_type: str | None = None


class BodyHints(msgspec.Struct, frozen=True, kw_only=True):
    """What the body extractor knows, for the fields that look around the body. All optional."""

    #: the result of `read_head`, so that nothing is read twice
    head: Head | None = None
    #: the element that holds the last kept paragraph
    last_node: Node | None = None
    #: the body as plain text, and its first paragraph
    text: str = ""
    first_text: str = ""
