"""Sites' health and a run's figures as a Prometheus text file (format 0.0.4), for node_exporter's textfile folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from scraper.errors import StoreError
from scraper.health import RANK, Health
from scraper.store.history import Totals
from scraper.store.whole import write_whole

#: (labels, value)
Sample = tuple[dict[str, str], float]


class RunFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What the file tells of the run that has just ended."""

    #: seconds since 1970
    ended: float
    #: seconds
    duration: float
    exit_code: int
    requests: int


def exposition(run: RunFigures, healths: Iterable[Health], totals: Mapping[str, Totals]) -> str:
    """The whole file. Counters come from the state database: they go on growing over runs."""
    healths = list(healths)
    lines: list[str] = []
    for name, kind, help_, samples in (
        *_of_run(run),
        *_of_totals(totals),
        *_of_sites(healths),
    ):
        lines += [f"# HELP {name} {help_}", f"# TYPE {name} {kind}"]
        lines += [f"{name}{_labels(labels)} {_number(value)}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def write_metrics(path: Path, text: str) -> None:
    """Puts the file in place in one step, so that nobody reads half of it. Raises StoreError."""
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise StoreError(f"{path}: the metrics could not be written ({error.strerror})") from error


Family = tuple[str, str, str, list[Sample]]


def _of_run(run: RunFigures) -> Iterator[Family]:
    yield "scraper_run_duration_seconds", "gauge", "Wall-clock time of the last run.", [({}, run.duration)]
    yield "scraper_run_end_timestamp_seconds", "gauge", "When the last run ended.", [({}, run.ended)]
    yield "scraper_run_exit_code", "gauge", "Exit code of the last run.", [({}, run.exit_code)]
    yield "scraper_run_requests", "gauge", "Requests that the last run made.", [({}, run.requests)]


def _of_totals(totals: Mapping[str, Totals]) -> Iterator[Family]:
    def counter(name: str, help_: str, of: str) -> Family:
        return name, "counter", help_, [({"site": site}, getattr(total, of)) for site, total in totals.items()]

    yield counter("scraper_articles_kept_total", "Articles kept, revisions included.", "kept")
    yield counter("scraper_links_unchanged_total", "Links that were known and had not changed.", "unchanged")
    yield counter("scraper_links_refused_total", "Links that were refused.", "refused")
    yield counter("scraper_links_failed_total", "Links that failed.", "failed")
    samples: list[Sample] = [
        ({"site": site, "reason": reason}, count)
        for site, total in totals.items()
        for reason, count in total.reasons.items()
    ]
    yield "scraper_links_lost_total", "counter", "Links refused or failed, by reason.", samples


def _of_sites(healths: list[Health]) -> Iterator[Family]:
    def gauge(name: str, help_: str, values: Iterable[tuple[str, float | None]]) -> Family:
        return name, "gauge", help_, [({"site": site}, value) for site, value in values if value is not None]

    yield gauge(
        "scraper_last_success_timestamp_seconds", "When the newest article was kept.",
        [(h.site, h.last_article_at) for h in healths],
    )  # fmt: skip
    yield gauge("scraper_site_articles_day", "Articles of the last 24 hours.", [(h.site, h.today) for h in healths])
    yield gauge("scraper_site_articles_day_usual", "Articles of a usual day.", [(h.site, h.usual) for h in healths])
    yield gauge("scraper_site_unread_links", "Links found and never asked.", [(h.site, h.unread) for h in healths])
    yield gauge("scraper_site_teaser_ratio", "Share of teasers among articles.", [(h.site, h.teasers) for h in healths])
    samples: list[Sample] = [
        ({"site": h.site, "verdict": verdict}, float(verdict == h.verdict)) for h in healths for verdict in RANK
    ]
    yield "scraper_site_verdict", "gauge", "1 for the verdict that holds, 0 for the others.", samples


def _labels(labels: Mapping[str, str]) -> str:
    told = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{told}}}" if told else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(round(value, 3))
