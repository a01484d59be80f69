"""A case → a proposal: learned from the pages since the break, tried on them, on the old ones, on checked ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import msgspec

from scraper.checks import StoredPage, family_of, read_stored
from scraper.checks.compare import difference
from scraper.document import Document, decoded_body, parse, selector_error
from scraper.errors import ConfigError, Failure
from scraper.learning import Learned, Sample, learn
from scraper.learning.write import config_diff, config_text
from scraper.mending.case import Case
from scraper.mending.model import Proposal, Trial
from scraper.mending.place import place_of
from scraper.mending.trial import Build, graded, same_reading, tried
from scraper.sites import Layout, Site, load_text
from scraper.sites.load import read_toml
from scraper.store.state_pages import KeptPage

#: pages of the new layout below which nothing is proposed
LEAST = 3
#: bytes of a page unpacked
_MOST = 60_000_000


def propose(case: Case, stored: Sequence[StoredPage], today: date) -> Proposal:
    """The config with a new layout, graded. `stored`: the site's hand-checked pages. Raises ConfigError where the
    config that is there cannot be added to, StoreError.
    """
    new = [document for page in case.new if (document := document_of(page))]
    learned = learn([Sample(document) for document in new])
    writing = _Writing(case, today)
    text = writing.text(learned)
    proposal = Proposal(
        site=case.site.domain, verdict=case.verdict, learned=learned, until=case.until, text=text,
        diff=config_diff(writing.existing, text, str(writing.place.path)), path=writing.place.path,
        elsewhere=writing.place.why,
    )  # fmt: skip
    if learned.pages < LEAST or not learned.layout.body:
        count = f"{learned.pages} article{'s' * (learned.pages != 1)}"
        return msgspec.structs.replace(proposal, why=f"nothing could be learned from {count} since the break")
    trial = _trial(case, new, stored, text, writing)
    grade, why = graded(trial)
    return msgspec.structs.replace(proposal, trial=trial, grade=grade, why=why)


def document_of(page: KeptPage) -> Document | None:
    """The page, parsed; None where it does not unpack."""
    try:
        html = decoded_body(page.body, page.encoding, limit=_MOST)
    except Failure:
        return None
    return parse(html, page.url, headers={"content-type": page.content_type} if page.content_type else {})


class _Writing:
    """How the config is written that a learned layout goes into."""

    def __init__(self, case: Case, today: date) -> None:
        self._case, self._today = case, today
        self.place = place_of(case.site)
        try:
            self.existing = Path(case.site.source).read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{case.site.source}: it cannot be read ({error})") from error
        #: a new layout is no reason to look at the addresses anew: what the file says of them stays
        self._article_url = tuple(read_toml(Path(case.site.source)).get("article_url", ()))
        family = family_of(case.site)
        self._inherited = next((one for one in family.layouts if one.until is None), None) if family else None

    def text(self, learned: Learned) -> str:
        learned = msgspec.structs.replace(learned, article_url=self._article_url)
        return config_text(
            learned, domain=self._case.site.domain, existing=self.existing, today=self._today, source="",
            inherited=self._inherited or Layout(), until=self._case.until,
        )  # fmt: skip

    def site(self, text: str) -> Site:
        """The config that a text is, its family found where it is now."""
        return load_text(text, Path(self._case.site.source), check_selector=selector_error)


def _trial(case: Case, new: Sequence[Document], stored: Sequence[StoredPage], text: str, writing: _Writing) -> Trial:
    build: Build = lambda learned: writing.site(writing.text(learned))  # noqa: E731
    trial = tried(new, case.site, build)
    old = [document for page in case.old if (document := document_of(page))]
    mended = writing.site(text)
    return msgspec.structs.replace(
        trial, old=len(old), changed=same_reading(old, case.site, mended),
        checked=sum(len(page.expected.fields) for page in stored),
        worse=tuple(name for page in stored for name in _worse(page, case.site, mended)),
    )  # fmt: skip


def _worse(page: StoredPage, before: Site, after: Site) -> Iterator[str]:
    """Fields of a checked page that are right now, whatever rule or way gave them, and would not be any more."""
    one, two = (
        read_stored(page.html, page.meta.url, site, content_type=page.meta.content_type, status=page.meta.status)
        for site in (before, after)
    )
    expected = page.expected.article
    for field in page.expected.fields:
        if not difference(field, expected, one.article) and (now := difference(field, expected, two.article)):
            yield f"{before.domain}/{page.name} @ {field} ({now})"
