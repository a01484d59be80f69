"""What the page is and whose: language, canonical address, publisher, kind of article."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from scraper import urls
from scraper.extraction.fields.dom import ancestors
from scraper.extraction.fields.ld import types
from scraper.extraction.fields.rules import rules
from scraper.extraction.fields.text import tidy
from scraper.extraction.fields.view import Found, View, host_of
from scraper.extraction.language import language_of

_LANGUAGE = re.compile(r"^([a-z]{2,3})(?:[-_](?:[A-Za-z]{4}[-_])?([A-Za-z]{2}|\d{3}))?(?![a-z])", re.I)


def read_language(view: View, text: str = "") -> Found | None:
    """A BCP 47 tag: what JSON-LD, `<html lang>`, og:locale or the header declare; else by the
    text's commonest words.
    """
    node = view.document.tree.root
    attributes = node.attributes if node else {}
    declared = [
        Found(attributes.get("lang") or attributes.get("xml:lang") or "", "dom:html lang"),
        *view.ld("inLanguage"),
        *view.meta_texts("language"),
        Found(view.document.headers.get("content-language", ""), "header:content-language"),
    ]
    for found in declared:
        if match := _LANGUAGE.match(found.text.strip()):
            language, region = match[1].lower(), match[2]
            return Found(f"{language}-{region.upper()}" if region else language, found.source)
    if text and (guess := language_of(text)):
        return Found(guess, "text:stop words")
    return Found(view.site.languages[0], "config:languages") if view.site and view.site.languages else None


def read_canonical(view: View) -> Found | None:
    """`link rel=canonical`, else og:url, if it is an address of this site and not its front
    page.
    """
    given = [
        Found(link.get("href", ""), "link:canonical")
        for link, node in zip(view.document.links, view.document.told["link"], strict=True)
        if "canonical" in link.get("rel", "").lower() and any(parent.tag == "head" for parent in ancestors(node, 40))
    ]
    given += [Found(c, "meta:og:url") for c in view.document.meta.get("og:url", ())]
    for found in given:
        if url := _acceptable(view, found.text.strip()):
            return Found(url, found.source)
    return None


def _acceptable(view: View, given: str) -> str | None:
    base = view.document.url
    try:
        url = given if given.startswith(("https://", "http://")) else urljoin(base, given)
        parts = urlsplit(url)
    except ValueError:
        return None
    if not given or parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    if parts.path.strip("/") == "" and not parts.query and urls.raw_path(base).strip("/"):
        return None
    if base and not _same_site(host_of(url), view.host):
        return None
    return url.partition("#")[0]


def _same_site(a: str, b: str) -> bool:
    """Whether one host lies in the other's domain, or both share their last two labels."""
    return not b or a == b or a.split(".")[-2:] == b.split(".")[-2:]


def read_publisher(view: View) -> Found | None:
    """JSON-LD's publisher, og:site_name, else the config's name."""
    given = [*view.ld("publisher"), *view.meta_texts("publisher")[:1]]
    for found in given:
        if "://" not in found.text and 1 < len(found.text) <= 100:
            return found
    return Found(view.site.name, "config:name") if view.site and view.site.name else None


def read_type(view: View) -> Found | None:
    """The kind of article: JSON-LD's @type made plain, sharpened by telling words of the address
    and the section.
    """
    known = rules().article_types
    kinds = [known[k] for k in types(view.article) if k in known]
    declared = next((k for k in kinds if k not in ("news", "article")), None)
    if declared:
        return Found(declared, "jsonld:@type")
    path = urls.raw_path(view.document.url).lower()
    sections = {f.text.lower() for f in view.ld("articleSection")}
    words = {part for part in path.split("/") if part} | sections
    last = path.rstrip("/").rsplit("/", 1)[-1]
    for kind, telling in rules().types.items():
        if words & telling or (kind == "liveblog" and any(last.startswith(f"{t}-") for t in telling)):
            return Found(kind, "url")
    if kinds:
        return Found(kinds[0], "jsonld:@type")
    if "article" in (tidy(c).lower() for c in view.document.meta.get("og:type", ())):
        return Found("article", "meta:og:type")
    return None
