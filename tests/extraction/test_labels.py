"""What a page's gold teaches: which of its blocks are taken for the story's."""

from __future__ import annotations

from scraper.learning.labels import keep_labels

P1 = "The council has decided to repair the old bridge before the winter, whatever that may cost the town."
P2 = "Commuters will have to take the long way round, as no other bridge is planned for the time of the work."
H1 = "What the work on the bridge will cost"
H2 = "Where the commuters are going to drive"


def test_the_subheads_are_those_that_stand_where_the_gold_has_them() -> None:
    """And not the lines of the table of contents that have the same words."""
    gold = "\n".join((P1, H1, P2, H2, P1.replace("bridge", "ferry")))
    texts = [P1, H1, H2, H1, P2, H2, P1.replace("bridge", "ferry")]
    assert keep_labels(texts, gold, first=[0, 1, 1, 0, 0, 0, 0]) == [1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]


def test_a_paragraph_of_which_the_gold_has_most_is_the_storys() -> None:
    """Somebody cut a sentence out of it; of one that shares a few words with the gold nobody can tell."""
    cut = f"{P2} Read about the ferry here."
    quoted = (
        f"{P2} As the mayor, who had been against it, said at night, nobody is going to like that, least of all she."
    )
    other = (
        "Nobody had asked the fishermen, who live from what they catch below the bridge, what they think of all that."
    )
    longer = " ".join((other, quoted[len(P2) :], P2))
    assert keep_labels([P1, cut, other], f"{P1}\n{P2}") == [1.0, 1.0, 0.0]
    assert keep_labels([P1, longer], f"{P1}\n{P2}") == [1.0, None]
