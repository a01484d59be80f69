"""`scraper demo`: the demo site served on loopback, scraped for real, shown before and after."""

from __future__ import annotations

import tempfile
import time
from html.parser import HTMLParser
from pathlib import Path

import msgspec
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from scraper.cli.colours import style_of
from scraper.cli.demosite import DemoSite
from scraper.cli.explaining import grid
from scraper.cli.jobs import run_job, settings_of
from scraper.cli.options import RunOptions
from scraper.cli.running import execute
from scraper.errors import StoreError
from scraper.models import Record
from scraper.pipeline.settings import Target
from scraper.sites import Site
from scraper.store import run_output

#: elements after which a line ends
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption"),
    *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li"),
    *("main", "nav", "ol", "p", "pre", "section", "table", "title", "tr", "ul"),
}

_OPENING = """\
A news site of our own making now answers on this machine: {home}
It has {count} stories (one behind a paywall, one live ticker, one gallery, one
that moved), a dead link, a folder that robots.txt keeps to itself, and clutter
in the middle of its stories.
"""


def demo(output: Path | None) -> int:
    """Runs the demo; the exit code. Raises UsageError, StoreError."""
    console = Console(highlight=False)
    folder = output or Path(tempfile.mkdtemp(prefix="scraper-demo-"))
    with DemoSite() as site:
        story = site.stories[0]
        before = careless(site.answers[story.path].body.decode())
        console.print(_OPENING.format(count=len(site.stories), home=site.home), soft_wrap=True)
        console.print(f"$ scraper run {site.home} --resolve {site.resolve} --delay 0\n", markup=False)
        code, lines = scrape(site, folder)
    record = find(folder / "records", site.home.rstrip("/") + story.path)
    console.print(Panel(Text(before), title="before: what a careless scraper leaves", style="dim"))
    console.print(Panel(after(record), title="after: the record", border_style="green"))
    console.print("removed from it, and why:")
    console.print(removed(record))
    console.print("\nRecords, one a line:")
    for path, count in lines.items():
        console.print(f"  {folder / 'records' / path}  ({count})", markup=False)
    console.print("\nNow a page of your own:  scraper get https://…/some-article.html")
    return code


def scrape(site: DemoSite, folder: Path) -> tuple[int, dict[str, int]]:
    """The real pipeline over the demo site; the exit code, and the lines that were written to each file."""
    options = RunOptions(delay=0.0, resolve=(site.resolve,), workers=1, no_configs=True)
    target = Target(site=Site(domain=site.host.removeprefix("www.")), home=site.home)
    output = run_output(folder)
    report, code = execute(run_job([target], settings_of(options), output, options))
    expected = set(report.total.failed) <= {"http404"}  # the demo has a dead link, on purpose
    return 0 if expected and not report.ended else code, output.lines


def serve() -> int:
    """Serves the demo site until Ctrl-C; the exit code."""
    with DemoSite() as site:
        print(f"http://127.0.0.1:{site.port}/  (Ctrl-C ends it)", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return 0


def find(records: Path, url: str) -> Record:
    """The record of an address in a folder of records. Raises StoreError."""
    for path in sorted(records.glob("*/*.jsonl"), reverse=True):
        for line in path.read_bytes().splitlines():
            record = msgspec.json.decode(line, type=Record)
            if url in (record.url, record.final_url):
                return record
    raise StoreError(f"{records}: the demo's story is not there; please report this")


# --- before and after ----------------------------------------------------------------------------


class _Careless(HTMLParser):
    """All text of a page, as a scraper leaves it that knows tags and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._skip += tag in ("script", "style", "head")
        if tag in _BLOCKS:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in ("script", "style", "head")
        if tag in _BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.lines[-1] += data


def careless(html: str) -> str:
    """The text of a page, a block a line, clutter and all."""
    parser = _Careless()
    parser.feed(html)
    lines = [" ".join(line.split()) for line in parser.lines]
    return "\n".join(line for line in lines if line)


def after(record: Record) -> Group:
    """The record's main fields and its body."""
    fields = grid("bold")
    for name, value in (
        ("kicker", record.kicker),
        ("headline", record.headline),
        ("authors", ", ".join(author.name for author in record.authors)),
        ("datePublished", record.date_published),
        ("dateline", ", ".join(record.dateline)),
        ("image", record.images[0].caption if record.images else None),
        ("quality", record.quality.status),
    ):
        if value:
            fields.add_row(Text(name), Text(value))
    return Group(fields, "", Text(record.article_body))


def removed(record: Record) -> Table:
    """What was removed, by reason."""
    table = grid("")
    for item in record.removed:
        sample = item.sample if len(item.sample) <= 70 else item.sample[:69] + "…"
        more = f" (+{item.count - 1})" if item.count > 1 else ""
        why = Text(f"{sample}{more}").append(f"  [{item.rule}]", style="dim")
        table.add_row(Text(item.reason, style=style_of(item.reason)), why)
    return table
