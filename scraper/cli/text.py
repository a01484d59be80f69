"""`scraper clean`, `explain` and `schema`: what they take; other modules do the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scraper.cli.options import AllowPrivate, Configs, NoConfigs, Resolve, RunOptions, UserAgent


def clean(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE|-", help="Text or HTML; '-' reads standard input."),
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write there. Default: stdout."),
    ] = None,
    json: Annotated[
        bool,
        typer.Option("--json", help="One JSON object a file: headline, body, what was removed and why."),
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="List what was removed, and why, on stderr.")
    ] = False,
) -> None:
    """Clean text that was scraped before, or a page on disk: the article comes out.

    \b
    Headline, a blank line, the paragraphs; what went, and why:
        scraper clean old.txt -v
    \b
    As JSON, with kicker, dateline, agencies and the removed lines:
        scraper clean old.txt --json
    \b
    From a pipe, into a file:
        pdftotext paper.pdf - | scraper clean - -o paper.txt
    """
    from scraper.cli import cleaning

    cleaning.clean(files, output, as_json=json, verbose=verbose)


def explain(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="URL|FILE|-", help="A page; or plain text.")],
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write it as one self-contained HTML file."),
    ] = None,
    url: Annotated[str, typer.Option("--url", metavar="URL", help="The address a page on disk came from.")] = "",
    configs: Configs = None,
    no_configs: NoConfigs = False,
    allow_private: AllowPrivate = False,
    resolve: Resolve = None,
    user_agent: UserAgent = "",
) -> None:
    """Show what was kept of a page, what was removed, by which rule.

    \b
    In the terminal, coloured by reason; in a browser:
        scraper explain https://example.org/news/story.html
        scraper explain page.html --url https://example.org/news/story.html --html why.html
    \b
    As for a site that nobody has seen, to compare:
        scraper explain page.html --no-configs
    """
    from scraper.cli import explaining

    explaining.explain(what, html, url=url, options=RunOptions.of(context))


def schema(
    config: Annotated[bool, typer.Option("--config", help="The keys of a site's config instead, as Markdown.")] = False,
) -> None:
    """Print the JSON Schema (draft 2020-12) of a record, or the reference of a config.

    \b
    Keep it beside the data:
        scraper schema > record.schema.json
    \b
    Every key of configs/<domain>.toml, with its type, default and meaning:
        scraper schema --config
    """
    from scraper.cli.out import put
    from scraper.cli.schema import config_reference, schema_json

    put(config_reference() if config else schema_json())
