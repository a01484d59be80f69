"""`--respect-tdm` against a real server: one question an origin, kept over runs; nothing reserved is asked for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from scraper.errors import Refusal
from scraper.fetch import Fetcher, FetchPolicy
from scraper.models import Kept, Link, Page, Record, Refused, Rights, Tdm, Unchanged
from scraper.pipeline.reserving import ASK_AGAIN, Respecting, respected
from scraper.record import WELL_KNOWN
from scraper.sites import FetchRules
from scraper.store.state import State


class Origin:
    """A server on loopback with, or without, a tdmrep.json."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.status = 404
        self.log: list[str] = []
        origin = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                origin.log.append(self.path)
                body = origin.files.get(self.path, b"<html>" if self.path.startswith("/a") else None)
                self.send_response(200 if body is not None else origin.status)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def asked(self) -> list[str]:
        return [path for path in self.log if path != "/robots.txt"]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def origin() -> Iterator[Origin]:
    made = Origin()
    yield made
    made.close()


@pytest.fixture
def clock() -> list[float]:
    return [1e9]


@pytest.fixture
def state(clock: list[float]) -> Iterator[State]:
    made = State(None, clock=lambda: clock[0])
    yield made
    made.close()


def fetched(origin: Origin, paths: list[str], state: State | None = None) -> list[Page | BaseException]:
    async def all_of_them() -> list[Page | BaseException]:
        policy = FetchPolicy(allow_private=True, delay=0, tries=1)
        async with Fetcher(policy, lambda host: FetchRules()) as fetch:
            ask = Respecting(fetch, state)
            calls = [ask(Link(url=origin.url + path, site="x.example")) for path in paths]
            return await asyncio.gather(*calls, return_exceptions=True)

    return asyncio.run(all_of_them())


def test_a_host_without_a_file_is_asked_once(origin: Origin) -> None:
    pages = fetched(origin, ["/a1", "/a2", "/a3"])
    assert [page.tdm for page in pages if isinstance(page, Page)] == [None] * 3
    assert origin.asked.count(WELL_KNOWN) == 1


def test_what_a_file_reserves_is_not_asked_for(origin: Origin) -> None:
    origin.files[WELL_KNOWN] = b"""[
        {"location": "/a1", "tdm-reservation": 1, "tdm-policy": "/terms"},
        {"location": "/a2", "tdm-reservation": 0}]"""
    refused, free, other = fetched(origin, ["/a1", "/a2", "/a3"])
    assert isinstance(refused, Refusal)
    assert refused.reason == "tdm"
    assert refused.detail.endswith(f"its file says tdm-reservation: 1; terms: {origin.url}/terms")
    assert isinstance(free, Page)
    assert free.tdm == Tdm(False)
    assert isinstance(other, Page)
    assert other.tdm is None
    assert sorted(origin.asked) == [WELL_KNOWN, "/a2", "/a3"]


@pytest.mark.parametrize("status", [404, 410])
def test_the_answer_is_kept_over_runs_for_a_day(origin: Origin, state: State, clock: list[float], status: int) -> None:
    origin.status = status
    for _ in range(2):
        fetched(origin, ["/a1"], state)
    assert origin.asked.count(WELL_KNOWN) == 1
    clock[0] += ASK_AGAIN + 1
    origin.files[WELL_KNOWN] = b'[{"location": "/", "tdm-reservation": 1}]'
    assert isinstance(fetched(origin, ["/a1"], state)[0], Refusal)
    assert isinstance(fetched(origin, ["/a1"], state)[0], Refusal)
    assert origin.asked.count(WELL_KNOWN) == 2


def test_a_server_in_trouble_reserves_nothing_and_is_asked_in_the_next_run(origin: Origin, state: State) -> None:
    origin.status = 500
    origin.files["/robots.txt"] = b""
    for _ in range(2):
        assert isinstance(fetched(origin, ["/a1"], state)[0], Page)
    assert origin.asked.count(WELL_KNOWN) == 2


@pytest.mark.parametrize("body", [b"<html>not found, with status 200", b"[" * 100_000, b"x" * 1_500_000])
def test_rubbish_reserves_nothing(origin: Origin, body: bytes) -> None:
    origin.files[WELL_KNOWN] = body
    assert isinstance(fetched(origin, ["/a1"])[0], Page)


def test_a_page_s_own_word_is_respected_once_it_is_here() -> None:
    link = Link(url="https://x.example/a")
    reserved = respected(Kept(Record(rights=Rights(tdm_reservation=True, tdm_source="header"))), link)
    assert isinstance(reserved, Refused)
    assert (reserved.reason, reserved.detail) == ("tdm", f"{link.url}: its header says tdm-reservation: 1")
    free = Kept(Record(rights=Rights(tdm_reservation=False)))
    assert respected(free, link) is free
    assert respected(Unchanged(link), link) == Unchanged(link)
