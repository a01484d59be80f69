"""What is on a page only when its text was cut: selectors for `paywall`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from scraper.document import Node
from scraper.learning.looks import Look
from scraper.learning.model import RuleNote
from scraper.learning.steps import Selector, Step, names_of, selectors, tells_much
from scraper.models import Article, Removed
from scraper.quality import View, judged
from scraper.quality.cut import Case

#: pages that were cut, and pages that were not, which a rule rests on
LEAST_CUT, LEAST_WHOLE = 2, 2
#: boxes around a prompt that may be its own, and selectors of each that are tried
_UP, _TRIED = 3, 40
_SAMPLE = 80


def wall_rules(looks: Sequence[Look]) -> list[RuleNote]:
    """The box of the prompt that stands where the text was cut; [] where any page that is whole, or may be, has it."""
    articles = [judged(look.sample.document, look.extracted.article) for look in looks]
    cut = [i for i, article in enumerate(articles) if _is_cut(article)]
    whole = [i for i, article in enumerate(articles) if article.access.complete is True]
    if len(cut) < LEAST_CUT or len(whole) < LEAST_WHOLE:
        return []
    others = [i for i in range(len(looks)) if i not in cut]
    for rule in _candidates(looks[cut[0]], articles[cut[0]]):
        if all(_has(looks[i], rule) for i in cut) and not any(_has(looks[i], rule) for i in others):
            sample = next(iter(looks[cut[0]].sample.document.select(rule)), "")[:_SAMPLE]
            why = f"only where the text was cut, never on the other {len(others)}"
            return [RuleNote(key="paywall", rule=rule, pages=len(cut), why=why, sample=sample)]
    return []


def _is_cut(article: Article) -> bool:
    return article.access.complete is False and article.access.declared in ("paywalled", "metered")


def _has(look: Look, rule: str) -> bool:
    return bool(look.sample.document.tree.css(rule))


def _candidates(look: Look, article: Article) -> Iterator[str]:
    """Selectors of the boxes around the prompt, from the inside out."""
    none: tuple[Removed, ...] = ()
    case = Case(View(look.sample.document), article, None, None, article.access.declared, article.removed or none)
    if not case.said:
        return
    for line, _ in case.after:
        node: Node | None = line.node
        for _ in range(_UP):
            if node is None or node.tag in ("article", "main", "body", "html"):
                break
            yield from (selector.css() for selector in islice(_selectors(node), _TRIED))
            node = node.parent


def _selectors(node: Node) -> Iterator[Selector]:
    """Selectors that name the box itself: a name above it may be of the whole article."""
    step = Step(node.tag or "", frozenset(filter(tells_much, names_of(node))))
    return selectors((step, None)) if step.names else iter(())
