"""The command line as a process of its own; the demo site to run it on."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper.cli.demosite import DemoSite


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No colours, no proxy, and no configs but those that a test names."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name == "FORCE_COLOR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]), prepend=os.pathsep)
    work = tmp_path / "work"
    (work / "configs").mkdir(parents=True)
    monkeypatch.chdir(work)


@pytest.fixture
def process() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """`process("get", url, …)` as a process of its own, killed at the end if it still runs."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [sys.executable, "-m", "scraper", *map(str, arguments)]
        started.append(subprocess.Popen(command, **(pipes | options)))
        return started[-1]

    yield start
    for child in started:
        child.kill()
        child.communicate()


@pytest.fixture
def full() -> Callable[[], None]:
    """For a process's `preexec_fn`: no file of it grows beyond 800 kB, as where the disk is full."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (800_000, 800_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    return limit


@pytest.fixture
def mortal() -> Callable[[], None]:
    """For a process's `preexec_fn`: what its modes forbid to read or write is forbidden, to root also."""
    drop, dac_override, dac_read_search = 24, 1, 2  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    libc = ctypes.CDLL(None)

    def limit() -> None:
        libc.prctl(drop, dac_override)
        libc.prctl(drop, dac_read_search)

    return limit


@pytest.fixture(scope="session")
def _demo() -> Iterator[DemoSite]:
    with DemoSite() as site:
        yield site


@pytest.fixture
def demo(_demo: DemoSite) -> DemoSite:
    """The demo's news site, its log empty."""
    _demo.log.clear()
    return _demo


@pytest.fixture
def there(demo: DemoSite) -> tuple[str, ...]:
    """Options that lead to the demo site, without waiting."""
    return ("--resolve", demo.resolve, "--delay", "0", "--workers", "1")
