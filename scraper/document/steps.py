"""The steps of a rule: what each makes of the elements or texts that were found so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.document.within import Path, ancestors, backward, following, forward
from scraper.spelling import spaced

#: characters that one step reads at most: a page's deepest elements say its text a hundred times over
_MOST_READ = 20_000_000

_T = TypeVar("_T")
Test = Callable[[str, str], bool]
#: tests of a text; with "own-" before them they look at the text directly in an element, piece by piece
_TESTS: dict[str, Test] = {
    "contains": lambda text, sought: sought in text,
    "starts": lambda text, sought: text.startswith(sought),
    "equals": lambda text, sought: text == sought,
}
#: steps that keep what passes a test
FILTERS = (*_TESTS, "lacks", *(f"own-{test}" for test in _TESTS))
#: steps that go from each element to others, which a selector names
MOVES = ("up", "around", "next")
#: steps that turn elements into texts
VALUES = ("@", "own", "after", "before")


class Step(NamedTuple):
    """One step of a rule."""

    word: str
    #: selector or attribute
    name: str = ""
    texts: tuple[str, ...] = ()
    number: int = 0
    #: of `where`: the filter's word
    test: str = ""
    #: of `find` and `where`
    paths: tuple[Path, ...] = ()

    @property
    def shown(self) -> str:
        """The step's name as one would write it."""
        return f"@{self.name}" if self.word == "@" else self.word

    def selectors(self) -> Iterator[str]:
        """Every selector in it. An empty one stands for a path that leads nowhere."""
        if self.word in ("up", "next"):
            yield self.name
        for path in self.paths:
            yield from (compound for _, compound in path) if path else ("",)


class Flow(NamedTuple):
    """What was found so far: elements or, from the first step in VALUES on, texts."""

    tree: LexborHTMLParser | None
    nodes: list[LexborNode]
    texts: list[str]


def take(step: Step, flow: Flow) -> Flow:
    """What a step makes of what was found. Of VALUES only `after` and `before` work on texts."""
    if flow.tree is None:
        return Flow(None, [], _text_step(step, flow.texts))
    return Flow(flow.tree, _node_step(step, flow.tree, flow.nodes), [])


def node_text(node: LexborNode) -> str:
    """The visible text of a node, white space folded."""
    return spaced(node.text(separator=" ") or "")


def texts_from(nodes: Iterable[LexborNode], step: Step) -> list[str]:
    """The texts that the first step in VALUES takes from elements."""
    if step.word == "@":
        return [(node.attributes.get(step.name) or "").strip() for node in nodes]
    if step.word != "own":
        return _text_step(step, [node_text(node) for node in nodes])
    pieces = [list(_own(node)) for node in nodes]
    if step.number:
        place = step.number - (step.number > 0)
        pieces = [[found[place]] if -len(found) <= place < len(found) else [] for found in pieces]
    return [piece for found in pieces for piece in found]


# --- steps on texts ---------------------------------------------------------------------------------------------------


def _text_step(step: Step, texts: list[str]) -> list[str]:
    if step.word == "index":
        return _at(texts, step.number)
    if step.word == "after":
        parts = [text.partition(step.texts[0])[2] for text in texts]
    elif step.word == "before":
        split = [text.partition(step.texts[0]) for text in texts]
        parts = [before for before, found, _ in split if found]
    else:
        return [text for text in texts if _passes(step.word, step.texts, (text,))]
    return [part for text in parts if (part := text.strip())]


def _at(found: list[_T], number: int) -> list[_T]:
    place = number - (number > 0)
    return found[place : place + 1 or None]


def _passes(word: str, sought: tuple[str, ...], texts: Iterable[str]) -> bool:
    if word == "lacks":
        return not any(one in text for text in texts for one in sought)
    test = _TESTS[word.removeprefix("own-")]
    return any(test(text, one) for text in texts for one in sought)


# --- steps on elements ------------------------------------------------------------------------------------------------


def _node_step(step: Step, tree: LexborHTMLParser, nodes: list[LexborNode]) -> list[LexborNode]:
    if step.word == "index":
        return _at(nodes, step.number)
    if step.word == "find":
        return forward(tree, nodes, step.paths)
    if step.word == "where":
        return _where(step, tree, nodes)
    if step.word in MOVES:
        return _moved(step, tree, nodes)
    return _kept(step.word, step.texts, nodes)


def _kept(word: str, sought: tuple[str, ...], nodes: list[LexborNode]) -> list[LexborNode]:
    kept, read = [], 0
    for node in nodes:
        texts = list(_own(node)) if word.startswith("own-") else [_whole(node)]
        read += sum(map(len, texts))
        if read > _MOST_READ:
            break
        if _passes(word, sought, texts):
            kept.append(node)
    return kept


def _whole(node: LexborNode) -> str:
    """All text in an element as it is read: inline tags do not cut words."""
    return spaced(node.text() or "")


def _own(node: LexborNode) -> Iterator[str]:
    """The pieces of text directly in an element, each folded; blank ones are "", so that counting finds them."""
    return (" ".join((part.text_content or "").split()) for part in node.iter(include_text=True) if part.is_text_node)


def _where(step: Step, tree: LexborHTMLParser, nodes: list[LexborNode]) -> list[LexborNode]:
    """Those from which a path leads to something that passes the test; walked from there, where they are few."""
    fitting: set[int] = set()
    for path in step.paths:
        ends = _kept(step.test, step.texts, tree.css(path[-1][1])) if path else []
        fitting |= backward(tree, ends, path)
    return [node for node in nodes if node.mem_id in fitting]


def _moved(step: Step, tree: LexborHTMLParser, nodes: list[LexborNode]) -> list[LexborNode]:
    """The elements around each (`around`), the nearest of them (`up`), or the nearest behind it (`next`); each once."""
    candidates = tree.css(step.name)
    matching = {node.mem_id for node in candidates}
    #: passed before: what it leads to is known, and no sibling is passed twice
    seen: set[int] = set()
    found: set[int] = set()
    for node in nodes:
        for other in (following if step.word == "next" else ancestors)(node):
            if other.mem_id in matching:
                found.add(other.mem_id)
                if step.word != "around":
                    break
            if other.mem_id in seen:
                break
            seen.add(other.mem_id)
    return [node for node in candidates if node.mem_id in found]
