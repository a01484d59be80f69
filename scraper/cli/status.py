"""`scraper status`: the health of every site on one screen, out of the state database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scraper.cli import FAILED, OK
from scraper.cli.names import known_as, near
from scraper.cli.out import put
from scraper.errors import UsageError
from scraper.health import RANK, Health, judge, late, span
from scraper.store.history import History
from scraper.store.state import State

#: sites that are shown in a table; of more, those that are well are counted only
SHOWN = 40
_COLOURS = {"ok": "green", "quiet": "yellow", "degraded": "yellow", "stale": "magenta", "broken": "bold red"}


class Overview(msgspec.Struct, frozen=True, rename="camel"):
    """What the command tells."""

    sites: list[Health]
    #: one sentence where runs themselves have stopped
    late: str
    last_run_at: float | None
    #: articles in all, and those whose text another had first
    records: int
    copies: int

    @property
    def code(self) -> int:
        """Exit code: 1 where something is broken, or runs have stopped."""
        return FAILED if self.late or any(health.verdict == "broken" for health in self.sites) else OK


def status(names: list[str], output: Path, *, as_json: bool, everything: bool) -> int:
    """Prints the overview; the exit code. Raises UsageError where there is no database, or no such site."""
    now = time.time()
    found = overview(names, output / "scraper.db", now)
    if as_json:
        put(as_text(found))
    else:
        console = Console(highlight=False, soft_wrap=False)
        for part in _screen(found, now, everything):
            console.print(part, soft_wrap=isinstance(part, Text))  # an address that is cut in two cannot be used
    return found.code


def overview(names: list[str], path: Path, now: float) -> Overview:
    """The health of sites ([]: of all that were ever in a run), the worst first. Raises UsageError."""
    if not path.is_file():
        raise UsageError(f"{path}: no run has been there yet; begin with `scraper run`, or name its folder with -o")
    state = State(path, read_only=True)
    try:
        history = History(state.db)
        sites = _sites(names, history.sites())
        healths = [judge(facts, now) for facts in history.facts(now, sites)]
        times = history.run_times()
        return Overview(
            sorted(healths, key=lambda health: (-RANK[health.verdict], health.site)),
            late(times, now),
            times[0] if times else None,
            sum(health.records for health in healths),
            sum(health.copies for health in healths),
        )
    finally:
        state.close()


def _sites(names: list[str], known: list[str]) -> list[str]:
    wanted = [known_as(name) for name in names]
    for name in wanted:
        if name not in known:
            raise UsageError(f"{name}: it was in no run yet{near(name, known)}")
    return wanted or known


def as_text(found: Overview) -> str:
    """JSON, its times in ISO 8601."""
    value = _dated(msgspec.to_builtins(found))
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _dated(value: Any) -> Any:
    """Times as ISO 8601 wherever they stand: keys that end in "At", a run's `started`, a host's pause."""
    if isinstance(value, list):
        return [_dated(item) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {}
    for key, item in value.items():
        if (key.endswith("At") or key == "started") and isinstance(item, float):
            item = _iso(item)
        elif key == "cooling":
            item = [{"host": host, "until": _iso(until)} for host, until in item]
        plain[key] = _dated(item)
    return plain


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


# --- the screen ------------------------------------------------------------------------------------------------------


def _screen(found: Overview, now: float, everything: bool) -> Iterator[Table | Text]:
    ok = [health for health in found.sites if health.verdict == "ok"]
    fold = len(found.sites) > SHOWN and not everything
    shown = [health for health in found.sites if health.verdict != "ok"] if fold else found.sites
    if shown:
        yield _table(shown, now)
        yield from _why(shown, now)
    counts = ", ".join(
        f"{count} {verdict}"
        for verdict in reversed(RANK)
        if (count := sum(health.verdict == verdict for health in found.sites))
    )
    hidden = f" ({len(ok)} that are ok not shown; --all shows them)" if fold and ok else ""
    last = f"; last run {span(now - found.last_run_at)} ago" if found.last_run_at else ""
    copies = f", {found.copies} of them copies" if found.copies else ""
    sites = "1 site" if len(found.sites) == 1 else f"{len(found.sites)} sites"
    yield Text(f"{sites}: {counts or 'none'}{hidden}; {found.records} articles{copies}{last}")
    if found.late:
        yield Text(found.late, style=_COLOURS["broken"])


def _table(healths: list[Health], now: float) -> Table:
    """A row for each site; columns that would be empty are left out."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    rows = [_cells(health, now) for health in healths]
    shown = [name for name in rows[0] if any(row[name] for row in rows)]
    for name in shown:
        right = name in ("24 h", "usual", "teasers", "unread")
        narrow = 16 if name == "last run" else None
        table.add_column(name, justify="right" if right else "left", no_wrap=not narrow, min_width=narrow)
    for health, row in zip(healths, rows, strict=True):
        style = {"verdict": _COLOURS[health.verdict]}
        table.add_row(*(Text(row[name], style=style.get(name, "")) for name in shown))
    return table


def _cells(health: Health, now: float) -> dict[str, str]:
    """Column → text."""
    run = health.last_run
    lost = {**run.refused, **run.failed} if run else {}
    ends = [f"{run.kept} kept"] if run else []
    ends += [f"{count} {reason}" for reason, count in sorted(lost.items(), key=lambda item: -item[1])]
    return {
        "site": health.site,
        "verdict": health.verdict,
        "newest": f"{span(now - health.last_article_at)} ago" if health.last_article_at else "never",
        "24 h": str(health.today),
        "usual": "" if health.usual is None else f"{health.usual:.0f}",
        "teasers": f"{health.teasers:.0%}" if health.teasers else "",
        "unread": f"{health.unread} ({span(now - health.oldest_unread_at)})" if health.oldest_unread_at else "",
        "last run": ", ".join(ends),
    }


def _why(healths: list[Health], now: float) -> Iterator[Text]:
    """A line for each thing that is wrong, and for each pause that a host asked for."""
    width = max(len(health.site) for health in healths)
    lines = 0
    for health in healths:
        pauses = (f"{host} is left alone for another {span(until - now)}" for host, until in health.cooling)
        first = f"; the first was {health.first_bad}" if health.first_bad else ""
        reasons = [reason + (first if n == 0 else "") for n, reason in enumerate(health.reasons)]
        for reason in (*reasons, *pauses):
            lines += 1
            yield Text(f"{health.site:{width}}  ", style=_COLOURS[health.verdict]).append(reason, style="default")
    if lines:
        yield Text()
