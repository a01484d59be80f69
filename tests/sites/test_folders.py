"""Folders of configs: which one a host has, and in what order folders are asked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scraper.errors import ConfigError, UsageError
from scraper.sites import Sites, default_folders, for_home, host_of


def folder(path: Path, **files: str) -> Path:
    """A folder of configs; `example_org="…"` is written to example.org.toml."""
    path.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (path / f"{name.replace('_', '.')}.toml").write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.Example.org:8080/a?b#c", "example.org"),
        ("example.org", "example.org"),
        ("WWW.example.org.", "example.org"),
        ("http://127.0.0.1:80/", "127.0.0.1"),
        ("https://münchen.example/", "xn--mnchen-3ya.example"),
        ("http://[bad/", ""),
        ("", ""),
    ],
)
def test_hosts(address: str, host: str) -> None:
    assert host_of(address) == host


def test_the_longest_suffix_of_a_host_wins(tmp_path: Path) -> None:
    sites = Sites.load([folder(tmp_path, news_com="", de_news_com="")])
    found = {
        host: site.domain if (site := sites.find(host)) else None
        for host in ("https://www.news.com/a", "fr.news.com", "m.de.news.com", "otherhost.com")
    }
    assert found == {
        "https://www.news.com/a": "news.com",
        "fr.news.com": "news.com",
        "m.de.news.com": "de.news.com",
        "otherhost.com": None,
    }


def test_a_suffix_ends_at_a_dot(tmp_path: Path) -> None:
    sites = Sites.load([folder(tmp_path, n_tv="")])
    assert sites.find("https://xn.tv/") is None


def test_aliases_are_the_same_site(tmp_path: Path) -> None:
    text = 'aliases = [\n  "old.example",\n  "www.new.example",\n]'
    sites = Sites.load([folder(tmp_path, db_no=text)])
    for host in ("db.no", "https://old.example/x", "new.example", "m.new.example"):
        site = sites.find(host)
        assert site is not None
        assert site.domain == "db.no"
    assert [site.domain for site in sites] == ["db.no"]


def test_get_wants_the_host_itself(tmp_path: Path) -> None:
    sites = Sites.load([folder(tmp_path, news_com="")])
    assert sites.get("www.news.com") is not None
    assert sites.get("de.news.com") is None


def test_an_earlier_folder_wins(tmp_path: Path) -> None:
    mine = folder(tmp_path / "mine", x_de='name = "mine"')
    shipped = folder(tmp_path / "shipped", x_de='name = "shipped"', y_de="")
    sites = Sites.load([mine, shipped])
    site = sites.find("x.de")
    assert site is not None
    assert site.name == "mine"
    assert [site.domain for site in sites.all()] == ["x.de", "y.de"]
    assert len(sites) == 2


def test_an_alias_of_mine_takes_a_shipped_site_over(tmp_path: Path) -> None:
    mine = folder(tmp_path / "mine", x_de='aliases = ["y.de"]')
    shipped = folder(tmp_path / "shipped", y_de="")
    assert [site.domain for site in Sites.load([mine, shipped])] == ["x.de"]


@pytest.mark.parametrize("text", ['domain = "x.de"', 'domain = "www.x.de"', 'aliases = ["x.de"]'])
def test_two_configs_for_one_host_name_both_files(tmp_path: Path, text: str) -> None:
    configs = folder(tmp_path, x_de="", z_de=text)
    with pytest.raises(ConfigError) as caught:
        Sites.load([configs])
    assert str(caught.value).startswith(f"{configs}/x.de.toml and {configs}/z.de.toml: both are for x.de; ")


def test_a_wrong_file_is_told_when_its_host_is_asked_for_or_at_once(tmp_path: Path) -> None:
    configs = folder(tmp_path, good_de="", wrong_de="bodi = 1")
    sites = Sites.load([configs])
    assert sites.find("good.de") is not None
    with pytest.raises(ConfigError, match=r"wrong\.de\.toml: unknown key 'bodi'"):
        sites.find("wrong.de")
    with pytest.raises(ConfigError, match="unknown key 'bodi'"):
        Sites.load([configs], strict=True)


@pytest.mark.parametrize(
    ("text", "told"), [('domain = ""', "domain: '' is not a host name"), ("domain = 5", "domain: ")]
)
def test_a_config_that_is_for_no_host_is_told_at_once(tmp_path: Path, text: str, told: str) -> None:
    """No host asks for it, so it was never read, and not even `check` told so."""
    with pytest.raises(ConfigError, match=rf"x\.de\.toml: {told}"):
        Sites.load([folder(tmp_path, x_de=text)])


def test_a_pipe_among_the_configs_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.de.toml")
    with pytest.raises(ConfigError, match=r"x\.de\.toml: it is a pipe or a device"):
        Sites.load([tmp_path])


def test_a_file_is_read_once(tmp_path: Path) -> None:
    sites = Sites.load([folder(tmp_path, x_de="")])
    assert sites.find("x.de") is sites.find("www.x.de")


def test_selectors_are_checked_by_the_check_that_is_handed_in(tmp_path: Path) -> None:
    configs = folder(tmp_path, x_de='[[layouts]]\nbody = ["p"]')
    with pytest.raises(ConfigError, match=r"'p' is not a selector \(no\)"):
        Sites.load([configs], strict=True, check_selector=lambda rule: "no")


# --- homes -----------------------------------------------------------------------------------


def test_a_home_without_a_config() -> None:
    site = for_home("http://www.example.org:8080/")
    assert (site.domain, site.source, site.hash) == ("example.org", "", "")


def test_a_home_with_a_config(tmp_path: Path) -> None:
    sites = Sites.load([folder(tmp_path, dw_com='[fetch]\ncookies = {consent = "1"}')])
    assert sites.for_home("http://www.dw.com/").fetch.cookies == {"consent": "1"}
    assert sites.for_home("http://www.other.org/").domain == "other.org"


def test_a_home_without_a_host() -> None:
    with pytest.raises(UsageError, match="'http://' is neither a site nor a home address"):
        for_home("http://")


# --- the folders -----------------------------------------------------------------------------


def test_an_explicit_folder_stands_alone(tmp_path: Path) -> None:
    assert default_folders(tmp_path) == [tmp_path]


def test_an_explicit_folder_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--configs .*nowhere: there is no such folder"):
        default_folders(tmp_path / "nowhere")


def test_own_configs_come_before_the_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (shipped,) = default_folders()
    (tmp_path / "configs").mkdir()
    assert default_folders() == [Path("configs"), shipped]


def test_one_folder_is_not_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    (shipped,) = default_folders()
    monkeypatch.chdir(shipped.parent)
    assert default_folders() == [Path("configs")]
