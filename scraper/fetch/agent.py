"""The User-Agent: this program's own name, never another's."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from scraper.errors import UsageError


def user_agent(chosen: str) -> str:
    """The header to send: the operator's, else one that names the program.

    Raises UsageError for one that cannot stand in a header.
    """
    chosen = chosen.strip()
    if not (chosen.isascii() and (chosen.isprintable())):
        raise UsageError(f"--user-agent {chosen!r}: only printable ASCII characters can be sent")
    return chosen or f"scraper/{_version()} (news article reader; set --user-agent to name yourself)"


def _version() -> str:
    try:
        return version("scraper")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
