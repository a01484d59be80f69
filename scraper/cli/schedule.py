"""`scraper schedule`: a crontab line and systemd units that are right for this interpreter and this folder."""

from __future__ import annotations

import getpass
import re
import shlex
import sys
from importlib.resources import files
from pathlib import Path
from string import Template
from zlib import crc32

import msgspec
import typer

from scraper.errors import StoreError, UsageError

_EVERY = re.compile(r"(\d{1,3})\s*([mhd])")
_AT = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_MINUTES = {"m": 1, "h": 60, "d": 1440}


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to run, and when."""

    sites: tuple[str, ...] = ()
    #: "15m", "1h", "1d"
    every: str = "1h"
    #: "04:30": once a day, at that time
    at: str = ""
    output: Path = Path("output")
    #: units for the whole machine instead of one user's
    system: bool = False
    #: where `scraper run` is started: its `configs/` is the one that holds
    folder: Path = msgspec.field(default_factory=Path.cwd)

    @property
    def name(self) -> str:
        """Of the units: of its own where it is about one site, so that several plans do not overwrite each other."""
        if len(self.sites) != 1:
            return "scraper"
        return "scraper-" + re.sub(r"[^\w.-]+", "-", re.sub(r"^https?://", "", self.sites[0])).strip("-.")

    @property
    def command(self) -> list[str]:
        """The program and its arguments, with absolute paths."""
        output = ["--output", str((self.folder / self.output).absolute())]
        return [*program(), "run", *self.sites, *output, "--quiet"]


class Times(msgspec.Struct, frozen=True):
    """One rhythm in the words of cron and of systemd."""

    cron: str
    calendar: str
    #: in words
    rhythm: str
    #: minutes from run to run
    minutes: int


def show(plan: Plan, write: Path | None) -> None:
    """Prints the crontab line and the units; or writes the units to `write` and says what to do with them.

    Raises UsageError for a rhythm that cron does not know, StoreError where nothing can be written.
    """
    found = units(plan)
    if write is None:
        typer.echo(f"# --- crontab: add this line with `crontab -e`\n{crontab(plan)}")
        for name, text in found.items():
            typer.echo(f"\n# --- {name}\n{text}", nl=False)
        typer.echo(f"\n# --- install the units\n{_install(plan, None)}", nl=False)
        return
    try:
        write.mkdir(parents=True, exist_ok=True)
        for name, text in found.items():
            (write / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{write}: the units could not be written ({error.strerror}); name another folder") from error
    typer.echo(f"Written: {', '.join(str(write / name) for name in found)}\nNow:\n{_install(plan, write)}", nl=False)


def crontab(plan: Plan) -> str:
    """One line of a crontab."""
    log = shlex.quote(str((plan.folder / plan.output).absolute() / "run.log"))
    folder = shlex.quote(str(plan.folder.absolute()))
    output = shlex.quote(str((plan.folder / plan.output).absolute()))
    line = f"cd {folder} && mkdir -p {output} && nice -n 10 {shlex.join(plan.command)} 2>>{log}"
    if any(character in line for character in "\n\r"):
        raise UsageError(f"{plan.folder}: cron cannot run in a folder with a line break in its name")
    return f"{times(plan).cron}  {line.replace('%', chr(92) + '%')}"  # a bare % is a line break to cron


def units(plan: Plan) -> dict[str, str]:
    """File name → text of the systemd service and its timer."""
    when = times(plan)
    words = {
        "name": plan.name,
        "what": _escaped(", ".join(plan.sites) or "all configured sites"),
        "folder": _escaped(str(plan.folder.absolute())),
        "command": " ".join(map(_quoted, plan.command)),
        "environment": _escaped(str(plan.folder.absolute() / "scraper.env")),
        "longest": f"{max(6 * 60, when.minutes)}min",
        "owner": f"User={getpass.getuser()}\nProtectSystem=full\nPrivateTmp=yes\n" if plan.system else "",
        "rhythm": when.rhythm,
        "calendar": when.calendar,
        "jitter": f"{max(30, min(300, when.minutes * 6))}s",
    }
    return {f"{plan.name}.{kind}": _filled(kind, words) for kind in ("service", "timer")}


def times(plan: Plan) -> Times:
    """When it runs. The minute comes from the folder's name: always the same here, another elsewhere.

    Raises UsageError.
    """
    minute = crc32(str(plan.folder.absolute()).encode("utf-8", "replace")) % 60
    if plan.at:
        if not (found := _AT.fullmatch(plan.at.strip())):
            raise UsageError(f"--at {plan.at}: write a time of the day as 04:30")
        return _daily(int(found[1]), int(found[2]))
    every = _EVERY.fullmatch(plan.every.strip().lower())
    length = int(every[1]) * _MINUTES[every[2]] if every else 0
    if length == 1440:
        return _daily(4, minute)
    if 5 <= length < 60 and 60 % length == 0:
        first = minute % length
        return Times(f"{first}-59/{length} * * * *", f"*:{first:02d}/{length}", f"every {length} minutes", length)
    if length >= 60 and length % 60 == 0 and 24 % (hours := length // 60) == 0:
        if hours == 1:
            return Times(f"{minute} * * * *", f"*:{minute:02d}", "every hour", length)
        return Times(f"{minute} */{hours} * * *", f"00/{hours}:{minute:02d}", f"every {hours} hours", length)
    raise UsageError(f"--every {plan.every}: use 5m, 10m, 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h or 1d")


def program() -> list[str]:
    """What starts this very installation: its console script, else its interpreter with -m."""
    interpreter = Path(sys.executable).absolute()  # not resolved: the link is what makes it a virtual environment's
    script = interpreter.with_name("scraper")
    return [str(script)] if script.is_file() else [str(interpreter), "-m", "scraper"]


def _daily(hour: int, minute: int) -> Times:
    clock = f"{hour:02d}:{minute:02d}"
    return Times(f"{minute} {hour} * * *", f"*-*-* {clock}:00", f"every day at {clock}", 1440)


def _filled(kind: str, words: dict[str, str]) -> str:
    text = (files("scraper") / "data" / "schedule" / kind).read_text(encoding="utf-8")
    return Template(text).substitute(words).rstrip("\n") + "\n"


def _escaped(text: str) -> str:
    """As systemd reads it back: % opens a specifier."""
    if "\n" in text:
        raise UsageError(f"{text!r}: systemd cannot run in a folder with a line break in its name")
    return text.replace("%", "%%")


def _quoted(argument: str) -> str:
    """One argument of ExecStart (systemd.service(5), "Command lines")."""
    argument = _escaped(argument).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return argument if re.fullmatch(r"[\w@%+=:,./~-]+", argument) else f'"{argument}"'


def _install(plan: Plan, write: Path | None) -> str:
    user = "" if plan.system else " --user"
    folder = "/etc/systemd/system" if plan.system else "~/.config/systemd/user"
    steps = [] if write else [f"scraper schedule … --write {folder}"]
    steps += [f"systemctl{user} daemon-reload", f"systemctl{user} enable --now {plan.name}.timer"]
    if not plan.system:
        steps.append("loginctl enable-linger     # so that it also runs while you are not logged in")
    return "".join(f"    {step}\n" for step in steps)
