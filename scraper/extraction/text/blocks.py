"""Lines of scraped text → blocks, and what shape a block has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from scraper import spelling

_BULLET = re.compile(r"^(?:[•▪■●◦‣▸▶·∙*–—-]|\d{1,2}[.)])\s+(?=\S)")
_SENTENCE_END = re.compile(r"[.!?…。！？।॥;][\"'“”’»)\]」』]*$")
_STOP = re.compile(r"[.…。।॥][\"'“”’»)\]」』]*(?:\s*\([^()]{1,60}\))?\.?$")
_INNER_STOP = re.compile(r"[.!?…।][\"'“”’»)]*\s+[\"'“„«(]?[^\W\d_]|[。！？]")
_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]")
_LETTER = re.compile(r"[^\W\d_]")

#: characters (wide ones count double and more) from which a sentence is a paragraph
PROSE, LONG_PROSE = 80, 140


@dataclass(frozen=True)
class Block:
    """One line of the text, stripped; `bullet`: it stood in a list."""

    text: str
    bullet: bool = False

    @cached_property
    def size(self) -> int:
        """Length in characters, a Chinese, Japanese or Korean one counted as two and a half."""
        return len(self.text) + int(1.5 * len(_WIDE.findall(self.text)))

    @cached_property
    def norm(self) -> str:
        return spelling.normalise(self.text)

    @cached_property
    def words(self) -> int:
        return len(self.text.split())

    @cached_property
    def ended(self) -> bool:
        """It ends as sentences do."""
        return bool(_SENTENCE_END.search(self.text))

    @cached_property
    def sentences(self) -> bool:
        """It holds the seam of two sentences."""
        return bool(_INNER_STOP.search(self.text))

    @cached_property
    def prose(self) -> bool:
        """A paragraph by its shape: long enough and ended by a full stop, or very long."""
        if self.size < PROSE:
            return False
        if self.size >= 2 * LONG_PROSE:
            return True
        return bool(_STOP.search(self.text)) or (self.size >= LONG_PROSE and (self.ended or self.sentences))

    @cached_property
    def blank(self) -> bool:
        """No letter in it."""
        return not _LETTER.search(self.text)


def split_blocks(text: str) -> list[Block]:
    """A block for each line that is not empty; lines of a hard-wrapped text are joined first."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").split("\n")
    if _is_wrapped(lines):
        lines = _unwrapped(lines)
    blocks = []
    for line in lines:
        folded = " ".join(line.replace("\u200b", "").replace("\ufeff", "").split())
        if not folded:
            continue
        bare = _BULLET.sub("", folded) if line[:1] in " \t•▪■●◦‣▸▶·∙*" else folded
        blocks.append(Block(bare, bullet=bare != folded))
    return blocks


def _is_wrapped(lines: list[str]) -> bool:
    """Whether most lines break off in the middle of a sentence, at about the same width."""
    pairs = [(a, b) for a, b in pairwise(lines) if a.strip() and b.strip()]
    if len(pairs) < 8:
        return False
    broken = sum(50 <= len(a) <= 100 and b.lstrip()[:1].islower() for a, b in pairs)
    return broken > len(pairs) / 2


def _unwrapped(lines: list[str]) -> list[str]:
    joined: list[str] = [""]
    for line in lines:
        if not line.strip():
            joined.append("")
        else:
            joined[-1] = f"{joined[-1]} {line.strip()}".strip()
    return joined
