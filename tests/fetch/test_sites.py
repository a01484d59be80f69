"""Against the replica sites with their faults, judged by the server's log; skipped without them."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from scraper.errors import Failure, Refusal
from scraper.fetch import Fetcher, FetchPolicy
from scraper.models import Link
from scraper.sites.model import FetchRules

SITES = Path(__file__).resolve().parents[2].parent / "shared" / "sites"
#: site → what its faulty articles must end as
FAULTY = {
    "de-hessenschau": {"redirects", "privateAddress"},
    "de-netzpolitikorg": {"tooLarge", "protocol"},
    "at-diepresse": {"notHtml"},
    "de-dw": {"http404", "http410"},
}

pytestmark = pytest.mark.skipif(not (SITES / "serve.py").exists(), reason=f"no {SITES}")


def urls(site: str, file: str = "gold.jsonl") -> list[str]:
    lines = (SITES / "data" / "dev" / site / file).read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["url"] for line in lines]


def test_faults_end_as_what_they_are_and_the_log_is_polite(tmp_path):
    log = tmp_path / "access.jsonl"
    data = [f"--data={SITES / 'data' / 'dev' / site}" for site in FAULTY]
    faults = f"--faults={SITES / 'faults.example.json'}"
    command = [sys.executable, str(SITES / "serve.py"), *data, faults, "--port=0", f"--log={log}"]
    links = [(site, url) for site in FAULTY for url in urls(site) + urls(site, "traps.jsonl")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        port = json.loads(server.stdout.readline())["port"]
        try:
            ended = asyncio.run(fetched(port, links))
        finally:
            server.send_signal(signal.SIGTERM)
    for site, reasons in FAULTY.items():
        found = Counter(ended[site])
        assert found.keys() == reasons | {"ok", "robots"}
        assert found["robots"] == len(urls(site, "traps.jsonl"))
    check = [sys.executable, str(SITES / "check_log.py"), str(log), "--max-concurrent=2", "--json"]
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


async def fetched(port: int, links: list[tuple[str, str]]) -> dict[str, list[str]]:
    """site → how each of its links ended."""
    ended: dict[str, list[str]] = {site: [] for site, _ in links}
    policy = FetchPolicy(resolve=(f"*=127.0.0.1:{port}",), delay=0.02, read_timeout=2)
    async with Fetcher(policy, lambda host: FetchRules(timeout=3)) as fetch:

        async def one(site: str, url: str) -> None:
            try:
                await fetch(Link(url=url))
                ended[site].append("ok")
            except (Refusal, Failure) as error:
                ended[site].append(error.reason)

        await asyncio.gather(*(one(*link) for link in links))
    return ended
