"""`scraper demo`: what it takes; `scraper.cli.demonstration` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="Where records go. Default: a temporary folder."),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Only serve the demo site, for a browser, until Ctrl-C.")
    ] = False,
) -> None:
    """Scrape a small news site that comes with scraper: no network, half a minute to read.

    \b
        scraper demo
        scraper demo -o output
        scraper demo --serve
    \b
    It serves the site on this machine, runs the real thing over it (robots.txt, feed, sitemaps,
    fetch, extract, store), and shows one article before and after.
    """
    from scraper.cli import demonstration

    raise typer.Exit(demonstration.serve() if serve else demonstration.demo(output))
