"""A folder of site configs (ours, in the public set's manner): every file accounted for, nothing overwritten."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from scraper import extract
from scraper.document import selector_error
from scraper.errors import UsageError
from scraper.ftr import STATUSES, Imported, Wanted, as_json, as_tsv, import_ftr
from scraper.sites import Sites, load_file

SITES = Path(__file__).parent / "sites"
TODAY = date.today()  # the files' own times are those of the checkout


def run(path: Path, target: Path, **how: object) -> Imported:
    found = import_ftr(path, Wanted(target=target, today=TODAY, **how))  # type: ignore[arg-type]
    assert sum(found.statuses.values()) == len(found.files)
    assert tuple(found.statuses) == STATUSES
    json.loads(as_json(found))
    assert all(line.count("\t") == 9 for line in as_tsv(found).splitlines())
    return found


def folder(path: Path, files: dict[str, str | bytes], year: int = TODAY.year) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        file = path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        os.utime(file, (0, date(year, 1, 1).toordinal() * 86400 - 719163 * 86400))
    return path


def status(found: Imported) -> dict[str, str]:
    return {file.file: file.status for file in found.files}


def test_every_file_of_a_folder_is_accounted_for(tmp_path: Path) -> None:
    found = run(SITES, tmp_path / "configs")
    assert len(found.files) == len(list(SITES.iterdir())) == 37
    assert found.statuses == {"translated": 18, "partly": 8, "refused": 6, "there": 0, "ignored": 5}
    written = sorted((tmp_path / "configs").iterdir())
    assert len(written) == found.configs == 24
    for file in found.files:
        assert bool(file.config) == (file.status in ("translated", "partly"))
        assert file.why or file.status in ("translated", "partly")
    sites = Sites.load([tmp_path / "configs"], strict=True, check_selector=selector_error).all()
    assert len(sites) == 24


def test_lines_are_counted_by_what_became_of_them() -> None:
    found = run(SITES, Path("nowhere"), dry_run=True)
    assert found.directives["http_header(cookie)"] == {"leftOut": 1}
    assert found.directives["strip"]["refused"] == 7
    assert found.directives["titl"] == {"unknown": 1}
    assert sum(sum(outcomes.values()) for outcomes in found.directives.values()) == sum(
        len(file.entries) for file in found.files
    )
    assert not Path("nowhere").exists()


def test_a_config_says_where_it_came_from_and_what_it_lacks(tmp_path: Path) -> None:
    run(SITES, tmp_path)
    text = (tmp_path / "inselbote.example.toml").read_text()
    head = text[: text.index("domain")]
    assert head.startswith(
        "# Imported by `scraper import-ftr` from inselbote.example.txt (FiveFilters), last edited 20"
    )
    assert "# Not translated: strip: //td[@*='x'] (it tests attributes" in head
    assert (
        "Left out: http_header(user-agent), http_header(cookie)"
        in (tmp_path / "echo-am-fluss.example.toml").read_text()
    )
    site = load_file(tmp_path / "abendpost.example.toml")
    assert site.layouts[0].body == ("div#article-body", "div.story")
    assert site.layouts[0].published[0] == "meta:article:published_time"
    assert [(test.url, test.contains) for test in site.tests] == [
        ("https://www.abendpost.example/stadt/bruecke-4711.html", ("Die Brücke bleibt gesperrt",))
    ]


@pytest.mark.parametrize("name", ["crlf", "latin", "wide"])
def test_encodings(tmp_path: Path, name: str) -> None:
    assert status(run(SITES / f"{name}.example.txt", tmp_path)) == {f"{name}.example.txt": "translated"}
    if name == "latin":
        assert load_file(tmp_path / "latin.example.toml").layouts[0].remove == ('p | contains "Anhörung"',)


def test_files_of_one_site_become_one_config(tmp_path: Path) -> None:
    run(SITES, tmp_path)
    layout = load_file(tmp_path / "provinz.example.toml").layouts[0]
    assert layout.body == ('div[class="own"]', 'div[class="wild"]')
    assert layout.headline == ("h1",)
    assert layout.remove == ("nav",)


def test_what_is_there_stays(tmp_path: Path) -> None:
    source = folder(tmp_path / "ftr", {f"{n}.example.txt": "body: //article\n" for n in "abcd"})
    target = tmp_path / "configs"
    target.mkdir()
    (target / "a.example.toml").write_text('name = "by hand"\n')
    (target / "other.toml").write_text('domain = "b.example"\naliases = ["www.c.example"]\n')
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "d.example.toml").write_text("")
    (shipped / "broken.toml").write_text("[")
    found = run(source, target, hidden=(shipped,), force=True)
    assert set(status(found).values()) == {"there"}
    assert found.files[3].why == "the config that comes with the package would be hidden (d.example.toml)"
    assert (target / "a.example.toml").read_text() == 'name = "by hand"\n'
    assert len(list(target.iterdir())) == 2


def test_force_replaces_only_imports(tmp_path: Path) -> None:
    source = folder(tmp_path / "ftr", {"a.example.txt": "body: //article\n"})
    target = tmp_path / "configs"
    run(source, target)
    folder(source, {"a.example.txt": "body: //main\n"})
    again = run(source, target)
    assert again.files[0].why.endswith("a.example.toml is there already; --force replaces it")
    assert run(source, target, force=True).configs == 1
    assert load_file(target / "a.example.toml").layouts[0].body == ("main",)


def test_old_ones_are_quarantined(tmp_path: Path) -> None:
    old = folder(
        tmp_path / "ftr", {"a.example.txt": "body: //article", "b.example.txt": "strip: //aside"}, TODAY.year - 5
    )
    found = run(old, tmp_path / "configs")
    assert found.quarantined == 1
    assert found.ages == "file time"
    assert load_file(tmp_path / "configs/a.example.toml").quarantined
    assert found.files[1].status == "refused"
    assert "no `body` that could prove it" in found.files[1].why
    assert run(old, tmp_path / "young", newer_than=9).quarantined == 0
    assert run(old, tmp_path / "ever", newer_than=99999).quarantined == 0
    assert run(old, tmp_path / "nan", newer_than=float("nan")).quarantined == 0


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_knows_the_ages(tmp_path: Path) -> None:
    top = tmp_path / "checkout"
    source = top / "sites"
    top.mkdir()
    folder(source, {f"{n}.example.txt": "body: //article\n" for n in range(40)})

    def git(*arguments: str, day: str = "2015-03-01T12:00:00+0000") -> None:
        who = {"GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day, "HOME": str(tmp_path)}
        command = ["git", "-c", "user.name=x", "-c", "user.email=x@y.example", "-C", str(top), *arguments]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | who)

    git("init")
    git("add", ".")
    git("commit", "-m", "all at once")
    (source / "7.example.txt").write_text("body: //main\n")
    git("commit", "-am", "one", day=f"{TODAY.year - 1}-02-03T12:00:00+0000")
    found = run(source, tmp_path / "configs")
    assert found.ages == "git"
    edited = {file.file: file.edited for file in found.files}
    assert edited["7.example.txt"] == date(TODAY.year - 1, 2, 3)
    assert edited["8.example.txt"] == date(2015, 3, 1)
    assert found.quarantined == 39


def test_wrong_paths_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such folder or file"):
        run(tmp_path / "none", tmp_path)
    with pytest.raises(UsageError, match="its name is no host"):
        run(SITES / "README.txt", tmp_path)
    with pytest.raises(UsageError, match="none of the 0 files in it is named as a site config is"):
        run(folder(tmp_path / "empty", {}), tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="no configs can be written there"):
        run(SITES, tmp_path / "file" / "configs")


def test_odd_files(tmp_path: Path) -> None:
    source = folder(
        tmp_path / "ftr",
        {
            "huge.example.txt": b"body: //p\n" * 200_000,
            "many.example.txt": "".join(f"strip_id_or_class: c{n}\n" for n in range(900)),
            "long.example.txt": f"body: //{'p' * 100_000}\nbody: //p\n",
            "deep.example.txt": f"body: {'(' * 900}//p{')' * 900}\n",
            "bytes.example.txt": b"body: //p\nstrip: //p[.='\xff\xfe']\n",
            "control.example.txt": "body: //p[.='\x01\x1b[31m']\nstrip: //p[contains(., 'a\x85b')]\n",
            "müller.example.txt": "body: //p",
            "no host.txt": "body: //p",
            "..txt": "body: //p",
            ".gitignore": "x",
            "x.TXT": "body: //p",
            "y.example.TXT": "body: //p",
        },
    )
    (source / "folder.example.txt").mkdir()
    (source / "dangling.example.txt").symlink_to("nowhere")
    os.mkfifo(source / "pipe.example.txt")
    (source / os.fsdecode(b"\xff.example.txt")).write_text("body: //p")
    found = run(source, tmp_path / "configs")
    assert status(found) == {
        "huge.example.txt": "refused",
        "many.example.txt": "partly",
        "long.example.txt": "partly",
        "deep.example.txt": "refused",
        "bytes.example.txt": "translated",
        "control.example.txt": "translated",
        "müller.example.txt": "translated",
        "no host.txt": "ignored",
        "..txt": "ignored",
        ".gitignore": "ignored",
        "x.TXT": "ignored",
        "y.example.TXT": "translated",
        "dangling.example.txt": "ignored",
        "pipe.example.txt": "ignored",
        "\ufffd.example.txt": "ignored",
    }
    Sites.load([tmp_path / "configs"], strict=True, check_selector=selector_error)
    assert (tmp_path / "configs/xn--mller-kva.example.toml").is_file()
    assert len(load_file(tmp_path / "configs/many.example.toml").layouts[0].remove) == 400


def test_mutated_files_never_crash(tmp_path: Path) -> None:
    """Each sample cut, repeated, spliced with others, sprinkled with bytes; what comes out is a config that loads."""
    chance = random.Random(20261123)
    texts = [file.read_bytes() for file in sorted(SITES.iterdir())]
    marks = [
        b"(",
        b")",
        b"[",
        b"]",
        b"'",
        b'"',
        b"//",
        b"@",
        b"|",
        b"..",
        b"::",
        b":",
        b"\\",
        b"\x00",
        b"\xff",
        b"#",
        b"\n",
    ]
    for number in range(6):
        files: dict[str, str | bytes] = {}
        for text in texts:
            for _ in range(8):
                text = mutated(text, chance, [*marks, chance.choice(texts)[:60]])
            files[f"m{len(files)}.example.txt"] = text
        source = folder(tmp_path / f"ftr{number}", files)
        run(source, tmp_path / f"configs{number}")
        Sites.load([tmp_path / f"configs{number}"], strict=True, check_selector=selector_error)


def mutated(text: bytes, chance: random.Random, marks: list[bytes]) -> bytes:
    place, other = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
    way = chance.randrange(4)
    if way == 0:
        return text[:place] + chance.choice(marks) + text[place:]
    if way == 1:
        return text[:place] + text[min(other, place + 12) :]
    if way == 2:
        return text[:other] + text[place:other] * chance.randrange(3) + text[other:]
    return text[:place] + bytes([chance.randrange(256)]) + text[place + 1 :]


def test_an_imported_config_reads_a_page(tmp_path: Path) -> None:
    """Scope from the rule, judges inside, removal by text, title and author from the rules."""
    source = folder(
        tmp_path / "ftr",
        {
            "flussbote.example.txt": "title: //h2[@class='t']\nauthor: substring-after(//p[@class='by'], 'Text: ')\n"
            "body: //div[@id='text']\nstrip: //p[contains(., 'Aus dem Archiv')]\n"
        },
    )
    run(source, tmp_path / "configs")
    site = load_file(tmp_path / "configs/flussbote.example.toml", check_selector=selector_error)
    story = [
        f"Satz {n} über die alte Brücke, die noch in diesem Jahr erneuert werden soll, sagte sie." for n in range(4)
    ]
    html = (
        "<!doctype html><html lang=de><head><title>Falsch</title></head><body><h1>Bote</h1>"
        "<h2 class=t>Die Brücke kommt</h2>"
        "<p class=by>Text: Hanne Brückner</p><div id=text>"
        + "".join(f"<p>{text}</p>" for text in story)
        + "<p>Aus dem "
        "<b>Archiv</b>: So begann der Streit um die Brücke, damals im Winter, wir berichteten ausführlich.</p></div>"
        "<div class=more><p>Ein anderer Text von einer anderen Sache, der lang genug ist, um Text zu sein.</p></div>"
    )
    article = extract(html, "https://flussbote.example/a", site=site)
    assert article.headline == "Die Brücke kommt"
    assert [author.name for author in article.authors] == ["Hanne Brückner"]
    assert article.article_body.split("\n\n") == story
