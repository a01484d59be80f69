"""When a link is asked again, and which version of an article is the better one: rules without a database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from scraper.models import Failed, Record, Refused

HOUR, DAY = 3600.0, 86400.0
#: ages (seconds after publication) at which a known article is looked at again: most edits come early
LOOKS = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY)
#: waits before the second, third … try of what may pass; the first retry is the next run's
WAITS = (0.0, HOUR, 4 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY)
#: waits of refusals that are an owner's word, which seldom changes
SLOW_WAITS = (7 * DAY, 30 * DAY, 90 * DAY)
SLOW_REFUSALS = frozenset(("tdm",))
#: the farthest ahead that a link's next try is ever set, and that of a slow refusal's: what lies beyond was written
#: when the clock was wrong, and counts as due
FARTHEST, FARTHEST_SLOW = max(*LOOKS, *WAITS), max(SLOW_WAITS)
#: the longest a pause outlives a run: one that the host asked for, as long as a link that fails waits at most; one of
#: its pace, as long as the robots.txt that says so may be used
LONGEST_ASKED, LONGEST_PACE = max(WAITS), DAY
#: refusals that may pass: a config may get a cookie, a wall may fall, a page may be filled
PASSING_REFUSALS = frozenset(("consent", "blocked", "empty"))
#: failures that no second try mends
LASTING_FAILURES = frozenset(("tooLarge", "file"))
#: failures that say nothing about the link itself: they do not count as tries
NOT_TRIED = frozenset(("hostDown", "deadline"))
#: 4xx statuses that may pass all the same (RFC 9110, 15.5); the other 4xx say that it is not there
PASSING_STATUSES = frozenset((401, 403, 407, 408, 421, 423, 425, 429))
#: seconds after which a link that gave nothing, or a source, is forgotten where nobody has named it since
FORGOTTEN = 90 * DAY
#: share of a known text's length below which a new version is taken for a cut one
_CUT = 0.5
#: what makes a new revision; other fields follow along
CONTENT = (
    *("headline", "kicker", "alternative_headline", "lead", "article_body", "authors", "agencies", "dateline"),
    *("date_published", "date_modified", "article_section", "article_type", "canonical_url", "access"),
)


def next_look(published: float, now: float) -> float | None:
    """When a known article is asked again, None when it is old enough to be left alone."""
    published = min(published, now)
    return next((published + age for age in LOOKS if published + age > now), None)


def next_try(end: Refused | Failed, attempts: int, now: float) -> float | None:
    """When a link that ended so is tried again after `attempts` in vain; None: not by itself."""
    if not may_pass(end):
        return None
    if end.reason in NOT_TRIED:
        return now
    waits = SLOW_WAITS if end.reason in SLOW_REFUSALS else WAITS
    return now + waits[attempts - 1] if 0 < attempts <= len(waits) else None


def longest_pause(status: int) -> float:
    """Seconds that a host's pause may outlive a run: one that came with a status; 0: its pace."""
    return LONGEST_ASKED if status else LONGEST_PACE


def may_pass(end: Refused | Failed) -> bool:
    """Whether a link that ended so is worth another try."""
    reason = end.reason
    if end.temporary:
        return True
    if isinstance(end, Refused):
        return reason in PASSING_REFUSALS | SLOW_REFUSALS
    if reason.startswith("http") and reason[4:].isdigit():
        status = int(reason[4:])
        return status in PASSING_STATUSES or status >= 500
    return reason not in LASTING_FAILURES


def worse(new: Record, old: Record) -> str:
    """Why `new` must not take the place of `old`; "" where it may."""
    good, fine = old.quality.status, new.quality.status
    if good in ("ok", "partial") and fine not in ("ok", "partial"):
        return f"the page is {fine} now"
    if good == "ok" and fine == "partial":
        return "the page is partial now"
    if old.access.complete is True and new.access.complete is False:
        return "the text is cut now"
    if len(new.article_body) < _CUT * len(old.article_body):
        return f"the text has {len(new.article_body)} of {len(old.article_body)} characters now"
    return ""


def changes(new: Record, old: Record) -> list[str]:
    """The fields of the content that differ, in JSON's names."""
    return [_camel(name) for name in CONTENT if _plain(getattr(new, name), name) != _plain(getattr(old, name), name)]


def seconds(text: str | datetime | None) -> float | None:
    """A date as seconds since 1970; None for what is none. A zoneless one is taken for UTC."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else text
        if moment is None:
            return None
        return moment.timestamp() if moment.tzinfo else moment.timestamp() - _offset(moment)
    except (ValueError, OverflowError, OSError):
        return None


def _offset(moment: datetime) -> float:
    """What `timestamp` takes off a zoneless time for this machine's zone."""
    from datetime import UTC

    return moment.timestamp() - moment.replace(tzinfo=UTC).timestamp()


def _plain(value: Any, name: str) -> Any:
    """Without what changes from look to look: the evidence that access rests on."""
    return (value.declared, value.complete) if name == "access" else value


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)
