"""Relative selectors such as "> h3 + p", evaluated exactly: from elements to what they name, and back.

Lexbor has no `:scope`, and its `node.css("div p")` lets the `div` stand outside the node. So a selector is cut into
compounds, and the steps between them are walked here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

#: (combinator, compound selector), from the element outwards; combinators are " ", ">", "+" and "~"
Path = tuple[tuple[str, str], ...]

Known = dict[int, LexborNode]
Test = Callable[[LexborNode], bool]
Walk = Callable[[LexborNode], Iterator[LexborNode]]

_TOKEN = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\\.|\s*[>+~,]\s*|\s+|.""", re.S)


def relatives(selector: str) -> tuple[Path, ...]:
    """The paths of a relative selector list: "> h3, p a" → ((">", "h3"),), ((" ", "p"), (" ", "a"))."""
    paths: list[Path] = []
    path: list[tuple[str, str]] = []
    combinator, compound, depth = " ", "", 0
    for token in [*_TOKEN.findall(selector.strip()), ","]:
        depth += (token in "([") - (token in ")]")
        mark = token.strip() or " "
        if depth > 0 or mark not in (" ", ">", "+", "~", ","):
            compound += token
            continue
        if compound or (combinator != " " and mark != " "):  # "> , p": an empty compound, which is an error
            path.append((combinator, compound))
        if mark == ",":
            paths.append(tuple(path))
            path, mark = [], " "
        combinator, compound = mark, ""
    return tuple(paths)


def forward(tree: LexborHTMLParser, nodes: Iterable[LexborNode], paths: Iterable[Path]) -> list[LexborNode]:
    """What the paths lead to from any of `nodes`, in the page's order path by path, each once."""
    found: dict[int, LexborNode] = {}
    start = {node.mem_id: node for node in nodes}
    for path in paths:
        current = start
        for combinator, compound in path:
            leads = _LEADS[combinator](current)
            current = {node.mem_id: node for node in tree.css(compound) if leads(node)}
        found.update(current)
    return list(found.values())


def backward(tree: LexborHTMLParser, ends: Iterable[LexborNode], path: Path) -> set[int]:
    """`mem_id`s of the elements from which `path` leads to one of `ends`, which match its last compound."""
    current = list(ends)
    for number in range(len(path) - 1, -1, -1):
        combinator = path[number][0]
        before = _origins(current, _BACK[combinator], chained=combinator in " ~")
        if number:
            matching = {node.mem_id for node in tree.css(path[number - 1][1])}
            before = {key: node for key, node in before.items() if key in matching}
        current = list(before.values())
    return {node.mem_id for node in current}


def _origins(ends: Iterable[LexborNode], back: Walk, *, chained: bool) -> Known:
    """What `back` reaches from any of `ends`. `chained`: from what was reached before, nothing new is."""
    reached: Known = {}
    for end in ends:
        for node in back(end):
            if chained and node.mem_id in reached:
                break
            reached[node.mem_id] = node
    return reached


# --- the four combinators ---------------------------------------------------------------------------------------------


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """The elements around a node, nearest first."""
    above = node.parent
    while above is not None and above.is_element_node:
        yield above
        above = above.parent


def following(node: LexborNode) -> Iterator[LexborNode]:
    """The elements behind a node, below the same parent."""
    beside = node.next
    while beside is not None:
        if beside.is_element_node:
            yield beside
        beside = beside.next


def _preceding(node: LexborNode) -> Iterator[LexborNode]:
    beside = node.prev
    while beside is not None:
        if beside.is_element_node:
            yield beside
        beside = beside.prev


def _parents(node: LexborNode) -> Iterator[LexborNode]:
    return (above for above, _ in zip(ancestors(node), range(1), strict=False))


def _previous(node: LexborNode) -> Iterator[LexborNode]:
    return (beside for beside, _ in zip(_preceding(node), range(1), strict=False))


def _descendant_of(known: Known) -> Test:
    inside: dict[int, bool] = {}

    def leads(node: LexborNode) -> bool:
        passed, found = [], False
        for above in ancestors(node):
            if above.mem_id in known or above.mem_id in inside:
                found = above.mem_id in known or inside[above.mem_id]
                break
            passed.append(above.mem_id)
        inside.update(dict.fromkeys(passed, found))
        return found

    return leads


def _child_of(known: Known) -> Test:
    return lambda node: any(above.mem_id in known for above in _parents(node))


def _next_to(known: Known) -> Test:
    return lambda node: any(beside.mem_id in known for beside in _previous(node))


def _behind(known: Known) -> Test:
    marked: set[int] = set()
    for node in known.values():
        for beside in following(node):
            if beside.mem_id in marked:
                break  # and so are all behind it: each sibling is looked at once
            marked.add(beside.mem_id)
    return lambda node: node.mem_id in marked


_LEADS: dict[str, Callable[[Known], Test]] = {" ": _descendant_of, ">": _child_of, "+": _next_to, "~": _behind}
_BACK: dict[str, Walk] = {
    " ": ancestors,
    ">": _parents,
    "+": _previous,
    "~": _preceding,
}
