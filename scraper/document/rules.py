"""A config's rules: their grammar, and the nodes and texts they find (the reference: `sites.model.Layout`)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scraper.document.steps import FILTERS, MOVES, VALUES, Flow, Step, node_text, take, texts_from
from scraper.document.within import relatives

#: kinds of rules that name something else than elements
KINDS = ("jsonld", "meta", "text")

_EMPTY = LexborHTMLParser("<p></p>")
_ATTRIBUTE = re.compile(r"[\w:-]+")
#: a string, an escape, or the bar between two steps
_BAR = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\\.|(\s\|\s)""", re.S)
_WORD = re.compile(r"""\s*(?:("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|([^\s"']+))""", re.S)
_ESCAPE = re.compile(r"\\([\"'\\])")

#: steps that work on texts
_ON_TEXTS = frozenset((*FILTERS, "index", "after", "before"))
#: word → what stands behind it, for the parser and for error messages
_SHAPES = {
    **dict.fromkeys(FILTERS, 'texts in quotes, as in: {} "Read more"'),
    "where": 'a selector and a test, as in: where "> h3" contains "Related"',
    "index": "a number from 1, or from -1 for the last, as in: index 1",
    "find": 'a selector in quotes, as in: find "> p"',
    "up": 'a selector in quotes, as in: up "div"',
    "around": 'a selector in quotes, as in: around "div"',
    "next": 'a selector in quotes, as in: next "ul"',
    "own": "nothing, or a number, as in: own 2",
    "after": 'a text in quotes, as in: after "By "',
    "before": 'a text in quotes, as in: before " on "',
}


class RuleError(ValueError):
    """What is wrong with a rule, in one sentence."""


class Rule(NamedTuple):
    """A rule, parsed."""

    #: "css", or one of KINDS
    kind: str
    #: selector, JSON-LD path, name of a meta tag, or the text itself
    what: str
    steps: tuple[Step, ...] = ()


@lru_cache(maxsize=8192)
def parse_rule(rule: str) -> Rule:
    """The parts of a rule. Raises RuleError for what is wrong with its form; selectors are not looked at."""
    kind, _, rest = rule.partition(":")
    if kind in KINDS:
        if not rest.strip():
            raise RuleError(f"nothing stands behind '{kind}:'")
        if kind == "text":
            return Rule("text", rest.strip())
        what, *steps = _parts(rest)
        return Rule(kind, what, _checked([_step(text) for text in steps], "", f"{kind}:{what}"))
    what, *steps = _parts(rule)
    what, attribute = split_rule(what)
    parsed = [Step("@", name=attribute)] if attribute else []
    return Rule("css", what, _checked([*parsed, *map(_step, steps)], what, ""))


def split_rule(rule: str) -> tuple[str, str]:
    """("selector", "attribute" or "") of a rule without steps."""
    css, at, attribute = rule.rpartition("@")
    return (css, attribute) if at and _ATTRIBUTE.fullmatch(attribute) else (rule, "")


def selector_error(rule: str) -> str | None:
    """What is wrong with a config's rule, in one sentence, or None."""
    try:
        parsed = parse_rule(rule)
    except RuleError as error:
        return str(error)
    if parsed.kind != "css":
        return None
    if wrong := css_error(parsed.what):
        return wrong
    for step in parsed.steps:
        for css in step.selectors():
            if wrong := css_error(css):
                return f"'{css}' in '{step.word}': {wrong}"
    return None


def css_error(selector: str) -> str | None:
    """What Lexbor says against a CSS selector, or None."""
    try:
        _EMPTY.css(selector)
    except (SelectolaxError, ValueError) as error:
        return str(error)
    return None


def find_nodes(tree: LexborHTMLParser, rule: str) -> list[LexborNode]:
    """The elements that a rule finds, in the page's order; of a rule that ends in texts, those they come from.

    A rule that names no elements ("jsonld:", "meta:", "text:") finds none.
    """
    parsed = parse_rule(rule)
    if parsed.kind != "css":
        return []
    nodes = tree.css(parsed.what)
    return _walked(tree, nodes, parsed.steps)[0] if parsed.steps else nodes


def with_attribute(rule: str, attribute: str) -> str:
    """The rule; where it ends in elements, with a step that takes this attribute of theirs."""
    parsed = parse_rule(rule)
    if parsed.kind != "css" or any(step.word in VALUES for step in parsed.steps):
        return rule
    return f"{rule} | @{attribute}" if parsed.steps else f"{rule}@{attribute}"


def find_texts(tree: LexborHTMLParser, rule: Rule) -> list[str]:
    """The texts that a rule finds in elements, in the page's order, white space folded, none empty."""
    nodes = tree.css(rule.what)
    if not rule.steps:
        return [text for node in nodes if (text := node_text(node))]
    nodes, steps = _walked(tree, nodes, rule.steps)
    texts = texts_from(nodes, steps[0]) if steps else [node_text(node) for node in nodes]
    return refined(texts, steps[1:])


def refined(texts: list[str], steps: tuple[Step, ...]) -> list[str]:
    """What steps make of texts that were found."""
    flow = Flow(None, [], [text for text in texts if text])
    for step in steps:
        flow = take(step, flow)
    return flow.texts


def _walked(
    tree: LexborHTMLParser, nodes: list[LexborNode], steps: tuple[Step, ...]
) -> tuple[list[LexborNode], tuple[Step, ...]]:
    """The elements before the first step that gives texts, and the steps from there on."""
    flow = Flow(tree, nodes, [])
    for number, step in enumerate(steps):
        if step.word in VALUES:
            return flow.nodes, steps[number:]
        flow = take(step, flow)
    return flow.nodes, ()


# --- the form of a rule -----------------------------------------------------------------------------------------------


def _parts(rule: str) -> list[str]:
    """The rule cut at its bars, those in strings left alone."""
    if "|" not in rule:
        return [rule]
    cuts = [match.span() for match in _BAR.finditer(rule) if match[1]]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(rule)]
    return [rule[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _step(text: str) -> Step:
    if text.startswith("@"):
        if not _ATTRIBUTE.fullmatch(text[1:]):
            raise RuleError(f"'{text}' is not an attribute; write it as in: @href")
        return Step("@", name=text[1:])
    words = _words(text)
    word = words[0][0] if words and not words[0][1] else ""
    if word not in _SHAPES:
        from difflib import get_close_matches  # late: for mistakes only

        near = get_close_matches(word, _SHAPES, 1)
        advice = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(_SHAPES)}, @attribute"
        raise RuleError(f"'{text}' is not a step; {advice}")
    step = _filled(word, words[1:])
    if step is None:
        raise RuleError(f"'{text}': behind '{word}' belongs {_SHAPES[word].format(word)}")
    return step


def _words(text: str) -> list[tuple[str, bool]]:
    """(word or string, was it quoted) for each; RuleError where a quote is not closed."""
    found: list[tuple[str, bool]] = []
    end = 0
    for match in _WORD.finditer(text):
        if match.start() != end:
            break
        end = match.end()
        found.append((_ESCAPE.sub(r"\1", match[1][1:-1]), True) if match[1] else (match[2], False))
    if text[end:].strip():
        raise RuleError(f"'{text}': a quotation mark is not closed")
    return found


def _filled(word: str, given: list[tuple[str, bool]]) -> Step | None:
    """The step of a word and what stands behind it; None where that does not fit."""
    texts = tuple(text for text, quoted in given if quoted)
    bare = [text for text, quoted in given if not quoted]
    if word == "where":
        test = given[1] if len(given) > 2 else ("", True)
        fits = len(bare) == 1 and not test[1] and test[0] in FILTERS and all(texts)
        return Step(word, test=test[0], texts=texts[1:], paths=relatives(texts[0])) if fits else None
    if word == "own" and not given:
        return Step(word)
    if word in ("index", "own"):
        number = int(bare[0]) if len(given) == 1 and bare and re.fullmatch(r"-?[1-9]\d{0,5}", bare[0]) else 0
        return Step(word, number=number) if number else None
    if bare or not texts or not all(texts) or (word not in FILTERS and len(texts) > 1):
        return None
    if word == "find":
        return Step(word, paths=relatives(texts[0]))
    return Step(word, name=texts[0]) if word in MOVES else Step(word, texts=texts)


def _checked(steps: list[Step], selector: str, source: str) -> tuple[Step, ...]:
    """`steps` if their order makes sense. Raises RuleError."""
    if not selector.strip() and not source and steps:
        raise RuleError("a selector belongs before the first step")
    for step in steps:
        if source and step.word not in _ON_TEXTS:
            raise RuleError(f"'{step.shown}' needs elements, and '{source}' before it gives texts")
        if source and step.word.startswith("own-"):
            raise RuleError(f"'{step.word}' needs elements, and '{source}' before it gives texts")
        if step.word in VALUES:
            source = source or step.shown
    return tuple(steps)
