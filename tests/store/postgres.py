"""A PostgreSQL server for the tests: started on a free port in a folder of its own, stopped at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl` (Debian keeps them off the PATH); None where there is no server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    here = [Path(found[-1])] if found else []
    here += [Path(path) for path in [shutil.which("initdb")] if path]
    return here[0].resolve().parent if here else None


def why_not() -> str:
    """What keeps a server from being started here; "" where nothing does."""
    if programs() is None:
        return "PostgreSQL's server is not installed (Debian: apt-get install postgresql)"
    if os.getuid() == 0 and (shutil.which("runuser") is None or not _has_user()):
        return "initdb refuses to run as root, and there is no user postgres to run it as"
    return ""


@contextmanager
def server() -> Iterator[str]:
    """The address of a database on a server of its own: no fsync, a free port of this machine."""
    folder = Path(tempfile.mkdtemp(prefix="scraper-pg-"))
    data, port = folder / "data", _free_port()
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        _run("initdb", "-D", data, "-U", "scraper", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        options = f"-p {port} -h 127.0.0.1 -k {folder} -F -c max_connections=20 -c shared_buffers=16MB"
        _run("pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://scraper@127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *arguments: object) -> None:
    folder = programs()
    assert folder
    command = [str(folder / program), *map(str, arguments)]
    if os.getuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stdout.decode(errors='replace')}")


def _has_user() -> bool:
    import pwd

    return any(user.pw_name == "postgres" for user in pwd.getpwall())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
