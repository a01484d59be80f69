"""What `scraper import-ftr` does and prints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from scraper.cli import FAILED, OK
from scraper.errors import UsageError
from scraper.ftr import FileResult, Imported, Wanted, as_json, as_tsv, import_ftr
from scraper.sites.load import shipped_folder

#: rows of a table; the report has all
SHOWN = 20
_OUTCOMES = {"taken": "taken", "withoutEffect": "no effect", "leftOut": "left out", "refused": "refused"}
_OUTCOMES |= {"unknown": "unknown"}
_STATUSES = {
    "translated": "every rule is in a config",
    "partly": "some lines are not",
    "refused": "nothing could be used",
    "there": "a config is there already",
    "ignored": "no site config",
}


def run_import(path: Path, target: Path, how: tuple[float, bool, bool], report: Path | None) -> int:
    """Imports, prints, writes the report; the exit code. `how`: years, force, dry run. Raises UsageError."""
    newer_than, force, dry_run = how
    if report is not None and report.suffix.lower() not in (".json", ".tsv"):
        raise UsageError(f"--report {report}: name a .json or a .tsv file")
    if report is not None and not report.parent.is_dir():  # before anything is written
        raise UsageError(f"--report {report}: it cannot be written (there is no folder {report.parent})")
    wanted = Wanted(
        target=target,
        hidden=_hidden(target),
        newer_than=newer_than,
        today=datetime.now(UTC).date(),
        force=force,
        dry_run=dry_run,
    )
    found = import_ftr(path, wanted)
    if report is not None:
        _write(report, as_json(found) if report.suffix.lower() == ".json" else as_tsv(found))
    console = Console(highlight=False, soft_wrap=False)
    for part in _screen(found, wanted, report):
        console.print(part)
    return FAILED if found.statuses["refused"] else OK


def _hidden(target: Path) -> tuple[Path, ...]:
    """The shipped configs, where those in `target` are looked up before them."""
    shipped = shipped_folder()
    default = target.resolve() == Path("configs").resolve()
    return (shipped,) if default and shipped.is_dir() and shipped.resolve() != target.resolve() else ()


def _write(report: Path, text: str) -> None:
    try:
        report.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--report {report}: it cannot be written ({error.strerror})") from error


def _screen(found: Imported, wanted: Wanted, report: Path | None) -> Iterator[RenderableType]:
    yield _statuses(found)
    if found.directives:
        yield _directives(found)
    lost = list(found.reasons.items())
    if lost:
        yield _counted("lines", "not in a config, because", [(str(count), why) for why, count in lost[:SHOWN]])
    refused = [file for file in found.files if file.status in ("refused", "there")]
    if refused:
        yield _counted("file", "no config, because", [(file.file, file.why) for file in refused[:SHOWN]])
    if len(lost) > SHOWN or len(refused) > SHOWN:
        where = f"all are in {report}" if report else "--report FILE has all"
        yield Text(f"Not everything is shown; {where}.", style="dim")
    yield Text(_closing(found, wanted))


def _statuses(found: Imported) -> Table:
    table = _table("files", "status", "")
    for status, count in found.statuses.items():
        if count:
            table.add_row(str(count), status, Text(_STATUSES[status], style="dim"))
    table.add_section()
    table.add_row(str(len(found.files)), "all", "")
    return table


def _directives(found: Imported) -> Table:
    table = _table("lines", "directive", *_OUTCOMES.values())
    for column in table.columns[2:]:
        column.justify = "right"
    shown = list(found.directives.items())
    for directive, outcomes in shown[:SHOWN]:
        cells = [str(outcomes.get(outcome, "")) for outcome in _OUTCOMES]
        table.add_row(str(sum(outcomes.values())), Text(_plain(directive)), *cells)
    if rest := shown[SHOWN:]:
        sums = [sum(outcomes.get(outcome, 0) for _, outcomes in rest) for outcome in _OUTCOMES]
        table.add_row(str(sum(sums)), Text(f"{len(rest)} others", style="dim"), *(str(n or "") for n in sums))
    return table


def _counted(first: str, second: str, rows: list[tuple[str, str]]) -> Table:
    table = _table(first, second)
    if first == "file":
        table.columns[0].justify = "left"
    for left, right in rows:
        table.add_row(Text(_plain(left)), Text(_plain(right)))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for number, name in enumerate(columns):
        table.add_column(name, justify="left" if number else "right")
    return table


def _closing(found: Imported, wanted: Wanted) -> str:
    verb = "would be written to" if wanted.dry_run else "written to"
    configs = "1 config" if found.configs == 1 else f"{found.configs:,} configs"
    said = f"{configs} {verb} {wanted.target}/"
    if found.quarantined:
        said += f"; {found.quarantined:,} of them older than {wanted.newer_than:g} years and quarantined"
    if found.ages == "file time" and any(_new(file) for file in found.files):
        said += ". Ages are those of the files: in a git checkout they would be those of the last edits"
    return said + "."


def _new(file: FileResult) -> bool:
    return bool(file.config) and not file.quarantined


def _plain(text: str) -> str:
    """Nothing that a terminal would take for a command."""
    return "".join(c if c.isprintable() else "?" for c in text)
