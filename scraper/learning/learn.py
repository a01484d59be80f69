"""Sample pages → a layout: look at them together, decide by groups, write rules, prove them on the sample."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from scraper.extraction import extract_article
from scraper.extraction.blocks import Box
from scraper.learning.addresses import address_shape
from scraper.learning.fields import field_rules
from scraper.learning.groups import groups_of
from scraper.learning.looks import Look, look_at
from scraper.learning.model import KEYS, OTHER_LAYOUT, Effect, Learned, RuleNote, Sample
from scraper.learning.rules import rules_of, same_layout
from scraper.learning.steps import LEAST_PAGES, Steps
from scraper.learning.walls import wall_rules
from scraper.sites import Layout, Site


def learn(samples: Sequence[Sample], site: Site | None = None) -> Learned:
    """What a config should say about the site of these article pages. Never raises for what pages contain.

    Two pages are the least; ten teach nearly all there is to learn. `site`: the config that there is, which
    what was learned stands behind; it changes the effects that are shown, not what is learned.
    """
    looks, out = look_at(samples)
    corrected = any(look.sample.expected for look in looks)
    if len(looks) < LEAST_PAGES and not corrected:
        return Learned(layout=Layout(), notes=(), effects=(), pages=len(looks), left_out=tuple(out))
    shape = address_shape([look.url for look in looks])
    steps = Steps([_boxes(look) for look in looks])
    rules = rules_of(looks, groups_of(looks, steps), steps)
    if not rules and not corrected and 0 < len(alike := same_layout(looks, steps)) < len(looks):
        others = [(look.url, OTHER_LAYOUT) for look in looks if look not in alike]
        learned = learn([look.sample for look in alike], site)
        return msgspec.structs.replace(learned, article_url=shape, left_out=(*out, *others, *learned.left_out))
    notes = [*rules, *field_rules(looks), *wall_rules(looks)]
    layout = _layout(notes)
    return Learned(
        layout=layout,
        notes=tuple(notes),
        effects=tuple(_effect(look, site, _with_layout(site, layout)) for look in looks),
        pages=len(looks),
        article_url=shape,
        left_out=tuple(out),
    )


def _boxes(look: Look) -> list[Box]:
    """The boxes of a page's window, and those around them."""
    found: dict[int, Box] = {}
    for piece in look.pieces:
        box: Box | None = piece.block.box
        while box is not None and box.index not in found:
            found[box.index] = box
            box = box.parent
    return list(found.values())


def _layout(notes: Sequence[RuleNote]) -> Layout:
    rules: dict[str, list[str]] = defaultdict(list)
    for note in notes:
        rules[note.key].append(note.rule)
    return msgspec.convert(rules, Layout)


def _with_layout(site: Site | None, learned: Layout) -> Site:
    """The config as it would be: in its newest layout, the learned rules behind those that are there."""
    if site is None:
        return Site(domain="learned", layouts=(learned,))
    newest = next((layout for layout in site.layouts if layout.until is None), Layout())
    rules = {key: tuple(dict.fromkeys((*getattr(newest, key), *getattr(learned, key)))) for key in KEYS}
    older = (layout for layout in site.layouts if layout.until is not None)
    return msgspec.structs.replace(site, layouts=(msgspec.convert(rules, Layout), *older))


def _effect(look: Look, now: Site | None, then: Site) -> Effect:
    before = extract_article(look.sample.document, now).article if now else look.extracted.article
    after = extract_article(look.sample.document, then).article
    old, new = [part.text for part in before.body], [part.text for part in after.body]
    expected = look.sample.expected
    return Effect(
        url=look.url,
        before=len(before.article_body),
        after=len(after.article_body),
        gone=tuple(line for line in old if line not in new),
        come=tuple(line for line in new if line not in old),
        exact_before=None if expected is None else before.article_body == expected.article_body,
        exact_after=None if expected is None else after.article_body == expected.article_body,
    )
