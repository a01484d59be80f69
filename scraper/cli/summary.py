"""The run report for people: a table of sites, the reasons in words, failed links by name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Literal

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from scraper.report import Named, Report, Tally, duration, meaning, size

#: failed links that are named
SHOWN = 20
#: why a line of a list is not asked for, or not all of it
_OF_LINES = ("badUrl", "secondUrl")
#: characters of such a line that are shown
_LINE = 100
#: sites that get a row
SHOWN_SITES = 60


def error_console() -> Console:
    """Standard error; wider than rich's 80 columns where it is a file or a pipe."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = 120
    return console


def print_summary(report: Report, console: Console) -> None:
    """Prints the closing summary of a run."""
    for part in _summary(report):
        console.print(part, soft_wrap=isinstance(part, Text))  # an address that is cut in two cannot be used


def _summary(report: Report) -> Iterator[RenderableType]:
    total = report.total
    if report.sites:
        yield _table(report, total)
    words = [_headline(report, total), *_reasons(total)]
    if report.source_errors:
        words.append(f"{total.source_errors} of {total.sources} sources could not be read:")
        words += [f"  {named.url}  {_detail(named)}" for named in report.source_errors[:SHOWN]]
        words += _rest(total.source_errors)
    words += _drifts(report)
    words += _lines(report, total)
    if report.failed:
        words.append("Failed:")
        words += [f"  {named.url}  {named.reason}: {_detail(named)}" for named in report.failed[:SHOWN]]
        words += _rest(sum(total.failed.values()))
    if report.ended:
        words.append(f"Ended early: {report.ended}")
    yield Text("\n".join(words))


def _lines(report: Report, total: Tally) -> Iterator[str]:
    """What nobody asks for, by the line of a list that its owner would mend."""
    wrong = [named for named in report.refused if named.reason in _OF_LINES and named.via.startswith("list:")]
    if wrong:
        yield "Of the list, not asked for:"
        yield from (f"  {named.detail}: {_printable(named.url)}" for named in wrong[:SHOWN])
        yield from _rest(max(len(wrong), sum(total.refused.get(reason, 0) for reason in _OF_LINES)))


def _printable(line: str) -> str:
    """The beginning of a line that may be anything, a binary's included."""
    return "".join(c if c.isprintable() else "\ufffd" for c in line.strip()[:_LINE])


def _drifts(report: Report) -> Iterator[str]:
    """What is not read any more as it used to be, the first bad article named."""
    if report.drift:
        yield "Layouts that changed:"
    for site, drift in sorted(report.drift.items(), key=lambda item: (item[1].verdict != "broken", item[0])):
        yield f"  {site}  {drift.verdict}: {drift.reasons[0]}; the first was {drift.first_bad}"
        yield from (f"    {reason}" for reason in drift.reasons[1:])
        if mending := report.mending.get(site):
            yield f"    {mending.removeprefix(f'{site}: ')}"


def _detail(named: Named) -> str:
    """What went wrong, the address left out where the sentence begins with it."""
    return named.detail.removeprefix(f"{named.url}: ")


def _headline(report: Report, total: Tally) -> str:
    parts = [f"{total.kept} kept"]
    parts += [f"{sum(total.refused.values())} refused"] * bool(total.refused)
    parts += [f"{sum(total.failed.values())} failed"] * bool(total.failed)
    parts += [f"{total.unchanged} known already"] * bool(total.unchanged)
    parts += [f"{total.passed_over} passed over (--max-articles, --since)"] * bool(total.passed_over)
    parts += [f"{total.revised} of the kept revised"] * bool(total.revised)
    doubtful = ", ".join(f"{count} {status}" for status, count in sorted(total.doubtful.items()))
    text = ", ".join(parts) + (f" ({doubtful} among the kept)" if doubtful else "")
    text += f" · {total.requests} requests, {size(total.bytes)}, {duration(report.seconds)}"
    text += f" · {total.saved} requests saved" if total.saved else ""
    return text + (f" · trafilatura answered for {total.generic}" if total.generic else "")


def _reasons(total: Tally) -> Iterator[str]:
    for word, counts in (("refused", total.refused), ("failed", total.failed)):
        for reason, count in sorted(counts.items(), key=lambda item: -item[1]):
            yield f"  {count} {word}: {reason} ({meaning(reason)})"


def _rest(count: int) -> list[str]:
    return [f"  … and {count - SHOWN} more (all are in --report FILE)"] if count > SHOWN else []


#: column → how it is aligned
_COLUMNS: dict[str, Literal["left", "right"]] = {
    "site": "left",
    "links": "right",
    "kept": "right",
    "known": "right",
    "refused": "left",
    "failed": "left",
    "seconds": "right",
    "bytes": "right",
}


def _table(report: Report, total: Tally) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, show_footer=len(report.sites) > 1, pad_edge=False)
    shown = sorted(report.sites.items())[:SHOWN_SITES]
    hidden = len(report.sites) - len(shown)
    label = f"{len(report.sites)} sites" + (f" ({hidden} not shown)" if hidden else "")
    for (name, justify), foot in zip(_COLUMNS.items(), _cells(label, total), strict=True):
        table.add_column(name, footer=foot, justify=justify, overflow="fold")
    for site, tally in shown:
        table.add_row(*map(Text, _cells(site, tally)))  # a host may look like markup
    return table


def _cells(site: str, tally: Tally) -> list[str]:
    return [
        site,
        str(max(tally.links, tally.done)),
        str(tally.kept),
        str(tally.unchanged or ""),
        _by_reason(tally.refused),
        _by_reason(tally.failed),
        f"{tally.seconds:.1f}",
        size(tally.bytes),
    ]


def _by_reason(counts: dict[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {reason}" for reason, count in ordered)
