"""Keywords and section: what the page was filed under."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

from scraper.document import Node
from scraper.extraction.fields.dom import ancestors, in_clutter, short_text, words_of
from scraper.extraction.fields.rules import rules
from scraper.extraction.fields.text import any_word, key, tidy, unique
from scraper.extraction.fields.view import Found, View
from scraper.spelling import count_between

_SPLIT = re.compile(r"\s*[;,、，|]\s*")
_CODE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{20,}$|\d{5,}$|[a-z_]+:|\w+://|[\w ]*\bcategory:|\w+_\w+$"
    r"|www\.\S+$|\S+\.(?:com|de|net|org)$",
    re.I,
)
#: every code has one
_MARK = re.compile(r"[-:_.\d]")
_TAG_CSS = "[class*=tag i],[class*=topic i],[class*=them i],.keywords,.stichworte,.schlagworte"
_BOXES = frozenset(("ul", "ol", "div", "section", "p", "nav", "footer", "aside", "span", "dl"))
#: first and last characters of scripts in which keywords have no spaces
_SPACELESS = (("\u3040", "\u30ff"), ("\u4e00", "\u9fff"))
_MAX_KEYWORD, _MOST = 80, 60
#: characters of a list of keywords that are read
_LONGEST = 20_000
#: a tag box has no more links than this, and no longer ones
_MAX_TAGS, _MAX_TAG = 25, 60
#: words of a topic that is known only by its link: longer ones are headlines
_MAX_WORDS = 4
#: clutter elsewhere, but where an article keeps its tags
_FOOTER = frozenset(("footer", "aside"))
_MOST_BOXES, _MOST_LINKS = 100, 400


def read_keywords(view: View, authors: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The keywords of the first source that has any worth the name; cleaned, in order, without
    repeats.

    `authors`: keys of the authors' names; linked ones are no topics.
    """
    for words, source in _sources(view, authors):
        if words:
            view.provenance["keywords"] = source
            return tuple(words[:_MOST])
    return ()


def _sources(view: View, authors: frozenset[str]) -> Iterator[tuple[list[str], str]]:
    if ruled := view.ruled("keywords"):
        yield _clean([f.text for f in ruled]), ruled[0].source
    declared = _clean(view.graph.strings(view.article, "keywords"))
    meta = _meta(view, "keywords")
    if len(declared) == 1 and len(meta) > 2 and len(declared[0].split()) > 4:
        yield meta, "meta:keywords"  # JSON-LD's are one string without commas
    known = {key(word) for word in meta}
    both = [word for word in declared if key(word) in known]
    yield ((both, "jsonld:keywords, meta:keywords") if len(both) > 1 else (declared, "jsonld:keywords"))
    if len(meta) > 1:
        yield meta, "meta:keywords"
    yield _of_first_meta(view, "tags")
    yield _of_first_meta(view, "news_keywords")
    yield _tag_links(view), "dom:tags"
    yield _linked_topics(view, authors), "dom:tags"
    yield meta, "meta:keywords"
    yield _of_first_meta(view, "more_keywords")


def _of_first_meta(view: View, name: str) -> tuple[list[str], str]:
    found = view.meta_texts(name)
    source = found[0].source if found else ""
    return _clean([f.text for f in found if f.source == source]), source


def _meta(view: View, name: str) -> list[str]:
    return _clean([f.text for f in view.meta_texts(name)])


def _clean(texts: list[str]) -> list[str]:
    """The single keywords of `texts`: split, without codes, prefixes and repeats."""
    words = [w for text in texts for w in _SPLIT.split(text[:_LONGEST])]
    if len(words) == 1 and words[0].count(" ") > 1 and _is_spaceless(words[0]):
        words = words[0].split()
    kept = [w for word in words if (w := tidy(word).strip("#\"'„“ ")) and _is_keyword(w)]
    return unique(kept)


def _is_spaceless(text: str) -> bool:
    return not text.isascii() and any(count_between(text, first, last) for first, last in _SPACELESS)


def _is_keyword(text: str) -> bool:
    if not 1 < len(text) <= _MAX_KEYWORD or (_MARK.search(text) and _CODE.match(text)):
        return False
    return any_word(text)


# --- tag boxes ------------------------------------------------------------------------------------


def _tag_links(view: View) -> list[str]:
    """The texts of the links around the text that point to tag pages by rel=tag, or stand in the first box whose
    class says tags.
    """
    scope = view.wide_scope
    if scope is None:
        return []
    rel = [n for n in view.document.linked("tag") if not in_clutter(n)]
    if words := _texts(rel):
        return words
    wanted = rules().classes["tags"]
    for node in chain(view.behind, _boxes(scope)):
        said = node.tag in _BOXES and words_of(node) & wanted and not _in_menu(node)
        if said and not _in_card(view, node) and (words := _texts(node.css("a:not([href^='#'])"))):
            return words
    return []


def _boxes(scope: Node) -> Iterator[Node]:
    """Boxes that may say tags; looked for only when asked, as such a search costs a good part of a parse."""
    yield from scope.css(_TAG_CSS)[:_MOST_BOXES]


def _in_card(view: View, node: Node) -> bool:
    """Whether a node stands in a box of its own with a heading: another story's teaser, a box of recommendations."""
    for parent in ancestors(node, 6):
        if parent.mem_id in view.around:
            return False
        if parent.tag == "article" or words_of(parent) & rules().classes["clutter"] - _FOOTER:
            return True
    return False


def _linked_topics(view: View, authors: frozenset[str]) -> list[str]:
    """The links of a small group in the article that all lead to pages named like them: /politics/jane-roe/."""
    scope = view.scope
    groups: dict[int, list[Node]] = {}
    inside = scope.css("a[href]")[:_MOST_LINKS] if scope is not None else []
    for link in (*inside, *(node for node in view.behind if node.tag == "a")):
        box = link.parent.parent if link.parent and link.parent.tag == "li" else link.parent
        if box is not None and box.tag not in ("p", "h1", "h2", "h3", "h4"):
            groups.setdefault(box.mem_id, []).append(link)
    for links in groups.values():
        if len(links) <= _MAX_TAGS and all(_is_topic_link(a) for a in links):
            words = [] if _in_page_menu(links[0]) or _in_card(view, links[0]) else _texts(links)
            if words and not authors & {key(word) for word in words}:
                return words
    return []


def _is_topic_link(link: Node) -> bool:
    """Whether a link's address ends in its own text, two levels deep or below a folder of tags."""
    href = link.attributes.get("href") or ""
    path = href.split("://")[-1].split("?")[0].strip("/").lower()
    folders, _, last = path.rpartition("/")
    if "://" in href:
        folders = folders.partition("/")[2]
    text = short_text(link, _MAX_TAG) if folders else ""
    if len(text) < 2 or len(text.split()) > _MAX_WORDS:
        return False
    bare, slug = _slug(text), _slug(last.rsplit(".", 1)[0])
    return bool(bare) and (bare == slug or (len(bare) > 4 and slug.startswith(bare)))


def _slug(text: str) -> str:
    """Letters and digits as addresses spell them: "Klöckner" → "kloeckner"."""
    text = text.lower()
    for letter, spelled in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(letter, spelled)
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if c.isalnum() and not unicodedata.combining(c))


def _in_page_menu(node: Node) -> bool:
    """Whether a group of links stands outside the article: in a menu, header, footer, or no
    `main` or `article` at all.
    """
    for parent in ancestors(node, 12):
        if parent.tag in ("article", "main"):
            return False
        if parent.tag in ("nav", "header", "footer") or _says_menu(parent):
            return True
    return True


def _says_menu(node: Node) -> bool:
    """Whether a node's class says menu."""
    return bool(words_of(node) & {"menu", "navigation", "nav", "breadcrumb", "breadcrumbs", "sidebar"})


def _in_menu(node: Node) -> bool:
    """Tag boxes do stand in footers and asides of the article; not in the page's menus."""
    for parent in ancestors(node, 8):
        if parent.tag in ("article", "main"):
            return False
        if parent.tag in ("nav", "header") or words_of(parent) & {
            "menu",
            "navigation",
            "sidebar",
            "tagcloud",
        }:
            return True
    return "tagcloud" in words_of(node)


def _texts(nodes: list[Node]) -> list[str]:
    if not 0 < len(nodes) <= _MAX_TAGS:
        return []
    texts = [tidy(n.text(separator=" ") or "") for n in nodes]
    if any(len(t) > _MAX_TAG for t in texts):
        return []
    return unique([t.strip("# ,") for t in texts if _is_keyword(t)])


# --- section --------------------------------------------------------------------------------------


def read_section(view: View) -> Found | None:
    """JSON-LD's or meta's section, else the last link of the breadcrumb that is not this page."""
    for found in (*view.ruled("section"), *view.ld("articleSection"), *view.meta_texts("section")):
        text = found.text.split("|")[0].strip(" /")
        if 1 < len(text) <= _MAX_KEYWORD and "://" not in text:
            return Found(text, found.source)
    return _breadcrumb(view)


def _breadcrumb(view: View) -> Found | None:
    for thing in view.document.jsonld:
        if thing.get("@type") == "BreadcrumbList":
            names = [n for n in view.graph.strings(thing, "itemListElement") if n and "://" not in n]
            names = names or [
                n
                for item in view.graph.values(thing, "itemListElement")
                if isinstance(item, dict)
                for n in view.graph.strings(item, "item")
            ]
            names = [n for n in names if len(n) <= 40 and "://" not in n and key(n) not in view.site_names]
            names = [n for n in names if n.lower() not in rules().generic_titles]
            if names:
                return Found(names[-1], "jsonld:BreadcrumbList")
    return None
