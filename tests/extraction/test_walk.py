"""What the walk makes of a page, and which part of it is looked at; on small pages of our own."""

from __future__ import annotations

from scraper.document import parse
from scraper.extraction.segment import segment

P1 = "The council has decided to repair the old bridge before the winter, whatever that may cost the town."
P2 = "Commuters will have to take the long way round, as no other bridge is planned for the time of the work."
STORY = f"<p>{P1}</p><p>{P2}</p>"


def lines_of(html: str) -> list[tuple[str, str]]:
    return [(block.tag, block.text) for block in segment(parse(html)).blocks]


def test_a_box_in_a_heading_is_a_heading() -> None:
    html = f"<h3><div>Who pays</div></h3><p>{P1}</p><ul><li><h4><p>How long</p></h4>{P2}</li></ul>"
    assert [tag for tag, _ in lines_of(html)] == ["h3", "p", "h4", "li"]
