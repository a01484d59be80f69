"""Which entries of a place are articles: by the config's patterns, the place's word, the shape."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scraper import urls
from scraper.discover.learned import Learned, is_page_of_the_site, likely
from scraper.discover.model import Entry, Reading
from scraper.discover.shapes import shape
from scraper.discover.sitemaps import names_articles
from scraper.sites.model import Site

#: share of fitting addresses from which a sitemap is taken for a list of articles and nothing else
_ONLY_ARTICLES = 0.8
#: share below which it is taken for a list of an older or other kind of address
_OTHER_KIND = 0.2
#: entries below which a share means nothing
_FEW = 5
#: articles of sitemaps that teach
_SAMPLE = 10
#: share of a sitemap's entries that makes a doubtful word of theirs the site's own
_OWN = 0.2


class Scope:
    """Which hosts are the site."""

    def __init__(self, site: Site, home: str) -> None:
        if site.source or not home:
            names = {
                site.domain.lower().removeprefix("www."),
                *(a.lower().removeprefix("www.") for a in site.aliases),
            }
        else:
            names = {urls.registrable(urls.host(home))}
        if home and not any(_under(urls.host(home), n) for n in names):
            names.add(urls.registrable(urls.host(home)))
        self._names = names

    def add(self, url: str) -> None:
        """Takes in the site that the front page redirects to."""
        if not self.holds(url):
            self._names.add(urls.registrable(urls.host(url)))

    def holds(self, url: str) -> bool:
        name = urls.host(url)
        return any(_under(name, n) for n in self._names)


def _under(name: str, domain: str) -> bool:
    return name == domain or name.endswith("." + domain)


class Judge:
    """Article or not, for one site."""

    def __init__(self, site: Site, scope: Scope, home: str = "") -> None:
        self._article = [re.compile(p) for p in site.article_url]
        self._skip = [re.compile(p) for p in site.skip_url]
        self._scope = scope
        self._home = urls.site_key(home) if home else ""
        self.learned = Learned(())

    def learn(self, readings: Iterable[Reading]) -> None:
        """The shape of what feeds and news sitemaps list."""
        known = {
            urls.article_key(e.url): urls.without_query(e.url) if _noise_only(r, e) else e.url
            for r in readings
            if r.kind in ("feed", "news-sitemap")
            for e in r.entries
            if self._possible(e.url)
        }
        self.learned = Learned(known.values())

    def learn_from_sitemaps(self, found: Sequence[str]) -> None:
        """Where neither feed nor news sitemap is: what sitemaps plainly list teaches for pages."""
        if len(found) >= _SAMPLE:
            self.learned = Learned(found)

    def articles(self, reading: Reading) -> Iterator[Entry]:
        """The entries that are articles, in their order."""
        inside = [e for e in reading.entries if self._possible(e.url)]
        if self._article:
            yield from (e for e in inside if any(p.search(e.url) for p in self._article))
        elif reading.kind in ("feed", "news-sitemap"):
            yield from inside
        elif reading.kind == "sitemap":
            yield from self._of_sitemap(reading, inside)
        else:
            yield from self._of_page(inside)

    def _possible(self, url: str) -> bool:
        """On the site, not its front page, not a file, not skipped by the config."""
        if not self._scope.holds(url) or urls.is_media(url) or any(p.search(url) for p in self._skip):
            return False
        return bool(urls.segments(url)) or "?" in url

    def _of_sitemap(self, reading: Reading, entries: Sequence[Entry]) -> Iterator[Entry]:
        fits = self.learned.fits if self.learned else likely
        good = {e.url for e in entries if fits(e.url)}
        rest = [e for e in entries if e.url not in good]
        share = len(good) / max(1, len(entries))
        named = names_articles(reading.url)
        if (len(entries) >= _FEW and share >= _ONLY_ARTICLES) or (named and not self.learned):
            own = self.learned.own_words if self.learned else _own_soft_words(entries)
            good |= {e.url for e in rest if _something(e.url) and not is_page_of_the_site(e.url, own)}
        elif named and share <= _OTHER_KIND:
            good |= {e.url for e in rest if likely(e.url)}
        yield from (e for e in entries if e.url in good)

    def _of_page(self, entries: Sequence[Entry]) -> Iterator[Entry]:
        for entry in entries:
            if not self.learned:
                if urls.site_key(entry.url) == self._home and likely(entry.url):
                    yield entry
                continue
            if not self.learned.by_query:  # parameters name nothing here: ?ico=box_3
                entry = replace(entry, url=urls.without_query(entry.url))
            if self.learned.fits(entry.url):
                yield entry


def _something(url: str) -> bool:
    """Whether an address has what any article's has: an id, a date or two words."""
    found = shape(url)
    return bool(found.id or found.dated or found.words >= 2 or found.query)


def _own_soft_words(entries: Sequence[Entry]) -> frozenset[str]:
    """Doubtful words ("archive") that so many articles' addresses hold that they are the site's."""
    counted = Counter(w for e in entries for w in set(shape(e.url).segments[:-1]) & urls.rules().soft_words)
    return frozenset(w for w, n in counted.items() if n >= max(_FEW, _OWN * len(entries)))


def noise(reading: Reading) -> frozenset[tuple[str, str]]:
    """Parameters (name, value) that all articles of a feed carry alike: the site's tracking."""
    by_path = {urls.path(e.url): frozenset(urls.query(e.url)) for e in reading.entries}
    if len(by_path) < _FEW:
        return frozenset()
    return frozenset.intersection(*by_path.values())


def _noise_only(reading: Reading, entry: Entry) -> bool:
    found = frozenset(urls.query(entry.url))
    return bool(found) and reading.kind == "feed" and found <= noise(reading)
