"""`scraper reextract`: what it takes; `scraper.cli.reextracting` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scraper.cli.options import Configs, NoConfigs, RunOptions, Since, Workers


def reextract(
    context: typer.Context,
    site: Annotated[
        list[str] | None, typer.Option("--site", metavar="DOMAIN", help="Of this site; may be repeated. Default: all.")
    ] = None,
    since: Since = "",
    output: Annotated[
        Path, typer.Option("--output", metavar="DIR", help="The folder that `scraper run` writes to.")
    ] = Path("output"),
    archive: Annotated[
        Path | None, typer.Option("--archive", metavar="DIR", help="Where the WARC files are. Default: DIR/archive.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Store what changed as new revisions.")] = False,
    even_worse: Annotated[
        bool, typer.Option("--even-worse", help="With --write: also articles of which something got worse.")
    ] = False,
    samples: Annotated[int, typer.Option(min=0, metavar="N", help="Articles that are shown, the worst first.")] = 5,
    json: Annotated[bool, typer.Option("--json", help="One JSON object for each article that changed.")] = False,
    configs: Configs = None,
    no_configs: NoConfigs = False,
    workers: Workers = 0,
) -> None:
    """Run today's rules and configs over archived pages, and show what they change.

    \b
    After a new version, or a change in a config; nothing is written, nothing is fetched:
        scraper reextract
        scraper reextract --site ksta.de --since 30d
    \b
    What it says, looked at closely; then stored as new revisions, the old ones kept:
        scraper reextract --site ksta.de --samples 50
        scraper reextract --site ksta.de --write
    \b
    For a program:
        scraper reextract --json | jq 'select(.change == "worse") | .url'
    \b
    It needs pages that `scraper run --archive` has kept. Each record is compared with what its own page gives today
    (with the latest page where its own is not there; a record that is newer than all of its pages is left alone).
    \b
    What is better, what is worse:
        filled or empty       a field that was empty and is filled is better; the reverse is worse
        quality               ok is better than partial, partial than teaser, all of them than no article
        access                known is better than unknown
        dates                 the same date with its time is better than without
        body                  lines that went are fine where `removed` accounts for them by a kind of clutter, and
                              bad where nothing does; lines that `removed` had and that are back are a gain
    Everything else is "different": a rule cannot tell, a person can. An article is as bad as its worst field.
    """
    from scraper.cli import reextracting

    how = reextracting.How(
        output=output, archive=archive or output / "archive", sites=tuple(site or ()), write=write,
        even_worse=even_worse, samples=samples, as_json=json,
    )  # fmt: skip
    raise typer.Exit(reextracting.reextract(how, RunOptions.of(context)))
