"""Article or not, by the address alone: the learned shape of a site's articles, else a prior.

Feeds and news sitemaps list articles. What their addresses have in common - an id in one place, a
date, a suffix, a long slug at some depth - an address from a sitemap or a page must have too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from scraper import urls
from scraper.discover.shapes import SEPARATORS, Id, Shape, beside_date, shape, word_count

#: what nearly all known articles have is asked of the others too
_NEARLY_ALL = 0.95
#: a trait that this share of the known articles has is one of the site's ways
_SOME = 0.08
#: fewer known articles teach nothing
_ENOUGH = 3
#: words of a slug from which it is an article's, where nothing else tells
_SLUG_WORDS = 4
#: pages of the house have names of so many words at most
_HOUSE_WORDS = 3


# --- what is no article anywhere -----------------------------------------------------------------


def is_page_of_the_site(url: str, own_words: frozenset[str] = frozenset()) -> bool:
    """Whether words of the path say that it is a list, an account page, an imprint, a picture …

    `own_words` are segments that the site's own articles have: some have all under /autoren/.
    """
    words = urls.rules()
    found = shape(url)
    if not found.segments or urls.is_media(url):
        return not found.query or urls.is_media(url)
    foreign = [s for s in found.segments if s not in own_words]
    if any(s in words.page_words for s in foreign):
        return True
    if not _speaks_for_itself(found) and any(s in words.soft_words for s in foreign):
        return True
    if found.site.partition(".")[0] in words.service_hosts and found.site.count(".") > 1:
        return found.site not in own_words
    last = found.segments[-1]
    if last in words.index_names and not found.id:
        return True
    plain = found.id is None and not found.dated and word_count(last) <= _HOUSE_WORDS
    return plain and any(t in words.house_words for t in SEPARATORS.split(last))


def _speaks_for_itself(found: Shape) -> bool:
    """Whether a day, an id with words, or a long slug outweighs a doubtful word."""
    if found.segments[-1] in urls.rules().soft_words:
        return False
    by_date = found.dated == "day" and beside_date(found) >= 1
    return by_date or found.words >= 5 or (found.id is not None and found.words >= 3)


# --- the prior -----------------------------------------------------------------------------------


def likely(url: str) -> bool:
    """Whether an unknown site's address looks like an article's: a long slug, or date or id."""
    found = shape(url)
    if is_page_of_the_site(url):
        return False
    under = any(s in urls.rules().article_words for s in found.segments[:-1])
    words = _SLUG_WORDS - (1 if under else 0)
    if found.words >= words:
        return True
    if found.dated in ("day", "month") and beside_date(found) >= 1:
        return True
    if found.dated == "year" and found.words >= 3:
        return True
    if found.id and (found.words >= 2 or under or found.suffix in ("html", "htm")):
        return found.id.length >= 5
    if found.id and len(found.id.marker) > 2 and found.id.marker in urls.rules().article_words:
        return True
    return bool(found.query) and _query_id(url)


def _query_id(url: str) -> bool:
    """Whether a parameter names the article ("idx=8723", "article_id=12345")."""
    return any(
        re.fullmatch(r"\d{4,}", value)
        and (name.lower().endswith("id") or name.lower() in urls.rules().article_parameters)
        for name, value in urls.query(url)
    )


# --- the learned shape ---------------------------------------------------------------------------


class Learned:
    """The shape of one site's article addresses."""

    def __init__(self, known: Iterable[str]) -> None:
        shapes = [s for s in map(shape, known) if s.segments or s.query]
        self.count = len(shapes)
        self.sites = _frequent((s.site for s in shapes), self.count)
        self.suffixes = frozenset(s.suffix for s in shapes)
        self.queries = frozenset(s.query for s in shapes)
        self.depths = _span([s.depth for s in shapes])
        self.firsts = Counter(s.first for s in shapes)
        self.own_words = frozenset(_own_words(shapes)) | self.sites
        with_id = [(s, s.id) for s in shapes if s.id]
        self.id_share = len(with_id) / max(1, self.count)
        self.ids = _Ids(with_id)
        self.dated_share = sum(s.dated in ("month", "day") for s in shapes) / max(1, self.count)
        slugs = [s.words for s in shapes if not s.id and s.dated in ("", "year")]
        self.slug_share = len(slugs) / max(1, self.count)
        self.slug_words = max(2, min(slugs, default=99) - 1)
        self.year = bool(slugs) and all(s.dated == "year" for s in shapes if not s.id)

    def __bool__(self) -> bool:
        return self.count >= _ENOUGH

    @property
    def by_query(self) -> bool:
        """Whether a parameter names the article (index.php?id=7)."""
        return () not in self.queries

    def fits(self, url: str) -> bool:
        """Whether the address looks like the known ones."""
        found = shape(url)
        if found.site not in self.sites or found.suffix not in self.suffixes:
            return False
        if found.query not in self.queries or is_page_of_the_site(url, self.own_words):
            return False
        return self._fits_path(found)

    def _fits_path(self, found: Shape) -> bool:
        low, high = self.depths
        if self.by_query:
            return low <= found.depth <= high and found.first in self.firsts
        if not low - 1 <= found.depth <= high + 1:
            return False
        if self.ids and found.id and self.id_share >= _SOME and self.ids.fits(found, found.id):
            return True
        if self.id_share >= _NEARLY_ALL:
            return False
        if self.dated_share >= _SOME and found.dated in ("month", "day"):
            return beside_date(found) >= 1
        if self.dated_share >= _NEARLY_ALL or self.slug_share < _SOME:
            return False
        return self._fits_slug(found)

    def _fits_slug(self, found: Shape) -> bool:
        low, high = self.depths
        if self.year and found.dated != "year":
            return False
        if not low <= found.depth <= high or found.words < self.slug_words:
            return False
        if found.first in self.firsts:
            return found.words >= 3 or found.first != ""
        constant = len(self.firsts) == 1 and self.count >= 8
        return not constant and found.words >= _SLUG_WORDS


class _Ids:
    """Where the known articles have their ids, and what stands beside them."""

    def __init__(self, found: Sequence[tuple[Shape, Id]]) -> None:
        self.places = {(i.place, i.digits) for _, i in found}
        self.lengths = _span([i.length for _, i in found if i.digits])
        self.markers = _few((i.marker for _, i in found), len(found))
        self.tails = _few((s.tail for s, _ in found), len(found))

    def __bool__(self) -> bool:
        return bool(self.places)

    def fits(self, whole: Shape, found: Id) -> bool:
        if (found.place, found.digits) not in self.places:
            return False
        if found.digits and not self.lengths[0] - 1 <= found.length <= self.lengths[1] + 1:
            return False
        if self.markers and "" not in self.markers and found.marker not in self.markers:
            return False
        return not self.tails or whole.tail in self.tails


def _span(values: Sequence[int]) -> tuple[int, int]:
    return (min(values), max(values)) if values else (0, 0)


def _frequent(values: Iterable[str], count: int) -> frozenset[str]:
    """The values that are no single stray among many."""
    least = 2 if count >= 20 else 1
    return frozenset(v for v, n in Counter(values).items() if n >= least)


def _few(values: Iterable[str], count: int) -> frozenset[str]:
    """The values, where they are few and come again; empty where they vary and teach nothing."""
    counted = Counter(values)
    repeated = frozenset(v for v, n in counted.items() if n >= 2)
    covered = sum(counted[v] for v in repeated)
    return repeated if len(repeated) <= 4 and covered >= 0.9 * count else frozenset()


def _own_words(shapes: Sequence[Shape]) -> Iterable[str]:
    """Segments that several known articles share, and a last one that all share."""
    counted = Counter(w for s in shapes for w in set(s.segments[:-1]))
    last = Counter(s.segments[-1] for s in shapes if s.segments)
    yield from (w for w, n in counted.items() if n >= 2)
    yield from (w for w, n in last.items() if n >= max(2, _NEARLY_ALL * len(shapes)))
