"""Whether the text is all there: signs for and against a cut are weighed, and named.

A sign alone proves little: whole pages carry paywall markup, subscription offers and
`isAccessibleForFree: false`. Only together, and where the text ends, do they say that it was cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scraper.document import Node, css_error, find_nodes
from scraper.models import Article, Declared, Link, Reason, Removed
from scraper.quality.declared import parts_of, truth
from scraper.quality.prompt import lines_behind, said
from scraper.quality.rules import offer, phrase
from scraper.quality.view import Line, View
from scraper.sites.model import Layout
from scraper.spelling import count_between, squeezed, western

#: points from which a text counts as cut
CUT = 3
#: without one of these, or payment declared, a text may as well be badly extracted
_WALL_SIGNS = ("phrase:", "markup:", "removed:", "jsonld:hasPart", "link:")
#: characters of body from which a page that shows no other sign is not looked through
_LONG = 1500
#: characters of body from which two points of doubt are no doubt
_CERTAIN = 2500
#: a longer cssSelector in JSON-LD is not looked for
_SELECTOR = 200
#: letters and digits of a box in which a prompt alone has room; share of the text that a box must hold to hold it
_PROMPT, _MOSTLY = 400, 0.5
#: lines behind a prompt in which the text is looked for
_FOLLOWING = 2000
_ENDS = re.compile(r"""[.!?:;。！？؟।…]['"’”“»«›)\]*\s]*$|[)\]"”»*]$""")
_ELLIPSIS = re.compile(r"""(?:…|\.\.\.|\[…\]|\[\.\.\.\])['"’”»)\s]*$""")
#: first and last characters of scripts that write a word with one or two
_DENSE = (("\u3040", "\u9fff"), ("\uac00", "\ud7a3"))
_TAGS = re.compile(r"<[^>]{1,300}>")


class Case:
    """What is to be weighed; nothing of it is changed."""

    def __init__(
        self,
        view: View,
        article: Article,
        layout: Layout | None,
        link: Link | None,
        declared: Declared,
        removed: Sequence[Removed],
    ) -> None:
        self.view, self.article, self.layout, self.link = view, article, layout, link
        self.declared, self.removed = declared, removed
        self.body: str = article.article_body
        self._after: list[tuple[Line, bool]] | None = None
        self._said: str | None = None

    @property
    def after(self) -> list[tuple[Line, bool]]:
        """The lines that stand where the text ends, and whether each is in a wall's markup."""
        if self._after is None:
            hinted = any(r.reason is Reason.PAYWALL for r in self.removed)
            thorough = hinted or self.declared in ("paywalled", "metered")
            self._after = lines_behind(self.view, self.article, thorough=thorough)
        return self._after

    @property
    def said(self) -> str:
        """The first phrase after the body that stands only where text was held back."""
        if self._said is None:
            self._said = said(self.after)
        return self._said


Sign = tuple[int, str]


def complete(case: Case) -> tuple[bool | None, tuple[str, ...]]:
    """(whether the whole text is there, what that rests on)."""
    if hit := _configured(case):
        return False, (hit,)
    if not _suspicious(case):
        return True, (f"body:{len(case.body)} characters",)
    signs = list(_signs(case))
    evidence = tuple(name for points, name in signs if points)
    points = sum(points for points, _ in signs)
    if points >= CUT:
        walled = case.declared in ("paywalled", "metered") or any(
            name.startswith(_WALL_SIGNS) for points, name in signs if points > 0
        )
        return (False if walled else None), evidence
    if not case.body:
        return None, evidence
    return (True if points < 2 or len(case.body) >= _CERTAIN else None), evidence


def _configured(case: Case) -> str:
    """The config's `paywall` rule that the page fits; "" where none is."""
    document = case.view.document
    for rule in case.layout.paywall if case.layout else ():
        if rule.startswith(("jsonld:", "meta:")):
            found = bool(document.select(rule))
        else:
            found = bool(find_nodes(document.tree, rule))
        if found:
            return f"config:{rule}"
    return ""


def _suspicious(case: Case) -> bool:
    return (
        len(case.body) < _LONG
        or case.declared in ("paywalled", "metered")
        or any(r.reason is Reason.PAYWALL for r in case.removed)
        or _ELLIPSIS.search(case.body[-12:]) is not None
        or (case.link is not None and len(case.link.text) > 1.3 * len(case.body))
    )


def _signs(case: Case) -> Iterator[Sign]:
    """Every sign with its points: above zero for a cut, below zero against one."""
    if case.declared == "paywalled":
        yield 1, "declared:paywalled"
    elif case.declared == "free":
        yield -1, "declared:free"
    yield from _length(case)
    yield from _ending(case)
    yield from _prompt(case)
    yield from _parts(case)
    yield from _references(case)


def _length(case: Case) -> Iterator[Sign]:
    size = _weight(case.body)
    if size < 1200:
        yield 1, f"body:{len(case.body)} characters"
    elif size >= 2500:
        yield (
            (-3 if size >= 5000 else -2 if size >= 3500 else -1),
            f"body:{len(case.body)} characters",
        )


def _weight(text: str) -> int:
    """Characters, those of scripts that write a word with one or two counted threefold."""
    opening = text[:3000]
    if western(opening) is not None:
        return len(text)
    return len(text) + 2 * sum([count_between(opening, first, last) for first, last in _DENSE])


def _ending(case: Case) -> Iterator[Sign]:
    last = next((p for p in reversed(case.article.body) if p.text), None)
    if last is None or last.type != "paragraph":
        return
    if _ELLIPSIS.search(last.text):
        yield 1, "ending:ellipsis"
    elif not _ENDS.search(last.text) and len(last.text) > 60:
        yield 1, "ending:mid-sentence"


# --- the prompt ---


def _prompt(case: Case) -> Iterator[Sign]:
    """A prompt where the text ends: what it says, and what it stands in.

    An offer alone is on every page of many sites; it counts after a short
    text, where two are made or payment is declared.
    """
    offers = {p for line, wall in case.after if (p := offer(line.text, wall=wall))}
    short = len(case.body) < _LONG
    offered = bool(offers) and short and (len(offers) > 1 or case.declared == "paywalled")
    if case.said:
        yield 2, f"phrase:{case.said}"
    if offered:
        yield 1, f"phrase:{min(offers)}"
    boxed = next((line for line, wall in case.after if wall), None)
    if boxed and (case.said or offered):
        yield 1, f"markup:{boxed.text[:40]}"
    if not (case.said or offered):
        yield from _removed(case)


def _removed(case: Case) -> Iterator[Sign]:
    """What extraction removed as a paywall's, where it stood right behind the text."""
    behind = {squeezed(line.text)[:40] for line, _ in case.after}
    for hit in case.removed:
        sure = hit.rule.startswith("phrases/") or case.declared in ("paywalled", "metered")
        if hit.reason is Reason.PAYWALL and sure and squeezed(hit.sample)[:40] in behind:
            yield 1, f"removed:{hit.rule}"
            return


# --- what structured data says of the parts ---


def _parts(case: Case) -> Iterator[Sign]:
    """`hasPart.cssSelector`: does the part that is not free hold the body, or only a prompt?"""
    selectors = list(dict.fromkeys(s for node in case.view.articles for s in _selectors(node)))
    if not selectors or case.declared == "free":
        return
    found = [(selector, node) for selector in selectors for node in case.view.document.tree.css(selector)[:20]]
    tail, gate = _tail(case.article), None
    for selector, node in found:
        text = squeezed(node.text() or "")
        small = len(text) < _PROMPT
        if tail and tail in text and not (small and len(text) < _MOSTLY * len(squeezed(case.body))):
            size = len(case.body)
            points = 0 if size < 600 else -1 if case.said or size < 1200 else -2
            yield points, f"jsonld:hasPart {selector} holds the text"
            return
        gate = gate or ((selector, node) if small else None)
    if gate:
        yield 3, f"jsonld:hasPart {gate[0]} holds no text"
        yield from _misread(case, gate[1])
    elif not found:  # where the article's own flag says nothing, nothing that is here was declared not to be free
        own = any(truth(node.get("isAccessibleForFree")) is False for node in case.view.articles)
        yield int(own), f"jsonld:hasPart {selectors[0]} is not there"


def _tail(article: Article) -> str:
    """How the text ends."""
    return squeezed(next((p.text for p in reversed(article.body) if len(p.text) > 40), ""))[-80:]


def _misread(case: Case, gate: Node) -> Iterator[Sign]:
    """A prompt in the box that the publisher names, where that box stands in the text or before most of it: then what
    makes the text long is no part of the story."""
    words = " ".join((gate.text(separator=" ") or "").split())
    prompt = phrase("paywall.cut", words) or offer(words, wall=True)
    if not prompt or case.said:
        return
    tail = _tail(case.article)
    if not (tail and tail in squeezed(words)):
        behind = {squeezed(line.text) for line in case.view.following(gate, _FOLLOWING)}
        beyond = sum(len(line) for line in case.body.split("\n") if squeezed(line) in behind)
        if 2 * beyond < len(case.body):
            return
    yield 2, f"phrase:{prompt}"


def _selectors(node: dict[str, object]) -> Iterator[str]:
    for part in parts_of(node):
        value = part.get("cssSelector")
        for selector in value if isinstance(value, list) else [value]:
            if isinstance(selector, str) and 0 < len(selector) < _SELECTOR and not css_error(selector):
                yield selector


def _references(case: Case) -> Iterator[Sign]:
    """Other copies of the text: JSON-LD's articleBody and wordCount, the feed's full text."""
    size = len(case.body)
    texts = [t for n in case.view.articles if isinstance(t := n.get("articleBody"), str)]
    whole = max((len(_TAGS.sub("", t) if "<" in t else t) for t in texts), default=0)
    if whole >= 1500 and size >= 0.85 * whole:
        yield -2, "jsonld:articleBody is as long"
    elif whole >= 600 and size < 0.5 * whole:
        yield 2, "jsonld:articleBody is longer"
    words = max((_number(n.get("wordCount")) for n in case.view.articles), default=0)
    mine = len(case.body.split()) if words >= 150 else 0
    if words >= 150 and mine < 0.4 * words:
        yield 1, f"jsonld:wordCount={words}, body {mine}"
    elif words >= 350 and mine >= 0.85 * words:
        yield -1, f"jsonld:wordCount={words}"
    if case.link is not None and len(case.link.text) > 600 and size < 0.6 * len(case.link.text):
        yield 3, "link:text is longer"


def _number(value: object) -> int:
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 7 else 0
