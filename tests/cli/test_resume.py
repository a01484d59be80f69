"""`scraper get` gone on with after whatever ended it; the lock; what failed, and asking for it again."""

from __future__ import annotations

import fcntl
import json
import os
import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scraper.cli.demosite import Answer, DemoSite
from scraper.store import open_records

Process = Callable[..., "subprocess.Popen[bytes]"]
Scraper = Callable[..., Any]
There = tuple[str, ...]


def addresses(demo: DemoSite) -> list[str]:
    return [demo.home.rstrip("/") + story.path for story in demo.stories]


def urls_in(path: str) -> list[str]:
    return [json.loads(line)["url"] for line in Path(path).read_bytes().splitlines()]


def test_killed_at_any_moment_it_goes_on_where_it_was(process: Scraper, demo: DemoSite, there: There) -> None:
    Path("urls.txt").write_text("\n".join(addresses(demo)))
    chance = random.Random(7)
    arguments = ("get", "-i", "urls.txt", "-o", "out.jsonl", "-q", *there)
    for _ in range(3):
        child = process(*arguments)
        try:
            child.wait(chance.uniform(0.4, 1.5))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    assert process(*arguments).wait(60) == 0
    assert sorted(urls_in("out.jsonl")) == sorted(addresses(demo))


def test_ordered_is_in_the_order_of_the_list(scraper: Scraper, demo: DemoSite, there: There) -> None:
    wanted = sorted(addresses(demo), reverse=True)
    Path("urls.txt").write_text("\n".join(wanted))
    assert scraper("get", "-i", "urls.txt", "-o", "out.jsonl", "--ordered", "--per-host", "4", *there).code == 0
    assert urls_in("out.jsonl") == wanted


def test_what_failed_is_listed_and_asked_again_on_request(scraper: Scraper, demo: DemoSite, there: There) -> None:
    story = demo.stories[0]
    page, demo.answers[story.path] = demo.answers[story.path], Answer(b"", status=500)
    arguments = ("get", *addresses(demo)[:2], demo.home + "lokales/fehlt-1", "-o", "out.jsonl", *there)
    try:
        assert scraper(*arguments).code == 1
        rows = [line.split("\t")[:3] for line in Path("failures.tsv").read_text().splitlines()]
        assert sorted(rows[1:]) == sorted(
            [[addresses(demo)[0], "http500", "1"], [demo.home + "lokales/fehlt-1", "http404", "1"]]
        )
    finally:
        demo.answers[story.path] = page
    demo.log.clear()
    assert "3 known already" in scraper(*arguments).err
    assert demo.log == []
    assert scraper(*arguments, "--retry-failed").code == 1
    assert sorted(urls_in("out.jsonl")) == sorted(addresses(demo)[:2])
    assert Path("failures.tsv").read_text().count("\n") == 2


def test_outputs_in_one_folder_keep_each_others_failures(scraper: Scraper, demo: DemoSite, there: There) -> None:
    def failed() -> set[str]:
        return {line.partition("\t")[0] for line in Path("failures.tsv").read_text().splitlines()[1:]}

    first, second = (f"{demo.home}lokales/fehlt-{number}" for number in (1, 2))
    again = ("get", first, "-o", "a.jsonl", *there)
    assert scraper(*again).code == 1
    assert failed() == {first}
    assert scraper("get", second, "-o", "b.csv", *there).code == 1
    assert failed() == {first, second}
    scraper("run", demo.home, "-o", ".", *there)
    assert failed() > {first, second}  # the site has a dead link
    path = first.removeprefix(demo.home.rstrip("/"))
    demo.answers[path] = demo.answers[demo.stories[0].path]
    try:
        assert scraper(*again, "--retry-failed").code == 0
    finally:
        del demo.answers[path]
    assert first not in failed()
    assert second in failed()
    Path("b.csv").unlink()
    scraper(*again)
    assert second not in failed()  # its output was taken away


def test_a_file_of_an_earlier_version_is_gone_on_with(scraper: Scraper, demo: DemoSite, there: There) -> None:
    for suffix in ("jsonl", "csv"):
        scraper("get", *addresses(demo)[:2], "-o", f"out.{suffix}", *there)
        before = Path(f"out.{suffix}").read_bytes()
        Path(f"out.{suffix}.state").unlink()
        demo.log.clear()
        scraper("get", *addresses(demo)[:3], "-o", f"out.{suffix}", *there)
        assert [path for path in demo.log if path != "/robots.txt"] == [demo.stories[2].path]
        assert Path(f"out.{suffix}").read_bytes().startswith(before)


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.jsonl.gz"])
def test_what_others_add_to_an_output_stays(scraper: Scraper, demo: DemoSite, there: There, name: str) -> None:
    """It was cut back to what the state knew of: what `export`, or a shell's `>>`, had added was gone."""
    one, two, three, *_ = addresses(demo)
    scraper("get", two, "-o", "other.jsonl", "-q", *there)
    scraper("get", one, "-o", name, "-q", *there)
    scraper("export", "--from", "other.jsonl", "-o", name)
    demo.log.clear()
    scraper("get", one, two, three, "-o", name, "-q", *there)
    assert [record.url for record in open_records(name)] == [one, two, three]
    assert not {story.path for story in demo.stories[:2]} & set(demo.log)


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.jsonl.gz", "out.db", "articles"])
def test_a_link_to_an_output_has_its_state(scraper: Scraper, demo: DemoSite, there: There, name: str) -> None:
    Path("data").mkdir()
    Path(name).symlink_to(f"data/{name}")
    one, two, three, *_ = addresses(demo)
    scraper("get", one, "-o", f"data/{name}", "-q", *there)
    for output, urls in ((name, (one, two)), (f"data/{name}", (one, two, three)), (name, (one, two, three))):
        scraper("get", *urls, "-o", output, "-q", *there)
    asked = [path for path in demo.log if path != "/robots.txt"]
    assert asked == [story.path for story in demo.stories[:3]]
    assert [path.name for path in Path().rglob("*.state")] == [f"{name}.state"]
    if name != "articles":
        assert [record.url for record in open_records(name)] == [one, two, three]


def kill_after_first(process: Process, demo: DemoSite, name: str, there: There) -> None:
    """A run of which the first article is in its output and not yet accounted for."""
    child = process(
        "get", addresses(demo)[0], "-", "-o", name, *there
    )  # standard input stays open: a list that goes on
    while not (Path(name).exists() and demo.stories[0].path.encode() in Path(name).read_bytes()):
        assert child.poll() is None
        time.sleep(0.005)
    child.kill()
    child.wait()


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv"])
def test_what_others_add_after_a_kill_stays(
    process: Process, scraper: Scraper, demo: DemoSite, there: There, name: str
) -> None:
    """What the killed run had written was in the outbox, and all that stood after it was cut."""
    one, two, three, *_ = addresses(demo)
    scraper("get", two, "-o", "other.jsonl", "-q", *there)
    kill_after_first(process, demo, name, there)
    scraper("export", "--from", "other.jsonl", "-o", name)
    demo.log.clear()
    scraper("get", one, two, three, "-o", name, "-q", *there)
    assert [record.url for record in open_records(name)] == [one, two, three]
    assert not {story.path for story in demo.stories[:2]} & set(demo.log)


def test_what_others_append_to_a_torn_line_stays(
    process: Process, scraper: Scraper, demo: DemoSite, there: There
) -> None:
    """It stood on one line with the torn one, and nothing could read that."""
    one, two, *_ = addresses(demo)
    scraper("get", two, "-o", "other.jsonl", "-q", *there)
    kill_after_first(process, demo, "out.jsonl", there)
    torn = Path("out.jsonl").read_bytes()[:-40]
    Path("out.jsonl").write_bytes(torn + Path("other.jsonl").read_bytes())
    scraper("get", one, "-o", "out.jsonl", "-q", *there)
    assert [record.url for record in open_records("out.jsonl")] == [two, one]


@pytest.mark.parametrize(
    ("arguments", "lock"),
    [(("get", "-o", "out.jsonl"), "out.jsonl.state.lock"), (("run",), "output/scraper.lock")],
)
def test_two_runs_never_write_to_one_output(
    scraper: Scraper, demo: DemoSite, there: There, arguments: tuple[str, ...], lock: str
) -> None:
    path = Path(lock)
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(f"{os.getpid()}\n")
        file.flush()
        result = scraper(*arguments, demo.home, *there)
    assert result.code == 75
    assert f"process {os.getpid()}" in result.err
    assert result.err.count("\n") == 1
    assert demo.log == []
    assert scraper(*arguments, demo.home, *there).code != 75
    assert not path.exists()


def test_a_deadline_leaves_the_rest_to_the_next_run(scraper: Scraper, demo: DemoSite, there: There) -> None:
    slow = ("--delay", "1", *there[:2])
    result = scraper("get", *addresses(demo)[:3], "-o", "out.jsonl", "--deadline", "1s", *slow)
    assert result.code == 1
    assert "deadline" in result.err
    scraper("get", *addresses(demo)[:3], "-o", "out.jsonl", *there)
    assert sorted(urls_in("out.jsonl")) == sorted(addresses(demo)[:3])


@pytest.mark.parametrize("value", ["soon", "0s", "-1h"])
def test_a_deadline_must_be_a_length_of_time(scraper: Scraper, demo: DemoSite, value: str) -> None:
    result = scraper("get", demo.home, f"--deadline={value}")
    assert result.code == 2
    assert "write a length of time" in result.err
