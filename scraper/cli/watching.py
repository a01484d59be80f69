"""What a run tells the outside when it begins and ends: ping, webhook on a changed verdict, Prometheus file."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from scraper.errors import ScraperError

if TYPE_CHECKING:  # `scraper --help` shows the options, and must stay light
    from scraper.health import Health
    from scraper.report import Report
    from scraper.store.database import Database
    from scraper.store.history import Told

Ping = Annotated[
    str,
    typer.Option(
        "--ping", metavar="URL", envvar="SCRAPER_PING", show_envvar=True,
        help="Healthcheck: GET URL/start, then URL when the run has ended, URL/fail when it broke off.",
    ),
]  # fmt: skip
Webhook = Annotated[
    str,
    typer.Option(
        "--webhook", metavar="URL", envvar="SCRAPER_WEBHOOK", show_envvar=True,
        help="POST JSON there when a site becomes degraded, stale or broken, and when it is well again.",
    ),
]  # fmt: skip
Prometheus = Annotated[
    Path | None,
    typer.Option(
        "--prometheus", metavar="FILE", path_type=Path, envvar="SCRAPER_PROMETHEUS", show_envvar=True,
        help="Write counts, times and verdicts of all sites, for node_exporter's textfile folder (*.prom).",
    ),
]  # fmt: skip

#: sends to an address, GET without and POST with JSON; gives "" or what went wrong
Notify = Callable[..., str]
#: webhooks of one run; what is left over is told after the next
MOST = 25
#: verdicts that are told; between the others a site comes and goes all the time
_TOLD = ("degraded", "stale", "broken")


class WatchOptions(msgspec.Struct, frozen=True):
    """Where a run tells how it went; "" and None: nowhere."""

    ping: str = ""
    webhook: str = ""
    prometheus: Path | None = None

    @classmethod
    def of(cls, context: typer.Context) -> WatchOptions:
        """The options among a command's parameters. UsageError for one that cannot work."""
        from scraper.cli.running import check_writable

        given = cls(**{name: context.params.get(name) or default for name, default in _DEFAULTS.items()})
        if given.ping or given.webhook:
            from scraper.fetch.notify import check_address

            for option, url in (("--ping", given.ping), ("--webhook", given.webhook)):
                if url:
                    check_address(option, url)
        if given.prometheus and not given.prometheus.is_file():
            there = given.prometheus.exists()  # a folder: told now, not when the run has ended
            check_writable(given.prometheus, option="--prometheus")
            if not there:
                given.prometheus.unlink(missing_ok=True)
        return given


_DEFAULTS: dict[str, Any] = {"ping": "", "webhook": "", "prometheus": None}


class Watch:
    """`with Watch(options) as watch: … watch.ended(db, report, code)`: a run that breaks off is told as failed."""

    def __init__(self, options: WatchOptions, *, clock: Callable[[], float] = time.time) -> None:
        self._options, self._clock = options, clock
        self._fine = False

    def __enter__(self) -> Watch:
        self._ping("start")
        return self

    def __exit__(self, *_: object) -> None:
        self._ping("" if self._fine else "fail")

    def ended(self, db: Database, report: Report, code: int) -> None:
        """The run has ended and is in the database: its report gets the verdicts on its sites.

        Links that failed are everyday; a run that broke off is not.
        """
        from scraper.health import judge
        from scraper.report import SiteVerdict
        from scraper.store.history import History

        self._fine = not report.ended
        now, history = self._clock(), History(db)
        outside = self._options.webhook or self._options.prometheus
        healths = [judge(facts, now) for facts in history.facts(now, None if outside else sorted(report.sites))]
        report.verdicts = {h.site: SiteVerdict(h.verdict, h.reasons) for h in healths if h.site in report.sites}
        if self._options.prometheus:
            self._write(self._options.prometheus, report, code, healths, history.totals(), now)
        if self._options.webhook:
            history.tell(self._tell(healths, history.told(), now))

    def _tell(self, healths: list[Health], before: Mapping[str, Told], now: float) -> dict[str, Told]:
        """Posts what has changed; the verdicts that are to be remembered as told."""
        from scraper.store.history import Told

        told: dict[str, Told] = {}
        posts = 0
        for health in healths:
            old = before.get(health.site)
            if old and old.verdict == health.verdict and health.mending in old.reason:
                continue
            if health.verdict in _TOLD or (old and old.verdict in _TOLD):
                posts += 1
                if posts > MOST or self._send(self._options.webhook, change(health, old, now)):
                    continue  # told after the next run
            told[health.site] = Told(health.verdict, " · ".join(health.reasons), now)
        return told

    def _write(
        self, path: Path, report: Report, code: int, healths: list[Health], totals: Mapping[str, Any], now: float
    ) -> None:
        from scraper.metrics import RunFigures, exposition, write_metrics

        run = RunFigures(ended=now, duration=report.seconds, exit_code=code, requests=report.total.requests)
        try:
            write_metrics(path, exposition(run, healths, totals))
        except ScraperError as error:
            _say(str(error))

    def _ping(self, name: str) -> None:
        if self._options.ping:
            from scraper.fetch.notify import below

            self._send(below(self._options.ping, name) if name else self._options.ping)

    def _send(self, url: str, json: Any = None) -> str:
        from scraper.fetch.notify import notify

        if problem := notify(url, json):
            _say(problem)
        return problem


def change(health: Health, old: Told | None, now: float) -> dict[str, Any]:
    """What a webhook is told of a site whose verdict has changed; `text` is what chat services show."""
    reason = " · ".join(health.reasons)
    text = f"{health.site}: {old.verdict if old else 'new'} → {health.verdict}" + (f" ({reason})" if reason else "")
    return {
        "site": health.site,
        "old": old.verdict if old else None,
        "new": health.verdict,
        "reason": reason,
        "firstBad": health.first_bad or None,
        "rule": health.rule or None,
        "lastArticle": health.last_article or None,
        "lastArticleAt": _iso(health.last_article_at),
        "oldSince": _iso(old.since) if old else None,
        "at": _iso(now),
        "text": text,
    }


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _say(problem: str) -> None:
    sys.stderr.write(f"scraper: {problem}\n")
