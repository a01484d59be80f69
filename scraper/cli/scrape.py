"""`scraper get` and `scraper run`: what they take; `scraper.cli.jobs` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scraper.cli.options import (
    AllowPrivate,
    Archive,
    AutoMend,
    Configs,
    Deadline,
    Delay,
    DryRun,
    ForgetPages,
    MaxArticles,
    NoConfigs,
    PerHost,
    Quiet,
    ReportFile,
    Resolve,
    RespectTdm,
    RetryFailed,
    RunOptions,
    Since,
    SiteDeadline,
    UserAgent,
    Verbose,
    Workers,
)
from scraper.cli.watching import Ping, Prometheus, WatchOptions, Webhook


def get(
    context: typer.Context,
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="URL|FILE|-", help="Addresses; pages on disk (.html, .warc.gz); '-' reads a list."),
    ] = None,
    list_: Annotated[
        list[str] | None,
        typer.Option(
            "-i",
            "--input",
            metavar="FILE",
            help="A list, one address a line ('-': stdin); may be repeated.",
        ),
    ] = None,
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help=".jsonl(.gz), .csv, .parquet, .db, postgresql://…, or a folder for Markdown. Default: stdout.",
        ),
    ] = "-",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Begin the output anew instead of going on with it.")
    ] = False,
    ordered: Annotated[bool, typer.Option("--ordered", help="Write records in the order of the list.")] = False,
    retry_failed: RetryFailed = False,
    deadline: Deadline = "",
    configs: Configs = None,
    no_configs: NoConfigs = False,
    delay: Delay = None,
    per_host: PerHost = None,
    allow_private: AllowPrivate = False,
    resolve: Resolve = None,
    user_agent: UserAgent = "",
    respect_tdm: RespectTdm = False,
    workers: Workers = 0,
    dry_run: DryRun = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    report: ReportFile = None,
    archive: Archive = False,
) -> None:
    """Fetch articles by address and write their records.

    \b
    Print one record (JSON, a line), or a field of it:
        scraper get https://example.org/news/story.html
        scraper get https://example.org/news/story.html -q | jq -r .articleBody
    \b
    A list into a file. Blank lines, comments (#) and duplicates are fine; what is no address is
    refused, with file and line in the report:
        scraper get -i urls.txt -o articles.jsonl
        grep -h example.org lists/* | scraper get - -o articles.csv
    \b
    Pages that are on disk already, as Markdown:
        scraper get saved/*.html -o articles/
    \b
    The pages of a web archive (WARC; ours, Common Crawl's, any crawler's), without a network:
        scraper get CC-NEWS-20261101000000-00000.warc.gz -o news.jsonl
    \b
    An output that exists is gone on with: the same command, run again after whatever ended it,
    continues where it was (its state is in OUTPUT.state), no line lost or twice. What failed is in
    failures.tsv beside it (one for all outputs in a folder); --retry-failed asks again for what failed in this one.
    --overwrite begins anew; so does an output that was taken away.
    \b
    Copies of one story under several addresses (an agency's, say) are marked by `run` alone, which keeps the texts
    to compare with; an address that leads to the same article as another is refused as a duplicate here too.
    """
    from scraper.cli import jobs

    inputs = jobs.Inputs(arguments=tuple(what or ()), lists=tuple(list_ or ()))
    how = jobs.GetOutput(output, overwrite=overwrite, ordered=ordered)
    raise typer.Exit(jobs.get(inputs, how, options=RunOptions.of(context)))


def run(
    context: typer.Context,
    sites: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SITE|HOME-URL",
            help="Domains of configs, or home pages. Default: all configs.",
        ),
    ] = None,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="DIR", help="Records go to DIR/records/<site>/<day>.jsonl."),
    ] = Path("output"),
    configs: Configs = None,
    no_configs: NoConfigs = False,
    max_articles: MaxArticles = None,
    since: Since = "",
    retry_failed: RetryFailed = False,
    deadline: Deadline = "",
    site_deadline: SiteDeadline = "",
    delay: Delay = None,
    per_host: PerHost = None,
    allow_private: AllowPrivate = False,
    resolve: Resolve = None,
    user_agent: UserAgent = "",
    respect_tdm: RespectTdm = False,
    workers: Workers = 0,
    dry_run: DryRun = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    report: ReportFile = None,
    archive: Archive = False,
    forget_pages: ForgetPages = False,
    auto_mend: AutoMend = False,
    prometheus: Prometheus = None,
    ping: Ping = "",
    webhook: Webhook = "",
) -> None:
    """Discover the articles of sites, fetch what is new, write, report: what cron calls.

    \b
    All sites that have a config; one of them; a site without a config, by its home page:
        scraper run
        scraper run rundschau-online.de
        scraper run https://example.org/
    \b
    See what it would do, then try a little of it:
        scraper run --dry-run --since 24h
        scraper run rundschau-online.de --max-articles 10 -v
    \b
    From cron, every hour (plain lines on stderr, one JSON report a run); `scraper schedule` prints the
    line for this folder, `scraper status` shows how each site does:
        7 * * * *  cd /srv/news && scraper run --since 3d --report last.json 2>>run.log
    \b
    Have others watch: a healthcheck, a chat's webhook, Prometheus (or SCRAPER_PING=… in the environment):
        scraper run -q --ping https://hc-ping.com/UUID --webhook https://chat.example/hook
    \b
    Keep every answer as it came (pages, redirects, error pages, feeds, sitemaps, robots.txt) in WARC files in
    DIR/archive, so that better rules can be run over the articles later:
        scraper run --archive
    \b
    A site is redesigned, and its config finds nothing any more: the generic way goes on at once, and a new layout is
    learned from the pages since (`scraper mend` shows it). Have it written where it beats the generic way:
        scraper run --auto-mend
    \b
    DIR/scraper.db remembers what was seen: nothing is fetched twice, but for young articles, which are
    looked at again (after 1 h, 6 h, 1, 3 and 7 days; edits are kept as revisions), and what failed for
    a time. What failed is in DIR/failures.tsv. Links that gave nothing, and that no source has named for
    90 days, are forgotten. A home page whose host has a config is treated as that config says; any other is
    discovered through its robots.txt, feeds, sitemaps and front page.
    """
    from scraper.cli import jobs

    options = RunOptions.of(context)
    raise typer.Exit(jobs.run(tuple(sites or ()), output, options=options, watch=WatchOptions.of(context)))
