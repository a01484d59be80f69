"""Layouts that broke, mended: by a run at its end, and by `scraper mend`, which shows everything."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from scraper.cli import FAILED, OK
from scraper.cli.names import known_as, near
from scraper.cli.out import put
from scraper.errors import ConfigError, ScraperError, UsageError
from scraper.sites import Sites
from scraper.store import Lock, State

if TYPE_CHECKING:  # a run in which nothing broke needs none of it
    from rich.console import Console

    from scraper.mending import Case, Mended, Proposal

_LOG = logging.getLogger(__name__)
#: the folder of proposals below that of the output
PROPOSALS = "proposals"


def mender(sites: Sites, output: Path, *, auto: bool) -> Callable[[str, State], Mended]:
    """What a run does about a site whose layout broke; says what became of it, raises nothing."""

    def mend_one(domain: str, state: State) -> Mended:
        from scraper.mending import How, Mended, mend_site

        try:
            how = How(sites=sites, proposals=output / PROPOSALS, auto=auto)
            return mend_site(domain, state, how)
        except ScraperError as error:
            why = str(error)
        except Exception as error:  # a bug here must not cost the run its report
            _LOG.exception("mending %s", domain)
            why = f"{error!r}; please report this"
        return Mended(site=domain, outcome="failed", sentence=f"{domain}: it could not be mended: {why}")

    return mend_one


# --- scraper mend --------------------------------------------------------------------------------


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What `mend` was told."""

    sites: tuple[str, ...] = ()
    output: Path = Path("output")
    configs: Path | None = None
    pages: Path = Path("tests/pages")
    apply: bool = False
    as_json: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What `mend` says of one site."""

    site: str
    #: as in `scraper.mending.Mended`
    outcome: str
    sentence: str
    proposal: Proposal | None = None


def mend(wanted: Wanted) -> int:
    """Shows, and writes where told to; the exit code. Raises UsageError, ConfigError, LockedError, StoreError."""
    path = wanted.output / "scraper.db"
    if not path.is_file():
        raise UsageError(f"{path}: no run has been there yet; begin with `scraper run`, or name its folder with -o")
    with ExitStack() as opened:
        if wanted.apply:
            opened.enter_context(Lock(wanted.output / "scraper.lock"))
        state = opened.enter_context(closing(State(path, read_only=not wanted.apply)))
        answers = list(_answers(wanted, state))
    _show(answers, wanted)
    return FAILED if any(one.outcome in ("waiting", "refused") for one in answers) else OK


def _answers(wanted: Wanted, state: State) -> Iterator[Answer]:
    from scraper.document import selector_error
    from scraper.mending import Idle, case_of
    from scraper.sites import default_folders
    from scraper.store.history import History

    known = History(state.db).sites()
    names = [known_as(name) for name in wanted.sites]
    if unknown := [name for name in names if name not in known]:
        hint = near(unknown[0], known) or "; `scraper status` shows which were"
        raise UsageError(f"mend: {unknown[0]} was in no run yet{hint}")
    sites = Sites.load(default_folders(wanted.configs), check_selector=selector_error)
    for domain in names or known:
        case = case_of(domain, sites.get(domain), state)
        if not isinstance(case, Idle):
            yield _answer(case, wanted, state)
        elif names or case.kind != "idle":
            yield Answer(site=domain, outcome=case.kind, sentence=case.sentence)


def _answer(case: Case, wanted: Wanted, state: State) -> Answer:
    from scraper.checks import find_stored
    from scraper.mending import propose
    from scraper.mending.propose import LEAST

    domain, folder = case.site.domain, wanted.pages / case.site.domain
    if len(case.new) < LEAST:
        kept = f"{len(case.new)} page{'s' * (len(case.new) != 1)} of its new layout"
        words = f"{domain}: broken, and there are {kept}; a new one is learned from {LEAST} on"
        return Answer(site=domain, outcome="waiting", sentence=words)
    stored = list(find_stored(folder)) if folder.is_dir() else []
    try:
        proposal = propose(case, stored, datetime.now(UTC).date())
    except ConfigError as error:
        return Answer(site=domain, outcome="refused", sentence=f"{domain}: {error}")
    if proposal.grade == "refused":
        words = f"{domain}: the new layout is not good enough: {proposal.why}"
        return Answer(site=domain, outcome="refused", sentence=words, proposal=proposal)
    if not wanted.apply:
        words = f"{domain}: nothing was written; --apply writes it to {proposal.path}"
        return Answer(site=domain, outcome="proposed", sentence=words, proposal=proposal)
    return _applied(case, proposal, wanted, state)


def _applied(case: Case, proposal: Proposal, wanted: Wanted, state: State) -> Answer:
    from scraper.mending import apply, withdraw
    from scraper.mending.run import applied, tried_now

    apply(proposal.path, proposal.text)
    words = applied(proposal)
    state.mendings.put(tried_now(case, "applied", words, str(proposal.path), state.now()))
    withdraw(wanted.output / PROPOSALS, case.site.domain)
    return Answer(site=case.site.domain, outcome="applied", sentence=words, proposal=proposal)


# --- what is shown -------------------------------------------------------------------------------


def _show(answers: list[Answer], wanted: Wanted) -> None:
    if wanted.as_json:
        data = msgspec.json.encode(answers, enc_hook=str)
        put(msgspec.json.format(data, indent=2).decode("utf-8", "replace") + "\n")
        return
    from rich.console import Console

    console = Console(highlight=False, markup=False, soft_wrap=True)
    if not answers:
        console.print("No site's layout is broken.")
    for answer in answers:
        if answer.proposal:
            _show_one(answer.proposal, console)
        console.print(answer.sentence)


def _show_one(proposal: Proposal, console: Console) -> None:
    from rich.text import Text

    from scraper.cli.taught import show_learned

    verdict = proposal.verdict
    console.print(Text(f"{proposal.site}: {verdict.verdict} since {verdict.first_bad}", style="bold"))
    for reason in verdict.reasons:
        console.print(f"  {reason}")
    console.print(f"\na new layout from {proposal.learned.pages} pages; the old one ends on {proposal.until}")
    show_learned(proposal.learned, proposal.diff, console)
    console.print()
    if proposal.trial.pages:
        _evidence(proposal, console)
    if proposal.elsewhere:
        console.print(proposal.elsewhere)


def _evidence(proposal: Proposal, console: Console) -> None:
    from rich import box
    from rich.table import Table

    trial = proposal.trial
    console.print(f"{trial.pages} pages, each read by what was learned from others:")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("", "characters", "repeated lines", "prose lost", "prose gained"):
        table.add_column(name, justify="right" if name else "left")
    rows = {"generic way": trial.generic, "config as it is": trial.config, "new layout": trial.candidate}
    for name, tally in rows.items():
        table.add_row(name, *(str(n or "") for n in (tally.chars, tally.repeated, tally.lost, tally.gained)))
    console.print(table)
    console.print(f"pages of the old layout that stay as they are: {trial.old - len(trial.changed)} of {trial.old}")
    if trial.checked:
        console.print(f"fields of hand-checked pages: {trial.checked}, {len(trial.worse) or 'none'} of them worse")
    console.print(f"{proposal.grade}: {proposal.why}")
