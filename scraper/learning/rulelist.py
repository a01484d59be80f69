"""A list of strings in a config's text: its rules, each with its comments, taken apart and put together again."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

#: characters of a line of a config
WIDTH = 120
#: how the comment of a learned rule begins: what tells it from a rule that a person wrote
_LEARNED = re.compile(r"learned \d{4}-\d\d-\d\d\b")
_STRING = r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\]|\\.)*"|\'[^\']*\''
_TOKEN = re.compile(rf"(?P<string>{_STRING})|#(?P<comment>[^\n]*)|(?P<line>\n)|.", re.S)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Entry(NamedTuple):
    """One string of a list."""

    rule: str
    #: as it stands in the file, quotes and all
    raw: str
    #: comments on the lines above it, and the one behind it, without "#"
    above: tuple[str, ...] = ()
    behind: str = ""

    @property
    def learned(self) -> bool:
        return any(_LEARNED.match(comment) for comment in (*self.above, self.behind))


def entry(rule: str, today: date, words: str) -> Entry:
    """A learned rule: `words` say what it rests on."""
    return Entry(rule, quoted(rule), behind=f"learned {today}{words}")


def quoted(text: str) -> str:
    """A string as TOML has it: in apostrophes where quotation marks would need backslashes."""
    if ("\\" in text or '"' in text) and "'" not in text and not _CONTROL.search(text):
        return f"'{text}'"
    escaped = "".join(_ESCAPES.get(c, c) for c in text)
    return '"' + _CONTROL.sub(lambda m: f"\\u{ord(m[0]):04X}", escaped) + '"'


def entries_of(array: str, behind: str = "") -> tuple[list[Entry], list[str]]:
    """The entries of a TOML array of strings, and the comments that belong to none of them.

    `behind`: the comment behind the array's "]", without "#"; it is the entry's where there is one only.
    """
    found: list[Entry] = []
    waiting: list[str] = []
    fresh = False  # whether an entry stands on this line
    for match in _TOKEN.finditer(array.strip()[1:-1]):
        if match["string"]:
            found.append(Entry(tomllib.loads(f"x = {match['string']}")["x"], match["string"], tuple(waiting)))
            waiting, fresh = [], True
        elif match["comment"] is not None and fresh:
            found[-1] = found[-1]._replace(behind=match["comment"].strip())
        elif match["comment"] is not None:
            waiting.append(match["comment"].strip())
        elif match["line"]:
            fresh = False
    if behind and len(found) == 1 and not found[0].behind:
        found[0] = found[0]._replace(behind=behind)
    elif behind:
        waiting.append(behind)
    return found, waiting


def merged(old: Iterable[Entry], new: Iterable[Entry], elsewhere: Iterable[str] = ()) -> list[Entry]:
    """`old` without the learned ones that are not in `new`, then what of `new` is neither there nor in `elsewhere`."""
    old, new = list(old), list(new)
    wanted = {one.rule for one in new}
    known = {one.rule for one in old} | set(elsewhere)
    return [one for one in old if not one.learned or one.rule in wanted] + [n for n in new if n.rule not in known]


def written(key: str, entries: list[Entry], loose: Iterable[str] = ()) -> str:
    """`key = [...]`, on one line where it fits, else an entry a line. `loose`: comments that belong to no entry."""
    loose = list(loose)
    behind = [one.behind for one in entries if one.behind]
    if not loose and not any(one.above for one in entries) and (not behind or len(entries) == 1):
        line = f"{key} = [{', '.join(one.raw for one in entries)}]" + "".join(f"  # {comment}" for comment in behind)
        if len(line) <= WIDTH:
            return line
    return "\n".join((f"{key} = [", *_lines(entries), *(f"    # {comment}" for comment in loose), "]"))


def _lines(entries: list[Entry]) -> Iterator[str]:
    for one in entries:
        yield from (f"    # {comment}" for comment in one.above)
        line = f"    {one.raw},"
        if one.learned and len(line) + len(one.behind) + 4 > WIDTH:
            yield from (f"    # {one.behind}", line)
        else:
            yield f"{line}  # {one.behind}" if one.behind else line
