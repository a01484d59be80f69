"""One page as the fields are read from it: what several of them need is worked out once, when
first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from scraper.document import Document, Node, find_nodes
from scraper.extraction.fields.dom import after, ancestors
from scraper.extraction.fields.ld import Graph, Thing, find_article
from scraper.extraction.fields.rules import rules
from scraper.extraction.fields.text import key, tidy
from scraper.models import Link
from scraper.sites.model import Layout, Site


class Found(NamedTuple):
    """A value and where it came from."""

    text: str
    source: str


#: characters of a `<title>` that are read
_LONGEST_TITLE = 5_000
#: elements looked at behind the headline, and steps up to what holds it
NEAR, _FAR = 120, 60


@dataclass
class View:
    """`document` with the site's rules and the feed's hint, and what was found in it so far."""

    document: Document
    site: Site | None = None
    layout: Layout | None = None
    hint: Link | None = None
    #: the page's language once it is known, "" before
    language: str = ""
    #: nodes that show the headline and the last paragraph of the text, once they are known
    headline_node: Node | None = None
    last_node: Node | None = None
    #: the text's first paragraph, once it is known
    first_text: str = ""
    _meta_texts: dict[str, list[Found]] = field(default_factory=dict)
    _ld_texts: dict[str, list[Found]] = field(default_factory=dict)
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
        return tidy(node.text()[:_LONGEST_TITLE]) if node else ""

    @cached_property
    def headings(self) -> list[Node]:
        """Every h1, in order."""
        return self.document.told["h1"]

    @cached_property
    def near(self) -> list[Node]:
        """The first elements behind the headline, in order; [] where no headline is shown."""
        return list(after(self.headline_node, NEAR)) if self.headline_node is not None else []

    @cached_property
    def behind(self) -> list[Node]:
        """The first elements behind the text's last paragraph, in order; [] where that is not known."""
        return list(after(self.last_node, NEAR)) if self.last_node is not None else []

    @cached_property
    def around(self) -> frozenset[int]:
        """`mem_id`s of the elements that hold the headline or the text's last paragraph."""
        known = [node for node in (self.headline_node, self.last_node) if node is not None]
        return frozenset(parent.mem_id for node in known for parent in ancestors(node, _FAR))

    @cached_property
    def scope(self) -> Node | None:
        """The smallest element that holds headline and text; the body element where they are not known."""
        top, last = self.headline_node, self.last_node
        if top is not None and last is not None:
            above = {node.mem_id for node in ancestors(top, _FAR)}
            found = next((node for node in ancestors(last, _FAR) if node.mem_id in above), None)
            if found is not None:
                return found
        return self.document.tree.body

    @cached_property
    def wide_scope(self) -> Node | None:
        """`scope` and what stands beside it: tag lists, author boxes."""
        scope = self.scope
        if scope is None or scope.tag in ("body", "main", "article") or scope.parent is None:
            return scope
        return scope.parent if scope.parent.tag != "html" else scope

    @cached_property
    def microdata(self) -> dict[str, list[Node]]:
        """itemprop (each word, lower case) → nodes."""
        found: dict[str, list[Node]] = {}
        for node in self.document.tree.css("[itemprop]"):
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
        given += [self.host, *self._labels()]
        return frozenset(key(tidy(name)) for name in given if name) - {""}

    def _labels(self) -> list[str]:
        """The host's own name: "www.ksta.de" → "ksta", also for archived copies."""
        labels = [p for p in self.host.split(".") if len(p) > 3]
        return labels[:-1] if len(labels) > 1 else labels

    def meta_texts(self, field_name: str) -> list[Found]:
        """All contents of the meta tags that a field is read from, best first."""
        if field_name not in self._meta_texts:
            meta = self.document.meta
            self._meta_texts[field_name] = [
                Found(text, f"meta:{name}")
                for name in rules().meta[field_name]
                if name in meta
                for content in meta[name]
                if (text := tidy(content))
            ]
        return list(self._meta_texts[field_name])

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

    def ruled_node(self, found: Found) -> Node | None:
        """The element that a text of `ruled` comes from; None where it comes from no element."""
        rule = found.source.removeprefix("config:")
        return next(iter(find_nodes(self.document.tree, rule)), None)

    def ld(self, name: str) -> list[Found]:
        """The texts of a property of the article's JSON-LD."""
        if name not in self._ld_texts:
            texts = self.graph.strings(self.article, name)
            self._ld_texts[name] = [Found(text, f"jsonld:{name}") for text in texts]
        return list(self._ld_texts[name])

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
