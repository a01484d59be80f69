"""Text that was scraped carelessly → article: lines → blocks → judges → zones → fields."""

from __future__ import annotations

import re

from scraper.extraction.dateline import read_agencies, read_dateline
from scraper.extraction.fields.names import agency, split_names
from scraper.extraction.language import language_of
from scraper.extraction.text import shapes
from scraper.extraction.text.blocks import Block, split_blocks
from scraper.extraction.text.judges import Said, judge
from scraper.extraction.text.zones import (
    Reading,
    read_author_box,
    read_boxes,
    read_head,
    read_lines,
    read_tail,
)
from scraper.models import Article, Author, BodyPart, Image, Quality, Reason, Removed

#: characters of a removed block that a record shows
_SAMPLE = 200
#: paragraphs from the end that an agency's name is looked for in
_CLOSING = 2


def clean_text(text: str) -> Article:
    """The article in `text` (plain; paragraphs by blank lines or by line breaks).

    Never raises for what the text holds: an article without a paragraph says so in `quality`.
    """
    language = language_of(text)
    blocks, kicker = _unglue(split_blocks(text))
    reading = Reading(blocks, judge(blocks, language))
    read_boxes(reading)
    read_head(reading)
    read_tail(reading)
    read_author_box(reading, [author.name for author in _authors(reading, language)])
    read_lines(reading)
    return _article(reading, language, kicker)


def _unglue(blocks: list[Block]) -> tuple[list[Block], str | None]:
    """Parts a kicker from the headline it was glued to, in a line before the first paragraph."""
    for i, block in enumerate(blocks[:40]):
        if block.prose:
            break
        if 20 <= block.size <= 220 and not shapes.is_glued(block.text):
            rest = " ".join(other.text for other in blocks[i + 1 :])
            if parts := shapes.split_kicker(block.text, rest):
                return [*blocks[:i], Block(parts[1]), *blocks[i + 1 :]], parts[0]
    return blocks, None


def _article(reading: Reading, language: str | None, kicker: str | None) -> Article:
    blocks = reading.blocks
    taken = (reading.headline, reading.kicker, reading.lead)
    body = [i for i in range(len(blocks)) if reading.kept(i) and i not in taken]
    paragraphs = [blocks[i].text for i in body]
    if reading.kicker is not None and kicker is None:
        kicker = blocks[reading.kicker].text
    lead = None if reading.lead is None else blocks[reading.lead].text
    return Article(
        headline=None if reading.headline is None else blocks[reading.headline].text,
        kicker=kicker,
        lead=lead,
        article_body="\n\n".join(paragraphs),
        body=tuple(_part(blocks[i]) for i in body),
        authors=_authors(reading, language),
        agencies=_agencies(reading, paragraphs),
        dateline=read_dateline(paragraphs[0])[0] if paragraphs else (),
        in_language=language,
        images=_images(reading),
        provenance=_provenance(reading, language, kicker),
        removed=_removed(reading),
        quality=Quality() if paragraphs else Quality(status="empty", reasons=("no paragraph",)),
    )


def _part(block: Block) -> BodyPart:
    if block.bullet:
        return BodyPart(type="list", text=block.text, items=(block.text,))
    if not block.ended and not block.prose:
        return BodyPart(type="heading", text=block.text, level=2)
    return BodyPart(type="paragraph", text=block.text)


def _authors(reading: Reading, language: str | None) -> tuple[Author, ...]:
    """The names of the first byline, or of a lone name with a date or reading time beside it."""
    for i, said in enumerate(reading.said):
        if said is None or said.reason is not Reason.BYLINE:
            continue
        text = reading.blocks[i].text.partition("|")[0].strip()
        if shapes.is_byline(text, language) or (shapes.is_name(text) and _dated(reading, i)):
            names = [n for n in split_names(text, language or "en") if not agency(n)]
            if names:
                return tuple(Author(name=name) for name in names)
    return ()


def _dated(reading: Reading, at: int) -> bool:
    if reading.headline is None or at < reading.headline:
        return False
    beside = reading.said[max(0, at - 1) : at + 2]
    return any(s and s.reason in (Reason.DATE, Reason.READING_TIME) for s in beside)


def _agencies(reading: Reading, paragraphs: list[str]) -> tuple[str, ...]:
    found = list(read_dateline(paragraphs[0])[1]) if paragraphs else []
    found += [short for text in paragraphs[-_CLOSING:] for short in read_agencies(text)]
    for block, said in zip(reading.blocks, reading.said, strict=True):
        if said and said.reason in (Reason.BYLINE, Reason.OUTSIDE) and len(block.text) <= 60:
            found += [a for part in re.split(r"[/,;|]| and | und ", block.text) if (a := agency(part))]
    return tuple(dict.fromkeys(found))


def _images(reading: Reading) -> tuple[Image, ...]:
    """Captions that are more than a credit."""
    captions = (
        block.text
        for block, said in zip(reading.blocks, reading.said, strict=True)
        if said and said.reason is Reason.CAPTION and block.size >= 40
    )
    return tuple(Image(caption=caption) for caption in dict.fromkeys(captions))


def _provenance(reading: Reading, language: str | None, kicker: str | None) -> dict[str, str]:
    found = {
        "headline": reading.headline is not None,
        "kicker": kicker is not None,
        "lead": reading.lead is not None,
        "inLanguage": language is not None,
    }
    return {"articleBody": "text"} | {name: "text" for name, there in found.items() if there}


def _removed(reading: Reading) -> tuple[Removed, ...]:
    """One entry for each reason and rule, in the order of their first block."""
    groups: dict[Said, list[str]] = {}
    for block, said in zip(reading.blocks, reading.said, strict=True):
        if said is not None:
            groups.setdefault(said, []).append(block.text)
    return tuple(
        Removed(
            reason=said.reason,
            rule=said.rule,
            count=len(texts),
            chars=sum(map(len, texts)),
            sample=texts[0][:_SAMPLE],
        )
        for said, texts in groups.items()
    )
