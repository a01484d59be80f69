"""Whole runs: what a site's pages have in common is learned from run to run, and a redesign is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scraper.drift import judge as judge_drift
from scraper.health import judge
from scraper.models import Done, Event, Kept, Reason, Record
from scraper.store import State
from scraper.store.history import History

Run = Callable[..., list[Event]]
#: as many sentences as articles could need, no two alike
_WHO = ("Der Rat", "Die Kämmerin", "Ein Sprecher", "Die Bürgermeisterin", "Der Verein", "Die Feuerwehr", "Das Land")
_WHAT = ("über die Brücke", "von der Schule", "wegen des Marktes", "zu den Kosten", "am Hafen", "im Stadtpark")
DISCLAIMER = (
    "Der Flussbote gehört einem Verein, der sich aus den Beiträgen seiner Mitglieder finanziert, und ist unabhängig."
)


def story(number: int) -> list[str]:
    return [
        f"{_WHO[(number + n) % 7]} sprach gestern {_WHAT[(number * 5 + n) % 6]}, und {'ja ' * n}nach {'sehr ' * number}"
        "langer Zeit waren sich fast alle im Saal darüber einig."
        for n in range(5)
    ]


def pages(news: Any, *, redesign: int = 999, last: str = DISCLAIMER) -> None:
    """Gives the site articles of their own texts, made otherwise from number `redesign` on."""
    plain = news.body

    def body(path: str) -> str | None:
        number = path.rpartition("-")[2]
        if not path.startswith("/lokales/") or not number.isdigit() or int(number) >= news.count:
            return plain(path)
        lines = [*story(int(number)), last]
        head = f"<title>Meldung {number}</title><meta property='og:type' content='article'>"
        if int(number) < redesign:
            text = "".join(f"<p>{line}</p>" for line in lines)
            return f"{head}<article><h1>Meldung {number}</h1><div class='text'>{text}</div></article>"
        text = "".join(f"<p class='copy'>{line}</p>" for line in lines)
        return f"{head}<main><h1>Meldung {number}</h1><section class='story__main'>{text}</section></main>"

    news.body = body


def kept(events: list[Event]) -> list[Record]:
    return [event.outcome.record for event in events if isinstance(event, Done) and isinstance(event.outcome, Kept)]


def test_what_stood_on_earlier_articles_goes_from_the_next_ones(
    news: Any, run: Run, state: Callable[[], State]
) -> None:
    pages(news)
    news.count = 4
    run(lookahead=1)
    news.count = 7
    records = kept(run())
    assert len(records) == 3
    for record in records:
        assert DISCLAIMER not in record.article_body
        assert story(int(record.url.rpartition("-")[2]))[-1] in record.article_body
        assert next(entry.rule for entry in record.removed if entry.reason is Reason.REPEATED).startswith("repeated:")
    opened = state()
    assert len(opened.signals.of("bote.example")) == 7
    assert max(articles for articles, _ in opened.repeats.of("bote.example").values()) == 7


def test_articles_that_share_most_of_their_text_are_left_alone(news: Any, run: Run) -> None:
    """The fixture's own articles: three paragraphs that all have, and one that is theirs."""
    news.count = 5
    run()
    news.count = 8
    assert all(len(record.body) == 4 for record in kept(run()))


def test_a_redesign_is_seen_after_the_run_that_met_it(news: Any, run: Run, state: Callable[[], State]) -> None:
    pages(news, redesign=10, last="Ende.")
    news.count = 10
    run()
    assert judge_drift(state().signals.of("bote.example")).verdict == "ok"
    news.count = 13
    run(hours=1)
    verdict = judge_drift(state().signals.of("bote.example"))
    assert (verdict.verdict, verdict.rule) == ("broken", "markup")
    opened = state()
    (health,) = (judge(facts, opened.now()) for facts in History(opened.db).facts(opened.now()))
    assert health.verdict == "broken"
    assert health.first_bad == verdict.first_bad
    assert verdict.first_bad.rpartition("-")[2] in ("10", "11", "12")  # they have no dates
