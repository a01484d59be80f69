"""What the walk makes of a page, and which part of it is looked at; on small pages of our own."""

from __future__ import annotations

from scraper.document import parse
from scraper.extraction.body import finish
from scraper.extraction.frame import Frame
from scraper.extraction.segment import segment

P1 = "The council has decided to repair the old bridge before the winter, whatever that may cost the town."
P2 = "Commuters will have to take the long way round, as no other bridge is planned for the time of the work."
STORY = f"<p>{P1}</p><p>{P2}</p>"


def frame_of(html: str) -> Frame:
    return Frame(segment(parse(html)))


def lines_of(html: str) -> list[tuple[str, str]]:
    return [(block.tag, block.text) for block in segment(parse(html)).blocks]


def test_a_box_in_a_heading_is_a_heading() -> None:
    html = f"<h3><div>Who pays</div></h3><p>{P1}</p><ul><li><h4><p>How long</p></h4>{P2}</li></ul>"
    assert [tag for tag, _ in lines_of(html)] == ["h3", "p", "h4", "li"]


def test_a_button_that_opens_what_is_below_it_bears_its_heading() -> None:
    html = f"""<h3><button aria-expanded="false">Who pays for the bridge?</button></h3><div>{P1}</div>
    <div><button aria-controls="a2"><span>How long will the work take?</span></button><div id="a2">{P2}</div></div>
    <button><h4>Where to cross the river now</h4></button><p>{P1}</p>"""
    assert lines_of(html) == [
        ("h3", "Who pays for the bridge?"),
        ("div", P1),
        ("button", "How long will the work take?"),
        ("div", P2),
        ("h4", "Where to cross the river now"),
        ("p", P1),
    ]


def test_other_buttons_are_no_text() -> None:
    html = f"""<h2>Who pays for it <button aria-expanded="false">Copy the link to this part</button></h2>
    <p>{P1}<button aria-controls="n1">Show the note on this page</button></p><button>Subscribe to our letter</button>
    <button aria-expanded="false">Show the menu of the page</button>"""
    assert lines_of(html) == [("h2", "Who pays for it"), ("p", P1)]


def test_the_page_is_looked_at_from_its_headline_on() -> None:
    """The lead, or the story's beginning, may have a box of its own, far above the box with most of the story."""
    teasers = "".join(f"<div><a href='/{i}'>Other news of the day, no. {i}</a></div>" for i in range(30))
    html = f"<div>{teasers}</div><div><h1>The bridge</h1><p>{P1}</p></div><div>{teasers}</div><main>{STORY * 3}</main>"
    frame = frame_of(html)
    assert frame.blocks[0].text == "The bridge"
    assert frame.blocks[1].text == P1


def test_the_window_does_not_end_within_a_table() -> None:
    rows = "".join(f"<tr><td>Bridge no. {i}</td></tr>" for i in range(40))
    links = "".join(f"<tr><td><a href='/{i}'>Other news of the day, no. {i}</a></td></tr>" for i in range(40))
    frame = frame_of(f"<main>{STORY}<table>{rows}</table><table>{links}</table></main>")
    assert frame.blocks[-1].text == "Bridge no. 39"


def test_comments_are_not_looked_at_below_a_story_and_are_where_there_is_none() -> None:
    comments = f"<ol class=comments><li><p>{P2}</p></li><li><p>{P2}</p></li></ol>"
    below = frame_of(f"<main><h1>The bridge</h1>{STORY * 6}{comments}</main>")
    assert [below.is_far(i) for i in range(len(below.blocks))] == [False] * 13 + [True] * 2
    alone = frame_of(f"<main><h1>What do you think of the bridge?</h1><p>{P1}</p>{comments}</main>")
    assert not any(alone.is_far(i) for i in range(len(alone.blocks)))


def test_where_all_of_a_page_is_doubted_the_least_doubted_stands() -> None:
    card = "<div class=card>A card on another page, which is prose as well, and long enough for it to be a line.</div>"
    frame = frame_of(f"<div class=story>{STORY}</div>{card * 5}")
    values = [0.3 if block.tag == "p" else 0.1 for block in frame.blocks]
    assert finish(frame, values).text == f"{P1}\n\n{P2}"


def test_a_heading_goes_with_its_text_and_stays_where_it_had_none() -> None:
    html = (
        f"<h2>The bridges</h2><h2>The old one</h2><p>{P1}</p><h2>Read more</h2><p>{P2}</p><h2>The ferry</h2><p>{P1}</p>"
    )
    frame = frame_of(html)
    values = [0.1 if block.text == P2 else 0.7 if block.tag == "h2" else 0.9 for block in frame.blocks]
    kept = finish(frame, values).kept
    assert [block.text for block, keep in zip(frame.blocks, kept, strict=True) if not keep] == ["Read more", P2]
