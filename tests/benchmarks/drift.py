"""Drift on generated replica sites: is a redesign found, how soon, with the right first article; and no false alarm.

    python ../shared/sites/replicate.py build --corpus ../shared/corpus/fundus/dev --out ../sites11 --seed 11
    python tests/benchmarks/drift.py ../shared/sites/data/dev ../sites11           # as for sites nobody has seen
    python tests/benchmarks/drift.py ../shared/sites/data/dev --configs DIR        # with the configs in DIR
    python tests/benchmarks/drift.py ../shared/sites/data/dev --learn 10           # with what is learned from the first
    python tests/benchmarks/drift.py ../shared/sites/data/dev --alternate          # both layouts by turns: no redesign

A verdict is asked for after every article. Exit code 1 where a redesign is found later than after its third article, is
dated wrongly, or where there is an alarm without one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1])]

from scraper.document import parse  # noqa: E402
from scraper.drift import DriftVerdict, judge  # noqa: E402
from scraper.learning import Sample, learn  # noqa: E402
from scraper.models import Link, Page  # noqa: E402
from scraper.pipeline.read import read_pages  # noqa: E402
from scraper.sites import Site, Sites  # noqa: E402
from scraper.store.state_signals import Measured  # noqa: E402
from scraper.urls import site_key  # noqa: E402

Find = Callable[[str], Site | None]
#: articles after a change within which it must be found
SOON = 3


class Result(NamedTuple):
    """What drift made of one site."""

    name: str
    #: index of the first article in the new layout; None: there is none
    changed: int | None
    history: list[Measured]
    #: the verdict after each article
    verdicts: list[DriftVerdict]

    @property
    def false_alarms(self) -> list[int]:
        """Articles after which something was called wrong though nothing had changed."""
        end = len(self.verdicts) if self.changed is None else self.changed
        return [i for i, one in enumerate(self.verdicts[:end]) if one.verdict != "ok"]

    @property
    def found(self) -> int | None:
        """The article after which the change was found."""
        if self.changed is None:
            return None
        later = range(self.changed, len(self.verdicts))
        return next((i for i in later if self.verdicts[i].verdict == "broken"), None)

    @property
    def right(self) -> bool:
        """Whether the first bad article was named whenever something was wrong."""
        if self.changed is None:
            return True
        named = {one.first_bad for one in self.verdicts[self.changed :] if one.verdict == "broken"}
        return named == {self.history[self.changed].url}

    @property
    def good(self) -> bool:
        late = self.changed is not None and (self.found is None or self.found >= self.changed + SOON)
        return not late and not self.false_alarms and self.right


def measured(folder: Path, sites: Sites, learn_from: int) -> list[Measured]:
    """How each article of a site was come by, in order of time."""
    articles = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    if not learn_from:
        return list(_measured(folder, articles, sites.find))
    samples = [Sample(parse(_html(folder, article["pages"][0]), article["url"])) for article in articles[:learn_from]]
    domain = site_key(articles[0]["url"])
    config = Site(domain=domain, hash="learned", layouts=(learn(samples).layout,))
    rest = _measured(folder, articles[learn_from:], lambda url: config)
    return [*_measured(folder, articles[:learn_from], sites.find), *rest]


def _measured(folder: Path, articles: Sequence[dict[str, Any]], find: Find) -> Iterator[Measured]:
    for article in articles:
        link = Link(url=article["url"])
        pages = [Page(link=link, url=article["url"], body=_html(folder, part)) for part in article["pages"]]
        reading = read_pages(pages, find(article["url"]), folder.name)
        if reading.signals:
            yield Measured(article["url"], datetime.fromisoformat(article["date"]).timestamp(), reading.signals)


def _html(folder: Path, part: dict[str, str]) -> bytes:
    return gzip.decompress((folder / "html" / part["file"]).read_bytes())


def by_turns(history: Sequence[Measured], changed: int) -> list[Measured]:
    """Articles of both layouts, one or two of each at a time."""
    old, new = list(history[:changed]), list(history[changed:])
    mixed: list[Measured] = []
    while old and new:
        mixed += [old.pop(0), *([old.pop(0)] if old and len(old) > len(new) else []), new.pop(0)]
    return mixed


def judged(folder: Path, sites: Sites, options: argparse.Namespace) -> Result:
    """A verdict after each article of a site."""
    changed = json.loads((folder / "site.json").read_text())["redesign_after"]
    history = measured(folder, sites, options.learn)
    if changed and options.alternate:
        history, changed = by_turns(history, changed), None
    return Result(folder.name, changed, history, [judge(history[: i + 1]) for i in range(len(history))])


def told(result: Result) -> str:
    """A line for a person."""
    line = f"{result.name:28} {'ok' if result.good else 'WRONG':6}"
    if result.changed is not None:
        after = "never" if result.found is None else f"after {result.found - result.changed + 1} articles"
        line += f" found {after}, first bad {'right' if result.right else 'wrong'}; {result.verdicts[-1].rule}"
    for i in result.false_alarms[:1]:
        one = result.verdicts[i]
        line += f" {len(result.false_alarms)} false alarms, the first after {i + 1}: {one.verdict} {one.reasons[0]}"
    return line


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--configs", type=Path, help="a folder of configs")
    parser.add_argument("--learn", type=int, default=0, metavar="N", help="learn a config from the first N articles")
    parser.add_argument("--alternate", action="store_true", help="mix the two layouts of the sites that have two")
    options = parser.parse_args()
    sites = Sites.load([options.configs]) if options.configs else Sites(())
    results = []
    for data in options.data:
        for folder in sorted(path.parent for path in data.glob("*/site.json")):
            results.append(judged(folder, sites, options))
            print(told(results[-1]), flush=True)
    changed = [result for result in results if result.changed is not None]
    soon = sum(result.found is not None and result.found < (result.changed or 0) + SOON for result in changed)
    print(
        f"{len(results)} sites: {soon} of {len(changed)} redesigns found within {SOON} articles, "
        f"{sum(result.right for result in changed)} dated right; "
        f"{sum(len(result.false_alarms) for result in results)} false alarms "
        f"on {sum(bool(result.false_alarms) for result in results)} sites"
    )
    return 0 if all(result.good for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
