"""Ctrl-C and SIGTERM at moments that are easily forgotten: while processes are started, and when all has been read."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from scraper.cli.demosite import DemoSite

Process = Callable[..., "subprocess.Popen[bytes]"]
There = tuple[str, ...]


def until(true: Callable[[], object]) -> None:
    """Waits for something that is to be seen from outside."""
    for _ in range(15_000):
        if true():
            return
        time.sleep(0.002)
    raise AssertionError("it never came to that")


def has_children(process: int) -> bool:
    with suppress(FileNotFoundError):  # a thread that ends meanwhile
        return any((task / "children").read_text() for task in Path(f"/proc/{process}/task").iterdir())
    return False


@pytest.mark.parametrize("module", ["typing", "msgspec", "scraper.models", "scraper.cli.app"])
def test_ctrl_c_while_the_program_is_loaded(module: str) -> None:
    """It comes in the middle of an import, as it does in the first tenth of a second."""
    site = Path("site")
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        f"        name == {module!r} and os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    command = [sys.executable, "-m", "scraper", "schema"]
    paths = os.pathsep.join([str(site.absolute()), os.environ["PYTHONPATH"]])
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
@pytest.mark.parametrize("when", ["before the first request", "while the parsers are imported"])
def test_it_is_ended_with_all_its_processes(
    process: Process, demo: DemoSite, there: There, number: signal.Signals, when: str
) -> None:
    urls = [demo.home.rstrip("/") + story.path for story in demo.stories]
    Path("urls.txt").write_text("\n".join(urls))
    command = ("get", "-i", "urls.txt", "-o", "out.jsonl", *there)
    child = process(*command, start_new_session=True)
    started = when.startswith("while")
    until(lambda: has_children(child.pid) if started else Path("out.jsonl.state.lock").exists())
    os.killpg(child.pid, number)  # as a terminal does
    _, err = child.communicate(timeout=30)
    assert child.returncode == 130
    assert b"Traceback" not in err
    if started:
        assert b"interrupted; what was in flight was finished" in err
    with pytest.raises(ProcessLookupError):
        os.killpg(child.pid, 0)
    again = process(*command)
    again.communicate(timeout=30)
    assert again.returncode == 0
    assert sorted(json.loads(line)["url"] for line in Path("out.jsonl").read_bytes().splitlines()) == sorted(urls)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_what_has_ended_is_not_interrupted(
    process: Process, demo: DemoSite, there: There, number: signal.Signals
) -> None:
    """All that is left is to print the summary, for which there is no room in the pipe yet."""
    reader, writer = os.pipe()
    room = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writer, b"#" * room)
    child = process("get", demo.home + "lokales/fehlt-1", "-o", "out.jsonl", *there, stderr=writer)
    os.close(writer)
    until(Path("failures.tsv").exists)
    child.send_signal(number)
    with open(reader, encoding="utf-8") as pipe:  # noqa: PTH123  # a descriptor
        said = pipe.read().lstrip("#")
    assert child.wait(30) == 1  # a link failed: the run's own code
    assert "1 failed: http404" in said
    assert "Traceback" not in said
