"""Redesigns of generated replica sites: found, dated, mended; and nothing mended where nothing broke.

    python ../shared/sites/replicate.py build --corpus ../shared/corpus/fundus/dev --out ../sites11 --seed 11
    python tests/benchmarks/redesign.py ../shared/sites/data/dev ../sites11
    python tests/benchmarks/redesign.py ../shared/sites/data/dev --auto           # only what `run --auto-mend` writes

For each site a config is learned from the first ten articles, without their gold. All articles go, one a run, through
the pipeline's reading into a state database; the config is used from the eleventh on (--from-start: from the first).
After each the layout is judged, and mended as a run does it; what is proposed is written at once, as by `mend --apply`.
`exact`: articles of the new layout whose words are exactly the gold's, read without memory: by the generic way, by the
config as it was, and by the mended one; and those that came after the mending, as they were stored. Exit code 1 where a
redesign is found later than after its third article, dated wrongly or mended below .70, and for every false alarm.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1]), str(HERE.parents[2] / "shared" / "bench")]

import score  # noqa: E402
from replay import Article, articles  # noqa: E402

from scraper.document import parse, selector_error  # noqa: E402
from scraper.drift import judge  # noqa: E402
from scraper.extraction import extract_article, join_pages  # noqa: E402
from scraper.learning import Sample, learn  # noqa: E402
from scraper.learning.write import config_text, write_config  # noqa: E402
from scraper.mending import How, Mended, mend_site  # noqa: E402
from scraper.models import Done, Kept, Record  # noqa: E402
from scraper.pipeline.read import read_pages  # noqa: E402
from scraper.sites import Site, Sites  # noqa: E402
from scraper.store import run_output  # noqa: E402

#: articles that the first config is learned from; those within which a change must be found; what mending must reach
FIRST, SOON, WANTED = 10, 3, 0.7


class Result(NamedTuple):
    """What became of one site."""

    name: str
    changed: int | None
    #: the article after which it was found, mended; None: it was not
    found: int | None
    mended: int | None
    #: whether each verdict named the first article of the change
    right: bool
    #: articles after which something was called wrong, or mended, though nothing had changed
    false_alarms: list[int]
    #: exact on the new layout: generic, config as it was, mended; stored records after the mending
    exact: dict[str, float]
    said: list[Mended]

    @property
    def good(self) -> bool:
        if self.changed is None:
            return not self.false_alarms
        soon = self.found is not None and self.found < self.changed + SOON
        return soon and self.right and not self.false_alarms and self.reached >= WANTED

    @property
    def reached(self) -> float:
        """Exact on the new layout with what was written; where nothing had to be, with what there was."""
        equal = bool(self.said) and self.said[-1].outcome in ("proposed", "declined", "equal")
        return self.exact.get("mended", self.exact["before"] if equal else 0.0)


class Replay:
    """One site's articles, one a run, into a state database; the config is written as mending says."""

    def __init__(self, folder: Path, work: Path, *, auto: bool, from_start: bool) -> None:
        self.name, self.auto, self.start = folder.name, auto, 0 if from_start else FIRST
        self.changed: int | None = json.loads((folder / "site.json").read_text())["redesign_after"]
        self.articles = articles(folder)
        self.domain = self.articles[0].site
        self.configs, self.output = work / "configs", work / "output"
        self.path = self.configs / f"{self.domain}.toml"
        learned = learn([sample(article) for article in self.articles[:FIRST]])
        text = config_text(
            learned, domain=self.domain, existing=None, today=datetime.now(UTC).date(), source="its first articles"
        )
        self.first = write_config(self.path, text)

    def sites(self) -> Sites:
        return Sites.load([self.configs], check_selector=selector_error)

    def run(self) -> Result:
        """Everything, article by article."""
        found = mended = None
        right, alarms, said = True, [], []
        stored: dict[int, Record] = {}
        with closing(run_output(self.output)) as output:
            for number, article in enumerate(self.articles):
                done = output.take(self.done(number, article, output.state))
                if isinstance(done.outcome, Kept):
                    stored[number] = done.outcome.record
                verdict = judge(output.state.signals.of(self.domain))
                if self.changed is None or number < self.changed:
                    alarms += [number] * (verdict.verdict != "ok")
                elif verdict.verdict == "broken":
                    found = number if found is None else found
                    right = right and verdict.first_bad == self.articles[self.changed].url
                if verdict.verdict != "broken" or mended is not None:
                    continue
                said.append(self.mend(output.state))
                if said[-1].outcome == "applied":
                    mended = number
        exact = self.exact(stored, mended) if self.changed is not None else {}
        return Result(self.name, self.changed, found, mended, right, alarms, exact, said)

    def done(self, number: int, article: Article, state: Any) -> Done:
        """The end of an article's link, as the pipeline tells it."""
        state.links.note([article.link], state.now(), number + 1)
        site = self.sites().find(article.url) if number >= self.start else None
        memory = state.repeats.of(self.domain)
        reading = read_pages(article.pages, site, self.domain, memory)
        return Done(
            link=article.link, outcome=reading.outcome, requests=1, signals=reading.signals, prints=reading.prints,
            page=article.pages[0] if site else None,
        )  # fmt: skip

    def mend(self, state: Any) -> Mended:
        how = How(sites=self.sites(), proposals=self.output / "proposals", stored=self.output / "none", auto=self.auto)
        mended = mend_site(self.domain, state, how)
        if mended.outcome == "proposed" and not self.auto:
            write_config(self.path, Path(mended.path).read_text(encoding="utf-8"))
            return Mended(site=mended.site, outcome="applied", sentence=mended.sentence, path=mended.path)
        return mended

    def exact(self, stored: dict[int, Record], mended: int | None) -> dict[str, float]:
        new = self.articles[self.changed :]
        figures = {
            "generic": share_exact([(article, body(article, None)) for article in new]),
            "before": share_exact([(article, body(article, self.first)) for article in new]),
        }
        if mended is not None:
            site = self.sites().find(self.articles[-1].url)
            figures["mended"] = share_exact([(article, body(article, site)) for article in new])
            later = [(self.articles[i], record.article_body) for i, record in stored.items() if i > mended]
            figures["stored"] = share_exact(later)
        return figures


def sample(article: Article) -> Sample:
    page = article.pages[0]
    return Sample(parse(page.body, page.url))


def body(article: Article, site: Site | None) -> str:
    found = [extract_article(parse(page.body, page.url), site) for page in article.pages]
    return join_pages(found).article_body


def share_exact(read: Sequence[tuple[Article, str]]) -> float:
    return sum(is_exact(article.gold, text) for article, text in read) / len(read) if read else float("nan")


def is_exact(gold: dict[str, Any], text: str) -> bool:
    """As ../shared/bench/score_sites.py has it: the lead may stand in the text or not."""
    golds = [gold["body"], *([f"{gold['summary']}\n\n{gold['body']}"] if gold.get("summary") else [])]
    return max((score.body_score(text, one) for one in golds), key=lambda one: one[2])[3] > 0


def told(result: Result) -> str:
    """A line for a person."""
    line = f"{result.name:28} {'ok' if result.good else 'WRONG':6}"
    if result.changed is not None:
        after = "never" if result.found is None else f"after {result.found - result.changed + 1}"
        line += f" found {after}, first bad {'right' if result.right else 'wrong'}, "
        line += "not mended" if result.mended is None else f"mended after {result.mended - result.changed + 1}"
        line += "; exact " + ", ".join(f"{name} {value:.2f}" for name, value in result.exact.items())
        line += "".join(f"\n      {one.outcome}: {one.sentence}" for one in result.said[-1:] if not result.good)
    if result.false_alarms:
        line += f" {len(result.false_alarms)} false alarms, the first after {result.false_alarms[0] + 1}"
    if result.changed is None and result.said:
        line += f"; {result.said[-1].outcome}: {result.said[-1].sentence}"
    return line


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--auto", action="store_true", help="write only what beats the generic way")
    parser.add_argument("--from-start", action="store_true", help="read all articles with the config")
    parser.add_argument("--only", default="", help="sites with this in their name")
    options = parser.parse_args()
    results = []
    for folder in sorted(path.parent for data in options.data for path in data.glob("*/site.json")):
        if options.only in folder.name:
            with tempfile.TemporaryDirectory() as work:
                replay = Replay(folder, Path(work), auto=options.auto, from_start=options.from_start)
                results.append(replay.run())
            print(told(results[-1]), flush=True)
    print(summary(results))
    return 0 if all(result.good for result in results) else 1


def summary(results: Sequence[Result]) -> str:
    changed = [result for result in results if result.changed is not None]
    soon = sum(result.found is not None and result.found < (result.changed or 0) + SOON for result in changed)
    mended = [result for result in changed if result.mended is not None]
    mean = {
        name: sum(result.exact[name] for result in mended) / len(mended)
        for name in ("generic", "before", "mended")
        if mended
    }
    alarms = sum(len(result.false_alarms) for result in results)
    return (
        f"{len(results)} sites: {soon} of {len(changed)} redesigns found within {SOON} articles, "
        f"{sum(result.right for result in changed)} dated right, {len(mended)} mended (exact on the new layout: "
        f"{', '.join(f'{name} {value:.2f}' for name, value in mean.items())}); {alarms} false alarms"
    )


if __name__ == "__main__":
    sys.exit(main())
