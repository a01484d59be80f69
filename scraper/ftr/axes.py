"""Where a path's steps lead: a rule in the making, and what each axis makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from scraper.ftr.conditions import FORWARD, condition, step_conditions
from scraper.ftr.counting import position_of
from scraper.ftr.css import ALWAYS, MAX_ALTERNATIVES, Condition, among, attribute, compound, looks_out, quoted
from scraper.ftr.xpath import HERE, Call, Number, Path, Step, Untranslatable


@dataclass(frozen=True)
class Flow:
    """A rule in the making: a selector, cut into (combinator, compound), then steps."""

    chain: tuple[tuple[str, str], ...] = ()
    steps: tuple[str, ...] = ()
    #: whether it ends in texts, and whether a step has gone from the elements that the selector finds to others
    value: bool = False
    moved: bool = False

    @property
    def selector(self) -> str:
        """The chain as CSS."""
        text = ""
        for combinator, part in self.chain:
            text += part if not text else f" {part}" if combinator == " " else f" {combinator} {part}"
        return text

    @property
    def inside(self) -> str:
        """The chain for use inside `:has()`; "" where it cannot stand there."""
        return self.selector if not self.steps and len(self.chain) == 1 and not looks_out(self.selector) else ""

    def then(self, *steps: str, value: bool = False, moved: bool = False) -> Flow:
        """The flow with more steps."""
        return replace(self, steps=self.steps + steps, value=self.value or value, moved=self.moved or moved)

    def narrowed(self, css: str) -> Flow:
        """The flow with more asked of the chain's last element."""
        combinator, last = self.chain[-1]
        return replace(self, chain=(*self.chain[:-1], (combinator, (last if last != "*" or not css else "") + css)))


Flows = list[Flow]
#: asked of a piece of text, they say that it is not blank, which ours never are
_NOT_BLANK = (Call("normalize-space", ()), Call("normalize-space", (Path("", (HERE,)),)))


def few(flows: Flows) -> Flows:
    if len(flows) > MAX_ALTERNATIVES:
        raise Untranslatable("it has too many alternatives")
    return flows


def taken(flow: Flow, step: Step, *, anywhere: bool) -> Flows:
    """Where a step leads from a flow. `anywhere`: "//" stands before it."""
    if step.axis == "attribute":
        return _attribute(flow, step, anywhere=anywhere)
    if step.test == "text()":
        return _text(flow, step, anywhere=anywhere)
    if step.test in ("comment()", "processing-instruction()"):
        raise Untranslatable("it takes comments")
    if anywhere and step.axis not in ("child", "descendant"):
        raise Untranslatable("it goes on from all nodes inside, text among them")
    if step.test == "node()" and step.axis in FORWARD:
        raise Untranslatable("it takes text that is in no element of its own")
    return _AXES.get(step.axis, _no_axis)(flow, step, anywhere)


def _attribute(flow: Flow, step: Step, *, anywhere: bool) -> Flows:
    if step.test == "*" or step.predicates:
        raise Untranslatable("it takes attributes whatever their name")
    if not re.fullmatch(r"[\w:-]+", step.test):
        raise Untranslatable(f"'@{step.test}' has no counterpart")
    if anywhere:
        raise Untranslatable("it takes attributes of an element and of all in it")
    if flow.chain[-1] == ("", "*") and not flow.steps:
        flow = flow.narrowed(attribute(step.test))
    return [flow.then(f"@{step.test.lower()}", value=True)]


def _text(flow: Flow, step: Step, *, anywhere: bool) -> Flows:
    if step.axis != "child":
        raise Untranslatable("it takes text beside or around elements")
    if anywhere:  # //p//text(): all the text in it
        if step.predicates:
            raise Untranslatable("it takes pieces of text by what is in them")
        return [replace(flow, value=True)]
    own = "own"
    filters: tuple[str, ...] = ()
    for number, predicate in enumerate(step.predicates):
        position = position_of(predicate)
        found = condition(predicate) if position is None and predicate not in _NOT_BLANK else ALWAYS
        if (position is not None and number) or len(found) != 1 or found[0].css:
            raise Untranslatable("it takes pieces of text in a way that has no counterpart")
        own = f"own {position}" if position is not None else own
        filters += found[0].filters
    return [flow.then(own, *filters, value=True)]


# --- axes -------------------------------------------------------------------------------------------------------------


def begin(combinator: str, step: Step) -> Flows:
    """The beginnings of a chain."""
    return [Flow(((combinator, compound(step.test, c.css)),), c.filters) for c in step_conditions(step)]


def _forward(flow: Flow, step: Step, anywhere: bool) -> Flows:
    combinator = " " if anywhere else FORWARD[step.axis]
    if step.axis == "following-sibling" and (first := _counting(step)) is not None:
        position, before = first
        if position != 1 or (step.test == "*" and not before.predicates):
            return _adjacent(flow, step)
        return [_moved(flow, "next", before, found) for found in step_conditions(before)]
    if step.axis == "following-sibling" and step.predicates[:1] == (Number(1),) and step.test == "*":
        return _adjacent(flow, step)
    return [_onward(flow, combinator, compound(step.test, c.css)).then(*c.filters) for c in step_conditions(step)]


def _adjacent(flow: Flow, step: Step) -> Flows:
    """`following-sibling::*[1][…]`."""
    if step.test != "*" or step.predicates[0] != Number(1):
        raise Untranslatable("it counts along something else than an element's children")
    found = step_conditions(Step("child", "*", step.predicates[1:]))
    return [_onward(flow, "+", compound("*", c.css)).then(*c.filters) for c in found]


def _onward(flow: Flow, combinator: str, part: str) -> Flow:
    """The flow one selector further."""
    if not flow.steps:
        return replace(flow, chain=(*flow.chain, (combinator, part)))
    lead = "" if combinator == " " else f"{combinator} "
    last = flow.steps[-1]
    if last.startswith('find "') and last.endswith('"'):
        joined = f"{last[:-1]} {quoted(lead + part)[1:]}"
        return replace(flow, steps=(*flow.steps[:-1], joined))
    return flow.then(f"find {quoted(lead + part)}", moved=True)


def _counting(step: Step) -> tuple[int, Step] | None:
    """(the place that the last predicate names, the step without it)."""
    position = position_of(step.predicates[-1]) if step.predicates else None
    return (position, step._replace(predicates=step.predicates[:-1])) if position is not None else None


def _moved(flow: Flow, word: str, step: Step, found: Condition) -> Flow:
    if found.filters:
        raise Untranslatable("it counts elements that a text test found")
    return flow.then(f"{word} {quoted(compound(step.test, found.css))}", moved=True)


def _up(flow: Flow, step: Step, anywhere: bool) -> Flows:
    """`ancestor::div`, `ancestor::div[1]`."""
    counted = _counting(step)
    if counted is not None and counted[0] == 1:
        return [_moved(flow, "up", counted[1], found) for found in step_conditions(counted[1])]
    found = step_conditions(step)
    if flow.inside:
        return [_flow_of(step, c, f":has({flow.inside})") for c in found]
    return [flow.then(f"around {quoted(compound(step.test, c.css))}", *c.filters, moved=True) for c in found]


def _flow_of(step: Step, found: Condition, css: str) -> Flow:
    return Flow((("", compound(step.test, found.css + css)),), found.filters)


def _or_up(flow: Flow, step: Step, anywhere: bool) -> Flows:
    """`ancestor-or-self::div`."""
    if not flow.inside:
        raise Untranslatable("it takes elements around what was found, or those themselves")
    css = among([flow.selector, f":has({flow.inside})"])
    return [_flow_of(step, c, css) for c in step_conditions(step)]


def _parent(flow: Flow, step: Step, anywhere: bool) -> Flows:
    found = step_conditions(step)
    if flow.inside:
        return [_flow_of(step, c, f":has(> {flow.inside})") for c in found]
    if any(c.filters for c in found):
        raise Untranslatable("it tests two texts")
    parents = [compound(step.test, c.css) for c in found]
    if parents != ["*"]:
        if flow.moved or any(step.startswith("index") for step in flow.steps):
            raise Untranslatable("it asks something of the parent of what was counted or gone to")
        flow = flow.narrowed(among(f"{parent} > *" for parent in parents))
    return [flow.then('up "*"', moved=True)]


def _before(flow: Flow, step: Step, anywhere: bool) -> Flows:
    """`preceding-sibling::h2`: what stands below the same parent hangs from the same chain."""
    joint, last = flow.chain[-1]
    if flow.steps or looks_out(last) or joint not in ("", " ", ">"):
        raise Untranslatable("it goes back from what cannot be looked for ahead")
    combinator = "~"
    if step.predicates[:1] == (Number(1),) and step.test == "*":
        combinator, step = "+", Step("child", "*", step.predicates[1:])
    found = [_flow_of(step, c, f":has({combinator} {last})") for c in step_conditions(step)]
    return [replace(one, chain=(*flow.chain[:-1], (joint, one.chain[0][1]))) for one in found]


def _self(flow: Flow, step: Step, anywhere: bool) -> Flows:
    found = step_conditions(step)
    tag = compound(step.test, "")
    named = [c._replace(css=(f":is({tag})" if tag != "*" else "") + c.css) for c in found]
    return [asked(flow, c) for c in named]


def _no_axis(flow: Flow, step: Step, anywhere: bool) -> Flows:
    raise Untranslatable(f"the axis '{step.axis}' has no counterpart")


_AXES: dict[str, Callable[[Flow, Step, bool], Flows]] = {
    **dict.fromkeys(FORWARD, _forward),
    "ancestor": _up,
    "ancestor-or-self": _or_up,
    "parent": _parent,
    "preceding-sibling": _before,
    "self": _self,
}


def asked(flow: Flow, alternative: Condition) -> Flow:
    """The flow with a condition on its elements."""
    if flow.value or (alternative.css and (flow.moved or any(step.startswith("index") for step in flow.steps))):
        raise Untranslatable("it asks something of what was counted or gone to")
    return (flow.narrowed(alternative.css) if alternative.css else flow).then(*alternative.filters)
