"""What the README says is true: its commands exist, its text becomes what it shows, its config and its code work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from scraper import clean
from scraper.cli.app import app
from scraper.document import selector_error
from scraper.sites import load_file

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str, after: str = "") -> str:
    """The first fenced block of a language, behind some words."""
    start = README.index(after)
    found = re.compile(rf"```{language}\n(.*?)```", re.S).search(README, start)
    assert found
    return found[1]


def commands() -> list[str]:
    """Each `scraper …` of the README, in code blocks and in backticks."""
    spans = re.findall(r"```(?:sh|cron)\n(.*?)```", README, re.S) + re.findall(r"(?<!`)`([^`\n]+)`(?!`)", README)
    lines = [line.partition("  #")[0] for span in spans for line in span.splitlines()]
    return [found[1].strip() for line in lines if (found := re.search(r"\bscraper ((?:[a-z]|--).*)", line))]


@pytest.mark.parametrize("command", commands())
def test_every_command_of_the_readme_exists(command: str) -> None:
    name, *words = command.split()
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert name in known
    options = {option for parameter in known[name].params for option in parameter.opts}
    assert {word for word in words if re.fullmatch(r"--?[a-z].*", word)} <= options


def test_there_are_commands_to_check() -> None:
    assert {command.split()[0] for command in commands()} >= {"get", "run", "clean", "explain", "schema", "demo"}


def test_before_becomes_after() -> None:
    article = clean(block("text", "<!-- before -->"))
    assert f"{article.headline}\n\n{article.article_body}\n" == block("text", "<!-- after -->")
    assert article.kicker == "Streit um Brücke"
    assert article.agencies == ("dpa",)
    assert article.dateline == ("Mühlenfurt",)
    assert [author.name for author in article.authors] == ["Hanne Brückner"]


def test_the_config_is_one(tmp_path: Path) -> None:
    text = block("toml")
    assert len(text.splitlines()) == 10  # "a config in ten lines"
    path = tmp_path / "bote.example.toml"
    path.write_text(text, encoding="utf-8")
    site = load_file(path, check_selector=selector_error)
    assert site.fetch.delay == 2.0
    assert site.layouts[0].paywall == (".paywall-offer",)


def test_the_program_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    before = block("text", "<!-- before -->")
    (tmp_path / "pasted.txt").write_text(before, encoding="utf-8")
    body = "".join(f"<p>{line}</p>" for line in before.splitlines() if len(line) > 100)
    (tmp_path / "page.html").write_text(f"<html lang=de><article><h1>Stadtrat stoppt Neubau</h1>{body}</article>")
    monkeypatch.chdir(tmp_path)
    exec(compile(block("python"), "README.md", "exec"), {})
    assert "Stadtrat stoppt Neubau" in capsys.readouterr().out
