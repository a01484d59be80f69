"""`python -m scraper`: the same as the `scraper` command."""

from __future__ import annotations

from scraper.cli import main

if __name__ == "__main__":
    main()
