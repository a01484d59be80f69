"""A run over the demo site with everything on: ping, metrics, rights; then what `status` says of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from scraper.cli.demosite import DemoSite

SITE = "muehlenfurter-bote.example"
HOME = f"http://www.{SITE}/"


@pytest.fixture
def pings() -> Iterator[tuple[str, list[str]]]:
    """(address, paths that were asked)."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/uuid", heard
    server.shutdown()
    thread.join()
    server.server_close()


def records() -> list[dict[str, Any]]:
    return [json.loads(line) for path in Path("output").rglob("*.jsonl") for line in path.read_text().splitlines()]


def test_a_run_tells_those_who_watch(
    scraper: Callable[..., Any],
    there: tuple[str, ...],
    pings: tuple[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, heard = pings
    monkeypatch.setenv("SCRAPER_PING", url)
    scraper("run", HOME, "--prometheus", "node/scraper.prom", "-q", *there)
    assert heard == ["/uuid/start", "/uuid"]
    kept = len(records())
    assert f'scraper_articles_kept_total{{site="{SITE}"}} {kept}\n' in Path("node/scraper.prom").read_text()
    assert {record["rights"]["robots"] for record in records()} == {"allowed"}
    status = scraper("status", "--json")
    (site,) = json.loads(status.out)["sites"]
    assert (status.code, site["verdict"], site["records"], site["today"]) == (0, "ok", kept, kept)
    assert site["lastRun"]["kept"] == kept


def test_respecting_reservations_costs_one_question_a_host(
    scraper: Callable[..., Any], there: tuple[str, ...], demo: DemoSite
) -> None:
    scraper("run", HOME, "-q", *there)
    plain = len(records())
    assert not [line for line in demo.log if "tdmrep" in str(line)]
    scraper("run", HOME, "-q", "-o", "other", "--respect-tdm", *there)
    assert len([line for line in demo.log if "tdmrep" in str(line)]) == 1
    assert len(list(Path("other").rglob("*.jsonl"))) == 1
    assert plain > 0


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--ping", "hc.example/uuid", "name an http(s) address"),
        ("--webhook", "ftp://x.example/", "name an http(s) address"),
        ("--prometheus", "/dev/null/x.prom", "cannot write there"),
        ("--prometheus", ".", "--prometheus .: cannot write there (Is a directory); name another file"),
    ],
)
def test_a_wrong_address_is_told_before_the_first_request(
    scraper: Callable[..., Any], there: tuple[str, ...], demo: DemoSite, option: str, value: str, sentence: str
) -> None:
    result = scraper("run", HOME, option, value, *there)
    assert result.code == 2
    assert sentence in result.err
    assert not demo.log
