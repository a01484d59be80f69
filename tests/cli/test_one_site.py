"""One site under several names: its config, the command line and its pages need not spell it alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback import Loopback

Scraper = Callable[..., Any]

SENTENCE = "Der Gemeinderat hat am Montag in Punkt {n} beschlossen, die Grundschule im Ort im Jahr darauf zu erneuern. "
PATHS = [f"/news/gemeinderat-punkt-{n}.html" for n in range(4)]


class Gazette(Loopback):
    """The same front page, feed and articles on every host."""

    def body(self, path: str) -> str | None:
        if path == "/feed.xml":
            items = "".join(f"<item><title>Neues</title><link>{path}</link></item>" for path in PATHS)
            return f'<rss version="2.0"><channel><title>Anzeiger</title>{items}</channel></rss>'
        if path == "/":
            return '<link rel="alternate" type="application/rss+xml" href="/feed.xml"><p>Der Anzeiger</p>'
        if path not in PATHS:
            return None
        text = "".join(f"<p>{SENTENCE.format(n=f'{PATHS.index(path)}.{part}') * 3}</p>" for part in range(4))
        title = f"Gemeinderat, Punkt {PATHS.index(path)}"
        return f"<html lang=de><title>{title}</title><body><article><h1>{title}</h1>{text}</article></body></html>"

    @property
    def articles(self) -> list[str]:
        """The articles that were asked for."""
        return sorted(path for path, _ in self.asked if path in PATHS)


@pytest.fixture
def gazette() -> Iterator[Gazette]:
    with Gazette() as site:
        yield site


@pytest.fixture
def there(gazette: Gazette) -> tuple[str, ...]:
    return ("--resolve", f"*={gazette.address}", "--delay", "0", "--workers", "1")


def test_a_config_in_its_own_letters(scraper: Scraper, gazette: Gazette, there: tuple[str, ...]) -> None:
    """Addresses have hosts in ASCII: what the config is for was taken for another site, and `check` overlooked it."""
    Path("configs/köln.example.toml").write_text('feeds = ["http://köln.example/feed.xml"]\n', encoding="utf-8")
    result = scraper("run", "köln.example", "--report", "r.json", *there)
    assert (result.code, gazette.articles) == (0, PATHS)
    assert list(json.loads(Path("r.json").read_text())["sites"]) == ["xn--kln-sna.example"]
    for name in ("köln.example", "xn--kln-sna.example", "WWW.Köln.example"):
        assert len(scraper("export", "--site", name).records) == 4
        assert scraper("status", name).code == 0
        assert scraper("mend", name).code == 0
        assert scraper("check", name, "--configs", "configs").out.startswith("1 config, ")


def test_a_site_that_is_named_twice_is_fetched_once(scraper: Scraper, gazette: Gazette, there: tuple[str, ...]) -> None:
    """Each name queued what is due for the site: every article was asked for as often as it had names."""
    Path("configs/bote.example.toml").write_text("")
    homes = ("http://www.bote.example/", "http://www.bote.example", "http://bote.example/", "bote.example")
    result = scraper("run", *homes, "--max-articles", "3", "--report", "r.json", *there)
    total = json.loads(Path("r.json").read_text())["total"]
    assert (len(gazette.articles), total["kept"], total["revised"]) == (3, 3, 0)
    assert result.err.count("bote.example: 3 kept") == 1


def test_what_a_limit_leaves_out_is_not_known(scraper: Scraper, gazette: Gazette, there: tuple[str, ...]) -> None:
    """The report of a first run said that what it had not read was known already, and counted requests saved."""
    for kept, known, left in ((3, 0, 1), (1, 3, 0)):
        result = scraper("run", "http://bote.example/", "--max-articles", "3", "-v", "--report", "r.json", *there)
        total = json.loads(Path("r.json").read_text())["total"]
        assert (total["kept"], total["unchanged"], total["saved"], total["passedOver"]) == (kept, known, known, left)
        assert ("1 passed over (--max-articles, --since)" in result.err) is bool(left)
