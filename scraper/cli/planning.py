"""`--dry-run`: what would be asked, of whom, and how long the pace alone makes that take."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scraper import urls
from scraper.cli.lists import LinkList
from scraper.cli.running import closing
from scraper.models import Done, Link, Source, Unchanged
from scraper.pipeline import crawl
from scraper.pipeline.settings import Settings, Target
from scraper.report import duration
from scraper.store import State


class Plan(msgspec.Struct):
    """What one site, or one host, would be asked."""

    links: int = 0
    known: int = 0
    #: the least seconds between two requests
    delay: float = 0.0
    sources: list[Source] = msgspec.field(default_factory=list)

    @property
    def seconds(self) -> float:
        """What the pace alone costs: hosts run side by side, requests to one of them do not."""
        return max(self.links - 1, 0) * self.delay


def plan_get(links: Iterable[Link], source: LinkList, pages: Sequence[Path], settings: Settings) -> None:
    """Prints the plan of a list; asks nobody."""
    plans: dict[str, Plan] = {}
    for link in links:
        host = urls.site_key(link.url)
        plans.setdefault(host, Plan(delay=_delay(settings, link.url))).links += 1
    known = sum(isinstance(done.outcome, Unchanged) for done in source.ended)
    _print(plans)
    lines = [f"{len(pages)} pages on disk"] * bool(pages)
    lines += [f"{known} addresses are in the output already"] * bool(known)
    lines += [f"{len(source.ended) - known} lines are refused"] * (len(source.ended) > known)
    for done in source.ended:
        if not isinstance(done.outcome, Unchanged):
            lines.append(f"  {done.link.via}: {getattr(done.outcome, 'detail', '')}")
    _say(lines[:30])


def plan_run(targets: Sequence[Target], settings: Settings, state: State | None) -> None:
    """Prints the plan of a run, for which feeds, sitemaps and front pages are asked."""
    plans: dict[str, Plan] = {}

    def plan_of(name: str) -> Plan:
        return plans.setdefault(name, Plan(delay=_delay(settings, f"https://{name}/")))

    async def discover() -> None:
        async with closing(crawl.plan(targets, settings, state)) as found:
            async for event in found:
                if isinstance(event, Source):
                    plan_of(event.site).sources.append(event)
                elif isinstance(event, Done):
                    plan_of(event.link.site).known += 1
                elif isinstance(event, Link):
                    plan_of(event.site).links += 1

    asyncio.run(discover())
    for target in targets:
        plan_of(target.site.domain)
    _print(plans)
    _say([f"{name}: {_source(source)}" for name, plan in plans.items() for source in plan.sources])


def _delay(settings: Settings, url: str) -> float:
    if settings.policy.delay is not None:
        return settings.policy.delay
    return settings.rules_of(urls.host(url)).delay


def _source(source: Source) -> str:
    return f"{source.kind} {source.url}: " + (source.error or f"{source.links} links")


def _print(plans: dict[str, Plan]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=len(plans) > 1)
    total = sum(plan.links for plan in plans.values())
    known = sum(plan.known for plan in plans.values())
    longest = max((plan.seconds for plan in plans.values()), default=0.0)
    table.add_column("site", footer=f"{len(plans)} sites", overflow="fold")
    table.add_column("sources", justify="right", footer="")
    table.add_column("to fetch", justify="right", footer=str(total))
    table.add_column("known", justify="right", footer=str(known or ""))
    table.add_column("pace", justify="right")
    table.add_column("at least", justify="right", footer=duration(longest))
    for name, plan in sorted(plans.items()):
        table.add_row(
            Text(name),
            str(len(plan.sources) or ""),
            str(plan.links),
            str(plan.known or ""),
            f"{plan.delay:g} s",
            duration(plan.seconds),
        )
    _console().print(table)


def _say(lines: list[str]) -> None:
    for line in lines:
        _console().print(line, markup=False, soft_wrap=True)


def _console() -> Console:
    return Console(file=sys.stdout, highlight=False)
