"""`scraper get` and `scraper run`: what they take; `scraper.cli.jobs` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scraper.cli.options import (
    AllowPrivate,
    Configs,
    Delay,
    DryRun,
    MaxArticles,
    NoConfigs,
    PerHost,
    Quiet,
    ReportFile,
    Resolve,
    RunOptions,
    Since,
    UserAgent,
    Verbose,
    Workers,
)


def get(
    context: typer.Context,
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="URL|FILE.html|-", help="Addresses; pages on disk; '-' reads a list."),
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
            help=".jsonl, .csv, or a folder for Markdown. Default: stdout.",
        ),
    ] = "-",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Begin the output anew instead of going on with it.")
    ] = False,
    configs: Configs = None,
    no_configs: NoConfigs = False,
    delay: Delay = None,
    per_host: PerHost = None,
    allow_private: AllowPrivate = False,
    resolve: Resolve = None,
    user_agent: UserAgent = "",
    workers: Workers = 0,
    dry_run: DryRun = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    report: ReportFile = None,
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
    An output that exists is gone on with: its articles are skipped, new ones appended. So the same
    command, run again, continues where it was. --overwrite begins anew.
    """
    from scraper.cli import jobs

    inputs = jobs.Inputs(arguments=tuple(what or ()), lists=tuple(list_ or ()))
    raise typer.Exit(jobs.get(inputs, output, overwrite=overwrite, options=RunOptions.of(context)))


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
    delay: Delay = None,
    per_host: PerHost = None,
    allow_private: AllowPrivate = False,
    resolve: Resolve = None,
    user_agent: UserAgent = "",
    workers: Workers = 0,
    dry_run: DryRun = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    report: ReportFile = None,
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
    From cron, every hour (plain lines on stderr, one JSON report a run):
        7 * * * *  cd /srv/news && scraper run --since 3d --report last.json 2>>run.log
    \b
    An article that DIR/records holds is not fetched again. A home page whose host has a config is
    treated as that config says; any other is discovered through its robots.txt, feeds, sitemaps and
    front page.
    """
    from scraper.cli import jobs

    raise typer.Exit(jobs.run(tuple(sites or ()), output, options=RunOptions.of(context)))
