"""extracted page → signals: how its article was come by, which is what a change of the site's layout is seen from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from scraper.extraction import Extracted
from scraper.extraction.blocks import Block, Box
from scraper.extraction.body import KEEP, RULED, Body
from scraper.extraction.repeated import Repeats, fingerprint
from scraper.extraction.scope import Marks
from scraper.models import Article, Reason
from scraper.signals import Signals
from scraper.sites import Site

#: field of an article (camelCase) → key of a layout that has rules for it
_RULED = {
    "headline": "headline", "kicker": "kicker", "lead": "lead", "authors": "author", "datePublished": "published",
    "dateModified": "modified", "articleSection": "section", "keywords": "keywords",
}  # fmt: skip
#: fields whose being filled, and from where, is watched
_WATCHED = (*_RULED, "images", "canonicalUrl", "inLanguage")
#: makes of blocks that are noted, and the steps up to a box with a name
MAKES, _STEPS = 3, 4
_LONGEST = 160
_TELLING = ("article", "main")


def signals_of(
    pages: Sequence[Extracted], article: Article, site: Site | None, memory: Repeats | None = None
) -> Signals:
    """The signals of an article: of its first page, but for lengths. `article`: the whole of it, judged."""
    found, body = pages[0], pages[0].body
    return Signals(
        config=site.hash or "unnamed" if site and site.layouts else "",
        layout=_layout(found),
        rules=dict(_rules(found)) if found.marks else {},
        sources=_sources(article),
        status=article.quality.status,
        kind=article.article_type or "",
        chars=len(article.article_body),
        paragraphs=len(article.body),
        removed=_removed(article),
        repeated=dict(_repeated(pages, memory)) if memory else {},
        links=round(_links(body), 3),
        makes=_makes(body),
        agreement=_agreement(body) if found.marks and not found.marks.dead else None,
    )


def _layout(found: Extracted) -> str:
    if found.layout is None:
        return ""
    return found.layout.until.isoformat() if found.layout.until else "newest"


def _rules(found: Extracted) -> Iterator[tuple[str, int]]:
    """Of each list of which the first hit wins, the rules as far as they were tried."""
    marks = found.marks
    assert marks is not None
    yield from _first(marks)
    for key, nodes in (("text", marks.text), ("remove", marks.remove), ("keep", marks.keep)):
        counts = Counter(nodes.values())
        yield from ((f"{key}:{rule}", counts[rule]) for rule in getattr(marks.layout, key))
    if marks.dead:
        return  # the rules for lines and fields were not tried
    lines = Counter(said[2] for said in found.body.said if said)
    for pattern in marks.layout.remove_text:
        yield f"remove_text:{pattern}", lines[f"config:remove_text {pattern}"]
    for field, key in _RULED.items():
        answer = found.article.provenance.get(field, "")
        for rule in getattr(marks.layout, key):
            hit = answer == f"config:{rule}"
            yield f"{key}:{rule}", int(hit)
            if hit:
                break


def _first(marks: Marks) -> Iterator[tuple[str, int]]:
    counts = Counter(marks.body.values())
    for rule in marks.layout.body:
        yield f"body:{rule}", counts[rule]
        if counts[rule]:
            break


def _sources(article: Article) -> dict[str, str]:
    """Fields that have a value, and the kind of its source."""
    names = {name: name for name in article.__struct_fields__}
    camel = dict(zip(article.__struct_encode_fields__, names, strict=True))
    return {
        field: article.provenance.get(field, "").partition(":")[0] or "?"
        for field in _WATCHED
        if getattr(article, camel[field])
    }


def _removed(article: Article) -> dict[str, int]:
    chars: Counter[str] = Counter()
    for entry in article.removed:
        chars[entry.reason] += entry.chars
    return dict(chars)


def _repeated(pages: Sequence[Extracted], memory: Repeats) -> Iterator[tuple[int, tuple[int, int]]]:
    for body in (page.body for page in pages):
        for block, said in zip(body.frame.blocks, body.said, strict=True):
            if said and said[1] is Reason.REPEATED:
                yield (key := fingerprint(block.text)), memory[key]


def _kept(body: Body) -> Iterator[tuple[Block, float]]:
    """Each kept block, and the probability that it is the article's."""
    for block, keep, value in zip(body.frame.blocks, body.kept, body.values, strict=True):
        if keep:
            yield block, value


def _links(body: Body) -> float:
    total = sum(len(block.text) for block, _ in _kept(body))
    return sum(block.link_chars for block, _ in _kept(body)) / total if total else 0.0


def _agreement(body: Body) -> float | None:
    """None where no kept block was the classifier's to judge: the config had its word on all of them."""
    kept = [(len(block.text), value) for block, value in _kept(body)]
    total = sum(chars for chars, _ in kept)
    if all(value == RULED for _, value in kept):
        return None
    return round(sum(chars for chars, value in kept if value >= KEEP) / total, 3)


# --- makes ---------------------------------------------------------------------------------------


def _makes(body: Body) -> dict[str, float]:
    chars: Counter[str] = Counter()
    known: dict[int, str] = {}  # box → make: many blocks share one
    for block, _ in _kept(body):
        index = block.box.index
        if index not in known:
            known[index] = make(block.box)
        chars[known[index]] += len(block.text)
    total = chars.total()
    return {name: round(count / total, 3) for name, count in chars.most_common(MAKES)}


def make(box: Box) -> str:
    """What a box is made like: tag and class words, and those of the boxes around it up to the first with a name.

    Numbers and the hashes that build tools put into class names are left out: they change from page to page, or from
    day to day, and no layout with them.
    """
    steps = [_step(box)]
    around = box.parent
    while around is not None and len(steps) < _STEPS:
        steps.append(_step(around))
        if "." in steps[-1] or around.tag in _TELLING:
            break
        around = around.parent
    return "<".join(steps)[:_LONGEST]


def _step(box: Box) -> str:
    words = " ".join(dict.fromkeys(word for name in box.names.split() if (word := _plain(name))))
    return f"{box.tag}.{words}" if words else box.tag


_NUMBER = re.compile(r"\d+")
#: the tail that CSS modules give: "article_paragraph__hXYKJ"
_TAIL = re.compile(r"__(?=\w*[A-Z0-9])[A-Za-z0-9+-]{4,8}$")
_CAMEL = re.compile(r"[a-z]+(?:[A-Z][a-z]{2,})*|(?:[A-Z][a-z]{2,})+|[A-Z]+")
_LETTERS = re.compile(r"[A-Za-z]{5,8}")
#: prefixes of styled-components, emotion and their like; what follows is a hash
_STYLED = re.compile(r"(?:sc|css|jss|svelte|emotion|jsx)-[\w-]+")


#: what WordPress's post_class() says of the one post: https://developer.wordpress.org/reference/functions/post_class/
_OF_ONE = re.compile(r"(?:category|tag|format|status)-.+|has-post-thumbnail|sticky")


def _plain(name: str) -> str:
    """A class name without what is a number or a hash in it; "" where nothing else is, or it is of one article."""
    name = _TAIL.sub("", name)
    if _OF_ONE.fullmatch(name) or _STYLED.fullmatch(name) or (_LETTERS.fullmatch(name) and not _CAMEL.fullmatch(name)):
        return ""
    return _NUMBER.sub("#", name)
