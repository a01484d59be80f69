"""Judges of one line of text: each says why the line is clutter, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from scraper import lexicon
from scraper.extraction.text import shapes
from scraper.extraction.text.blocks import Block
from scraper.models import Reason


class Said(NamedTuple):
    reason: Reason
    rule: str
    #: the line is nothing but a known phrase, such as the heading of a box
    whole: bool = False


class Context(NamedTuple):
    """What a judge may know beside the block."""

    language: str | None
    #: normalised line → how often it stands in the text
    seen: dict[str, int]
    #: normalised line → where it stands first
    first: dict[str, int]
    #: the paragraphs, joined; "" for a text too long to look through for every line
    story: str
    #: beginnings that several loose lines share ("READ THIS | …")
    heads: frozenset[str]
    blocks: list[Block]


_REASONS = frozenset(reason.value for reason in Reason)
#: kinds whose phrases inside a longer line give it away: anywhere, and only near the text's end
_ANYWHERE = ("placeholder", "consent", "paywall", "newsletter", "advertisement")
_AT_END = ("legal", "authorBox", "comments", "promotion", "byline", "navigation")
#: characters of a prompt that a phrase inside may condemn
_PROMPT, _END_PROMPT = 420, 700
#: share of the text from which on its end is meant
_END_FROM = 0.6
#: what speech begins with; in it a phrase is somebody's words
_SPEECH = ('"', "“", "„", "«", "»", "‘", "‚", "「", "『")
#: blocks up to which a text is searched for pull quotes
_MANY = 3000
#: blocks at the top in which a notice may stand
_HEAD = 6
#: characters of a phrase that are enough to condemn a sentence which begins with it
_TELLING = 16


def blank(block: Block, at: int, context: Context) -> Said | None:
    return Said(Reason.NAVIGATION, "shape:noLetters") if block.blank else None


def phrase(block: Block, at: int, context: Context) -> Said | None:
    """A known line, or one that begins with or holds a known phrase and is no sentence."""
    hit = lexicon.hit(block.text, kinds=_REASONS)
    if hit is None:
        return None
    said = Said(Reason(hit.kind), hit.rule)
    if hit.how == "exact":
        return said._replace(whole=True)
    if block.norm.startswith(("©", "copyright", "ⓒ")) and block.size <= 200:
        return said
    if block.size > 2 * hit.length + 60 and block.sentences and block.ended:
        return None
    marked = block.norm[hit.length : hit.length + 2].lstrip()[:1] in (":", "|", "-", "–", ">")
    if hit.how == "prefix" and (marked or hit.length >= _TELLING or not block.ended):
        return said if block.size < 160 or marked or hit.length >= _TELLING else None
    return said if not block.ended or hit.kind == "caption" else None


def prompt(block: Block, at: int, context: Context) -> Said | None:
    """A phrase inside a longer line: subscribe, consent; at the end also notices, author boxes."""
    if block.prose and block.text.startswith(_SPEECH):
        return None
    last = at >= _END_FROM * len(context.blocks)
    for kind in _ANYWHERE if block.size <= _PROMPT else ():
        if hit := lexicon.find(block.text, kind):
            return Said(Reason(kind), hit.rule)
    if block.size <= _PROMPT and at <= _HEAD and (hit := lexicon.find(block.text, "legal")):
        return Said(Reason.LEGAL, hit.rule)
    for kind in _AT_END if last and block.size <= _END_PROMPT else ():
        if hit := lexicon.find(block.text, kind):
            return Said(Reason(kind), hit.rule)
    return None


def date(block: Block, at: int, context: Context) -> Said | None:
    return Said(Reason.DATE, "shape:date") if shapes.is_date(block.text) else None


def address(block: Block, at: int, context: Context) -> Said | None:
    return Said(Reason.EMBED, "shape:address") if shapes.is_address(block.text) else None


def byline(block: Block, at: int, context: Context) -> Said | None:
    return Said(Reason.BYLINE, "shape:byline") if shapes.is_byline(block.text, context.language) else None


def caption(block: Block, at: int, context: Context) -> Said | None:
    if shapes.is_caption(block.text, ended=block.ended):
        return Said(Reason.CAPTION, "shape:caption")
    return None


def trail(block: Block, at: int, context: Context) -> Said | None:
    return Said(Reason.NAVIGATION, "shape:trail") if shapes.is_trail(block.text) else None


def glued(block: Block, at: int, context: Context) -> Said | None:
    """Menu words glued together: each part is known as a line of its own, or there are many."""
    if len(block.text) <= 60 and (hits := _known_parts(shapes.glued(block.text))):
        return Said(Reason(hits[0].kind), f"{hits[0].rule}+glued")
    return Said(Reason.TAGS, "shape:glued") if shapes.is_glued(block.text) else None


def _known_parts(parts: list[str]) -> list[lexicon.Hit]:
    """The phrases that glued parts are, if they are nothing else; some have a seam ("WhatsApp")."""
    hits: list[lexicon.Hit] = []
    while parts:
        for size in (2, 1):
            hit = lexicon.hit("".join(parts[:size]), kinds=_REASONS)
            if hit and hit.how == "exact":
                hits.append(hit)
                parts = parts[size:]
                break
        else:
            return []
    return hits if len(hits) > 1 else []


def repeated(block: Block, at: int, context: Context) -> Said | None:
    """A line that stands in the text more than once, or a pull quote from one of its paragraphs."""
    if context.seen[block.norm] > 1 and (not block.prose or context.first[block.norm] < at):
        return Said(Reason.REPEATED, "text:seenTwice")
    core = block.text.strip("\"'“”„«»‘’ .")
    if 35 <= len(core) <= 200 and at > 2 and not block.prose and core in context.story:
        return Said(Reason.REPEATED, "text:quotedFromStory")
    return None


def teaser(block: Block, at: int, context: Context) -> Said | None:
    """The words of a link behind its last sentence, or a beginning that other lines share."""
    if block.size <= _PROMPT and shapes.ends_in_link(block.text):
        return Said(Reason.RECOMMENDATION, "shape:endsInLink")
    if not block.ended and _head(block) in context.heads:
        return Said(Reason.RECOMMENDATION, "shape:sharedBeginning")
    return None


def _head(block: Block) -> str:
    """What stands before the first bar or colon of a line, if that is some words."""
    head, mark, _ = block.text.replace("|", ":").partition(":")
    return head.strip().casefold() if mark and 8 <= len(head) <= 40 and " " in head.strip() else ""


JUDGES: tuple[Callable[[Block, int, Context], Said | None], ...] = (
    blank,
    date,
    phrase,
    glued,
    byline,
    address,
    caption,
    trail,
    teaser,
    prompt,
    repeated,
)


def judge(blocks: list[Block], language: str | None) -> list[Said | None]:
    """What the first judge that objects says of each block; None for those that may stay."""
    seen = Counter(block.norm for block in blocks)
    first = {block.norm: len(blocks) - at for at, block in enumerate(reversed(blocks), 1)}
    heads = Counter(_head(block) for block in blocks if not block.ended)
    shared = frozenset(head for head, count in heads.items() if head and count > 1)
    story = "\n".join(b.text for b in blocks if b.prose) if len(blocks) <= _MANY else ""
    context = Context(language, seen, first, story, shared, blocks)
    return [
        next((said for one in JUDGES if (said := one(block, at, context))), None) for at, block in enumerate(blocks)
    ]
