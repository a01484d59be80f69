"""`scraper get` beside trafilatura's own command line and Scrapy with trafilatura: whole programs, one local server.

    python3 -m venv ../peers && ../peers/bin/pip install trafilatura scrapy lxml_html_clean
    python tests/benchmarks/peers.py --peers ../peers --n 300 --runs 3

40 sites, 50 ms before each answer, four requests under way to each. `configs` is `get` with a config for each site that
names where the text stands. Ratios are to `get`: wall, CPU (children included), memory (PSS). Prints the tables of
../shared/bench/e2e.py, which runs the programs in turn; --halves adds a run of half the length, so that what starting
costs can be told from what a page costs. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import replicas

BENCH = replicas.SITES.parent / "bench"
HOSTS, LATENCY = 40, 0.05
#: where the text of most of the pages stands
BODY = (
    '[itemprop="articleBody"]', "article .article-body", ".article__body", ".entry-content", ".post-content",
    "article", "main", "#content", "body",
)  # fmt: skip
#: settings of trafilatura without which it sleeps 5 s between two pages of a host, and refuses a local server
_SETTINGS = """
import configparser, pathlib, sys, trafilatura
settings = configparser.ConfigParser()
settings.read(pathlib.Path(trafilatura.__file__).parent / "settings.cfg")
settings["DEFAULT"].update(SLEEP_TIME="0", SSRF_PROTECTION="off")
settings.write(open(sys.argv[1], "w"))
"""


def contenders(peers: Path, folder: Path) -> list[str]:
    """name=command, as e2e.py takes them."""
    settings = folder / "no-sleep.cfg"
    subprocess.run([peers / "bin/python", "-c", _SETTINGS, settings], check=True)
    ours = f"env PYTHONPATH={replicas.ROOT} {sys.executable} -m scraper get -i {{urls}} -o {{out}}"
    ours += " --allow-private --delay 0 --per-host 4 --overwrite -q"
    return [
        f"get={ours} --no-configs",
        f"configs={ours} --configs {_configs(folder / 'configs')}",
        f"trafilatura={peers}/bin/trafilatura -i {{urls}} --json -o {{out}} --config-file {settings}",
        f"scrapy={peers}/bin/python {BENCH}/e2e_peers/scrapy_trafilatura.py {{urls}} {{out}}",
    ]


def _configs(folder: Path) -> Path:
    folder.mkdir()
    rules = ", ".join(f"'{rule}'" for rule in BODY)
    for host in range(HOSTS):
        (folder / f"127.0.1.{host + 1}.toml").write_text(f"[[layouts]]\nbody = [{rules}]\n")
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, required=True, help="a virtual environment with trafilatura and Scrapy")
    parser.add_argument("--n", type=int, default=300, help="pages")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--halves", action="store_true")
    options = parser.parse_args()
    code = 0
    with tempfile.TemporaryDirectory(prefix="peers-") as name:
        found = contenders(options.peers.absolute(), Path(name))
        for count in (options.n // 2, options.n) if options.halves else (options.n,):
            command = [sys.executable, BENCH / "e2e.py", "--n", count, "--hosts", HOSTS, "--latency", LATENCY]
            command += ["--runs", options.runs, "--cwd", name, *found]
            code |= subprocess.run([str(part) for part in command], check=False).returncode
    return code


if __name__ == "__main__":
    sys.exit(main())
