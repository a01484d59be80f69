"""XPath's predicates that count → `:nth-child()` and its kin."""

from __future__ import annotations

from typing import NamedTuple

from scraper.ftr.css import ALWAYS, NEVER, Condition, Conditions, among, compound, neither
from scraper.ftr.xpath import Binary, Call, Expression, Number, Untranslatable

_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


class Place(NamedTuple):
    """Where a predicate stands: for those that count."""

    axis: str = "self"
    test: str = "*"
    #: the conditions before it
    before: tuple[Condition, ...] = (Condition(),)


def position_of(expression: Expression) -> int | None:
    """The place that `[3]`, `[position() = 3]`, `[last()]` or `[last() - 1]` names; None where it names none."""
    if isinstance(expression, Binary) and expression.symbol == "=" and expression.left == Call("position", ()):
        expression = expression.right
    if expression == Call("last", ()):
        return -1
    if isinstance(expression, Binary) and expression.symbol == "-" and expression.left == Call("last", ()):
        back = expression.right
        return -1 - int(back.value) if isinstance(back, Number) and 0 < back.value < 10_000 else None
    if isinstance(expression, Number) and 1 <= expression.value < 10_000 and expression.value == int(expression.value):
        return int(expression.value)
    return None


def numbered(predicate: Expression, place: Place) -> Conditions | None:
    """`[3]`, `[last()]`, `[last() - 1]`; None for others."""
    if (position := position_of(predicate)) is not None:
        return [Condition(_nth(place, str(abs(position)), last=position < 0))]
    return NEVER if isinstance(predicate, Number) else None  # [0], [-1], [1.5]: places that no element has


def counted(expression: Binary, place: Place) -> Conditions | None:
    """Comparisons with position(); None for others."""
    symbol, left, right = expression.symbol, expression.left, expression.right
    if right == Call("position", ()):
        symbol, left, right = _MIRRORED.get(symbol, symbol), right, left
    if left != Call("position", ()) or symbol not in (*_MIRRORED, "=", "!="):
        return None
    if symbol in ("=", "!="):
        found = numbered(right, place)
        if found is None:
            raise Untranslatable("it counts in a way that has no counterpart")
        return found if symbol == "=" else neither(found)
    if right == Call("last", ()) and symbol == "<":
        return neither([Condition(_nth(place, "1", last=True))])
    if not isinstance(right, Number) or abs(right.value) > 10_000 or right.value != int(right.value):
        raise Untranslatable("it counts in a way that has no counterpart")
    bound = int(right.value) + (symbol == ">") - (symbol == "<")
    if symbol in (">", ">="):
        return [Condition(_nth(place, f"n+{bound}", last=False))] if bound > 1 else ALWAYS
    return [Condition(_nth(place, f"-n+{bound}", last=False))] if bound > 0 else NEVER


def _nth(place: Place, which: str, *, last: bool) -> str:
    """The CSS for the so-manieth of those below one parent that fulfil what was asked before."""
    if place.axis != "child" or place.test.endswith("()"):
        raise Untranslatable("it counts along something else than an element's children")
    if len(place.before) != 1 or place.before[0].filters:
        raise Untranslatable("it counts elements that a text test found")
    before = place.before[0].css
    end = "last-" if last else ""
    if before:
        # Lexbor 3.0 looks at no more than the last part of a bare compound here
        return f":nth-{end}child({which} of {among([compound(place.test, before)])})"
    kind = "child" if place.test == "*" else "of-type"
    if which == "1":
        return f":{'last' if last else 'first'}-{kind}"
    return f":nth-{end}{kind}({which})"
