"""What a run tells the outside, over real connections: pings, webhooks on a change only, a Prometheus file."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from scraper.cli.watching import Watch, WatchOptions
from scraper.errors import StoreError, UsageError
from scraper.fetch.notify import below, check_address, notify
from scraper.health import Health
from scraper.metrics import RunFigures, exposition, write_metrics
from scraper.models import Done, Failed, Kept, Link, Record
from scraper.report import Report
from scraper.store.history import History, Totals
from scraper.store.state import State

NOW = 1_800_000_000.0
SITE = "bote.example"


class Ear:
    """A server on loopback that notes what it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, Any]] = []
        self.status = 200
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                ear.heard.append((self.command, self.path, json.loads(body) if body else None))
                self.send_response(ear.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_GET

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/uuid"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def ear() -> Iterator[Ear]:
    listening = Ear()
    yield listening
    listening.close()


class Past:
    """A state database and the runs in it."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.state = State(None, clock=lambda: self.now)
        self.state.write_lines(folder, lambda record: ("records.jsonl", b"{}\n"))

    def run(self, *, kept: int = 0, bad: str = "") -> Report:
        """One run, an hour after the last: so many new articles, or so many links that end badly ("6 consent")."""
        self.now += 3600
        report = Report()
        number = self.state.runs.begin("run", self.now)
        ends = [("", n) for n in range(kept)]
        if bad:
            ends += [(bad.split()[1], n) for n in range(int(bad.split()[0]))]
        for reason, n in ends:
            url = f"https://{SITE}/{number}-{n}"
            link = Link(url=url, site=SITE, via="feed:x")
            self.state.links.note([link], self.now, number)
            outcome = Failed(link, reason, "no") if reason else Kept(Record(id=f"{number}-{n}", url=url, site=SITE))
            report.add(self.state.settle(Done(link=link, outcome=outcome, requests=1)))
        self.state.runs.end(number, 0, report.as_dict(), self.now)
        return report


@pytest.fixture
def past(tmp_path: Path) -> Iterator[Past]:
    made = Past(tmp_path / "output")
    yield made
    made.state.close()


def told(past: Past, report: Report, *, ping: str = "", webhook: str = "", prometheus: Path | None = None) -> None:
    with Watch(WatchOptions(ping, webhook, prometheus), clock=lambda: past.now) as watch:
        watch.ended(past.state.db, report, 0)


# --- ping ------------------------------------------------------------------------------------------------------------


def test_a_run_pings_when_it_begins_and_when_it_has_ended(ear: Ear, past: Past) -> None:
    told(past, past.run(kept=1), ping=ear.url)
    assert ear.heard == [("GET", "/uuid/start", None), ("GET", "/uuid", None)]


def test_the_report_of_a_run_has_the_verdicts_on_its_sites(past: Past) -> None:
    report = past.run(kept=6)
    told(past, report)
    assert report.as_dict()["verdicts"] == {SITE: {"verdict": "ok", "reasons": ()}}


def test_failed_links_are_no_failed_run(ear: Ear, past: Past) -> None:
    told(past, past.run(bad="3 http404"), ping=ear.url)
    assert ear.heard[-1] == ("GET", "/uuid", None)


def test_a_run_that_broke_off_is_a_failed_one(ear: Ear, past: Past) -> None:
    report = past.run(kept=1)
    report.ended = "output/x.jsonl: No space left on device; stopped writing"
    told(past, report, ping=ear.url)
    with pytest.raises(StoreError), Watch(WatchOptions(ping=ear.url)):
        raise StoreError("the disk is full")
    assert [path for _, path, _ in ear.heard] == ["/uuid/start", "/uuid/fail"] * 2


def test_nobody_there_is_said_and_costs_nothing_else(past: Past, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/secret-uuid"
        told(past, past.run(kept=1), ping=url)
    said = capsys.readouterr().err
    assert said.count("127.0.0.1 could not be told") == 2
    assert "secret-uuid" not in said


def test_an_answer_that_never_comes_ends_in_time() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert "could not be told" in notify(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout=0.05)


def test_an_error_status_is_told(ear: Ear) -> None:
    ear.status = 404
    assert notify(ear.url) == "127.0.0.1 answered 404"
    ear.status = 200
    assert notify(ear.url) == ""


def test_addresses() -> None:
    assert below("https://hc.example/uuid/?rid=1", "start") == "https://hc.example/uuid/start?rid=1"
    check_address("--ping", "http://127.0.0.1:8000/x")
    with pytest.raises(UsageError, match="--ping"):
        check_address("--ping", "hc.example/uuid")


# --- webhook ---------------------------------------------------------------------------------------------------------


def test_a_webhook_is_told_of_a_break_once_and_of_the_recovery(ear: Ear, past: Past) -> None:
    told(past, past.run(kept=30), webhook=ear.url)
    assert ear.heard == []
    told(past, past.run(bad="7 http403"), webhook=ear.url)
    told(past, past.run(bad="2 http403"), webhook=ear.url)
    (method, _, change), *others = ear.heard
    assert method == "POST"
    assert others == []
    assert (change["site"], change["old"], change["new"]) == (SITE, "ok", "broken")
    assert "7 http403" in change["reason"]
    assert change["firstBad"] == f"https://{SITE}/2-0"
    assert change["text"].startswith(f"{SITE}: ok → broken (7 new links")
    told(past, past.run(kept=5), webhook=ear.url)
    assert [heard[2]["new"] for heard in ear.heard] == ["broken", "ok"]
    assert ear.heard[1][2]["oldSince"] == change["at"]


def test_what_could_not_be_told_is_told_after_the_next_run(ear: Ear, past: Past) -> None:
    past.run(kept=30)
    ear.status = 500
    told(past, past.run(bad="7 blocked"), webhook=ear.url)
    ear.status = 200
    told(past, past.run(), webhook=ear.url)
    told(past, past.run(), webhook=ear.url)
    assert [heard[2]["new"] for heard in ear.heard] == ["broken", "broken"]


# --- Prometheus ------------------------------------------------------------------------------------------------------

_SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)+)\})? (-?[0-9.e+]+)')


def samples(text: str) -> dict[str, float]:
    """`name{labels}` → value; every line is a comment or a sample whose family was declared before it."""
    found: dict[str, float] = {}
    declared: set[str] = set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            declared.add(line.split()[2])
        elif not line.startswith("# HELP "):
            match = _SAMPLE.fullmatch(line)
            assert match, line
            assert match[1] in declared
            found[line.rsplit(" ", 1)[0]] = float(match[3])
    return found


def test_counters_grow_over_runs_and_verdicts_are_one_hot(past: Past, tmp_path: Path) -> None:
    path = tmp_path / "textfile" / "scraper.prom"
    past.run(kept=30)
    told(past, past.run(kept=2, bad="3 http404"), prometheus=path)
    found = samples(path.read_text())
    assert found[f'scraper_articles_kept_total{{site="{SITE}"}}'] == 32
    assert found[f'scraper_links_lost_total{{site="{SITE}",reason="http404"}}'] == 3
    assert found[f'scraper_last_success_timestamp_seconds{{site="{SITE}"}}'] == past.now
    assert found["scraper_run_requests"] == 5
    verdicts = {line: value for line, value in found.items() if line.startswith("scraper_site_verdict")}
    assert len(verdicts) == 5
    assert verdicts[f'scraper_site_verdict{{site="{SITE}",verdict="ok"}}'] == 1
    assert sum(verdicts.values()) == 1
    assert path.stat().st_mode & 0o777 == 0o644
    assert [p.name for p in path.parent.iterdir()] == ["scraper.prom"]


def test_every_family_has_help_and_counters_are_called_total() -> None:
    figures = RunFigures(ended=NOW, duration=1.5, exit_code=0, requests=0)
    text = exposition(figures, [Health(site='a"b\\c\n', verdict="quiet")], {'a"b\\c\n': Totals(1, 0, 0, 0, {})})
    types = {line.split()[2]: line.split()[3] for line in text.splitlines() if line.startswith("# TYPE")}
    assert {name.endswith("_total") for name, kind in types.items() if kind == "counter"} == {True}
    assert not any(name.endswith("_total") for name, kind in types.items() if kind == "gauge")
    assert text.count("# HELP") == len(types)
    assert samples(text)[r'scraper_articles_kept_total{site="a\"b\\c\n"}'] == 1


def test_a_folder_that_cannot_be_written_is_said_and_the_old_file_stays(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the metrics could not be written"):
        write_metrics(Path("/dev/null/x.prom"), "")
    write_metrics(tmp_path / "x.prom", "old\n")
    write_metrics(tmp_path / "x.prom", "new\n")
    assert (tmp_path / "x.prom").read_text() == "new\n"


def test_verdicts_are_remembered_only_when_told(past: Past) -> None:
    told(past, past.run(kept=30))
    assert History(past.state.db).told() == {}
