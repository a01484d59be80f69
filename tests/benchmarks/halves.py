"""Sites in two halves, by the hash of their name: what is learned on one half is measured on the other."""

from __future__ import annotations

import hashlib


def half_of(site: str) -> int:
    """0 or 1."""
    return int(hashlib.sha256(site.encode()).hexdigest()[:8], 16) % 2
