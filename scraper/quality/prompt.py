"""Where the text ends on its page, and what stands there: the place of a paywall's prompt."""

from __future__ import annotations

from collections.abc import Sequence

from scraper.models import Article
from scraper.quality.rules import phrase, recommends
from scraper.quality.view import Line, View, ancestors, box
from scraper.spelling import squeezed

#: characters of body from which a prompt before its end is not looked for
_SURE = 2500
#: lines after the text's end in which a prompt is looked for, and characters of them
_WINDOW_LINES, _WINDOW_CHARS = 12, 900
#: those that are read first
_FEW_LINES = 3
#: a line this long is prose: the next article, not a prompt
_PROSE = 400
#: characters of body that may stand behind a prompt though it ends the text
_REST = 400
#: a link this long is a headline
_HEADLINE = 40


def lines_behind(view: View, article: Article, *, thorough: bool) -> list[tuple[Line, bool]]:
    """The visible lines where the text ends; whether a wall holds each.

    That is behind the body's last part. `thorough`: or a little before, where a prompt stands
    there; what follows a wall is another box of the page that was taken for the article's.
    """
    parts = [p.text for p in article.body if p.text]
    first = _first_window(view, article)
    if not thorough or said(first) or len(article.article_body) >= _SURE:
        return first
    rest, allowed = 0, max(_REST, 0.4 * len(article.article_body))
    for text, follower in zip(parts[-2::-1], parts[::-1], strict=False):
        rest += len(follower)
        node = view.paragraph_with(text) if rest <= allowed else None
        if rest > allowed:
            break
        if node is not None:
            lines = view.following(node, _WINDOW_LINES)
            if not any(phrase("paywall.cut", line.text) for line in lines):
                continue  # what the lines stand in is dear to read
            found, _ = _window(lines, ancestors(node))
            if said(found):
                return found
    return first


def said(lines: Sequence[tuple[Line, bool]]) -> str:
    """The first phrase in the lines that stands only where text was held back."""
    texts = (line.text for line, wall in lines if wall or not line.pressed)
    return next((p for text in texts if (p := phrase("paywall.cut", text))), "")


def _first_window(view: View, article: Article) -> list[tuple[Line, bool]]:
    """The window behind the body's last part. Most end after a line or two: only then are more of them read."""
    last = next((p.text for p in reversed(article.body) if p.text), "")
    node = view.paragraph_with(last)
    if node is None:
        lines = view.lines
        end = _end(lines, article)
        return [] if end is None else _window(lines[end + 1 : end + 1 + _WINDOW_LINES], ancestors(lines[end].node))[0]
    found: list[tuple[Line, bool]] = []
    outside = ancestors(node)
    for count in (_FEW_LINES, _WINDOW_LINES):
        lines = view.following(node, count)
        found, ended = _window(lines, outside)
        if ended or len(lines) < count:
            break
    return found


def _window(lines: Sequence[Line], outside: frozenset[int]) -> tuple[list[tuple[Line, bool]], bool]:
    """The visible ones of the lines, up to the next prose or list of other articles; whether one of these came."""
    found: list[tuple[Line, bool]] = []
    chars = 0
    for line in lines:
        hidden, wall = box(line, outside)
        if hidden:
            continue
        if not wall and _elsewhere(line):
            return found, True
        chars += len(line.text)
        if len(line.text) > _PROSE or chars > _WINDOW_CHARS:
            return found, True
        found.append((line, wall))
    return found, False


def _elsewhere(line: Line) -> bool:
    """Whether a line begins a list of other articles: their badges and links are no prompt here."""
    if phrase("paywall.cut", line.text) and not line.pressed:
        return False
    return (line.pressed and len(line.text) >= _HEADLINE) or (len(line.text) <= _HEADLINE and recommends(line.text))


def _end(lines: Sequence[Line], article: Article) -> int | None:
    """Index of the last line of the body; where there is no body, of the headline."""
    wanted = [p.text for p in article.body if p.text][-3:]
    tails = [squeezed(text)[-60:] for text in reversed(wanted)]
    if not tails:
        tails = [squeezed(text)[-60:] for text in (article.lead, article.headline) if text]
    keys: dict[int, str] = {}
    for tail in tails:
        if len(tail) < 12:
            continue
        for i in range(len(lines) - 1, -1, -1):
            if len(lines[i].text) < len(tail):
                continue
            if i not in keys:
                keys[i] = squeezed(lines[i].text)
            if tail in keys[i]:
                return i
    return None
