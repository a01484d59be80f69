"""An XPath expression → rules of ours, or the reason why there are none."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from scraper.document import selector_error
from scraper.document.rules import parse_rule
from scraper.ftr.axes import Flow, Flows, asked, begin, few, taken
from scraper.ftr.conditions import condition
from scraper.ftr.counting import position_of
from scraper.ftr.css import among, is_slow, quoted
from scraper.ftr.xpath import (
    ANYWHERE,
    HERE,
    Binary,
    Call,
    Expression,
    Filtered,
    Number,
    Path,
    Step,
    Text,
    Untranslatable,
    parse_xpath,
)

#: steps of a path that are still followed
MAX_STEPS = 30
#: characters of a rule; compounds that are repeated inside others can grow without bound
MAX_RULE = 1500


class Translation(NamedTuple):
    """Rules that say the same, best first, and what differs a little; `rules` is empty where `why` says why."""

    rules: tuple[str, ...] = ()
    why: str = ""
    #: what the rules find: "elements", "texts" or, from a string, a "constant"
    gives: str = "elements"


def translate(expression: str) -> Translation:
    """The rules for an XPath expression. Never raises for what it says."""
    try:
        tree = parse_xpath(expression)
        if isinstance(tree, Text):
            return _checked([f"text:{tree.value}"] if tree.value.strip() else [], "constant")
        found = _values(tree)
        gives = "texts" if any(flow.value for flow in found) else "elements"
        return _checked(_written(found), gives)
    except Untranslatable as error:
        return Translation(why=str(error))
    except RecursionError:
        return Translation(why="it is nested too deep")


def _checked(rules: list[str], gives: str) -> Translation:
    if not rules:
        return Translation(why="it can find nothing")
    for rule in rules:
        if len(rule) > MAX_RULE:
            return Translation(why="its translation is too long")
        if error := selector_error(rule):
            return Translation(why=f"its translation is no rule ({error})"[:200])
        parsed = parse_rule(rule)
        if any(is_slow(css) for css in (parsed.what, *(css for step in parsed.steps for css in step.selectors()))):
            return Translation(why="it looks too far into elements, or behind them, to be quick on every page")
    return Translation(tuple(dict.fromkeys(rules)), gives=gives)


# --- values -----------------------------------------------------------------------------------------------------------


def _values(expression: Expression) -> Flows:
    """What an expression finds, elements or texts."""
    if isinstance(expression, Path):
        return _path(expression)
    if isinstance(expression, Binary) and expression.symbol == "|":
        return few([*_values(expression.left), *_values(expression.right)])
    if not isinstance(expression, Call):
        raise Untranslatable("it is a calculation" if isinstance(expression, Binary) else "it is a constant")
    arguments = expression.arguments
    if expression.name in ("string", "normalize-space") and len(arguments) == 1:
        return _first(_values(arguments[0]))
    if expression.name in ("substring-after", "substring-before") and len(arguments) == 2:
        sought = arguments[1]
        if not isinstance(sought, Text) or not sought.value.strip():
            raise Untranslatable(f"{expression.name}() looks for what is no text")
        word = expression.name.removeprefix("substring-")
        text = re.sub(r"\s+", " ", sought.value)
        return [flow.then(f"{word} {quoted(text)}", value=True) for flow in _first(_values(arguments[0]))]
    raise Untranslatable(f"{expression.name}() has no counterpart here")


def _first(flows: Flows) -> Flows:
    """XPath's string of a node set is that of its first node."""
    one = _united(flows)
    return [one if one.steps and one.steps[-1].startswith(("index", "after", "before")) else one.then("index 1")]


def _united(flows: Flows) -> Flow:
    """One flow out of alternatives. Raises Untranslatable where they are no list of selectors."""
    if len(flows) == 1:
        return flows[0]
    if not flows:
        raise Untranslatable("it can find nothing")
    if any(flow.steps != flows[0].steps or flow.moved for flow in flows):
        raise Untranslatable("it takes one of what different ways find")
    if any(flow.steps and not flow.value for flow in flows):
        raise Untranslatable("it takes one of what different ways find")
    return replace(flows[0], chain=(("", among(flow.selector for flow in flows)),))


def _written(flows: Flows) -> list[str]:
    """Rules; alternatives that differ in their selector alone are one list of selectors."""
    lists: dict[tuple[str, ...], list[str]] = {}
    for flow in flows:
        counts = any(step.startswith("index") for step in flow.steps)
        lists.setdefault(flow.steps, []).append(flow.selector)
        if counts and len(lists[flow.steps]) > 1:
            raise Untranslatable("it takes one of what different ways find")
    return [_rule(", ".join(dict.fromkeys(selectors)), steps) for steps, selectors in lists.items()]


def _rule(css: str, steps: tuple[str, ...]) -> str:
    if steps and steps[0].startswith("@"):
        return " | ".join((css + steps[0], *steps[1:]))
    return " | ".join((css, *steps))


# --- paths ------------------------------------------------------------------------------------------------------------


def _path(path: Path) -> Flows:
    steps = path.steps
    if len(steps) > MAX_STEPS:
        raise Untranslatable(f"it has more than {MAX_STEPS} steps")
    if isinstance(path.start, Filtered):
        flows = _filtered(path.start)
    else:
        flows, steps = _begun(path.start, [step for step in steps if step != HERE])
    for number, step in enumerate(steps):
        rest = steps[number + 1 :]
        if step == ANYWHERE:
            continue
        after = number > 0 and steps[number - 1] == ANYWHERE
        flows = few([flow for start in flows for flow in taken(start, step, anywhere=after)])
        if rest and any(flow.value for flow in flows):
            raise Untranslatable("it goes on behind texts")
    if steps and steps[-1] == ANYWHERE:
        raise Untranslatable("it ends in the middle")
    return flows


def _begun(start: str, steps: list[Step]) -> tuple[Flows, tuple[Step, ...]]:
    """The first elements of a path from the root, and the steps behind them."""
    if not steps:
        raise Untranslatable("it names the page itself")
    anywhere = steps[0] == ANYWHERE
    first, rest = (steps[1] if len(steps) > 1 else steps[0], steps[2:]) if anywhere else (steps[0], steps[1:])
    if first.axis == "attribute":
        return taken(Flow((("", "*"),)), first, anywhere=False), tuple(rest)
    if first.test.endswith("()"):
        raise Untranslatable("it takes text or nodes from all over the page")
    if first.axis in ("descendant", "descendant-or-self") or (anywhere and first.axis in ("child", "self")):
        return begin("", first), tuple(rest)
    roots = ("html", "*") if start == "/" else ("head", "body", "*")
    if first.axis != "child" or first.test not in roots:
        raise Untranslatable("it begins where only the root element is, and so never finds anything")
    found = begin("", first)
    if start == "/":
        return [replace(flow, chain=(("", flow.chain[0][1].replace("*", ":root")),)) for flow in found], tuple(rest)
    return [replace(flow, chain=(("", "html"), (">", flow.chain[0][1]))) for flow in found], tuple(rest)


def _filtered(filtered: Filtered) -> Flows:
    flows = _values(filtered.inner)
    for predicate in filtered.predicates:
        position = position_of(predicate)
        if position is not None:
            flows = [_united(flows).then(f"index {position}")]
        elif isinstance(predicate, Number):
            raise Untranslatable("it can find nothing")
        else:
            alternatives = condition(predicate)
            flows = few([asked(flow, alternative) for flow in flows for alternative in alternatives])
    return flows
