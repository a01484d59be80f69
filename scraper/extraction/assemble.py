"""Kept blocks → the parts of the body: paragraphs, headings, lists, quotes, tables and code, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from scraper.extraction.blocks import Block, Box
from scraper.models import BodyPart

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


class Assembled(NamedTuple):
    parts: tuple[BodyPart, ...]
    text: str


def assemble(blocks: Sequence[Block]) -> Assembled:
    """The parts, and their texts joined by blank lines."""
    parts: list[BodyPart] = []
    for (kind, _), run in groupby(blocks, key=_place):
        parts.extend(_parts(kind, list(run)))
    return Assembled(tuple(parts), "\n\n".join(part.text for part in parts))


def _place(block: Block) -> tuple[str, int]:
    """(what it is, the box that holds the whole of it): neighbours with the same place make one part."""
    box: Box | None = block.box
    steps = 0
    tag = block.tag
    if tag in _HEADINGS:
        return "heading", block.index
    while box is not None and steps < 6:
        if box.tag == "table":
            return "table", box.index
        if box.tag in ("ul", "ol", "dl"):
            return "list", box.index
        if box.tag == "blockquote":
            return "quote", box.index
        if box.tag == "pre":
            return "code", box.index
        box, steps = box.parent, steps + 1
    return "paragraph", block.index


def _parts(kind: str, run: list[Block]) -> Iterable[BodyPart]:
    if kind == "heading":
        yield BodyPart(type="heading", text=run[0].text, level=max(2, int(run[0].tag[1])))
    elif kind == "list":
        items = tuple(block.text for block in run)
        yield BodyPart(type="list", text="\n".join(items), items=items)
    elif kind == "table":
        rows = [" | ".join(b.text for b in row) for _, row in groupby(run, key=_row)]
        yield BodyPart(type="table", text="\n".join(rows), items=tuple(rows))
    elif kind == "code":
        yield BodyPart(type="code", text="\n".join(b.text for b in run))
    else:
        for block in run:
            yield BodyPart(type="quote" if kind == "quote" else "paragraph", text=block.text)


def _row(block: Block) -> int:
    box: Box | None = block.box
    while box is not None and box.tag != "tr":
        box = box.parent
    return box.index if box is not None else block.index
