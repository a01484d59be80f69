"""`learn`, `record` and `check` from end to end: on the demo site, on folders, on WARC files, on corrections."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scraper.cli import learning
from scraper.cli.demosite import DemoSite
from scraper.cli.options import RunOptions
from scraper.learning import Effect, Learned, RuleNote, Sample
from scraper.models import Link, Page
from scraper.sites import Layout, Site, load_file
from scraper.store import ArchiveWriter

Run = Callable[..., Any]
TEXT = "Der Rat hat am Abend lange über die Brücke beraten, und am Ende stand fest, dass nichts feststeht. " * 3


def page(number: int, host: str = "www.bote.example", canonical: bool = True) -> str:
    url = f"https://{host}/lokales/rat-streitet-weiter-{number}"
    named = f'<link rel="canonical" href="{url}">' if canonical else ""
    text = "".join(f"<p>{TEXT} So war es am Tag {number}, Absatz {n}.</p>" for n in range(3))
    head = f"<title>Rat streitet, Teil {number}</title><meta property='og:type' content='article'>{named}"
    return (
        f"<html lang=de><head>{head}</head><body><article><h1>Rat streitet, Teil {number}</h1>{text}</article></html>"
    )


def folder(name: str, count: int, **how: Any) -> Path:
    path = Path(name)
    path.mkdir(parents=True)
    for number in range(count):
        data = page(number, **how).encode()
        if number % 2:
            (path / f"{number}.html.gz").write_bytes(gzip.compress(data))
        else:
            (path / f"{number}.html").write_bytes(data)
    return path


class Learner:
    """Stands for `scraper.learning.learn` where only what is around it is tested; what it was given is kept."""

    def __init__(self, *rules: str, pages: int | None = None, article_url: tuple[str, ...] = ()) -> None:
        self.rules, self.pages, self.article_url = rules, pages, article_url
        self.samples: Sequence[Sample] = ()
        self.site: Site | None = None

    def __call__(self, samples: Sequence[Sample], site: Site | None) -> Learned:
        self.samples, self.site = samples, site
        count = len(samples) if self.pages is None else self.pages
        notes = [RuleNote(key="remove", rule=rule, pages=count, why="the same line each time") for rule in self.rules]
        effects = [
            Effect(url=sample.document.url, before=90, after=80, gone=("Lesen Sie auch",), exact_after=None)
            for sample in samples
        ]
        return Learned(
            layout=Layout(remove=self.rules), notes=tuple(notes), effects=tuple(effects), pages=count,
            article_url=self.article_url,
        )  # fmt: skip

    @property
    def urls(self) -> list[str]:
        return sorted(sample.document.url for sample in self.samples)


def learn(learner: Learner, *arguments: object, **how: Any) -> int:
    options = how.pop("options", RunOptions())
    how["corrected"] = tuple(how.get("corrected", ()))
    return learning.learn(learning.How(arguments=tuple(map(str, arguments)), **how), options, learner)


CONFIG = Path("configs/bote.example.toml")


# --- sources -------------------------------------------------------------------------------------


def test_a_folder_of_pages_becomes_a_config(capsys: pytest.CaptureFixture[str]) -> None:
    learner = Learner("aside.more", article_url=(r"/lokales/.+-\d+$",))
    assert learn(learner, folder("saved", 4)) == 0
    assert len(learner.samples) == 4
    assert learner.site is None
    site = load_file(CONFIG)
    assert site.domain == "bote.example"
    assert site.layouts == (Layout(remove=("aside.more",)),)
    out = capsys.readouterr().out
    assert "bote.example: learned from 4 pages" in out
    assert "/lokales/rat-streitet-weiter-0" in out
    assert "  4 - Lesen Sie auch" in out
    assert "  4/4 remove: aside.more  the same line each time" in out
    assert '+remove = ["aside.more"]  # learned ' in out
    assert "Written to configs/bote.example.toml" in out


def test_one_odd_page_of_a_folder_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    (folder("saved", 3) / "silent.html").write_text(page(9, canonical=False))
    learner = Learner("aside.more")
    assert learn(learner, "saved") == 0
    assert len(learner.samples) == 3
    assert "silent.html: the page does not say its address" in capsys.readouterr().err


def test_a_dry_run_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert learn(Learner("aside.more"), folder("saved", 3), dry_run=True) == 0
    out = capsys.readouterr().out
    assert "+++ b/configs/bote.example.toml" in out
    assert "Nothing was written" in out
    assert not CONFIG.exists()


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert learn(Learner("aside.more"), folder("saved", 3), as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["site"] == "bote.example"
    assert found["written"] is True
    assert found["learned"]["notes"][0]["rule"] == "aside.more"


def test_what_beats_nothing_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert learn(Learner(), folder("saved", 3)) == 0
    assert "Nothing to add" in capsys.readouterr().out
    assert not CONFIG.exists()


def test_a_second_run_learns_without_the_first_ones_rules(capsys: pytest.CaptureFixture[str]) -> None:
    CONFIG.write_text('domain = "bote.example"\n[[layouts]]\nremove = ["p.mine"]\n')
    learn(Learner("aside.more"), folder("saved", 3))
    text = CONFIG.read_text()
    again = Learner("aside.more")
    assert learn(again, "saved") == 0
    assert again.site is not None
    assert again.site.layouts == (Layout(remove=("p.mine",)),)
    assert CONFIG.read_text() == text
    assert "Nothing to add" in capsys.readouterr().out
    learn(Learner("div.other"), "saved")
    assert load_file(CONFIG).layouts[0].remove == ("p.mine", "div.other")


def test_after_a_redesign_a_new_layout_is_begun() -> None:
    CONFIG.write_text('[[layouts]]\nremove = ["p.old"]\n')
    new = Learner("p.old", "p.new")
    assert learn(new, folder("saved", 3), until=date(2026, 11, 1)) == 0
    site = load_file(CONFIG)
    assert [(str(layout.until), layout.remove) for layout in site.layouts] == [
        ("None", ("p.old", "p.new")),
        ("2026-11-01", ("p.old",)),
    ]


def test_a_shipped_config_is_gone_on_with_and_its_family_not_repeated() -> None:
    folder("saved", 3, host="www.rundschau-online.de")
    assert learn(Learner("p.new", ".dm_ad"), "saved") == 0
    path = Path("configs/rundschau-online.de.toml")
    site = load_file(path)
    assert site.name == "Kölnische Rundschau"
    assert site.layouts[0].remove == ("p.new", "aside.dm_article_collection", ".dm_ad")
    assert ".dm_ad" not in path.read_text(encoding="utf-8")


def test_with_a_folder_of_its_own_no_other_config_counts() -> None:
    """As everywhere: what --configs names is all there is."""
    folder("saved", 3, host="www.rundschau-online.de")
    assert learn(Learner("p.new"), "saved", folder=Path("mine")) == 0
    site = load_file(Path("mine/rundschau-online.de.toml"))
    assert (site.name, site.layouts[0].remove) == ("", ("p.new",))


@pytest.mark.parametrize("kind", ["tsv", "jsonl"])
def test_an_index_says_which_page_is_which(kind: str) -> None:
    path = folder("saved", 3, canonical=False)
    rows = [(f"https://www.bote.example/a-{n}", f"{n}.html{'.gz' if n % 2 else ''}") for n in range(3)]
    if kind == "tsv":
        lines = ["url\tfile", *("\t".join(row) for row in rows[:2]), "\t".join(reversed(rows[2]))]
    else:
        lines = [json.dumps({"url": url, "file": file}) for url, file in rows[:2]]
        lines.append(json.dumps({"url": rows[2][0], "pages": [{"file": rows[2][1]}]}))
    (path / f"urls.{kind}").write_text("\n".join(lines))
    learner = Learner()
    assert learn(learner, path) == 0
    assert learner.urls == [url for url, _ in rows]


def test_only_articles_of_one_site_are_learned_from(capsys: pytest.CaptureFixture[str]) -> None:
    folder("saved/a", 3)
    folder("saved/b", 2, host="www.other.example")
    Path("saved/empty.html").write_text(
        '<html><link rel="canonical" href="https://www.bote.example/x"><body><p>Nichts.</p></html>'
    )
    learner = Learner()
    assert learn(learner, "saved") == 0
    assert {url.split("/")[2] for url in learner.urls} == {"www.bote.example"}
    assert len(learner.samples) == 3
    assert (
        "left out: https://www.other.example/lokales/rat-streitet-weiter-0 (of another site" in capsys.readouterr().out
    )
    assert learn(learner, "saved", site="other.example") == 0
    assert {url.split("/")[2] for url in learner.urls} == {"www.other.example"}


def test_a_web_archive_is_a_source(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("fastwarc")
    writer = ArchiveWriter(Path("archive"))
    for number in range(5):
        host = "www.bote.example" if number else "www.other.example"
        url = f"https://{host}/lokales/rat-streitet-weiter-{number}"
        headers = {"content-type": "text/html; charset=utf-8"}
        writer.write(Page(link=Link(url=url), url=url, body=page(number, host).encode(), headers=headers))
    writer.close()
    (path,) = Path("archive").rglob("*.warc.gz")
    learner = Learner()
    assert learn(learner, path, pages=3) == 0
    assert len(learner.samples) == 3
    assert all("bote.example" in url for url in learner.urls)
    assert "pages of 2 sites; bote.example is taken" in capsys.readouterr().err


def test_a_site_is_asked_politely(demo: DemoSite, capsys: pytest.CaptureFixture[str]) -> None:
    options = RunOptions(resolve=(demo.resolve,), delay=0.0)
    learner = Learner()
    assert learn(learner, demo.home, pages=4, options=options) == 0
    assert len(learner.samples) == 4
    assert "/robots.txt" in demo.log
    assert all(demo.host in url for url in learner.urls)


def test_addresses_are_fetched(demo: DemoSite, capsys: pytest.CaptureFixture[str]) -> None:
    options = RunOptions(resolve=(demo.resolve,), delay=0.0)
    found = [f"http://{demo.host}{story.path}" for story in demo.stories[:2]]
    learner = Learner()
    assert learn(learner, *found, f"http://{demo.host}/nowhere", options=options) == 0
    assert len(learner.samples) == 2
    assert "404" in capsys.readouterr().err


# --- corrections ---------------------------------------------------------------------------------


def test_corrections_come_with_their_pages(scraper: Run) -> None:
    folder("saved", 3)
    assert scraper("record", "saved/0.html", "saved/1.html.gz").code == 0
    path = Path("tests/pages/bote.example/rat-streitet-weiter-1/expected.json")
    path.write_text(json.dumps({"body": ["Nur das."]}))
    learner = Learner("p.x")
    assert learn(learner, "saved", corrected=[Path("tests/pages/bote.example")]) == 0
    expected = {sample.document.url[-1]: sample.expected for sample in learner.samples}
    assert expected["2"] is None
    assert expected["1"] is not None
    assert expected["1"].article_body == "Nur das."
    assert expected["0"] is not None
    assert expected["0"].headline == "Rat streitet, Teil 0"


def test_a_correction_alone_finds_its_page_among_the_given() -> None:
    path = folder("saved", 2)
    Path("fixed.json").write_text(
        json.dumps({"url": "https://www.bote.example/lokales/rat-streitet-weiter-1", "headline": "Anders"})
    )
    learner = Learner()
    assert learn(learner, path, "fixed.json") == 0
    assert [s.expected.headline for s in learner.samples if s.expected] == ["Anders"]


def test_from_corrections_alone() -> None:
    Path("p").mkdir()
    Path("p/page.html").write_text(page(1))
    Path("p/expected.json").write_text(json.dumps({"url": "https://www.bote.example/a-1", "headline": "Anders"}))
    learner = Learner("p.x", pages=1)
    assert learn(learner, corrected=[Path("p")]) == 0
    assert learner.urls == ["https://www.bote.example/a-1"]
    assert load_file(CONFIG).layouts[0].remove == ("p.x",)


# --- what goes wrong -----------------------------------------------------------------------------


def test_too_few_pages_are_code_1(scraper: Run) -> None:
    folder("saved", 1)
    result = scraper("learn", "saved")
    assert result.code == 1
    assert "takes 2 articles of a site or more, and there is 1" in result.err
    assert learn(Learner(pages=1), folder("more", 3)) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["learn"], "name a site, addresses, a folder or a WARC file"),
        (["learn", ""], "'' is neither a site, an address, a folder nor a file"),
        (["learn", "no such thing"], "neither a site, an address, a folder nor a file"),
        (["learn", "empty"], "there are no pages in it"),
        (["learn", "silent.html"], "the page does not say its address"),
        (["learn", "--from", "none.json"], "it cannot be read"),
        (["learn", "--from", "empty"], "there is no expected.json in it"),
        (["learn", "--from", "lost.json"], "the page https://www.bote.example/x is not at hand"),
        (["learn", "empty", "--until", "soon"], "--until soon: write a date"),
        (["learn", "empty", "--pages", "1"], "--pages"),
        (["record"], "URL|FILE"),
        (["record", "none.html"], "none.html: it cannot be read"),
        (["record", "silent.html"], "give it with --url"),
        (["record", "silent.html", "--url", "x"], "--url x: it is not an http(s) address"),
        (["record", "a.html", "b.html", "--url", "https://a.example/"], "--url is for one page"),
        (["check", "nowhere.example"], "neither a config nor a stored page"),
        (["check", "rundschauonline.de"], "stored page; did you mean rundschau-online.de"),
        (["check", "--pages", "none"], "there is no such folder"),
        (["check", "--configs", "none"], "none"),
    ],
)
def test_wrong_use_is_one_sentence_and_code_2(scraper: Run, arguments: list[str], sentence: str) -> None:
    Path("empty").mkdir()
    Path("silent.html").write_text("<html><body><p>Nichts.</p></html>")
    Path("lost.json").write_text('{"url": "https://www.bote.example/x", "headline": "A"}')
    result = scraper(*arguments)
    assert result.code == 2
    assert sentence in result.err
    assert "Traceback" not in result.err


# --- record and check ----------------------------------------------------------------------------


def test_record_then_check(scraper: Run, demo: DemoSite, there: tuple[str, ...]) -> None:
    url = f"http://{demo.host}{demo.stories[0].path}"
    result = scraper("record", url, *there[:4])
    assert result.code == 0
    path = Path(result.out.strip())
    assert path.parent.parent == Path(f"tests/pages/{demo.host.removeprefix('www.')}")
    assert f"ok: {demo.stories[0].headline} (" in result.err
    assert scraper("record", url, *there[:4]).code == 2
    assert scraper("record", url, *there[:4], "--overwrite").code == 0
    result = scraper("check", demo.host)
    assert result.code == 0
    values = json.loads(path.read_text())
    values["body"].append("Ein Satz, der fehlt.")
    path.write_text(json.dumps(values))
    result = scraper("check")
    assert result.code == 1
    assert f"/{path.parent.name} @ body: wrong: 1 line missing: “Ein Satz, der fehlt.”" in result.out


def test_one_broken_stored_page_stops_no_other(scraper: Run) -> None:
    folder("saved", 2)
    assert scraper("record", "saved/0.html", "saved/1.html.gz").code == 0
    whole, torn = sorted(Path("tests/pages").rglob("page.html.gz"))
    torn.write_bytes(torn.read_bytes()[:50])
    result = scraper("check")
    assert result.code == 2
    assert f"error: {torn}: it is not a whole gzip file" in result.out
    assert "1 stored page, 11 verdicts: 11 ok" in result.out
    assert whole.exists()


def test_check_as_json_with_broken_configs(scraper: Run) -> None:
    folder("saved", 1)
    Path("configs/bote.example.toml").write_text('[[layouts]]\nheadline = ["h1"]\nlead = ["p.none"]\n')
    assert scraper("record", "saved/0.html").code == 0
    assert scraper("check", "bote.example").code == 0
    assert scraper("check", "bote.example", "--strict").code == 1
    Path("configs/x.example.toml").write_text("feds = []\n")
    Path("configs/y.example.toml").write_text('aliases = ["www.bote.example"]\n')
    result = scraper("check", "--configs", "configs", "--json")
    assert result.code == 2
    found = json.loads(result.out)
    assert [lint["site"] for lint in found["broken"]] == ["x.example", "y.example"]
    assert "did you mean 'feeds'?" in found["broken"][0]["detail"]
    assert found["summary"]["ok"] == found["summary"]["fields"] == 11
    assert found["summary"]["warnings"] == 1


def test_live_tests_are_fetched(scraper: Run, demo: DemoSite) -> None:
    story = demo.stories[0]
    host = demo.host.removeprefix("www.")
    Path(f"configs/{host}.toml").write_text(
        f'[[tests]]\nurl = "http://{demo.host}{story.path}"\ncontains = ["{story.headline}"]\n'
        f'[[tests]]\nurl = "http://{demo.host}/nowhere"\ncontains = ["x"]\n'
    )
    options = ("--configs", "configs", "--resolve", demo.resolve, "--delay", "0")
    assert scraper("check", *options).code == 0
    result = scraper("check", "--live", "-v", *options)
    assert result.code == 1
    assert f"contains “{story.headline}”: ok" in result.out
    assert "/nowhere @ page: failed: " in result.out
