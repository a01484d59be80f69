"""What `check` found, shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scraper.checks import Lint, SiteCheck
from scraper.cli.out import put

_WORDS = ("ok", "wrong", "missing", "dead", "failed")
_STYLES = {"ok": "green", "error": "red", "warning": "yellow"}


def show(checks: Sequence[SiteCheck], broken: Sequence[Lint], *, as_json: bool, verbose: bool) -> None:
    """Prints it on stdout: a table of the sites there is something to say of, then what is not as it should be."""
    if as_json:
        data = msgspec.json.encode({"summary": _counts(checks, broken), "broken": broken, "sites": checks})
        put(msgspec.json.format(data, indent=2).decode("utf-8", "replace") + "\n")
        return
    console = Console(highlight=False, markup=False, soft_wrap=True)
    said = [one for one in checks if one.verdicts or one.lints]
    if said:
        console.print(_table(said))
    for one in checks:
        for verdict in one.verdicts:
            if verbose or verdict.verdict != "ok":
                line = Text(f"{verdict.name}: ").append(verdict.verdict, _STYLES.get(verdict.verdict, "red"))
                console.print(line.append(f": {verdict.detail}" if verdict.detail else ""))
    for lint in [*broken, *(lint for one in checks for lint in one.lints)]:
        place = f"{lint.site}: {lint.where}: " if lint.kind not in ("config", "page") else ""
        console.print(Text().append(lint.level, _STYLES[lint.level]).append(f": {place}{lint.detail} ({lint.kind})"))
    console.print(_summary(checks, broken))


def _counts(checks: Sequence[SiteCheck], broken: Sequence[Lint]) -> dict[str, Any]:
    words: Counter[str] = Counter(verdict.verdict for one in checks for verdict in one.verdicts)
    levels = Counter(lint.level for one in checks for lint in one.lints)
    return {
        "sites": len(checks),
        "pages": sum(one.pages for one in checks),
        "fields": words.total(),
        **{word: words[word] for word in _WORDS},
        "errors": levels["error"] + len(broken),
        "warnings": levels["warning"],
    }


def _table(checks: Sequence[SiteCheck]) -> Table:
    """A row a site; columns in which nothing stands are left out."""
    total = _counts(checks, ())
    names = [name for name in ("pages", *_WORDS, "errors", "warnings") if total[name]]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("site", no_wrap=True)
    for name in names:
        table.add_column(name, justify="right")
    for one in checks:
        counts = _counts([one], ())
        table.add_row(Text(one.site), *(str(counts[name] or "") for name in names))
    return table


def _summary(checks: Sequence[SiteCheck], broken: Sequence[Lint]) -> str:
    counts = _counts(checks, broken)
    words = ", ".join(f"{counts[word]} {word}" for word in _WORDS if counts[word]) or "nothing to judge"
    sites = sum(bool(one.source) for one in checks)
    configs, pages = _many(sites, "config"), _many(counts["pages"], "stored page")
    text = f"{configs}, {pages}, {_many(counts['fields'], 'verdict')}: {words}"
    text += f" · {_many(counts['errors'], 'error')}, {_many(counts['warnings'], 'warning')} about configs"
    without = sum(not one.pages for one in checks)
    return text + (
        f"\n{_many(without, 'config')} without a stored page: `scraper record URL` stores one" if without else ""
    )


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
