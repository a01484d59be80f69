"""`scraper export` and `scraper search`: what they take; `scraper.cli.exporting` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Output = Annotated[Path, typer.Option("--output", metavar="DIR", help="The folder that `scraper run` writes to.")]
From = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="FILE|DIR|URL",
        help="Records from there instead: .jsonl(.gz), .csv, .parquet, .db, a folder of .jsonl, postgresql://…",
    ),
]
Site = Annotated[list[str] | None, typer.Option("--site", metavar="DOMAIN", help="Of this site; may be repeated.")]
Since = Annotated[
    str, typer.Option(metavar="WHEN", help="Published since then (fetched, without a date): 2026-11-01, 36h, 7d.")
]
Until = Annotated[str, typer.Option(metavar="WHEN", help="Published before then; same forms.")]
Lang = Annotated[str, typer.Option(metavar="CODE", help="In this language; 'de' also finds 'de-AT'.")]


def export(
    target: Annotated[
        str,
        typer.Option(
            "-o",
            metavar="FILE|URL",
            help="Where to: .jsonl, .jsonl.gz, .csv, .parquet, .db, postgresql://…, a folder for Markdown. "
            "Default: JSON Lines on stdout.",
        ),
    ] = "-",
    output: Output = Path("output"),
    source: From = "",
    site: Site = None,
    since: Since = "",
    until: Until = "",
    lang: Lang = "",
    status: Annotated[str, typer.Option(metavar="STATUS", help="Of this quality: ok, partial, teaser.")] = "",
    section: Annotated[str, typer.Option(metavar="NAME", help="In this section.")] = "",
    author: Annotated[str, typer.Option(metavar="NAME", help="By this author; a part of the name will do.")] = "",
    query: Annotated[
        str, typer.Option(metavar="WORDS", help="With these words in headline, lead or body (see `search`).")
    ] = "",
    where: Annotated[str, typer.Option(metavar="SQL", help="An SQLite expression over the columns below.")] = "",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Begin the target anew instead of adding to it.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not say how many it were.")] = False,
) -> None:
    """Write records that `scraper run` has collected into a file or database.

    \b
    All of it for a data frame; a week of a site for a spreadsheet; what is new into PostgreSQL:
        scraper export -o all.parquet
        scraper export --site ksta.de --since 7d -o week.csv
        scraper export --since 24h -o 'postgresql://me@localhost/news?table=articles'
    \b
    By words, by author, by an expression:
        scraper export --query 'hochwasser OR flut' --author Müller -o flood.db
        scraper export --where "chars > 2000 AND declared = 'paywalled' AND complete = 1" -o long.jsonl
    \b
    From one kind of file to another; a pipe:
        scraper export --from articles.jsonl.gz -o articles.parquet
        scraper export --lang de -q | jq -r .headline
    \b
    All filters that are given have to hold. Databases take an article's new version in place of the old one; files
    are added to. A .db has a view `articles` with these columns, a PostgreSQL table has
    the usual ones and the whole record as JSONB.
    \b
    Columns of --where:
        id, site, url, headline, kicker, lead, body, chars (length of the body), authors and agencies and
        keywords (joined by ', '), section, type, language, published, modified, fetched (ISO 8601), at
        (seconds since 1970), publisher, status (of quality), declared and complete (of access), cluster,
        syndicated, reserved (text and data mining), revision
    """
    from scraper.cli import exporting

    filters = exporting.filters_of(
        sites=tuple(site or ()), since=since, until=until, language=lang, status=status, section=section,
        author=author, query=query, where=where,
    )  # fmt: skip
    raise typer.Exit(
        exporting.export(source or str(output / "scraper.db"), target, filters, overwrite=overwrite, quiet=quiet)
    )


def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS…", help='Words, "a phrase", begin*, -without, this OR that.')
    ],
    output: Output = Path("output"),
    source: From = "",
    site: Site = None,
    since: Since = "",
    until: Until = "",
    lang: Lang = "",
    newest: Annotated[bool, typer.Option("--newest", help="The newest first instead of the best.")] = False,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, metavar="N", help="At most so many.")] = 20,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Search headlines, leads and bodies of what `scraper run` has collected.

    \b
    All words have to be there, whatever their case and accents; the best match comes first:
        scraper search koln brücke
        scraper search '"neue brücke"' --site ksta.de --since 30d --newest
    \b
    Beginnings, alternatives, and what must not be there (in quotes, since a shell word that begins with - is an
    option):
        scraper search 'hochwass* OR flut -kommentar'
    \b
    Addresses for a list; the records themselves come with `scraper export --query`:
        scraper search wahl --json -n 1000 | jq -r .url
    \b
    The first search after a long run takes longer: it brings the index (scraper-search.db) up to date. Where
    that cannot be written, each does so for itself.
    """
    from scraper.cli import exporting

    filters = exporting.filters_of(
        sites=tuple(site or ()), since=since, until=until, language=lang, query=" ".join(words)
    )
    wanted = exporting.Wanted(limit=limit, newest=newest, as_json=json)
    raise typer.Exit(exporting.search(source or str(output / "scraper.db"), filters, wanted))
