"""Peak memory (PSS over all processes) and rate of `scraper get` for lists of different length.

    python tests/benchmarks/memory.py 10000 100000
    python tests/benchmarks/memory.py 3000 --hosts 40 --page-kb 60

A server on loopback answers every address with a page of its own; the addresses are spread over many hosts, one after
the other. Prints one JSON line a length.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

_WORDS = [
    "Rat",
    "Brücke",
    "Fluss",
    "Markt",
    "Schule",
    "Stadt",
    "Hafen",
    "Winter",
    "Konzert",
    "Straße",
    "Verein",
    "Wahl",
    "Haushalt",
    "Ufer",
    "Theater",
]


def page(number: int, kilobytes: int) -> bytes:
    """An article that differs from all others, within a frame of links."""
    case = 1_000_000 + number  # a page that is called "Fall 404" is taken for an error's, and rightly so
    words = [_WORDS[(number * k + k // 3) % len(_WORDS)] for k in range(1, 61)]
    lines = "".join(
        f"<p>Absatz {k} zu Fall {case}: {' '.join(words[k * 10 : k * 10 + 10])}, hieß es.</p>" for k in range(6)
    )
    frame = "<nav>" + "".join(f'<a href="/{w}">{w}</a>' for w in _WORDS) + "</nav>"
    filling = "<!-- " + "x" * 1000 * kilobytes + " -->"
    head = f'<html lang="de"><head><title>Fall {case}</title><meta charset="utf-8"></head>'
    return f"{head}<body>{frame}<article><h1>Fall {case} im Rat</h1>{lines}</article>{filling}</body></html>".encode()


def _serve(pipe: Connection, kilobytes: int) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1]
                number = int(path.rpartition(b"-")[2]) if path.rpartition(b"-")[2].isdigit() else None
                body = b"" if number is None else page(number, kilobytes)
                status = b"404 Not Found" if number is None else b"200 OK"
                writer.write(
                    b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
                )
                writer.write(body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def _tree(root: int) -> Iterator[int]:
    yield root
    for thread in Path(f"/proc/{root}/task").glob("*"):
        for child in (thread / "children").read_text().split():
            yield from _tree(int(child))


def _pss(root: int) -> int:
    """Bytes of a process and all below it; pages that they share count once."""
    total = 0
    try:
        for pid in _tree(root):
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) * 1024
    except (OSError, StopIteration):
        pass
    return total


def watched(child: subprocess.Popen[bytes], longest: float = float("inf")) -> int:
    """Waits for the end of a process; the most that it and all below it needed. Kills it after `longest` seconds."""
    until, peak = time.monotonic() + longest, 0
    while child.poll() is None:
        peak = max(peak, _pss(child.pid))
        time.sleep(0.25)
        if time.monotonic() > until:
            child.kill()
    return peak


def measure(count: int, hosts: int, port: int) -> dict[str, float]:
    """One run over a list of `count` addresses."""
    with tempfile.TemporaryDirectory(prefix="memory-") as name:
        folder = Path(name)
        with (folder / "urls.txt").open("w") as file:
            file.writelines(f"http://www.site{n % hosts}.example/2026/11/23/fall-{n}\n" for n in range(count))
        command = [
            sys.executable,
            "-m",
            "scraper",
            "get",
            "-i",
            str(folder / "urls.txt"),
            "-o",
            str(folder / "out.jsonl"),
        ]
        command += ["--resolve", f"*=127.0.0.1:{port}", "--delay", "0", "--no-configs", "-q"]
        started = time.monotonic()
        child = subprocess.Popen(command)
        peak = watched(child)
        seconds = time.monotonic() - started
        lines = sum(1 for _ in (folder / "out.jsonl").open("rb")) if (folder / "out.jsonl").exists() else 0
    return {
        "urls": count,
        "lines": lines,
        "peakMB": round(peak / 1e6, 1),
        "seconds": round(seconds, 1),
        "exit": child.returncode,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("counts", nargs="+", type=int)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--page-kb", type=int, default=2)
    options = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(theirs, options.page_kb), daemon=True)
    server.start()
    port = ours.recv()
    for count in options.counts:
        print(json.dumps(measure(count, options.hosts, port)), flush=True)
    server.terminate()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    main()
