"""One page as the fields are read from it: what several of them need is worked out once, when
first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from scraper.document import Document, Node
from scraper.extraction.fields.ld import Graph, Thing, find_article
from scraper.extraction.fields.rules import class_words, rules
from scraper.extraction.fields.text import key, tidy
from scraper.models import Link
from scraper.sites.model import Layout, Site


class Found(NamedTuple):
    """A value and where it came from."""

    text: str
    source: str


#: tags whose content no reader sees as text
UNSEEN = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "select", "textarea", "object"))
#: how names of text, comments and declarations begin
_NO_TAG = frozenset(("-", "!", "_", ""))
#: how deep nodes are followed into one another
_DEPTH = 40
_HIDDEN_STYLES = ("display:none", "display: none", "visibility:hidden", "visibility: hidden")


@dataclass
class View:
    """`document` with the site's rules and the feed's hint, and what was found in it so far."""

    document: Document
    site: Site | None = None
    layout: Layout | None = None
    hint: Link | None = None
    #: the page's language once it is known, "" before
    language: str = ""
    #: field (camelCase) → source, filled as fields are read
    provenance: dict[str, str] = field(default_factory=dict)

    @cached_property
    def graph(self) -> Graph:
        return Graph(self.document.jsonld)

    @cached_property
    def article(self) -> Thing:
        """The JSON-LD object of the article; {} if there is none."""
        title = self.meta_text("title") or self.page_title
        return find_article(self.document.jsonld, self.document.url, title)

    @cached_property
    def page_title(self) -> str:
        head = self.document.tree.head
        node = head.css_first("title") if head else None
        return tidy(node.text()) if node else ""

    @cached_property
    def marked(self) -> list[Node]:
        """h1, figures, times and nodes with microdata or `rel`, in order: one look at the whole
        tree for all.
        """
        return self.document.tree.css("h1,figure,time,[itemprop],a[rel]")

    @cached_property
    def microdata(self) -> dict[str, list[Node]]:
        """itemprop (each word, lower case) → nodes."""
        found: dict[str, list[Node]] = {}
        for node in self.marked:
            for name in (node.attributes.get("itemprop") or "").lower().split():
                found.setdefault(name, []).append(node)
        return found

    @cached_property
    def host(self) -> str:
        return host_of(self.document.url)

    @cached_property
    def site_names(self) -> frozenset[str]:
        """The keys of what the site calls itself."""
        given = [self.site.name, self.site.domain] if self.site else []
        given += [c for name in rules().meta["publisher"] for c in self.document.meta.get(name, ())]
        given += self.graph.strings(self.article, "publisher")
        given += [host_of(self.document.url), *self._labels()]
        return frozenset(key(tidy(name)) for name in given if name) - {""}

    def _labels(self) -> list[str]:
        """The host's own name: "www.ksta.de" → "ksta", also for archived copies."""
        labels = [p for p in self.host.split(".") if len(p) > 3]
        return labels[:-1] if len(labels) > 1 else labels

    def meta_texts(self, field_name: str) -> list[Found]:
        """All contents of the meta tags that a field is read from, best first."""
        meta = self.document.meta
        return [
            Found(text, f"meta:{name}")
            for name in rules().meta[field_name]
            for content in meta.get(name, ())
            if (text := tidy(content))
        ]

    def meta_text(self, field_name: str) -> str:
        """The first of `meta_texts`, or ""."""
        return next((found.text for found in self.meta_texts(field_name)), "")

    def ruled(self, *names: str) -> list[Found]:
        """What the layout's rules for a field find; the first rule that finds anything is the
        one.
        """
        for name in names:
            for rule in getattr(self.layout, name, ()) if self.layout else ():
                texts = [t for t in map(tidy, self.document.select(rule)) if t]
                if texts:
                    return [Found(text, f"config:{rule}") for text in texts]
        return []

    def ld(self, name: str) -> list[Found]:
        """The texts of a property of the article's JSON-LD."""
        return [Found(t, f"jsonld:{name}") for t in self.graph.strings(self.article, name)]

    def join(self, url: str) -> str:
        """`url` made absolute; as it is where it is no address."""
        if url.startswith(("https://", "http://")):
            return url
        try:
            return urljoin(self.document.url, url.strip())
        except ValueError:
            return url.strip()

    def values(self, name: str) -> list[Any]:
        return self.graph.values(self.article, name)

    def keep(self, field_name: str, found: Found | None) -> str | None:
        """The text of `found`, its source noted."""
        if found is None or not found.text:
            return None
        self.provenance[field_name] = found.source
        return found.text


def host_of(url: str) -> str:
    """The host of an address without "www."; of an archived copy that of the original."""
    if "web.archive.org/web/" in url and "http" in (rest := url.split("/web/", 1)[1]):
        url = rest[rest.index("http") :]
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def words_of(node: Node) -> frozenset[str]:
    """The words of a node's class, id and test names."""
    attributes = node.attributes
    text = " ".join(
        value
        for name in ("class", "id", "data-testid", "data-qa", "data-test", "itemprop")
        if (value := attributes.get(name))
    )
    return class_words(text) if text else frozenset()


def is_hidden(node: Node) -> bool:
    """Whether the node's own attributes keep it from the reader's eye."""
    attributes = node.attributes
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style") or ""
    if style and any(s in style for s in _HIDDEN_STYLES):
        return True
    classes = attributes.get("class")
    return bool(classes) and bool(class_words(classes or "") & rules().classes["hidden"])


def children(node: Node) -> Iterator[Node]:
    """Child nodes, text among them, in order."""
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def element_children(node: Node) -> Iterator[Node]:
    """Child elements in order."""
    return (child for child in children(node) if child.tag and child.tag[0] not in "-!_")


def ancestors(node: Node, steps: int) -> Iterator[Node]:
    """Up to `steps` nodes above, nearest first."""
    parent = node.parent
    while parent is not None and steps > 0 and parent.tag and parent.tag[0] not in "-!":
        yield parent
        parent, steps = parent.parent, steps - 1


def in_clutter(node: Node, steps: int = 8, *, aside: bool = True) -> bool:
    """Whether the node stands in a footer, menu, comment list or box of other stories (an
    `aside`, if that counts).
    """
    bad = rules().classes["clutter"]
    for parent in ancestors(node, steps):
        if parent.tag in ("footer", "nav") or (aside and parent.tag == "aside"):
            return True
        if parent.tag in ("article", "main", "body"):
            return False
        if words_of(parent) & bad:
            return True
    return False


def after(node: Node, limit: int) -> Iterator[Node]:
    """The first `limit` elements that begin after `node` ends, in document order; unseen ones
    are left out.
    """
    return islice(_after(node), limit)


def _after(node: Node) -> Iterator[Node]:
    current: Node | None = node
    while current is not None:
        sibling = current.next
        while sibling is not None:
            yield from within(sibling)
            sibling = sibling.next
        current = current.parent


def within(node: Node) -> Iterator[Node]:
    """`node` and the elements inside it, in document order; unseen ones are left out.

    A stack of its own: generators inside generators cost a step per level for every node.
    """
    if not is_seen(node):
        return
    yield node
    stack = [node.first_child]
    while stack:
        current = stack.pop()
        if current is None:
            continue
        stack.append(current.next)
        if is_seen(current):
            yield current
            if len(stack) < _DEPTH:
                stack.append(current.first_child)


def is_seen(node: Node) -> bool:
    """Whether a node is an element that a reader sees."""
    tag = node.tag
    return tag is not None and tag[:1] not in _NO_TAG and tag not in UNSEEN


def short_pieces(node: Node, limit: int) -> list[str]:
    """The texts inside an element, each tidied; [] where they are longer than `limit` characters
    together.

    Stops as soon as it is too long: calling `text()` on every container would read the page many
    times over.
    """
    pieces: list[str] = []
    return pieces if _gather(node, pieces, limit, 0) >= 0 else []


def _gather(node: Node, pieces: list[str], left: int, depth: int) -> int:
    child = node.first_child
    while child is not None and left >= 0:
        tag = child.tag
        if tag == "-text":
            if text := tidy(child.text_content or ""):
                left -= len(text) + 1
                pieces.append(text)
        elif tag and tag[0] not in "-!_" and tag not in UNSEEN:
            left = _gather(child, pieces, left, depth + 1) if depth < _DEPTH else -1
        child = child.next
    return left


def short_text(node: Node, limit: int) -> str:
    """The text of an element, "" where it is longer than `limit`."""
    return " ".join(short_pieces(node, limit))
