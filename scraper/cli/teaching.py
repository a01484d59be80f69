"""`scraper learn`, `record` and `check`: what they take; other modules do the work."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from scraper.cli.options import AllowPrivate, Configs, Delay, NoConfigs, Resolve, RunOptions, UserAgent
from scraper.errors import UsageError


def learn(
    context: typer.Context,
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SITE|URL|DIR|WARC", help="A site or its home page; articles; a folder of pages; a WARC."
        ),
    ] = None,
    corrected: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FILE|DIR", help="Corrected records (see `record`); may be repeated."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--configs",
            metavar="DIR",
            help="The folder of configs that is written to; given, no other is looked at. Default: configs/, and what "
            "is not there is taken over from those shipped with scraper.",
        ),
    ] = None,
    pages: Annotated[
        int | None,
        typer.Option(min=2, metavar="N", help="At most so many pages. Default: 10 of a site, 50 of what is on disk."),
    ] = None,
    site: Annotated[
        str, typer.Option(metavar="DOMAIN", help="Of this site only, where there are pages of several.")
    ] = "",
    until: Annotated[
        str,
        typer.Option(metavar="DATE", help="Last day of the layout the config has; what is learned becomes a new one."),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Rules, effects and diff as one JSON object.")] = False,
    delay: Delay = None,
    allow_private: AllowPrivate = False,
    resolve: Resolve = None,
    user_agent: UserAgent = "",
) -> None:
    """Learn a site's config from a handful of its articles, looked at together.

    \b
    A site, by its home page (its newest articles are found as `run` finds them); see first, then write:
        scraper learn https://example.org/ --dry-run
        scraper learn https://example.org/
    \b
    Articles that you picked; pages on disk; a web archive:
        scraper learn https://example.org/a https://example.org/b https://example.org/c
        scraper learn saved/
        scraper learn output/archive/2026-11-23/*.warc.gz --site example.org
    \b
    From corrections: which subheads, lists, captions belong to the text is yours to decide:
        scraper record https://example.org/a https://example.org/b
        $EDITOR tests/pages/example.org/*/expected.json
        scraper learn --from tests/pages/example.org https://example.org/
    \b
    It writes configs/<domain>.toml, or lays what it learned into the one that is there: comments, order and every rule
    that a person wrote stay. Each learned rule has a comment that says on how many pages it rests; the next `learn`
    replaces rules with that comment, and no others. What does not beat the generic way is not written.
    \b
    Pages in a folder say their address themselves (canonical link, og:url), or urls.tsv beside them does: URL, tab,
    file. With --from, a correction's page stands beside it, or is among the arguments.
    \b
    Exit codes: 0 written, or nothing to add; 1 too few pages from which anything can be learned; 2 wrong use.
    """
    from scraper.cli import learning

    how = learning.How(
        arguments=tuple(what or ()), corrected=tuple(corrected or ()), folder=folder, pages=pages, site=site,
        until=_day(until), dry_run=dry_run, as_json=json,
    )  # fmt: skip
    raise typer.Exit(learning.learn(how, RunOptions.of(context)))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"--until {text}: write a date, as in 2026-11-01") from error


def record(
    context: typer.Context,
    what: Annotated[list[str], typer.Argument(metavar="URL|FILE", help="Pages; on disk also packed (.html.gz).")],
    root: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="They go to DIR/<domain>/<slug>/.")
    ] = Path("tests/pages"),
    url: Annotated[str, typer.Option("--url", metavar="URL", help="The address a page on disk came from.")] = "",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Also where a record stands already; corrections in it are lost.")
    ] = False,
    configs: Configs = None,
    no_configs: NoConfigs = False,
    delay: Delay = None,
    allow_private: AllowPrivate = False,
    resolve: Resolve = None,
    user_agent: UserAgent = "",
) -> None:
    """Store pages with the records they give now, to correct and to test by.

    \b
    Store, correct by hand, learn from it, and have it tested ever after:
        scraper record https://example.org/news/story.html
        $EDITOR tests/pages/example.org/story/expected.json
        scraper learn --from tests/pages/example.org
        scraper check example.org
    \b
    A page on disk:
        scraper record story.html --url https://example.org/news/story.html
    \b
    expected.json is flat: "body" is a list of the article's lines (paragraphs, subheads, items of lists), "authors" a
    list of names, "complete" whether the whole text is there. Delete a line that does not belong, add one that is
    missing. A field that you take out of the file is not judged; one that is null or [] is expected to be empty.
    """
    from scraper.cli import recording

    recording.record(tuple(what), root, RunOptions.of(context), url=url, overwrite=overwrite)


def check(
    context: typer.Context,
    sites: Annotated[
        list[str] | None, typer.Argument(metavar="SITE", help="Domains. Default: every config, every stored page.")
    ] = None,
    pages: Annotated[
        Path | None, typer.Option("--pages", metavar="DIR", help="Stored pages. Default: tests/pages.")
    ] = None,
    live: Annotated[bool, typer.Option("--live", help="Also fetch the [[tests]] of the configs.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Every verdict, as one JSON object.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Also verdicts that are ok.")] = False,
    configs: Configs = None,
    delay: Delay = None,
    allow_private: AllowPrivate = False,
    resolve: Resolve = None,
    user_agent: UserAgent = "",
) -> None:
    """Run every config against its stored pages: each field its own verdict.

    \b
    All of them, as in CI; one; with the live pages that its [[tests]] name:
        scraper check
        scraper check rundschau-online.de -v
        scraper check rundschau-online.de --live
    \b
    Verdicts, on `site/page @ field`:
        ok        as expected, white space aside
        wrong     something else
        missing   nothing, where something is expected
        dead      the config has rules for the field, and none of them gave it: that the generic way may have found
                  it all the same does not count
    \b
    About configs:
        error     rules that contradict each other; an article_url that does not find the site's own stored pages
        warning   rules that find nothing on any stored page, or never get to answer; repeats of the family's rules;
                  layouts without a stored page
    \b
    Exit codes: 0 all well; 1 a verdict that is not ok, or an error (with --strict a warning); 2 wrong use, or a config
    that cannot be read (the others are checked all the same).
    """
    from scraper.cli import checking

    how = checking.How(
        sites=tuple(sites or ()), pages=pages, configs=configs, live=live, strict=strict, as_json=json, verbose=verbose
    )
    raise typer.Exit(checking.check(how, RunOptions.of(context)))
