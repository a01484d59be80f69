"""`scraper get` beside trafilatura's own command line and Scrapy with trafilatura: whole programs, one local server.

    python3 -m venv ../peers && ../peers/bin/pip install trafilatura scrapy lxml_html_clean
    python tests/benchmarks/peers.py --peers ../peers --n 300 --runs 3
    python tests/benchmarks/peers.py --peers ../peers --learned --runs 3

`--learned`: the replica sites of ../shared in place of real pages, each on an address of its own, and in place of
`configs` `learned`: `get` with the configs that were learned from each site's first ten articles; all read the others.
Else 40 sites, and `configs` is `get` with a config for each that names where the text stands. 50 ms before each answer,
four requests under way to a site. Ratios are to `get`: wall, CPU (children included), memory (PSS). Prints the tables
of ../shared/bench/e2e.py, which runs the programs in turn; --halves adds a run of half the length, so that what
starting costs can be told from what a page costs. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import replicas
from replay import Article, articles

from scraper.document import parse
from scraper.learning import Sample, learn
from scraper.learning.write import config_text

BENCH = replicas.SITES.parent / "bench"
HOSTS, LATENCY = 40, 0.05
#: articles of a replica site that its config is learned from
FIRST = 10
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


def contenders(peers: Path, folder: Path, name: str, configs: Path) -> list[str]:
    """name=command, as e2e.py takes them; `name`: what `get` with `configs` is called."""
    settings = folder / "no-sleep.cfg"
    subprocess.run([peers / "bin/python", "-c", _SETTINGS, settings], check=True)
    # as pip does with what it installs, the peers among it; in a checkout every process would compile its modules anew
    # where PYTHONDONTWRITEBYTECODE is set
    subprocess.run([sys.executable, "-m", "compileall", "-q", replicas.ROOT / "scraper"], check=True)
    ours = f"env PYTHONPATH={replicas.ROOT} {sys.executable} -m scraper get -i {{urls}} -o {{out}}"
    ours += " --allow-private --delay 0 --per-host 4 --overwrite -q"
    return [
        f"get={ours} --no-configs",
        f"{name}={ours} --configs {configs}",
        f"trafilatura={peers}/bin/trafilatura -i {{urls}} --json -o {{out}} --config-file {settings}",
        f"scrapy={peers}/bin/python {BENCH}/e2e_peers/scrapy_trafilatura.py {{urls}} {{out}}",
    ]


def _configs(folder: Path) -> Path:
    folder.mkdir()
    rules = ", ".join(f"'{rule}'" for rule in BODY)
    for host in range(HOSTS):
        (folder / f"127.0.1.{host + 1}.toml").write_text(f"[[layouts]]\nbody = [{rules}]\n")
    return folder


def replica_pages(folder: Path) -> tuple[Path, list[str]]:
    """(a folder of learned configs, the options of e2e.py by which each site stands on an address of its own).

    e2e.py gives pages to addresses, and addresses to sites, in order: so each site gives as many pages.
    """
    sites = [articles(path.parent) for path in sorted(replicas.DATA.glob("*/gold.jsonl"))]
    count = min(map(len, sites)) - FIRST
    (folder / "pages").mkdir()
    (folder / "learned").mkdir()
    for number, (path, site) in enumerate(zip(sorted(replicas.DATA.glob("*/gold.jsonl")), sites, strict=True)):
        _learn(site[:FIRST], folder / "learned", f"127.0.1.{number + 1}")
        for place, article in enumerate(site[FIRST : FIRST + count]):
            page = path.parent / "html" / article.gold["pages"][0]["file"]
            (folder / "pages" / f"{number:03}-{place:03}.html.gz").symlink_to(page)
    options = ["--pages", f"{folder}/pages/*.html.gz", "--hosts", len(sites), "--order", "host"]
    return folder / "learned", [str(each) for each in (*options, "--n", count * len(sites))]


def _learn(samples: list[Article], folder: Path, domain: str) -> None:
    found = learn([Sample(parse(article.pages[0].body, article.pages[0].url)) for article in samples])
    text = config_text(found, domain=domain, existing=None, today=date.today(), source="replicas")
    (folder / f"{domain}.toml").write_text(text, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, required=True, help="a virtual environment with trafilatura and Scrapy")
    parser.add_argument("--n", type=int, default=300, help="pages")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--halves", action="store_true")
    parser.add_argument("--learned", action="store_true", help="replica sites, with configs that were learned")
    options = parser.parse_args()
    code = 0
    with tempfile.TemporaryDirectory(prefix="peers-") as name:
        folder, peers = Path(name), options.peers.absolute()
        if options.learned:
            configs, pages = replica_pages(folder)
            found, lengths = contenders(peers, folder, "learned", configs), [pages]
        else:
            found = contenders(peers, folder, "configs", _configs(folder / "configs"))
            counts = (options.n // 2, options.n) if options.halves else (options.n,)
            lengths = [["--n", str(count), "--hosts", str(HOSTS)] for count in counts]
        for length in lengths:
            command = [sys.executable, BENCH / "e2e.py", *length, "--latency", LATENCY]
            command += ["--runs", options.runs, "--cwd", name, *found]
            code |= subprocess.run([str(part) for part in command], check=False).returncode
    return code


if __name__ == "__main__":
    sys.exit(main())
