"""Mending within a run: once for each sample of pages, proposed, or written where that was asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from scraper.checks import find_stored
from scraper.errors import ConfigError, UsageError
from scraper.mending.case import Case, Idle, case_of
from scraper.mending.model import Mended, Proposal
from scraper.mending.place import apply, put_proposal, withdraw
from scraper.mending.propose import propose
from scraper.sites import Sites
from scraper.store import State
from scraper.store.state_mendings import Tried

#: articles of the new layout at which it is tried to learn it: as more come, what is learned gets better
STEPS = (5, 8, 12, 16, 20)


class How(msgspec.Struct, frozen=True, kw_only=True):
    """How a run goes about mending."""

    sites: Sites
    #: folder that proposals are written to
    proposals: Path
    #: folder of hand-checked pages
    stored: Path = Path("tests/pages")
    #: write the config where the candidate beats the generic way
    auto: bool = False


def mend_site(domain: str, state: State, how: How) -> Mended:
    """What is done about a site whose layout broke; what was tried before is not tried again. Raises StoreError."""
    case = case_of(domain, how.sites.get(domain), state)
    if isinstance(case, Idle):
        return Mended(site=domain, outcome=case.kind, sentence=case.sentence)
    known = [one for one in state.mendings.of(domain) if _is_of(one, case)]
    if not is_due(case, known, auto=how.auto):
        return _again(case, known)
    try:
        mended = _mend(case, how, datetime.fromtimestamp(state.now(), UTC))
    except (ConfigError, UsageError) as error:
        mended = Mended(site=domain, outcome="refused", sentence=f"{domain}: no new layout could be learned: {error}")
    state.mendings.put(tried_now(case, mended.outcome, mended.sentence, mended.path, state.now()))
    return mended


def is_due(case: Case, known: Sequence[Tried], *, auto: bool) -> bool:
    """Whether there are so many pages of the new layout that it is worth a (further) try, or --auto-mend is new."""
    if auto and known and known[0].outcome == "proposed":
        return True
    if sample_of(case) in {one.sample for one in known}:
        return False
    done = max((one.pages for one in known), default=0)
    return any(done < step <= len(case.new) for step in STEPS)


def sample_of(case: Case) -> str:
    """A hash of what a candidate is learned from."""
    words = " ".join([case.site.hash, *sorted(page.record for page in case.new)])
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _is_of(one: Tried, case: Case) -> bool:
    return one.first_bad == case.verdict.first_bad and one.config == case.site.hash


def _again(case: Case, known: Sequence[Tried]) -> Mended:
    """What the last try said, or what is waited for."""
    if known:
        last = known[0]
        return Mended(site=last.site, outcome=last.outcome, sentence=last.sentence, path=last.path)
    count = len(case.new)
    words = f"it is learned anew from {STEPS[0]} pages on, and there {'is' if count == 1 else 'are'} {count}"
    return Mended(site=case.site.domain, outcome="waiting", sentence=f"{case.site.domain}: {words}")


def _mend(case: Case, how: How, now: datetime) -> Mended:
    domain = case.site.domain
    stored = list(find_stored(how.stored / domain)) if (how.stored / domain).is_dir() else []
    proposal = propose(case, stored, now.date())
    withdraw(how.proposals, domain)  # what was proposed on fewer pages
    if proposal.grade == "refused":
        words = f"{domain}: a new layout was learned from {len(case.new)} pages and refused: {proposal.why}"
        return Mended(site=domain, outcome="refused", sentence=words)
    if how.auto and proposal.grade == "better" and proposal.trial.old:
        apply(proposal.path, proposal.text)
        return Mended(site=domain, outcome="applied", sentence=applied(proposal), path=str(proposal.path))
    path = put_proposal(how.proposals, domain, proposal.text)
    words = proposed(proposal, path)
    if how.auto:
        outcome = "declined" if proposal.grade == "better" else "equal"
        return Mended(site=domain, outcome=outcome, sentence=f"{words}; {_not_written(proposal)}", path=str(path))
    return Mended(site=domain, outcome="proposed", sentence=words, path=str(path))


def _not_written(proposal: Proposal) -> str:
    """Why --auto-mend leaves it at a proposal."""
    if proposal.grade == "better":
        return "--auto-mend did not, for there is no page of the old layout to try it on"
    return "--auto-mend did not, for it is no better than the generic way, by which the site is read meanwhile"


def applied(proposal: Proposal) -> str:
    """That the config was written."""
    words = f"a new layout, learned from {proposal.learned.pages} pages, was written to {proposal.path}"
    return _told(proposal, words)


def proposed(proposal: Proposal, path: Path) -> str:
    """That there is something to look at."""
    words = f"a new layout, learned from {proposal.learned.pages} pages, is proposed in {path}"
    return f"{_told(proposal, words)}; `scraper mend {proposal.site}` shows it, --apply writes it"


def _told(proposal: Proposal, words: str) -> str:
    words = f"{proposal.site}: {words}: {proposal.why}"
    return f"{words}; {proposal.elsewhere}" if proposal.elsewhere else words


def tried_now(case: Case, outcome: str, sentence: str, path: str, now: float) -> Tried:
    """What is remembered of a try."""
    return Tried(
        site=case.site.domain, sample=sample_of(case), first_bad=case.verdict.first_bad, config=case.site.hash,
        pages=len(case.new), at=now, outcome=outcome, sentence=sentence, path=path,
    )  # fmt: skip
