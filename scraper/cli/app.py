"""The `scraper` command: its help, and the commands put together."""

from __future__ import annotations

import typer

from scraper.cli.asking import export, search
from scraper.cli.demo import demo
from scraper.cli.importing import import_ftr
from scraper.cli.mending import mend
from scraper.cli.reextract import reextract
from scraper.cli.scrape import get, run
from scraper.cli.teaching import check, learn, record
from scraper.cli.text import clean, explain, schema
from scraper.cli.watch import schedule, status

HELP = """Turns news pages into clean article records: the article, all of it, and nothing else.

\b
Try it, without a network:
    scraper demo
\b
One article, read off the page and cleaned:
    scraper get https://example.org/news/story.html
\b
A list of addresses, one a line, into one file; run again, it skips what the file holds:
    scraper get -i urls.txt -o articles.jsonl
\b
Whole sites, from cron: discover, fetch what is new, write, report:
    scraper run rundschau-online.de https://example.org/
    scraper run --max-articles 50 --dry-run          (shows the plan)
\b
What was collected, for other programs; and its words:
    scraper export --since 7d -o week.parquet
    scraper search koln brücke --newest
\b
Every night for a year: let it run by itself, and see how each site does:
    scraper schedule --every 1h
    scraper status
\b
Text that someone scraped long ago, and pages on disk:
    scraper clean old.txt
    scraper get page.html -o article.md
\b
Why is that line gone? What was kept, what was removed, by which rule:
    scraper explain https://example.org/news/story.html --html why.html
\b
A site of which the generic way gets some lines wrong: learn its config, correct it, have it tested:
    scraper learn https://example.org/
    scraper record https://example.org/news/story.html
    scraper check
\b
It was redesigned, and its config finds nothing any more: see what could take its place, and write it:
    scraper mend example.org
    scraper mend example.org --apply
\b
`scraper COMMAND --help` has more examples and all options.
"""

EPILOG = """\b
Exit codes:
    0    all well
    1    some links failed, or none of a site's sources could be read (the report names them); or the output
         could not be written
    2    wrong use, or a wrong config
    75   another run holds the lock
    130  interrupted: what was in flight was finished, every record is kept
\b
It asks politely: robots.txt, a pace for each host, an honest name. It does not get around paywalls,
logins, bot checks or consent walls; it says what it met.
"""


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"scraper {version('scraper')}")
        raise typer.Exit


# plain help: rich's panels cost more CPU than all the rest of it, and would wrap the examples
app = typer.Typer(
    help=HELP,
    epilog=EPILOG,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Global options; the help text is HELP."""


app.command(short_help="Fetch a list of addresses; read pages on disk.")(get)
app.command(short_help="Discover whole sites and fetch what is new (cron).")(run)
app.command(short_help="Write collected records to a file or database.")(export)
app.command(short_help="Search collected records by their words.")(search)
app.command(short_help="Show how each site does, and what is wrong.")(status)
app.command(short_help="Print a crontab line and systemd units for it.")(schedule)
app.command(short_help="Run today's rules over archived pages.")(reextract)
app.command(short_help="Clean text that was scraped before.")(clean)
app.command(short_help="Show what was kept, what was removed, and why.")(explain)
app.command(short_help="Learn a site's config from its articles.")(learn)
app.command(short_help="Store a page with its record, to correct and to test by.")(record)
app.command(short_help="Run configs against stored pages; find odd rules.")(check)
app.command(short_help="Learn a layout anew where a site's broke.")(mend)
app.command("import-ftr", short_help="Translate FiveFilters' and wallabag's site configs.")(import_ftr)
app.command(short_help="Print the JSON Schema of a record.")(schema)
app.command(short_help="Scrape a small site that comes along; no network.")(demo)
