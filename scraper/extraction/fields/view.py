"""One page as the fields are read from it: what several of them need is worked out once, when
first asked for.
"""

from __future__ import annotations

import re
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


#: an address whose host can be read off
_PLAIN = re.compile(r"https?://(?:www\.)?(?!web\.archive\.org)([a-z0-9.-]+)(?=[/?#]|\Z)")
#: characters of a `<title>` that are read
_LONGEST_TITLE = 5_000
#: elements looked at behind the headline, and steps up to what holds it
NEAR, _FAR = 120, 60


class View:
    """`document` with the site's rules and the feed's hint, and what was found in it so far."""

    def __init__(
        self, document: Document, site: Site | None = None, layout: Layout | None = None, hint: Link | None = None
    ) -> None:
        self.document = document
        self.site, self.layout, self.hint = site, layout, hint
        #: the page's language once it is known, "" before
        self.language: str = ""
        #: nodes that show the headline and the last paragraph of the text, once they are known
        self.headline_node: Node | None = None
        self.last_node: Node | None = None
        #: the text's first paragraph, once it is known
        self.first_text: str = ""
        #: field (camelCase) → source, filled as fields are read
        self.provenance: dict[str, str] = {}
        #: every h1, in order
        self.headings: list[Node] = document.told["h1"]
        self.graph: Graph = Graph(document.jsonld)
        self.page_title: str = _page_title(document)
        self._meta_texts: dict[str, list[Found]] = {}
        self._ld_texts: dict[str, list[Found]] = {}
        title = self.meta_text("title") or self.page_title
        #: the JSON-LD object of the article; {} if there is none
        self.article: Thing = find_article(document.jsonld, document.url, title)
        self.host: str = host_of(document.url)
        #: the keys of what the site calls itself
        self.site_names: frozenset[str] = self._names()
        self._near: list[Node] | None = None
        self._behind: list[Node] | None = None
        self._around: frozenset[int] | None = None
        self._scope: list[Node | None] = []
        self._microdata: dict[str, list[Node]] | None = None

    @property
    def near(self) -> list[Node]:
        """The first elements behind the headline, in order; [] where no headline is shown."""
        if self._near is None:
            self._near = list(after(self.headline_node, NEAR)) if self.headline_node is not None else []
        return self._near

    @property
    def behind(self) -> list[Node]:
        """The first elements behind the text's last paragraph, in order; [] where that is not known."""
        if self._behind is None:
            self._behind = list(after(self.last_node, NEAR)) if self.last_node is not None else []
        return self._behind

    @property
    def around(self) -> frozenset[int]:
        """`mem_id`s of the elements that hold the headline or the text's last paragraph."""
        if self._around is None:
            found: set[int] = set()
            for node in (self.headline_node, self.last_node):
                if node is not None:
                    found.update([parent.mem_id for parent in ancestors(node, _FAR)])
            self._around = frozenset(found)
        return self._around

    @property
    def scope(self) -> Node | None:
        """The smallest element that holds headline and text; the body element where they are not known."""
        if not self._scope:
            self._scope.append(self._find_scope())
        return self._scope[0]

    def _find_scope(self) -> Node | None:
        top, last = self.headline_node, self.last_node
        if top is not None and last is not None:
            above = {node.mem_id for node in ancestors(top, _FAR)}
            for node in ancestors(last, _FAR):
                if node.mem_id in above:
                    return node
        return self.document.tree.body

    @property
    def wide_scope(self) -> Node | None:
        """`scope` and what stands beside it: tag lists, author boxes."""
        scope = self.scope
        if scope is None or scope.tag in ("body", "main", "article") or scope.parent is None:
            return scope
        return scope.parent if scope.parent.tag != "html" else scope

    @property
    def microdata(self) -> dict[str, list[Node]]:
        """itemprop of a date (each word, lower case) → nodes."""
        if self._microdata is None:
            self._microdata = {}
            for node in (*self.document.dated, *self.document.told["a"]):
                for name in (node.attributes.get("itemprop") or "").lower().split():
                    self._microdata.setdefault(name, []).append(node)
        return self._microdata

    def _names(self) -> frozenset[str]:
        given = [self.site.name, self.site.domain] if self.site else []
        meta = self.document.meta
        for name in rules().meta["publisher"]:
            given += meta.get(name, ())
        given += self.graph.strings(self.article, "publisher")
        given.append(self.host)
        given += self._labels()
        return frozenset([bare for name in dict.fromkeys(given) if (bare := key(tidy(name)))])

    def _labels(self) -> list[str]:
        """The host's own name: "www.ksta.de" → "ksta", also for archived copies."""
        labels = [p for p in self.host.split(".") if len(p) > 3]
        return labels[:-1] if len(labels) > 1 else labels

    def meta_texts(self, field_name: str) -> list[Found]:
        """All contents of the meta tags that a field is read from, best first."""
        found = self._meta_texts.get(field_name)
        if found is None:
            meta = self.document.meta
            found = self._meta_texts[field_name] = []
            for name in rules().meta[field_name]:
                if name in meta:
                    found += [Found(text, f"meta:{name}") for content in meta[name] if (text := tidy(content))]
        return list(found)

    def meta_text(self, field_name: str) -> str:
        """The first of `meta_texts`, or ""."""
        found = self.meta_texts(field_name)
        return found[0].text if found else ""

    def ruled(self, *names: str) -> list[Found]:
        """What the layout's rules for a field find; the first rule that finds anything is the
        one.
        """
        if self.layout is None:
            return []
        for name in names:
            for rule in getattr(self.layout, name, ()):
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
        if name not in self.article:
            return []
        found = self._ld_texts.get(name)
        if found is None:
            texts = self.graph.strings(self.article, name)
            found = self._ld_texts[name] = [Found(text, f"jsonld:{name}") for text in texts]
        return list(found)

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


def _page_title(document: Document) -> str:
    head = document.tree.head
    node = head.css_first("title") if head else None
    return tidy(node.text()[:_LONGEST_TITLE]) if node else ""


def host_of(url: str) -> str:
    """The host of an address without "www."; of an archived copy that of the original."""
    if match := _PLAIN.match(url):  # nearly all; to split an address costs five times as much
        return match[1]
    if "web.archive.org/web/" in url and "http" in (rest := url.split("/web/", 1)[1]):
        url = rest[rest.index("http") :]
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
