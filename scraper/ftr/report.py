"""The report of an import: every file, and every line of it, with what became of it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from scraper.ftr.model import Imported

_COLUMNS = ("file", "status", "domain", "edited", "quarantined", "line", "directive", "outcome", "value", "why")


def as_json(found: Imported) -> str:
    """One object: counts, then `files`, each with its `entries`."""
    value = {
        "files": len(found.files),
        "configs": found.configs,
        "quarantined": found.quarantined,
        "ages": found.ages,
        "statuses": found.statuses,
        "directives": found.directives,
        "reasons": found.reasons,
        "results": found.files,
    }
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def as_tsv(found: Imported) -> str:
    """A row for each file (no line number), and one for each of its directives."""
    rows = [_COLUMNS]
    for file in found.files:
        head = (file.file, file.status, file.domain, str(file.edited or ""), "yes" if file.quarantined else "")
        rows.append((*head, "", "", "", file.config, file.why))
        rows += [(*head, str(e.line), e.directive, e.outcome, e.value, e.why) for e in file.entries]
    return "".join("\t".join(_cell(cell) for cell in row) + "\n" for row in rows)


def _cell(text: str) -> str:
    return "".join(_printable(text))


def _printable(text: str) -> Iterable[str]:
    return (c if c.isprintable() else " " for c in text)
