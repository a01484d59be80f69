"""What is tried again, and when: tenacity's stop, wait and retry, and the server's Retry-After."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from functools import partial

import tenacity

from scraper.errors import Failure
from scraper.fetch.clock import Clock
from scraper.fetch.mapping import is_temporary_dns
from scraper.fetch.policy import FetchPolicy

#: statuses that may pass
PASSING = frozenset((429, 500, 502, 503, 504))


def retrying(policy: FetchPolicy, clock: Clock, backoff: float) -> tenacity.AsyncRetrying:
    """Calls a function again, with growing jittered waits, while it raises a Failure that may pass.

    `backoff` is the first wait, in seconds. After a Retry-After it does not wait here: the host's
    pace does, for everybody.
    """
    return tenacity.AsyncRetrying(
        stop=tenacity.stop_after_attempt(max(1, policy.tries)),
        retry=tenacity.retry_if_exception(lambda error: _may_pass(error, policy.max_wait)),
        wait=partial(_wait, backoff=backoff),
        sleep=clock.sleep,
        reraise=True,
    )


def retry_after(headers: Mapping[str, str], clock: Clock) -> float | None:
    """Seconds that a Retry-After header asks for, None without one (RFC 9110, 10.2.3).

    A date is compared with the server's own Date header, as its clock may be off from ours.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    until = _timestamp(value)
    if until is None:
        return None
    now = _timestamp(headers.get("date", ""))
    return max(0.0, until - (clock.wall() if now is None else now))


def _timestamp(value: str) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _may_pass(error: BaseException, max_wait: float) -> bool:
    if not isinstance(error, Failure):
        return False
    if error.status is not None:
        return error.status in PASSING and (error.retry_after or 0) <= max_wait
    if error.reason == "dns":
        return is_temporary_dns(error)
    return error.reason in ("connect", "protocol")


def _wait(state: tenacity.RetryCallState, *, backoff: float) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, Failure) and error.retry_after is not None:
        return 0.0
    wait = tenacity.wait_exponential(multiplier=backoff, max=30) + tenacity.wait_random(0, backoff)
    return float(wait(state))
