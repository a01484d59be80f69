"""XPath's predicates → conditions on one element."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

from scraper.ftr.counting import Place, counted, numbered
from scraper.ftr.css import (
    ALWAYS,
    NEVER,
    Condition,
    Conditions,
    among,
    attribute,
    both,
    compound,
    either,
    looks_out,
    neither,
    quoted,
    string,
)
from scraper.ftr.xpath import ANYWHERE, HERE, Binary, Call, Expression, Number, Path, Step, Text, Untranslatable

#: axes that go forward in the page, and their combinators
FORWARD = {"child": ">", "descendant": " ", "following-sibling": "~"}
#: axes that go back, and what CSS says of the element they start from
_BACK = {"parent": ":is({} > *)", "ancestor": ":is({} *)", "preceding-sibling": ":is({} ~ *)"}

_VERBS = {"contains": "contains", "starts-with": "starts", "=": "equals"}
_ATTRIBUTE_TESTS = {"contains": "*=", "starts": "^=", "equals": "="}


class Subject(NamedTuple):
    """What a test of text looks at: an "attribute", text "deep" in an element, or its "own", at the end of a path."""

    kind: str
    steps: tuple[Step, ...] = ()
    attribute: str = ""
    #: white space at both ends was put around it, as one does for words of a class
    padded: bool = False


def step_conditions(step: Step) -> Conditions:
    """What the predicates of a step ask of the element. Raises Untranslatable."""
    found = ALWAYS
    for predicate in step.predicates:
        place = Place(step.axis, step.test, tuple(found))
        found_here = numbered(predicate, place)
        found = both(found, condition(predicate, place) if found_here is None else found_here)
    return found


def condition(expression: Expression, place: Place | None = None) -> Conditions:
    """What an expression asks of the element it is evaluated on. Raises Untranslatable."""
    place = place or Place()
    if isinstance(expression, Binary) and (place_found := counted(expression, place)) is not None:
        return place_found
    if isinstance(expression, Path):
        return exists(expression)
    if isinstance(expression, Binary):
        if expression.symbol == "and":
            return both(condition(expression.left, place), condition(expression.right, place))
        if expression.symbol == "or":
            return either(condition(expression.left, place), condition(expression.right, place))
        if expression.symbol == "|":
            return either(condition(expression.left), condition(expression.right))
        return _comparison(expression)
    if isinstance(expression, Call):
        return _call(expression, place)
    raise Untranslatable("it tests a constant")


def exists(path: Path) -> Conditions:
    """That a path from the element leads somewhere."""
    if path.start != "":
        raise Untranslatable("it looks at the whole page from inside a predicate")
    return _leads(path.steps, ALWAYS)


# --- paths ------------------------------------------------------------------------------------------------------------


def _leads(steps: Sequence[Step], last: Conditions) -> Conditions:
    """That `steps` lead to an element on which `last` holds."""
    if not steps:
        return last
    step, rest = steps[0], steps[1:]
    if step == ANYWHERE and rest and rest[0].axis == "child" and not rest[0].test.endswith("()"):
        return _through(rest[0], rest[1:], last, anywhere=True)
    if step == ANYWHERE and rest and rest[0].axis not in ("attribute", "child", "descendant"):
        raise Untranslatable("it goes on from all nodes inside, text among them")
    if step == ANYWHERE:
        return either(_leads(rest, last), _leads((Step("descendant", "*"), *rest), last))
    if step.axis == "attribute":
        return _has_attribute(step, rest, last)
    if step.test == "text()":
        return _has_text(step, rest, last)
    if step.test in ("comment()", "processing-instruction()"):
        raise Untranslatable("it looks at comments")
    if step == HERE:
        return _leads(rest, last)
    if step.test == "node()" and step.axis in (*FORWARD, "preceding-sibling"):
        raise Untranslatable("it asks for nodes of any kind")
    return _through(step, rest, last)


def _through(step: Step, rest: Sequence[Step], last: Conditions, *, anywhere: bool = False) -> Conditions:
    """The same where the first step leads to elements. `anywhere`: "//" stands before it."""
    if step.axis == "self":
        here = both(
            [Condition(f":is({compound(step.test, '')})" if step.test not in ("*", "node()") else "")],
            step_conditions(step),
        )
        return both(here, _leads(rest, last))
    if (nearest := _first_sibling(step)) is not None:
        combinator, step = nearest
    elif step.axis in FORWARD:
        combinator = " " if anywhere else FORWARD[step.axis]
    else:
        combinator = ""
    found = both(step_conditions(step), _leads(rest, last))
    if step.axis == "preceding-sibling" and nearest is not None:
        template = ":is({} + *)"
    elif combinator:
        return [_within(combinator, step, alternative) for alternative in found]
    elif step.axis in _BACK:
        template = _BACK[step.axis]
    elif step.axis == "ancestor-or-self":
        template = ":is({0}, {0} *)"
    else:
        raise Untranslatable(f"the axis '{step.axis}' has no counterpart")
    if any(alternative.filters for alternative in found):
        raise Untranslatable("it tests the text of something around or before the element")
    return [Condition(template.format(compound(step.test, alternative.css))) for alternative in found]


def _first_sibling(step: Step) -> tuple[str, Step] | None:
    """`following-sibling::*[1]` and `preceding-sibling::*[1]`, then what else is asked of that sibling."""
    first = step.predicates[:1] == (Number(1),)
    if first and step.test == "*" and step.axis in ("following-sibling", "preceding-sibling"):
        return "+", Step(step.axis, "*", step.predicates[1:])
    return None


def _within(combinator: str, step: Step, found: Condition) -> Condition:
    """That there is such an element in (or behind) this one."""
    lead = "" if combinator == " " else f"{combinator} "
    if looks_out(found.css):
        raise Untranslatable("it looks around an element inside")
    if not found.filters:
        return Condition(f":has({lead}{_flat(compound(step.test, found.css))})")
    if len(found.filters) > 1:
        raise Untranslatable("it tests two texts of an element inside")
    word, _, rest = found.filters[0].partition(" ")
    if word != "where":
        return Condition("", (f"where {quoted(lead + compound(step.test, found.css))} {found.filters[0]}",))
    match = re.match(r'"((?:\\.|[^"\\])*)"', rest)
    if match is None:
        raise Untranslatable("it tests the text of something deep inside")
    path = f"{lead}{compound(step.test, found.css)} {_plain(match[1])}"
    return Condition("", (f"where {quoted(path)}{rest[match.end() :]}",))


def _plain(text: str) -> str:
    """The text of a string in one of our steps."""
    return re.sub(r"\\(.)", r"\1", text)


def _flat(selector: str) -> str:
    """`h3:has(> a)` inside a `:has()` → `h3 > a`, which says the same there."""
    match = re.fullmatch(r"([^\s:()\"\[\]]+):has\(([^()]*)\)", selector)
    return f"{match[1]} {match[2]}" if match else selector


def _has_attribute(step: Step, rest: Sequence[Step], last: Conditions) -> Conditions:
    if rest or step.test == "*" or step.predicates or last != ALWAYS:
        raise Untranslatable("it looks at attributes whatever their name" if step.test == "*" else "it is misplaced")
    return [Condition(attribute(step.test))]


def _has_text(step: Step, rest: Sequence[Step], last: Conditions) -> Conditions:
    """`text()[contains(., "x")]`: a test of the element's own text."""
    if rest or step.axis != "child" or len(step.predicates) != 1 or last != ALWAYS:
        raise Untranslatable("it asks whether there is text")
    found = condition(step.predicates[0])
    tests = [alternative.filters[0] for alternative in found if len(alternative.filters) == 1 and not alternative.css]
    if len(found) != 1 or len(tests) != 1 or tests[0].partition(" ")[0] not in _VERBS.values():
        raise Untranslatable("it tests pieces of text in a way that has no counterpart")
    word, _, sought = tests[0].partition(" ")
    texts = [_plain(text) for text in re.findall(r'"((?:\\.|[^"\\])*)"', sought)]
    return reduce(either, (_own_test(word, text) for text in texts), NEVER)


# --- tests of text ----------------------------------------------------------------------------------------------------


def _call(call: Call, place: Place) -> Conditions:
    arguments = call.arguments
    if call.name == "not" and len(arguments) == 1:
        return neither(condition(arguments[0], place))
    if call.name == "boolean" and len(arguments) == 1:
        return condition(arguments[0])
    if call.name in ("true", "false"):
        return ALWAYS if call.name == "true" else NEVER
    if call.name in _VERBS and len(arguments) == 2 and isinstance(arguments[1], Text):
        return _text_test(_subject(arguments[0]), _VERBS[call.name], arguments[1].value)
    raise Untranslatable(f"{call.name}() has no counterpart here")


def _comparison(expression: Binary) -> Conditions:
    left, right = expression.left, expression.right
    if isinstance(left, Text):
        left, right = right, left
    if expression.symbol not in ("=", "!=") or not isinstance(right, Text):
        raise Untranslatable("it compares numbers, or two things of the page")
    subject = _subject(left)
    if expression.symbol == "=":
        return _text_test(subject, "equals", right.value)
    if subject.kind != "attribute" or subject.steps or subject.padded:
        raise Untranslatable("it negates a test of text")
    other = neither([Condition(attribute(subject.attribute, "=", right.value))])
    return both([Condition(attribute(subject.attribute))], other)


def _subject(expression: Expression) -> Subject:
    """What is tested. Raises Untranslatable."""
    if isinstance(expression, Call) and expression.name in ("normalize-space", "string"):
        if not expression.arguments:
            return Subject("deep")
        inner = _subject(expression.arguments[0])
        if inner.kind == "attribute" and expression.name == "normalize-space":
            raise Untranslatable("it folds the white space of an attribute")
        return inner
    if isinstance(expression, Call) and expression.name == "concat":
        return _padded(expression)
    if not isinstance(expression, Path) or expression.start != "":
        raise Untranslatable("it tests what is no part of the element")
    steps = tuple(step for step in expression.steps if step != HERE)
    if steps and steps[-1].axis == "attribute" and steps[-1].test != "*" and not steps[-1].predicates:
        return Subject("attribute", steps[:-1], steps[-1].test)
    if steps and steps[-1].test == "text()" and steps[-1].axis == "child" and not steps[-1].predicates:
        return Subject("own", steps[:-1])
    if steps and (steps[-1].axis == "attribute" or steps[-1].test.endswith("()")):
        raise Untranslatable("it tests attributes whatever their name, or pieces of text by number")
    return Subject("deep", steps)


def _padded(call: Call) -> Subject:
    """`concat(" ", normalize-space(@class), " ")`."""
    arguments = call.arguments
    if len(arguments) == 3 and arguments[0] == arguments[2] == Text(" "):
        inner = arguments[1]
        if isinstance(inner, Call) and inner.name == "normalize-space" and len(inner.arguments) == 1:
            inner = inner.arguments[0]
        subject = _subject(inner)
        if subject.kind == "attribute" and not subject.steps:
            return subject._replace(padded=True)
    raise Untranslatable("concat() has no counterpart here")


def _text_test(subject: Subject, verb: str, sought: str) -> Conditions:
    if subject.padded:
        return _word_test(subject, verb, sought)
    if not sought and verb != "equals":
        return ALWAYS
    if subject.kind == "attribute":
        last = [Condition(attribute(subject.attribute, _ATTRIBUTE_TESTS[verb], sought))]
    elif not sought.strip():
        raise Untranslatable("it asks for an element without text")
    elif subject.kind == "own":
        last = _own_test(verb, sought)
    else:
        last = [Condition("", (f"{verb} {quoted(_folded(verb, sought))}",))]
    return _leads(subject.steps, last)


def _own_test(verb: str, sought: str) -> Conditions:
    if verb == "contains":  # Lexbor's own looks at each piece of text directly in the element
        return [Condition(f":lexbor-contains({string(sought)})")]
    return [Condition("", (f"own-{verb} {quoted(_folded(verb, sought))}",))]


def _folded(verb: str, sought: str) -> str:
    """`sought` as it stands in text whose white space is folded."""
    sought = re.sub(r"\s+", " ", sought)
    if verb == "equals":
        return sought.strip()
    return sought.lstrip() if verb == "starts" else sought


def _word_test(subject: Subject, verb: str, sought: str) -> Conditions:
    word = sought.strip()
    if verb != "contains" or not word:
        raise Untranslatable("concat() has no counterpart here")
    if sought == f" {word} " and not re.search(r"\s", word):
        return [Condition(attribute(subject.attribute, "~=", word))]
    if sought == word:
        return [Condition(attribute(subject.attribute, "*=", word))]
    if sought == f" {word}":
        begins = [attribute(subject.attribute, "^=", word), attribute(subject.attribute, "*=", sought)]
        return [Condition(among(begins))]
    raise Untranslatable("concat() has no counterpart here")
