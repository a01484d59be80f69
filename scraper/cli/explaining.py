"""`scraper explain`: a page's blocks, kept and removed, in the terminal or as an HTML file."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scraper import urls
from scraper.cli.cleaning import read_input
from scraper.cli.colours import meaning_of, style_of
from scraper.cli.explained import counts_of, fields_of
from scraper.cli.explainhtml import explained_page
from scraper.cli.jobs import settings_of
from scraper.cli.local import address_in, check_url, looks_like_html
from scraper.cli.options import RunOptions
from scraper.cli.running import check_writable
from scraper.document import decode, decoded_body
from scraper.errors import StoreError
from scraper.extraction.text import clean_text
from scraper.models import Article, Link, Page, Reason
from scraper.pipeline.read import ExplainedBlock, Explanation, explain_page
from scraper.pipeline.settings import Settings

#: characters of a removed block that a terminal shows
_CUT = 160


def explain(what: str, html: Path | None, *, url: str, options: RunOptions) -> None:
    """Prints the explanation of a page or text, or writes it to `html`. Raises ScraperError."""
    check_url(url)
    check_writable(html)
    settings = settings_of(options, strict=False)
    if urls.is_http(what):
        page = asyncio.run(fetch_page(what, settings))
        body = decoded_body(page.body, page.encoding, limit=60_000_000)
        found = explained(body, page.url, settings)
    else:
        body = read_input(what)
        found = explained(body, url or address_in(body), settings)
    if html is None:
        print_explanation(found, Console(highlight=False))
        return
    try:
        html.write_text(explained_page(found, title=what), encoding="utf-8", errors="replace")
    except OSError as error:
        raise StoreError(f"{html}: it could not be written ({error.strerror})") from error
    sys.stderr.write(f"written to {html}\n")


async def fetch_page(url: str, settings: Settings) -> Page:
    """The page behind an address, asked for as politely as in a run. Raises Refusal, Failure."""
    from scraper.fetch.client import Fetcher  # heavy: only an address needs it

    async with Fetcher(settings.policy, settings.rules_of) as fetch:
        return await fetch(Link(url=url))


def explained(body: bytes, url: str, settings: Settings) -> Explanation:
    """The explanation of a page, or of plain text."""
    if not looks_like_html(body):
        return of_text(clean_text(decode(body)[0]))
    site = settings.site_of(url) if settings.use_configs and url else None
    return explain_page(body, url, site=site)


def of_text(article: Article) -> Explanation:
    """Plain text has no blocks: what was kept, then a sample of what each rule removed."""
    kept = [ExplainedBlock(part.text, part.type, "", True, None, "", None) for part in article.body]
    gone = [
        ExplainedBlock(item.sample, "line", f"× {item.count}", False, item.reason, item.rule, None)
        for item in article.removed
    ]
    return Explanation(article, (*kept, *gone))


# --- for a terminal ------------------------------------------------------------------------------


def print_explanation(found: Explanation, console: Console) -> None:
    """Fields with their sources, then every block in reading order, then counts by reason."""
    fields = grid("bold")
    for name, value, source in fields_of(found.article):
        shown = Text(value[:400]).append(f"  ← {source}" if source else "", style="dim")
        fields.add_row(Text(name), shown)
    console.print(fields)
    console.print()
    blocks = grid("")
    for block in found.blocks:
        blocks.add_row(*_block(block))
    console.print(blocks)
    kept = sum(block.keep for block in found.blocks)
    console.print(f"\n{kept} blocks kept, {len(found.blocks) - kept} removed:", markup=False)
    counts = grid("")
    for reason, count in counts_of(found).most_common():
        known = Reason(reason) if reason in set(Reason) else None
        counts.add_row(Text(reason, style=style_of(known)), f"{count:>4}  {meaning_of(known)}")
    console.print(counts)


def grid(style: str) -> Table:
    """Two columns: a word, right-aligned, and what there is to say."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", style=style, min_width=15, no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _block(block: ExplainedBlock) -> tuple[Text, Text]:
    text = " ".join(block.text.split())
    why = [block.rule] * bool(block.rule)
    why += [f"p={block.score:.2f}"] if block.score is not None else []
    tail = f"  [{' '.join(why)}]" if why else ""
    if block.keep:
        return Text("+", style="bold green"), Text(text).append(tail, style="dim")
    shown = text if len(text) <= _CUT else text[: _CUT - 1] + "…"
    style = style_of(block.reason)
    line = Text("- " + shown, style=style).append(tail, style="dim")
    return Text(str(block.reason or "removed"), style=style), line
