"""One config file: what it says, how its family lies under it, a sentence for each mistake."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scraper.document import selector_error
from scraper.errors import ConfigError
from scraper.sites import Site, load_file


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def sentence(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_file(path, check_selector=selector_error)
    return str(caught.value)


# --- what a file says ------------------------------------------------------------------------


def test_an_empty_file_is_the_defaults_under_the_name_of_the_file(tmp_path: Path) -> None:
    site = load_file(write(tmp_path / "example.org.toml", ""))
    assert site.domain == "example.org"
    assert site.fetch.delay == 1.0
    assert site.layouts == ()
    assert site.source.endswith("example.org.toml")


def test_cookies_alone_are_a_config(tmp_path: Path) -> None:
    site = load_file(write(tmp_path / "www.dw.com.toml", '[fetch]\ncookies = {consent = "1"}\n'))
    assert site.domain == "dw.com"
    assert site.fetch.cookies == {"consent": "1"}


def test_layouts_come_newest_first_whatever_their_order_in_the_file(tmp_path: Path) -> None:
    text = """
        [[layouts]]
        until = 2019-01-01
        [[layouts]]
        [[layouts]]
        until = 2024-05-01
    """
    site = load_file(write(tmp_path / "x.de.toml", text))
    assert [layout.until for layout in site.layouts] == [None, date(2024, 5, 1), date(2019, 1, 1)]


def test_the_hash_follows_what_is_said_and_not_how(tmp_path: Path) -> None:
    one = load_file(write(tmp_path / "x.de.toml", 'name = "X"\ncountry = "de"'))
    same = load_file(write(tmp_path / "a" / "x.de.toml", '# hello\ncountry="de"\nname="X"\n'))
    other = load_file(write(tmp_path / "b" / "x.de.toml", 'name = "Y"\ncountry = "de"'))
    assert len(one.hash) == 12
    assert one.hash == same.hash != other.hash


# --- families --------------------------------------------------------------------------------

FAMILY = """
country = "de"
feeds = ["https://a.de/all", "https://b.de/all"]
[fetch]
delay = 5.0
cookies = {consent = "1", ads = "no"}
[[layouts]]
body = ["div.text"]
remove = ["aside", ".ad"]
[[layouts]]
until = 2019-01-01
body = ["#old"]
"""
OWN = """
family = "cms"
country = "at"
feeds = ["https://b.de/all", "https://own.at/rss"]
[fetch]
cookies = {consent = "2"}
[[layouts]]
body = ["div.story"]
remove = [".box", ".ad"]
[[layouts]]
until = 2015-01-01
body = ["#older"]
"""


@pytest.fixture
def merged(tmp_path: Path) -> Site:
    write(tmp_path / "families" / "cms.toml", FAMILY)
    return load_file(write(tmp_path / "x.at.toml", OWN))


def test_scalars_override(merged: Site) -> None:
    assert merged.country == "at"


def test_tables_merge_key_by_key(merged: Site) -> None:
    assert merged.fetch.delay == 5.0
    assert merged.fetch.cookies == {"consent": "2", "ads": "no"}


def test_lists_hold_the_sites_own_first_and_each_entry_once(merged: Site) -> None:
    assert merged.feeds == ("https://b.de/all", "https://own.at/rss", "https://a.de/all")


def test_layouts_of_one_day_become_one_and_the_others_stand_alone(merged: Site) -> None:
    newest, older, oldest = merged.layouts
    assert newest.body == ("div.story", "div.text")
    assert newest.remove == (".box", ".ad", "aside")
    assert (older.until, older.body) == (date(2019, 1, 1), ("#old",))
    assert (oldest.until, oldest.body) == (date(2015, 1, 1), ("#older",))


def test_a_change_in_the_family_changes_the_hash(merged: Site, tmp_path: Path) -> None:
    write(tmp_path / "families" / "cms.toml", FAMILY.replace("aside", "nav"))
    assert load_file(tmp_path / "x.at.toml").hash != merged.hash


def test_families_have_families(tmp_path: Path) -> None:
    write(tmp_path / "families" / "one.toml", 'family = "two"\ncountry = "de"')
    write(tmp_path / "families" / "two.toml", 'timezone = "Europe/Berlin"\ncountry = "at"')
    site = load_file(write(tmp_path / "x.de.toml", 'family = "one"'))
    assert (site.country, site.timezone) == ("de", "Europe/Berlin")


def test_the_shipped_families_serve_configs_elsewhere(tmp_path: Path) -> None:
    assert load_file(write(tmp_path / "x.de.toml", 'family = "dumont"')).layouts[0].body


def test_a_missing_family_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path / "families" / "cms.toml", "")
    path = write(tmp_path / "x.de.toml", 'family = "cmss"')
    assert sentence(path) == (f"{path}: family: there is no {tmp_path}/families/cmss.toml; did you mean 'cms'?")


def test_families_in_a_ring(tmp_path: Path) -> None:
    one = write(tmp_path / "families" / "one.toml", 'family = "two"')
    two = write(tmp_path / "families" / "two.toml", 'family = "one"')
    path = write(tmp_path / "x.de.toml", 'family = "one"')
    assert one.exists()
    assert sentence(path) == (f"{two}: family: a ring of families (one → two → one); cut it in one place")


def test_a_family_has_no_domain(tmp_path: Path) -> None:
    family = write(tmp_path / "families" / "cms.toml", 'domain = "x.de"')
    path = write(tmp_path / "x.de.toml", 'family = "cms"')
    assert sentence(path).startswith(f"{family}: a family has no 'domain'; ")


def test_a_familys_mistake_is_told_with_its_own_file(tmp_path: Path) -> None:
    family = write(tmp_path / "families" / "cms.toml", "[[layouts]]\nremove = ['p[']")
    path = write(tmp_path / "x.de.toml", 'family = "cms"')
    assert sentence(path).startswith(f"{family}: [[layouts]] #1, remove: 'p[' is not a selector")


# --- mistakes --------------------------------------------------------------------------------

MISTAKES = {
    "a delay without end": ("[fetch]\ndelay = inf", "[fetch], delay: expected a number <= 86400.0"),
    "a cookie of two lines": ('[fetch]\ncookies = {a = "1\\n2"}', "[fetch], cookies: 'a=1\\n2' is no cookie; "),
    "a number of 5,000 digits": ("[fetch]\nper_host = " + "9" * 5000, "it is not valid TOML: Exceeds the limit"),
    "key": ("bodi = []", "unknown key 'bodi'; did you mean 'body' in [[layouts]]?"),
    "key in a layout": (
        "[[layouts]]\n[[layouts]]\nbodi = []",
        "unknown key 'bodi' in [[layouts]] #2; did you mean 'body'?",
    ),
    "key in fetch": ("[fetch]\ndelai = 1", "unknown key 'delai' in [fetch]; did you mean 'delay'?"),
    "key in tests": (
        "[[tests]]\nlack = []",
        "unknown key 'lack' in [[tests]] #1; did you mean 'la",
    ),
    "key of another table": ("remove = ['p']", "unknown key 'remove'; it belongs in [[layouts]]"),
    "top key in a table": (
        "[fetch]\nfeeds = []",
        "unknown key 'feeds' in [fetch]; it belongs at the top of the file, before the first [ta",
    ),
    "key like none": (
        "[fetch]\nxyz = 1",
        "unknown key 'xyz' in [fetch]; valid are delay, per_host",
    ),
    "key the loader fills": ("hash = 'x'", "unknown key 'hash'; "),
    "string for a list": (
        "[[layouts]]\nbody = 'p'",
        "[[layouts]] #1, body: expected a list, got a string",
    ),
    "number in a list": ("feeds = ['https://x.de', 1]", "feeds #2: expected a string, got a who"),
    "string for a number": ("[fetch]\ndelay = 'x'", "[fetch], delay: expected a number, got a str"),
    "negative": ("[fetch]\ndelay = -1", "[fetch], delay: expected a number >= 0"),
    "cookie": ("[fetch]\ncookies = {a = 1}", "[fetch], cookies, a value in it: expected a string"),
    "table for a list": ("[layouts]\nbody = []", "layouts: expected a list, got a table"),
    "day": ("[[layouts]]\nuntil = 1", "[[layouts]] #1, until: expected a date such as 2024-05-01"),
    "two newest": ("[[layouts]]\n[[layouts]]", "[[layouts]]: 2 layouts without 'until'; give each"),
    "domain": ("domain = 'https://x.de/'", "domain: 'https://x.de/' is not a host name; write it"),
    "alias": ("aliases = ['X.de']", "aliases: 'X.de' is not a host name; write it as in"),
    "language": ("languages = ['German']", "languages: 'German' is not a language code; write"),
    "country": ("country = 'Austria'", "country: 'Austria' is not a country code; write it as in"),
    "zone": (
        "timezone = 'Europa/Berlin'",
        "timezone: 'Europa/Berlin' is not an IANA zone; did you mean 'Europe/Berlin'?",
    ),
    "feed": ("feeds = ['x.de/rss']", "feeds: 'x.de/rss' is not an http(s) address"),
    "broken feed": ("feeds = ['https://[x/']", "feeds: 'https://[x/' is not an http(s) address"),
    "test": ("[[tests]]\nurl = 'x'", "[[tests]] #1, url: 'x' is not an http(s) address"),
    "expression": ("article_url = ['(']", "article_url: '(' is not a regular expression (missing"),
    "text rule": (
        "[[layouts]]\nremove_text = ['*']",
        "[[layouts]] #1, remove_text: '*' is not a regular expression (nothing",
    ),
    "selector": ("[[layouts]]\nbody = ['p[']", "[[layouts]] #1, body: 'p[' is not a selector ("),
    "empty selector": ("[[layouts]]\nkeep = ['']", "[[layouts]] #1, keep: '' is not a selector ("),
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_sentence_that_names_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path / "x.de.toml", text)
    assert sentence(path).startswith(f"{path}: {told}")
    assert "\n" not in sentence(path)


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    path = write(tmp_path / "x.de.toml", 'name = "x"\nfeeds = [\n')
    assert sentence(path).startswith(f"{path}: it is not valid TOML: ")
    assert "line" in sentence(path) or "end of document" in sentence(path)


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "x.de.toml"
    path.write_bytes("name = 'Müller'".encode("latin-1"))
    assert sentence(path) == f"{path}: it is not UTF-8 text (byte 10)"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "it cannot be read" in sentence(tmp_path / "x.de.toml")


def test_nesting_without_end(tmp_path: Path) -> None:
    path = write(tmp_path / "x.de.toml", "feeds = " + "[" * 50_000)
    assert sentence(path).startswith(f"{path}: ")
