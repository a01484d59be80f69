"""`scraper status` and `schedule`: what they take; other modules do the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Output = Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="The folder that `scraper run` writes to.")]


def status(
    sites: Annotated[
        list[str] | None,
        typer.Argument(metavar="SITE", help="Domains. Default: all that were ever in a run."),
    ] = None,
    output: Output = Path("output"),
    json: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also sites that are ok, however many there are.")] = False,
) -> None:
    """Show how each site does: when its last article came, and what is wrong.

    \b
    The worst first:
        scraper status
        scraper status rundschau-online.de
    \b
    Verdicts:
        ok        articles come as they usually do
        quiet     fewer than usual, or none for longer than usual
        degraded  articles come with less in them: a field is empty, a rule finds nothing any more
        stale     its sources answer, and have had nothing new for far longer than usual
        broken    articles should have come, and did not: a wall, dead sources; or its layout has changed
    \b
    For scripts: the exit code is 1 where a site is broken or runs have stopped, else 0:
        scraper status >/dev/null || mail -s "news" me@example.org <<< "$(scraper status)"
        scraper status --json | jq -r '.sites[] | select(.verdict == "broken") | .site'
    """
    from scraper.cli.status import status as show

    raise typer.Exit(show(list(sites or ()), output, as_json=json, everything=everything))


def schedule(
    sites: Annotated[
        list[str] | None,
        typer.Argument(metavar="SITE|HOME-URL", help="As for `scraper run`. Default: all configs."),
    ] = None,
    every: Annotated[str, typer.Option(metavar="TIME", help="Time between two runs: 15m, 1h, 6h, 1d.")] = "1h",
    at: Annotated[str, typer.Option(metavar="HH:MM", help="Once a day, at that time, instead.")] = "",
    output: Output = Path("output"),
    system: Annotated[
        bool, typer.Option("--system", help="Units for the whole machine; default: for your user.")
    ] = False,
    write: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the unit files there instead of printing them.")
    ] = None,
) -> None:
    """Print what makes this checkout run by itself: a crontab line, and a systemd service with its timer.

    \b
    Look at it, then install the crontab line, or the units:
        scraper schedule
        scraper schedule --every 30m rundschau-online.de
        scraper schedule --at 04:30 --write ~/.config/systemd/user
    \b
    Runs never overlap: a second one ends at once with exit code 75, which both take for no failure.
    """
    from scraper.cli.schedule import Plan, show

    if sites:  # told now, not every hour in run.log
        from scraper.cli.jobs import targets_of
        from scraper.sites import Sites, default_folders

        targets_of(tuple(sites), Sites.load(default_folders()))
    plan = Plan(sites=tuple(sites or ()), every=every, at=at, output=output, system=system)
    show(plan, write)
