"""`--resolve HOST=ADDRESS:PORT`: which address answers for which name (curl: --connect-to)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from scraper.errors import UsageError
from scraper.fetch.addresses import literal_address


@dataclass(frozen=True, slots=True)
class Resolve:
    """Where connections go. Host header and SNI stay those of the name that was asked for."""

    #: host in lower case, or "*" → (address or name, port)
    targets: dict[str, tuple[str, int]] = field(default_factory=dict)

    def target(self, host: str) -> tuple[str, int] | None:
        """Where to connect for `host`, or None.

        `*` stands for names only: an IP address (in any spelling, also `localhost`) has to be named
        itself, so that a redirect to 169.254.169.254 is still judged for what it is.
        """
        exact = self.targets.get(host.lower())
        if exact or literal_address(host) is not None:
            return exact
        return self.targets.get("*")


def parse_resolve(entries: Iterable[str]) -> Resolve:
    """FetchPolicy.resolve, read. Raises UsageError for a malformed or contradictory entry."""
    targets: dict[str, tuple[str, int]] = {}
    for entry in entries:
        host, address, port = _parts(entry)
        if targets.setdefault(host, (address, port)) != (address, port):
            raise UsageError(f"--resolve: {host!r} is given twice, with different addresses; keep one of them")
    return Resolve(targets)


def _parts(entry: str) -> tuple[str, str, int]:
    host, equals, target = entry.strip().partition("=")
    address, colon, port = target.rpartition(":")
    host = host.strip().lower().removeprefix("[").removesuffix("]")
    address = address.strip()
    if not (equals and host and colon and address):
        raise UsageError(f"--resolve {entry!r}: it must be HOST=ADDRESS:PORT or *=ADDRESS:PORT")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise UsageError(f"--resolve {entry!r}: {port!r} is not a port (1 to 65535)")
    bracketed = address.startswith("[") and address.endswith("]")
    if ":" in address and not bracketed:
        raise UsageError(f"--resolve {entry!r}: write an IPv6 address in brackets, [{address}]:{port}")
    if "/" in host + address or any(c.isspace() for c in host + address):
        raise UsageError(f"--resolve {entry!r}: give a bare host and address, without http:// or a path")
    return host, address.removeprefix("[").removesuffix("]"), int(port)
