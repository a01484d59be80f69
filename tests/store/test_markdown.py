"""Markdown: front matter that YAML can read, text that Markdown leaves alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from scraper.models import BodyPart, Record
from scraper.store import articles_in, open_sink

Make = Callable[..., Record]


def written(folder: Path, record: Record) -> str:
    sink = open_sink(f"{folder}/")
    sink.write(record)
    sink.close()
    (path,) = folder.glob(f"*{record.id}.md")
    return path.read_text("utf-8")


def test_an_article_is_a_file_named_after_its_headline(tmp_path: Path, make_record: Make) -> None:
    written(tmp_path / "out", make_record(1))
    written(tmp_path / "out", make_record(1))
    assert [path.name for path in (tmp_path / "out").iterdir()] == [
        "stadtrat-stoppt-neubau-vorerst-0000000000000001.md"
    ]


def test_an_edit_that_changed_the_headline_leaves_no_second_file(tmp_path: Path, make_record: Make) -> None:
    written(tmp_path, make_record(1))
    written(tmp_path, make_record(2))
    written(tmp_path, make_record(1, headline="Der Neubau kommt doch", revision=2))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "der-neubau-kommt-doch-0000000000000001.md",
        "stadtrat-stoppt-neubau-vorerst-0000000000000002.md",
    ]


def test_front_matter_is_one_json_value_a_line(tmp_path: Path, make_record: Make) -> None:
    text = written(tmp_path, make_record(1, headline='Ein "Zitat": [x]\u2028neu'))
    _, front, body = text.split("---\n", 2)
    values = {key: json.loads(value) for key, _, value in (line.partition(": ") for line in front.splitlines())}
    assert values["headline"] == 'Ein "Zitat": [x]\u2028neu'
    assert values["keywords"] == ["Brücke", "Rat"]
    assert "lead" not in values
    assert body.startswith('\n# Ein "Zitat": \\[x\\] neu\n')


def test_structure_is_kept_and_text_is_not_taken_for_markup(tmp_path: Path, make_record: Make) -> None:
    parts = (
        BodyPart(type="heading", text="Parken", level=3),
        BodyPart(type="list", text="a\nb", items=("a", "*b*")),
        BodyPart(type="quote", text="So nicht.\nNie."),
        BodyPart(type="code", text="x = `1`"),
        BodyPart(type="paragraph", text="# keine Überschrift"),
        BodyPart(type="paragraph", text="1. Mai <b>und</b> 2_3_4"),
    )
    body = written(tmp_path, make_record(1, body=parts)).split("\n---\n", 1)[1]
    assert body.split("\n\n")[1:] == [
        "### Parken",
        "- a\n- \\*b\\*",
        "> So nicht.\n> Nie.",
        "```\nx = `1`\n```",
        "\\# keine Überschrift",
        "1\\. Mai \\<b>und\\</b> 2\\_3\\_4\n",
    ]


def test_it_is_known_what_a_folder_holds(tmp_path: Path, make_record: Make) -> None:
    written(tmp_path, make_record(1))
    ((id, addresses),) = articles_in(tmp_path)
    assert id == make_record(1).id
    assert "https://www.bote.example/lokales/bruecke-1" in addresses
