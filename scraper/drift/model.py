"""What drift is told in: what is usual on a site, and what is not so any more."""

from __future__ import annotations

from typing import Literal

import msgspec

Level = Literal["ok", "degraded", "broken"]
#: the worse, the higher
RANK: dict[Level, int] = {"ok": 0, "degraded": 1, "broken": 2}
#: `Finding.rule` where the text stands in other markup than before, whether or not a config says where it is
MARKUP = "markup"


class Spread(msgspec.Struct, frozen=True):
    """A number over a site's articles: its tenth, fiftieth and ninetieth percentile."""

    low: float = 0.0
    middle: float = 0.0
    high: float = 0.0


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """What is usual on a site, by the articles that it was learned from."""

    #: articles that it rests on
    articles: int = 0
    #: characters of the body
    chars: Spread = Spread()
    #: share of the page's text, as far as it was judged, that was removed
    removed: Spread = Spread()
    #: share of the body that stands in links
    links: Spread = Spread()
    #: agreement of config and classifier; None without a config
    agreement: Spread | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One thing that is not as usual any more."""

    level: Level
    #: what is at fault: "body:div.text", "remove:aside.more", "field:authors", "articleBody", "removed", MARKUP …
    rule: str
    #: one sentence
    reason: str
    #: address of the first article that shows it, and when that was published, in seconds since 1970
    first_bad: str
    first_bad_at: float
    #: articles that show it, up to the newest
    articles: int


class DriftVerdict(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A site's verdict."""

    verdict: Level = "ok"
    #: address of the first article of the change, and when that was published; "" and None where all is well
    first_bad: str = ""
    first_bad_at: float | None = None
    #: what is at fault, as in `Finding.rule`
    rule: str = ""
    #: sentences, what decided first
    reasons: tuple[str, ...] = ()
    #: articles that were looked at
    articles: int = 0
    #: whether the site's newest article was read by a config
    by_config: bool = False

    @property
    def harms(self) -> bool:
        """Whether records may be wrong: a new layout alone does no harm where the generic way reads it."""
        return self.verdict == "broken" and (self.by_config or self.rule != MARKUP)
