"""What `learn` found, shown: the sample before and after, the rules, the diff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scraper import urls
from scraper.cli.out import put
from scraper.learning import Effect, Learned

#: lines of a body that are shown, the most frequent first; pages; characters of a line
_LINES, _PAGES, _CUT = 12, 25, 110


class Taught(msgspec.Struct, frozen=True):
    """A run of `learn`."""

    site: str
    #: the config's file
    config: str
    learned: Learned
    #: "" where the config stays as it is
    diff: str
    written: bool


def show(taught: Taught, *, as_json: bool) -> None:
    """Prints it on stdout: for a person, or as one JSON object."""
    if as_json:
        data = msgspec.json.format(msgspec.json.encode(taught), indent=2)
        put(data.decode("utf-8", "replace") + "\n")
        return
    console = Console(highlight=False, markup=False, soft_wrap=True)
    learned = taught.learned
    console.print(f"{taught.site}: learned from {learned.pages} pages")
    for url, why in learned.left_out:
        console.print(Text(f"  left out: {url} ({why})", style="dim"))
    show_learned(learned, taught.diff, console)
    console.print()
    console.print(_ending(taught))


def show_learned(learned: Learned, diff: str, console: Console) -> None:
    """The sample before and after, the rules, and what changes in the config."""
    if learned.effects:
        _effects(learned, console)
    _rules(learned, console)
    if not learned.layout.body:
        console.print("No box holds the story, and little else, on most of the pages: there is no rule for the body.")
    if diff:
        console.print()
        for line in diff.splitlines():
            console.print(Text(line, style={"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")))


def _ending(taught: Taught) -> str:
    if taught.written:
        return f"Written to {taught.config}. Try it: scraper explain URL; keep it right: scraper record URL"
    if taught.diff:
        return "Nothing was written (--dry-run)."
    return "Nothing to add: what was learned is in the config, or the generic way does as well without."


def _effects(learned: Learned, console: Console) -> None:
    judged = any(effect.exact_after is not None for effect in learned.effects)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("page", overflow="fold")
    for name in ("before", "after", "lines gone", "lines come", *(["exact"] * judged)):
        table.add_column(name, justify="right")
    for effect in learned.effects[:_PAGES]:
        cells = [effect.before, effect.after, len(effect.gone) or "", len(effect.come) or ""]
        table.add_row(Text(urls.path(effect.url) or effect.url), *map(str, cells), *([_exact(effect)] * judged))
    console.print(table)
    if len(learned.effects) > _PAGES:
        console.print(f"… and {len(learned.effects) - _PAGES} pages more")
    _lines("gone", "-", "red", (effect.gone for effect in learned.effects), console)
    _lines("come", "+", "green", (effect.come for effect in learned.effects), console)
    known = [effect for effect in learned.effects if effect.exact_after is not None]
    if known:
        before, after = sum(bool(e.exact_before) for e in known), sum(bool(e.exact_after) for e in known)
        console.print(f"exactly as corrected: {before} of {len(known)} before, {after} of {len(known)} after")


def _exact(effect: Effect) -> str:
    words = {True: "yes", False: "no", None: ""}
    if effect.exact_before == effect.exact_after:
        return words[effect.exact_after]
    return f"{words[effect.exact_before]} → {words[effect.exact_after]}"


def _lines(word: str, sign: str, style: str, lines: Iterable[tuple[str, ...]], console: Console) -> None:
    """The lines that went or came, each once, with the number of pages."""
    pages = Counter(line for of_page in lines for line in dict.fromkeys(of_page))
    if not pages:
        return
    console.print(f"lines {word}, and on how many pages:")
    for line, count in pages.most_common(_LINES):
        shown = line if len(line) <= _CUT else line[: _CUT - 1] + "…"
        console.print(Text(f"  {count:>3} {sign} {shown}", style=style))
    if len(pages) > _LINES:
        console.print(f"      … and {len(pages) - _LINES} more")


def _rules(learned: Learned, console: Console) -> None:
    if not learned.notes:
        return
    console.print("rules, and on how many pages they find something:")
    for note in learned.notes:
        console.print(
            Text(f"  {note.pages:>3}/{learned.pages} {note.key}: ").append(note.rule, "bold").append(f"  {note.why}")
        )
