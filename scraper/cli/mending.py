"""`scraper mend`: what it takes; `scraper.cli.mended` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scraper.cli.options import Configs
from scraper.cli.watch import Output

Pages = Annotated[Path, typer.Option("--pages", metavar="DIR", help="Pages checked by hand (see `record`).")]


def mend(
    sites: Annotated[
        list[str] | None, typer.Argument(metavar="SITE", help="Domains. Default: all whose layout broke.")
    ] = None,
    output: Output = Path("output"),
    configs: Configs = None,
    pages: Pages = Path("tests/pages"),
    apply: Annotated[bool, typer.Option("--apply", help="Write the new layout into the config.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Everything, as one JSON list.")] = False,
) -> None:
    """Learn a site's layout anew where it broke: show the verdict, the evidence, the change; write it if told to.

    \b
    What broke, and what could take its place; one site; the same, and write it:
        scraper mend
        scraper mend rundschau-online.de
        scraper mend rundschau-online.de --apply
    \b
    `scraper run` keeps the newest pages of each site whose config has a layout. Where that finds nothing any more, the
    generic way reads the new pages at once (their records say so: "layout:unknown" among quality.reasons), and from
    the fifth on a run learns a new layout from them and puts the config as it would be into DIR/proposals. It is
    proposed only where, on pages that it was not learned from, it keeps no more repeated lines than the generic way and
    the old config, and loses none of the prose; where old pages stay word for word as they are; and where no page that
    was checked by hand gets worse. `scraper run --auto-mend` writes it by itself, if it is better than the generic way;
    if it is as good, the site counts as degraded, no more, for its records are as good as they can be.
    \b
    The old layout stays in the config with its last day, for `scraper reextract`. A config that came with scraper, or
    cannot be written, is left alone: the mended one goes to configs/, which comes before it.
    \b
    Exit codes: 0 nothing is broken, or there is a new layout; 1 something is broken and could not be mended (yet).
    """
    from scraper.cli import mended

    how = mended.Wanted(
        sites=tuple(sites or ()), output=output, configs=configs, pages=pages, apply=apply, as_json=json
    )
    raise typer.Exit(mended.mend(how))
