"""`scraper import-ftr`: what it takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def import_ftr(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder of such .txt files, or one of them.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Folder of the new configs.")] = Path(
        "configs"
    ),
    newer_than: Annotated[
        float,
        typer.Option(min=0, metavar="YEARS", help="Older configs are quarantined: used where their body finds text."),
    ] = 3.0,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE", help="Every file and line, as .json or .tsv."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace what an earlier import wrote; never what a person did.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write no config; say what would be.")] = False,
) -> None:
    """Translate site configs of FiveFilters or wallabag into ours.

    \b
    A checkout of the public collection; nothing is overwritten:
        git clone https://github.com/fivefilters/ftr-site-config
        scraper import-ftr ftr-site-config --report import.json
    \b
    First look at what it would come to:
        scraper import-ftr ftr-site-config --dry-run
    \b
    One file:
        scraper import-ftr example.com.txt -o configs/
    \b
    Their XPath becomes CSS. A body rule says where to look, and our judges decide about what is inside;
    title and author come from the rules first, dates only where the page declares none. Headers that
    pose as someone else, cookies, logins and rewriting of source are left out, and reported.
    \b
    Exit code 1: some files could not be used, and the report says why.
    """
    from scraper.cli.imported import run_import

    raise typer.Exit(run_import(path, output, (newer_than, force, dry_run), report))
