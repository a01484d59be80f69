"""The reference of config keys, made from the field comments of `scraper.sites.model`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from scraper.sites.model import Strict
from scraper.sites.words import TABLES, keys_of

_FIELD = re.compile(r"    (\w+): (.+?)(?: = (.+))?")
_TYPES = {
    "str": "string",
    "tuple[str, ...]": "list of strings",
    "dict[str, str]": "table of strings",
}
_TYPES |= {"float": "number", "int": "whole number", "date | None": "date", "bool": "true or false"}


def reference() -> str:
    """Every key of a config, as Markdown: one section per table, one row per key."""
    return "\n".join(line for name, struct in TABLES.items() for line in _section(name, struct))


def _section(name: str, struct: type[Strict]) -> Iterator[str]:
    title = {"": "The top of the file", "fetch": "[fetch]"}.get(name, f"[[{name}]]")
    intro = (inspect.getdoc(struct) or "").replace(f"`{title}`: ", "")
    yield from (f"## {title}", "", intro, "", "| key | type | default | |", "|---|---|---|---|")
    rows = dict(_rows(struct))
    yield from (rows[key] for key in keys_of(name) if key in rows)
    yield ""


def _rows(struct: type[Strict]) -> Iterator[tuple[str, str]]:
    """(key, its row); a key without a comment goes with the one above it, as in the source."""
    comment: list[str] = []
    for line in inspect.getsource(struct).splitlines():
        if line.startswith("    #: "):
            comment.append(line.removeprefix("    #: ").strip())
        elif match := _FIELD.fullmatch(line):
            key, kind, default = match[1], match[2], match[3]
            kind = re.sub(r"Annotated\[(\w+), .*\]", r"\1", kind)
            text = " ".join(comment).replace("|", "\\|")
            default = default.lower() if kind == "bool" else default
            shown = f"`{default}`" if default and default not in ("()", '""', "{}", "None") else ""
            if "Strict" not in kind and kind in _TYPES:
                yield key, f"| `{key}` | {_TYPES[kind]} | {shown} | {text} |"
            comment = []
