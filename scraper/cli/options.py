"""Options that several commands share: the types of their parameters, and their sum."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from scraper.errors import UsageError

Configs = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        path_type=Path,  # also among a context's parameters, where typer itself puts what came
        help="Folder of site configs. Default: configs/, then those shipped with scraper.",
    ),
]
NoConfigs = Annotated[bool, typer.Option("--no-configs", help="Read every page as one of a site nobody has seen.")]
Delay = Annotated[
    float | None,
    typer.Option(
        min=0,
        metavar="SECONDS",
        help="Between two requests to a host; a longer Crawl-delay in robots.txt wins.",
    ),
]
PerHost = Annotated[int | None, typer.Option(min=1, metavar="N", help="Requests under way to a host at a time.")]
AllowPrivate = Annotated[
    bool,
    typer.Option("--allow-private", help="Also ask private, loopback and link-local addresses."),
]
Resolve = Annotated[
    list[str] | None,
    typer.Option(
        metavar="HOST=ADDRESS:PORT",
        help="Connect there for HOST ('*': every host), for test servers; may be repeated.",
    ),
]
UserAgent = Annotated[
    str,
    typer.Option(metavar="TEXT", help="Name this program and a way to reach you, e.g. an address."),
]
Workers = Annotated[int, typer.Option(min=0, metavar="N", help="Processes that read pages; 0: as many as cores.")]
MaxArticles = Annotated[int | None, typer.Option(min=1, metavar="N", help="At most so many articles of a site.")]
Since = Annotated[
    str,
    typer.Option(metavar="WHEN", help="Only what is newer: 2026-11-01, 2026-11-01T06:00, or an age: 36h, 7d."),
]
Deadline = Annotated[
    str,
    typer.Option(metavar="TIME", help="Begin nothing after so long (50m, 2h); the next run goes on with it."),
]
SiteDeadline = Annotated[
    str,
    typer.Option("--site-deadline", metavar="TIME", help="The same for the articles of each site."),
]
RetryFailed = Annotated[
    bool,
    typer.Option("--retry-failed", help="Ask again for all that failed before, for good or not."),
]
RespectTdm = Annotated[
    bool,
    typer.Option(
        "--respect-tdm",
        help="Refuse what its owner reserves against text and data mining (TDMRep) or AI (noai).",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan; fetch no article.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no closing summary.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="A line for every link.")]
ReportFile = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="FILE",
        path_type=Path,
        help="Write the run's report as JSON: every count, every failed link.",
    ),
]


Archive = Annotated[
    bool, typer.Option("--archive", help="Keep every answer as it came: WARC files in archive/ (see reextract).")
]
ForgetPages = Annotated[
    bool,
    typer.Option(
        "--no-keep-pages",
        help="Do not keep the newest pages of sites with a layout in the state: what breaks is not mended then.",
    ),
]
AutoMend = Annotated[
    bool,
    typer.Option(
        "--auto-mend", help="Where a layout broke, write a new one into the config if it beats the generic way."
    ),
]


class RunOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What `get`, `run` and `demo` were told about how to go about it."""

    configs: Path | None = None
    no_configs: bool = False
    delay: float | None = None
    per_host: int | None = None
    allow_private: bool = False
    resolve: tuple[str, ...] = ()
    user_agent: str = ""
    workers: int = 0
    max_articles: int | None = None
    since: datetime | None = None
    #: seconds
    deadline: float | None = None
    site_deadline: float | None = None
    retry_failed: bool = False
    respect_tdm: bool = False
    dry_run: bool = False
    quiet: bool = False
    verbose: bool = False
    report: Path | None = None
    archive: bool = False
    forget_pages: bool = False
    auto_mend: bool = False

    @classmethod
    def of(cls, context: typer.Context) -> RunOptions:
        """The options among a command's parameters. UsageError for one that makes no sense."""
        given = {k: v for k, v in context.params.items() if k in cls.__struct_fields__ and v is not None}
        given["resolve"] = tuple(given.get("resolve") or ())
        given["since"] = moment(given.get("since") or "")
        for name in ("deadline", "site_deadline"):
            given[name] = seconds(given.get(name) or "", f"--{name.replace('_', '-')}")
        options = cls(**given)
        from scraper.sites.model import DAY  # late: `--help` needs no configs

        if options.delay is not None and not options.delay <= DAY:  # nor is "nan"
            raise UsageError(f"--delay {options.delay}: write seconds, {DAY} at most")
        for rule in options.resolve:
            if not _RESOLVE.fullmatch(rule):
                raise UsageError(f"--resolve {rule}: write it as HOST=ADDRESS:PORT, e.g. '*=127.0.0.1:8080'")
        return options


_RESOLVE = re.compile(r"[^=\s]+=(?:\[[0-9a-fA-F:.]+\]|[^\s:\[\]]+)(?::\d{1,5})?")
_AGE = re.compile(r"(\d{1,6})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str, now: datetime | None = None) -> datetime | None:
    """A date, a time (UTC without a zone), or an age before `now`; None for "". UsageError."""
    if not text:
        return None
    try:
        if age := _AGE.fullmatch(text.strip().lower()):
            return (now or datetime.now(UTC)) - timedelta(**{_UNITS[age[2]]: int(age[1])})
        when = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--since {text}: write a date (2026-11-01), a time (2026-11-01T06:00) or age (7d)") from error
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def seconds(text: str, option: str) -> float | None:
    """A length of time such as "90s", "50m", "2h"; None for "". UsageError."""
    if not text:
        return None
    age = _AGE.fullmatch(text.strip().lower())
    if age is None or not int(age[1]):
        raise UsageError(f"{option} {text}: write a length of time: 90s, 50m, 2h")
    return timedelta(**{_UNITS[age[2]]: int(age[1])}).total_seconds()
