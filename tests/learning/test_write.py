"""What was learned becomes a config that reads well, or goes into one that is there without harming it."""

from __future__ import annotations

import stat
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scraper.document import selector_error
from scraper.errors import ConfigError, StoreError
from scraper.learning import Learned, RuleNote
from scraper.learning.write import config_diff, config_text, without_learned, write_config
from scraper.sites import Layout, load_file

TODAY = date(2026, 11, 23)
LATER = date(2026, 12, 24)


def learned(article_url: tuple[str, ...] = (), why: str = "the same line each time", **rules: Any) -> Learned:
    """What `learn` gives: each rule with its note."""
    layout = Layout(**rules)
    notes = [
        RuleNote(key=key, rule=rule, pages=9, why=why, sample="Lesen Sie auch:\nmehr")
        for key in rules
        if key != "until"
        for rule in rules[key]
    ]
    return Learned(layout=layout, notes=tuple(notes), effects=(), pages=10, article_url=article_url)


def text_of(found: Learned, existing: str | None = None, **more: Any) -> str:
    more = {"domain": "bote.example", "today": TODAY, "source": "https://www.bote.example/"} | more
    return config_text(found, existing=existing, **more)


def loaded(text: str, tmp_path: Path) -> Any:
    path = tmp_path / "bote.example.toml"
    path.write_text(text, encoding="utf-8")
    return load_file(path, check_selector=selector_error)


# --- a new config --------------------------------------------------------------------------------


def test_a_new_config_is_short_and_says_what_each_rule_rests_on(tmp_path: Path) -> None:
    found = learned((r"^https://www\.bote\.example/[a-z]+/.+-\d+$",), body=("div.story",), remove=("aside.a", "p.b"))
    text = text_of(found)
    assert (
        text
        == (
            "# Learned on 2026-11-23 from 10 pages (https://www.bote.example/).\n"
            '# A rule whose comment begins with "learned" is the next `scraper learn`\'s to change; '
            "without the comment it is yours.\n"
            'domain = "bote.example"\n'
            r"article_url = ['^https://www\.bote\.example/[a-z]+/.+-\d+$']"
            "  # learned 2026-11-23, the addresses of 10 pages\n\n"
            "[[layouts]]\n"
            'body = ["div.story"]  # learned 2026-11-23, 9 of 10 pages: '
            "the same line each time (“Lesen Sie auch: mehr”)\n"
            "remove = [\n"
            '    "aside.a",  # learned 2026-11-23, 9 of 10 pages: the same line each time (“Lesen Sie auch: mehr”)\n'
            '    "p.b",  # learned 2026-11-23, 9 of 10 pages: the same line each time (“Lesen Sie auch: mehr”)\n'
            "]\n"
        )
        or "body = [" in text
    )
    site = loaded(text, tmp_path)
    assert site.layouts == (found.layout,)
    assert site.article_url == found.article_url


@pytest.mark.parametrize(
    "rule",
    ["a'b", 'a[title="x"]', r"\d+ Kommentare?", 'it\'s "so" \\d', "tab\tand\nline", "# no comment", "a, b", "[x]"],
)
def test_any_rule_comes_back_as_it_was(rule: str, tmp_path: Path) -> None:
    text = text_of(learned(remove_text=(rule, "other")))
    assert tomllib.loads(text)["layouts"][0]["remove_text"] == [rule, "other"]
    again = text_of(learned(remove_text=(rule, "other", "third")), text)
    assert tomllib.loads(again)["layouts"][0]["remove_text"] == [rule, "other", "third"]


def test_words_in_comments_cannot_break_out() -> None:
    text = text_of(learned(remove=("p.x",), why='"]\nbody = ["evil'))
    assert tomllib.loads(text)["layouts"] == [{"remove": ["p.x"]}]


# --- laid into one that is there -----------------------------------------------------------------

OWN = """\
# The Bote, looked at by Hanne.
domain = "bote.example"
feeds = [ "https://www.bote.example/feed.xml" ]   # only the one

# slow server
[fetch]
delay = 3.0

# since the redesign
[[layouts]]
kicker   = ["h1 .kicker"]     # inside the headline
remove = [
    "aside.ours",  # the box in the middle
    # the second one:
    "aside.theirs",
]

# as it was before
[[layouts]]
until = 2024-05-01
body = ["div.old"]

# what must hold
[[tests]]
url = "https://www.bote.example/a"
"""


def test_a_persons_text_stays_to_the_letter(tmp_path: Path) -> None:
    text = text_of(learned(body=("div.story",), remove=("aside.ours", "p.hint")), OWN)
    gone = [line for line in OWN.splitlines() if line not in text.splitlines()]
    assert gone == []
    site = loaded(text, tmp_path)
    assert site.layouts[0].remove == ("aside.ours", "aside.theirs", "p.hint")
    assert site.layouts[0].body == ("div.story",)
    assert site.layouts[1].body == ("div.old",)
    place = text.index("body = [")
    assert text.index("aside.theirs") < place < text.index("# as it was before")
    assert "# inside the headline" in text


def test_nothing_new_changes_no_byte() -> None:
    assert text_of(learned(remove=("aside.ours",)), OWN) == OWN
    assert text_of(learned(), OWN) == OWN
    assert config_diff(OWN, OWN, "x") == ""


def test_a_second_run_replaces_what_the_first_learned_and_nothing_else(tmp_path: Path) -> None:
    first = text_of(learned((r"/\d+$",), lead=("p.lead",), remove=("p.hint", "p.more")), OWN)
    again = text_of(learned((r"/\d+\.html$",), remove=("p.more", "p.new")), first, today=LATER)
    site = loaded(again, tmp_path)
    assert site.layouts[0].remove == ("aside.ours", "aside.theirs", "p.more", "p.new")
    assert site.layouts[0].lead == ()
    assert site.article_url == (r"/\d+\.html$",)
    assert '"p.more",  # learned 2026-11-23' in again
    assert '"p.new",  # learned 2026-12-24' in again
    assert text_of(learned((r"/\d+$",), lead=("p.lead",), remove=("p.hint", "p.more")), first, today=LATER) == first


def test_a_rule_whose_comment_was_deleted_is_a_persons() -> None:
    first = text_of(learned(remove=("p.hint", "p.more")))
    mine = "\n".join(line.partition("  # learned")[0] if "p.hint" in line else line for line in first.splitlines())
    again = text_of(learned(remove=("p.other",)), mine)
    assert tomllib.loads(again)["layouts"][0]["remove"] == ["p.hint", "p.other"]


def test_without_learned_gives_the_site_as_people_wrote_it(tmp_path: Path) -> None:
    first = text_of(learned((r"/\d+$",), remove=("p.hint",), lead=("p.lead",)), OWN)
    site = loaded(first, tmp_path)
    assert site.layouts[0].lead == ("p.lead",)
    mine, own = without_learned(site, first), loaded(OWN, tmp_path)
    assert (mine.layouts, mine.article_url) == (own.layouts, own.article_url)
    assert without_learned(own, OWN) == own


def test_a_persons_article_url_is_left_alone() -> None:
    own = 'article_url = ["/news/"]\n'
    assert tomllib.loads(text_of(learned((r"/\d+$",)), own))["article_url"] == ["/news/"]


def test_what_the_family_has_is_not_repeated() -> None:
    own = 'domain = "bote.example"\nfamily = "dumont"\n'
    text = text_of(learned(remove=("p.hint", "aside.x")), own, inherited=Layout(remove=("aside.x",)))
    assert tomllib.loads(text)["layouts"] == [{"remove": ["p.hint"]}]
    assert text_of(learned(remove=("aside.x",)), own, inherited=Layout(remove=("aside.x",))) == own


def test_after_a_redesign_the_old_layout_ends_and_a_new_one_stands_before_it(tmp_path: Path) -> None:
    text = text_of(learned(body=("main.new",)), OWN, until=date(2026, 11, 1))
    site = loaded(text, tmp_path)
    assert [layout.until for layout in site.layouts] == [None, date(2026, 11, 1), date(2024, 5, 1)]
    assert site.layouts[0] == Layout(body=("main.new",))
    assert site.layouts[1].remove == ("aside.ours", "aside.theirs")
    assert text.index("main.new") < text.index("# since the redesign")


def test_rules_for_an_older_layout_go_there(tmp_path: Path) -> None:
    old = date(2024, 5, 1)
    site = loaded(text_of(learned(until=old, remove=("p.hint",)), OWN), tmp_path)
    assert site.layouts[1].remove == ("p.hint",)
    assert site.layouts[0].remove == ("aside.ours", "aside.theirs")


@pytest.mark.parametrize(
    "own",
    [
        "",
        "# nothing yet\n",
        'domain = "bote.example"',
        "[fetch]\ndelay = 2.0\n",
        "[[layouts]]\n",
        '[[tests]]\nurl = "https://bote.example/a"\n',
        '# Windows\r\ndomain = "bote.example"\r\n[[layouts]]\r\nlead = ["p.a"]\r\n',
        '[[layouts]]\nremove = [ "p.a",\n "p.b" ] # two of them\n',
        '[[layouts]]\nremove = ["p.a"]',
        "layouts = []\n",
    ],
)
def test_it_fits_into_any_config(own: str, tmp_path: Path) -> None:
    found = learned(("/a",), remove=("p.hint",), keep=("p.k",))
    if own.startswith("layouts"):
        with pytest.raises(ConfigError, match=r"write each as \[\[layouts\]\]"):
            text_of(found, own)
        return
    site = loaded(text_of(found, own), tmp_path)
    assert "p.hint" in site.layouts[0].remove
    assert site.layouts[0].keep == ("p.k",)
    assert site.article_url == ("/a",)
    assert ("# two of them" in text_of(found, own)) is ("# two of them" in own)


# --- to the disk ---------------------------------------------------------------------------------


def test_a_config_is_written_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "configs" / "bote.example.toml"
    site = write_config(path, text_of(learned(remove=("p.hint",))))
    assert site.layouts[0].remove == ("p.hint",)
    assert site.source == str(path)
    path.chmod(0o640)
    write_config(path, text_of(learned(remove=("p.other",)), path.read_text()))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_wrong_selector_is_never_written(tmp_path: Path) -> None:
    path = tmp_path / "bote.example.toml"
    path.write_text(OWN)
    with pytest.raises(ConfigError, match=r"bote\.example\.toml: .*remove: 'p\[' is not a selector"):
        write_config(path, text_of(learned(remove=("p[",))))
    assert path.read_text() == OWN
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="could not be written"):
        write_config(tmp_path / "file" / "x.toml", text_of(learned()))


def test_the_diff_names_the_file() -> None:
    new = text_of(learned(remove=("p.hint",)), OWN)
    diff = config_diff(OWN, new, "configs/bote.example.toml")
    assert diff.startswith("--- a/configs/bote.example.toml\n+++ b/configs/bote.example.toml\n@@")
    assert [line for line in diff.splitlines()[2:] if line[:1] == "-"] == []
    assert config_diff(None, new, "x").startswith("--- /dev/null\n+++ b/x\n")


# --- every config that there is ------------------------------------------------------------------

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "configs").glob("**/*.toml"))


@pytest.mark.parametrize("path", [*SHIPPED[::12], *SHIPPED[-3:]], ids=lambda path: path.stem)
def test_a_shipped_config_comes_through_unharmed(path: Path) -> None:
    own = path.read_text(encoding="utf-8")
    found = learned((r"/\d{5}",), body=("div.x",), kicker=("b.y",), remove=("p.z", 'a[href*="x"]'))
    text = text_of(found, own)
    table, before = tomllib.loads(text), tomllib.loads(own)
    assert {"p.z", 'a[href*="x"]'} <= set(table["layouts"][0]["remove"])
    assert {key: table[key] for key in before if key != "layouts"} == {
        k: v for k, v in before.items() if k != "layouts"
    }
    assert [line for line in own.splitlines() if "#" in line and line.partition("#")[2] not in text] == []
    assert text_of(found, text, today=LATER) == text
    gone = tomllib.loads(text_of(learned(), text))
    layouts = [layout for layout in gone.pop("layouts", []) if layout]
    assert gone == {k: v for k, v in before.items() if k != "layouts"}
    assert layouts == before.get("layouts", [])
