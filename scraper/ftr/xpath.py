"""An XPath 1.0 expression → a small tree of our own; elementpath reads it, and is imported here alone."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

#: characters of an expression, and steps of a path, that are still read: real ones have a few hundred, and ten
MAX_EXPRESSION = 2000


class Untranslatable(Exception):
    """Why an expression has no rule of ours; one clause."""


class Text(NamedTuple):
    """A string."""

    value: str


class Number(NamedTuple):
    """A number."""

    value: float


class Call(NamedTuple):
    """A function and what it is given."""

    name: str
    arguments: tuple[Expression, ...]


class Binary(NamedTuple):
    """`and`, `or`, `|`, a comparison or arithmetic."""

    symbol: str
    left: Expression
    right: Expression


class Step(NamedTuple):
    """One step of a path. `test` is a name, "*", "node()", "text()" or "comment()"."""

    axis: str
    test: str
    predicates: tuple[Expression, ...] = ()


class Path(NamedTuple):
    """Steps from somewhere: "/" the root, "" the context node, or what an expression in brackets finds."""

    start: str | Filtered
    steps: tuple[Step, ...]


class Filtered(NamedTuple):
    """`(expression)[predicate]…`."""

    inner: Expression
    predicates: tuple[Expression, ...]


Expression = Text | Number | Call | Binary | Path

#: `id("story")` where an expression or an operand begins; elementpath has it at the end of paths alone
_ID = re.compile(r"""(^|[|(])\s*id\(\s*('[^'\s]+'|"[^"\s]+")\s*\)""")
#: what `//` stands for, before a step on the child axis
ANYWHERE = Step("descendant-or-self", "node()")
HERE, PARENT = Step("self", "node()"), Step("parent", "node()")

_OPERATORS = frozenset(("and", "or", "|", "=", "!=", "<", ">", "<=", ">=", "+", "-", "div", "mod"))
_KIND_TESTS = frozenset(("text", "node", "comment", "processing-instruction"))


def parse_xpath(expression: str) -> Expression:
    """The tree of an expression. Raises Untranslatable for what is not XPath 1.0 (and for what is too long)."""
    if len(expression) > MAX_EXPRESSION:
        raise Untranslatable(f"it is longer than {MAX_EXPRESSION:,} characters")
    try:
        return _expression(_parser().parse(_ID.sub(r"\1//*[@id=\2]", expression)))
    except Untranslatable:
        raise
    except RecursionError as error:
        raise Untranslatable("it is nested too deep") from error
    except Exception as error:  # a foreign parser, and text that anyone wrote: whatever it raises, the text is at fault
        raise Untranslatable(f"it is not XPath 1.0 ({_short(error)})") from error


@cache
def _parser() -> Any:
    from elementpath import XPath1Parser

    return XPath1Parser()


def _short(error: Exception) -> str:
    """elementpath's message without its place and code."""
    message = str(error).rpartition("] ")[2] or type(error).__name__
    return " ".join(message.split())[:100]


def _expression(token: Any) -> Expression:
    symbol = token.symbol
    if symbol == "(string)":
        return Text(str(token.value))
    if symbol in ("(integer)", "(decimal)", "(float)"):
        return Number(float(token.value))
    if symbol == "(":
        return _expression(token[0])
    if symbol in _OPERATORS and len(token) == 2:
        return Binary(symbol, _expression(token[0]), _expression(token[1]))
    if symbol == "-" and len(token) == 1 and isinstance(inner := _expression(token[0]), Number):
        return Number(-inner.value)
    if "function" in str(token.label) and symbol not in _KIND_TESTS:
        return Call(symbol, tuple(_expression(argument) for argument in token))
    return _path(token)


def _path(token: Any) -> Path:
    symbol = token.symbol
    if symbol in ("/", "//"):
        start = _path(token[0]) if len(token) == 2 else Path("/", ())
        if len(token) == 0:
            raise Untranslatable("it names the document itself")
        between = (ANYWHERE,) if symbol == "//" else ()
        return Path(start.start, (*start.steps, *between, _step(token[-1])))
    if symbol == "(":
        return Path(Filtered(_expression(token[0]), ()), ())
    if symbol == "[" and (found := _filtered(token)) is not None:
        return Path(found, ())
    return Path("", (_step(token),))


def _filtered(token: Any) -> Filtered | None:
    """`(…)[…][…]`; None for a step with predicates."""
    predicates: list[Expression] = []
    while token.symbol == "[":
        predicates.insert(0, _expression(token[1]))
        token = token[0]
    return Filtered(_expression(token[0]), tuple(predicates)) if token.symbol == "(" else None


def _step(token: Any) -> Step:
    predicates: list[Expression] = []
    while token.symbol == "[":
        predicates.insert(0, _expression(token[1]))
        token = token[0]
    axis, test = _axis_and_test(token)
    return Step(axis, test, tuple(predicates))


def _axis_and_test(token: Any) -> tuple[str, str]:
    symbol = token.symbol
    if symbol == ".":
        return HERE.axis, HERE.test
    if symbol == "..":
        return PARENT.axis, PARENT.test
    if symbol == "@":
        return "attribute", _test(token[0])
    if "axis" in str(token.label):
        return symbol, _test(token[0])
    return "child", _test(token)


def _test(token: Any) -> str:
    symbol = token.symbol
    if symbol == "(name)":
        return str(token.value)
    if symbol == ":" and len(token) == 2:  # a name with a prefix that XML knows, as in @xml:lang
        return f"{token[0].value}:{token[1].value}"
    if symbol == "*" and len(token) == 0:
        return "*"
    if symbol in _KIND_TESTS:
        return f"{symbol}()"
    raise Untranslatable(f"'{symbol}' has no counterpart")
