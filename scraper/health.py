"""How a site does: its past and the time in, a verdict with its reasons out. Pure; `scraper.store.history` has facts.

ok       articles come as they usually do
quiet    fewer than usual, or none for longer than usual: worth a look when it stays so
degraded articles come, with less in them than before: a field is empty, a rule finds nothing any more
stale    what is asked answers, and has had nothing new for far longer than usual
broken   articles should have come, and did not; or the site's layout has changed
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import Literal

import msgspec

from scraper.drift import DriftVerdict
from scraper.drift import judge as judge_drift
from scraper.store.history import SiteFacts, SiteRun, SourceFacts

Verdict = Literal["ok", "quiet", "degraded", "stale", "broken"]
#: the worse, the higher
RANK: dict[str, int] = {"ok": 0, "quiet": 1, "degraded": 2, "stale": 3, "broken": 4}

HOUR, DAY = 3600.0, 86400.0
#: links with an end that a judgement needs at least
ENOUGH = 5
#: runs in a row in which a source, or a site, gave nothing before that counts
RUNS = 3
#: times the longest usual pause after which a site is stale, and the least and the most seconds for that
STALE, STALE_LEAST, STALE_MOST = 2.0, DAY, 30 * DAY
#: pauses that must be known; before, STALE_UNKNOWN seconds without an article are stale
PAUSES, STALE_UNKNOWN = 8, 14 * DAY
#: days that the usual number needs, and the share of it below which a day is quiet
DAYS, QUIET = 4, 0.25
#: share of walls among the links of late that is a jump, and the share before that makes it none
WALLED, WALLED_BEFORE = 0.5, 0.2
#: refusals that are a wall
WALLS = ("consent", "blocked")
#: refusals that are the owner's word
RESERVED = ("robots", "tdm")
#: probability of so many links without an article, by the share that usually gives one, that is no chance any more
CHANCE = 0.001


class Health(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A site's verdict and what `scraper status` shows of it. Times are seconds since 1970."""

    site: str
    verdict: Verdict
    #: sentences, the one that decided first; () where all is well
    reasons: tuple[str, ...] = ()
    #: when the newest article was fetched, and its address
    last_article_at: float | None = None
    last_article: str = ""
    #: articles of the last 24 hours, and the median of a day; None where too few days are known
    today: int = 0
    usual: float | None = None
    #: articles in all, and those whose text another had first
    records: int = 0
    copies: int = 0
    #: the last run: kept, refused and failed by reason
    last_run: SiteRun | None = None
    #: share of teasers among the articles of the last runs; None without any
    teasers: float | None = None
    unread: int = 0
    oldest_unread: str = ""
    oldest_unread_at: float | None = None
    #: where something is wrong: the first article of the change, else the first link since the last article that gave
    #: none
    first_bad: str = ""
    #: what is at fault where the layout drifts (`drift.Finding.rule`): "body:div.text", "field:authors", "markup" …
    rule: str = ""
    #: what was done about a layout that broke, one of the reasons; "" for nothing
    mending: str = ""
    cooling: tuple[tuple[str, float], ...] = ()


def judge(facts: SiteFacts, now: float) -> Health:
    """The verdict on one site."""
    drift = judge_drift(facts.signals)
    mending = _mending(drift, facts)
    if mending and facts.mending and facts.mending.outcome == "equal":
        # the layout is dead, and the generic way reads its pages as well as a new one would: nothing harms
        drift = msgspec.structs.replace(drift, verdict="degraded")
    drifted: list[Finding] = [(drift.verdict, reason) for reason in (*drift.reasons, mending) if reason]
    found = sorted([*_findings(facts), *drifted], key=lambda finding: -RANK[finding[0]])
    verdict: Verdict = found[0][0] if found else "ok"
    return Health(
        site=facts.site,
        verdict=verdict,
        reasons=tuple(dict.fromkeys(reason for _, reason in found)),
        last_article_at=facts.kept_at[0] if facts.kept_at else None,
        last_article=facts.last_url,
        today=facts.today,
        usual=usual(facts.by_day),
        records=facts.records,
        copies=facts.copies,
        last_run=facts.runs[0] if facts.runs else None,
        teasers=_teasers(facts.runs),
        unread=facts.unread,
        oldest_unread=facts.oldest_unread,
        oldest_unread_at=facts.oldest_unread_at,
        first_bad=_first_bad(verdict, drift, facts),
        rule=drift.rule,
        mending=mending,
        cooling=tuple((host, until) for host, until in facts.cooling if until > now),
    )


def _mending(drift: DriftVerdict, facts: SiteFacts) -> str:
    """What was done about a layout that broke."""
    tried = facts.mending
    if tried is None or drift.verdict != "broken" or tried.first_bad != drift.first_bad:
        return ""
    return tried.sentence.removeprefix(f"{facts.site}: ")


def _first_bad(verdict: Verdict, drift: DriftVerdict, facts: SiteFacts) -> str:
    """The address that shows best what the verdict is about."""
    if verdict == drift.verdict and drift.first_bad:
        return drift.first_bad
    return facts.first_bad if verdict in ("stale", "broken") else ""


def late(run_times: Sequence[float], now: float) -> str:
    """The sentence that says that runs themselves have stopped; "" where they have not, or their rhythm is unknown.

    `run_times`: newest first.
    """
    if not run_times:
        return ""
    gaps = [newer - older for newer, older in pairwise(run_times)]
    allowed = max(3 * median(gaps), HOUR) if len(gaps) >= RUNS else 2 * DAY
    age = now - run_times[0]
    return f"no run for {span(age)} (usually every {span(median(gaps)) if gaps else '?'})" if age > allowed else ""


def usual(by_day: Sequence[int | None]) -> float | None:
    """Articles of a usual day: the median of those on which there were runs; None where fewer than DAYS are known."""
    known = [count for count in by_day if count is not None]
    return float(median(known)) if len(known) >= DAYS else None


def span(seconds: float) -> str:
    """A stretch of time for people: "20 s", "40 min", "5 h", "3 days"."""
    if seconds < 1.5 * HOUR:
        return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{max(0, seconds):.0f} s"
    return f"{seconds / HOUR:.0f} h" if seconds < 2 * DAY else f"{seconds / DAY:.0f} days"


# --- the canaries: each gives (verdict, sentence) or nothing ---------------------------------------------------------

Finding = tuple[Verdict, str]


def _findings(facts: SiteFacts) -> Iterable[Finding]:
    if not facts.runs:
        yield "quiet", "no run has been there yet"
        return
    found = [finding for canary in (_never, _no_record, _walled, _sources_dead, _dry) if (finding := canary(facts))]
    yield from found
    if not found and (finding := _few(facts)):  # anything else says it better
        yield finding
    yield from _dead_sources(facts.sources)


def _never(facts: SiteFacts) -> Finding | None:
    """A site that never gave a record."""
    if facts.records:
        return None
    kept_out = {reason: count for reason, count in facts.runs[0].refused.items() if reason in RESERVED}
    if kept_out and not facts.latest:
        return "quiet", f"its owner keeps its pages from us{_because(kept_out)}"
    if len(facts.runs) < RUNS and sum(facts.latest.values()) < ENOUGH:
        return "quiet", "it has not given an article yet"
    many = f"{len(facts.runs)} runs" if len(facts.runs) > 1 else "its first run"
    return "broken", f"it has never given an article, in {many}{_because(facts.latest)}"


def _no_record(facts: SiteFacts) -> Finding | None:
    """Its sources have new items, and no record comes of them: more in a row than chance would have it."""
    tried = sum(facts.barren.values())
    kept = _share(Counter(facts.latest) + Counter(facts.before) - Counter(facts.barren), ("kept",))
    if "kept" in facts.barren or not facts.records or tried < ENOUGH or (1 - (kept or 0.5)) ** tried > CHANCE:
        return None
    return "broken", f"{tried} new links since the last article, none of them gave one{_because(facts.barren)}"


def _walled(facts: SiteFacts) -> Finding | None:
    """A consent wall or a bot check has come up."""
    now, then = _share(facts.latest, WALLS), _share(facts.before, WALLS)
    if now is None or then is None or now < WALLED or then > WALLED_BEFORE:
        return None
    return "broken", f"{now:.0%} of its newest pages are behind a wall{_because(facts.latest)}, {then:.0%} were before"


def _sources_dead(facts: SiteFacts) -> Finding | None:
    """None of the places that are asked can be read."""
    dead = [source for source in facts.sources if source.failed_runs >= RUNS]
    if dead and len(dead) == len(facts.sources):
        return "broken", f"none of its {len(dead)} sources can be read: {_named(dead[0])}"
    return None


def _dead_sources(sources: Iterable[SourceFacts]) -> Iterable[Finding]:
    """One of several has died: news may go missing."""
    for source in sources:
        if source.failed_runs >= RUNS:
            yield "quiet", _named(source)


def _named(source: SourceFacts) -> str:
    why = source.error.removeprefix(f"{source.url}: ")
    return f"{source.kind} {source.url} could not be read in {source.failed_runs} runs: {why}"


def _dry(facts: SiteFacts) -> Finding | None:
    """Nothing new for far longer than usual, though it was asked."""
    if not facts.published_at:
        return None
    asked = facts.runs[0].started
    pause, longest = asked - facts.kept_at[0], _longest_pause(facts.published_at)
    if longest is None:
        return ("stale", f"nothing new for {span(pause)}") if pause > STALE_UNKNOWN else None
    limit = min(max(STALE * longest, STALE_LEAST), STALE_MOST)
    if pause > limit:
        frozen = _frozen(facts.sources, asked - limit)
        return "stale", f"nothing new for {span(pause)}, at most {span(longest)} was usual{frozen}"
    if pause > max(longest, STALE_LEAST / 2):
        return "quiet", f"nothing new for {span(pause)}, at most {span(longest)} was usual"
    return None


def _frozen(sources: Iterable[SourceFacts], since: float) -> str:
    """Names a feed that answers and has not changed."""
    for source in sources:
        if source.kind == "feed" and not source.error and source.last_changed and source.last_changed < since:
            return f"; feed {source.url} answers and does not change"
    return ""


def _longest_pause(times: Sequence[float]) -> float | None:
    """The longest pause between two articles that is usual: the second longest of those known, so that one outage is
    not taken for a habit; None where too few are known."""
    pauses = sorted(newer - older for newer, older in pairwise(times))
    return pauses[-2] if len(pauses) >= PAUSES else None


def _few(facts: SiteFacts) -> Finding | None:
    """Far fewer articles than on a usual day."""
    normal = usual(facts.by_day)
    if normal is None or normal < ENOUGH or facts.today >= QUIET * normal:
        return None
    return "quiet", f"{facts.today} articles in 24 hours, {normal:.0f} are usual"


# --- counting --------------------------------------------------------------------------------------------------------


def _share(ends: Mapping[str, int], reasons: Iterable[str]) -> float | None:
    """Share of `reasons` among the ends; None where there are too few."""
    total = sum(ends.values())
    return sum(ends.get(reason, 0) for reason in reasons) / total if total >= ENOUGH else None


def _because(ends: Mapping[str, int]) -> str:
    """The reasons, the most frequent first: " (12 consent, 3 http404)"."""
    bad = sorted(((count, reason) for reason, count in ends.items() if reason != "kept"), reverse=True)
    told = ", ".join(f"{count} {reason}" for count, reason in bad[:3])
    return f" ({told})" if told else ""


def _teasers(runs: Iterable[SiteRun]) -> float | None:
    kept = sum(run.kept for run in runs)
    return sum(run.doubtful.get("teaser", 0) for run in runs) / kept if kept else None
