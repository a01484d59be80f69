"""document → body: the walk, the judges, one decision a block, the guard; with a reason for everything removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scraper.document import Document, Node
from scraper.extraction.assemble import assemble
from scraper.extraction.blocks import Block
from scraper.extraction.clues import clues_of, words_key
from scraper.extraction.features import MOST_ECHOING, Table
from scraper.extraction.frame import Frame, signature, text_weight
from scraper.extraction.model import load_model
from scraper.extraction.repeated import Repeats, judge_repeated
from scraper.extraction.scope import Marks, Said, Scope, is_open, strip_blocks
from scraper.extraction.segment import segment, segment_within
from scraper.models import BodyPart

#: a block is the article's from this probability on
KEEP = 0.5
#: members of a group this near the middle follow the group's mean, and are not decided on by a body alone
UNSURE = 0.15
#: a heading with nothing below it stays from this probability on
SURE_HEADING = 0.8
#: characters of words of a block that may be an echo: shorter ones recur by chance, longer ones are no pull quotes
ECHO_LEAST, ECHO_MOST = 30, 400
#: times as long is what it echoes
ECHO_LONGER = 1.3
#: characters on either side of the middle of an echo that stand in what it echoes just so, whatever its quotes are
ECHO_CORE = 6
#: characters of words of a block that may be a copy of the story, and the pieces and the share of it that stand on
#: their own besides
COPY_LEAST, COPY_PIECES, COPY_SHARE = 800, 3, 0.6
#: blocks of a window beyond which the classifier is not asked (of 1,514 real pages none has so many), and what stands
#: in for its answer
MOST_JUDGED = 2500
RULE_KEEP, RULE_DROP = 0.8, 0.1
#: a heading in a box of the make that holds this share of the story's prose is taken for so probable, unless it is less
#: probable than the least: of those between .1 and .5, 80 % (fundus), 100 % (zyte), 73 % (wcxb) were the story's. Only
#: where a config knows the story's lines: elsewhere it costs as many exact articles as it makes
AMONG_SHARE, AMONG, AMONG_LEAST = 0.25, 0.6, 0.1
AMONG_TAGS = frozenset(("h2", "h3", "h4"))
#: blocks of a body, or share of them, on which a config may be silent for the classifier to be asked about these only
OPEN, OPEN_SHARE = 3, 0.2
#: probability that stands for a config's word
RULED = 1.0
#: kinds of which a line that is nothing but a known phrase goes, however much it is made like the story's lines: of 215
#: on real pages one was the story's
NEVER = frozenset(("advertisement", "newsletter"))
#: characters of a name, and kept lines at either end of a story of which one may be the author's name
MAX_NAME, SIGNED = 60, 3
HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
#: characters of a block that may be the headline
MAX_TITLE = 300


class Body:
    """The article's text and how it was come by."""

    __slots__ = ("cuts", "frame", "kept", "parts", "said", "text", "values")

    def __init__(
        self,
        parts: tuple[BodyPart, ...],
        text: str,
        frame: Frame,
        kept: Sequence[bool],
        values: Sequence[float],
        said: Sequence[Said | None],
    ) -> None:
        #: `text`: the parts' texts, joined by blank lines
        self.parts, self.text, self.frame = parts, text, frame
        #: for each block of the frame's window: is it kept, how probable was that, what did a config say
        self.kept, self.values, self.said = kept, values, said
        #: (rule, text) of what a config cut out of blocks
        self.cuts: Sequence[tuple[str, str]] = ()

    @property
    def certainty(self) -> float:
        """How sure the classifier was of the blocks that could be text, 0.5 to 1."""
        sure = [max(v, 1 - v) for v, prose in zip(self.values, self.frame.prose, strict=True) if prose]
        return sum(sure) / len(sure) if sure else 0.5

    @property
    def last_node(self) -> Node | None:
        """The element that holds the last kept block; None where none was kept."""
        for i in range(len(self.kept) - 1, -1, -1):
            if self.kept[i]:
                return self.frame.blocks[i].box.node
        return None

    @property
    def nodes(self) -> list[Node]:
        """The elements that hold the kept blocks, in order."""
        return [block.box.node for block, keep in zip(self.frame.blocks, self.kept, strict=True) if keep]


def read_body(
    document: Document,
    marks: Marks | None = None,
    titles: Sequence[str] = (),
    memory: Repeats | None = None,
    *,
    whole: bool = False,
) -> Body:
    """The body of a page. `marks`: what the site's config says of it; the classifier decides where that is silent.
    `memory`: what stood on other articles of the site.

    Where the config is silent nowhere, only its body's boxes are looked at, unless the `whole` page is wanted.
    """
    if marks and marks.body_nodes and marks.text and not whole and (body := _ruled(document, marks, titles, memory)):
        return body
    segments = segment(document, marks.remove if marks else None)
    if marks is None:
        frame = Frame(segments)
        near = [i for i in range(len(frame.blocks)) if not frame.is_far(i)]
        return finish(frame, _values(document, frame, titles, near, {}), None, titles, memory, names_of(document))
    strip_blocks(marks.layout, segments)
    scope = Scope(marks, segments)
    frame = Frame(segments, scope.inside)
    said = [scope.says(block) for block in frame.blocks]
    # where a config names the body, it is silent inside it only: what stands there is not far from the story
    near = [word is None and bool(marks.body) for word in said]
    wanted = [i for i in range(len(said)) if near[i] or not frame.is_far(i)]
    values = _values(document, frame, titles, wanted, _told(said))
    body = finish(frame, values, said, titles, memory, names_of(document))
    body.cuts = segments.cut_inline
    return body


def _ruled(document: Document, marks: Marks, titles: Sequence[str], memory: Repeats | None) -> Body | None:
    """The body where a config has its word on nearly every block of it; None where it has not, or where the classifier
    is in doubt about the rest: it sees more on the whole page."""
    segments = segment_within(marks.body_nodes, marks.remove)
    strip_blocks(marks.layout, segments)
    scope = Scope(marks, segments)
    frame = Frame(segments, scope.inside)
    said = [scope.says(block) for block in frame.blocks]
    open_ = frozenset(i for i, word in enumerate(said) if word is None)
    if len(open_) > max(OPEN, OPEN_SHARE * len(said)) or not any(word[0] for word in said if word):
        return None
    if any(frame.blocks[i].phrase for i in open_):  # what is around it tells best whether it means what it says
        return None
    told = _told(said)
    values = _values(document, frame, titles, sorted(open_), told) if open_ else []
    if any(abs(values[i] - KEEP) < UNSURE for i in open_):
        return None
    values = [told[i] if i in told else values[i] for i in range(len(said))]
    body = finish(frame, values, said, titles, memory, names_of(document))
    body.cuts = segments.cut_inline
    return body


def _told(said: Sequence[Said | None]) -> dict[int, float]:
    """A config's words as probabilities."""
    return {i: RULED if word[0] else 0.0 for i, word in enumerate(said) if word is not None}


def _values(
    document: Document, frame: Frame, titles: Sequence[str], asked: Sequence[int], told: Mapping[int, float]
) -> list[float]:
    """How probable it is of each block of the window that it is the article's, by the classifier where it is `asked`.
    `told`: what is known of some, by which it judges the others."""
    if len(frame.blocks) > MOST_JUDGED:  # a page made of tiny pieces by the ten thousand: prose stands, the rest goes
        return [RULE_KEEP if prose else RULE_DROP for prose in frame.prose]
    if not frame.blocks:
        return []
    model = load_model()
    return model.probabilities(Table(frame, clues_of(document, titles), model.scores), asked, told)


def finish(
    frame: Frame,
    values: Sequence[float],
    words: Sequence[Said | None] | None = None,
    titles: Sequence[str] = (),
    memory: Repeats | None = None,
    names: frozenset[str] = frozenset(),
) -> Body:
    """Probabilities, and a config's word where it has one → decisions → body."""
    said: list[Said | None] = list(words) if words else [None] * len(frame.blocks)
    smooth = list(values)
    if None in said:
        smooth = _smoothed(frame, values)
    if any(word is not None and word[0] for word in said):
        _raise_headings(frame, smooth)
    kept = [value >= KEEP for value in smooth]
    _guard(frame, values, kept)
    kept = [keep if word is None else word[0] for keep, word in zip(kept, said, strict=True)]
    _drop_headline(frame, kept, said, titles)
    for i, word in tuple(judge_repeated(frame, kept, said, memory)) if memory else ():
        kept[i], said[i] = False, word
    _drop_signatures(frame, kept, said, names)
    _drop_known(frame.blocks, kept, said)
    sure = [RULED if word and word[0] else value for word, value in zip(said, smooth, strict=True)]
    _drop_lone_headings(frame.blocks, kept, sure)
    _drop_echoes(frame.blocks, kept, said)
    made = assemble([block for block, keep in zip(frame.blocks, kept, strict=True) if keep])
    return Body(made.parts, made.text, frame, kept, smooth, said)


def _smoothed(frame: Frame, values: Sequence[float]) -> list[float]:
    """Blocks of one template line belong together: the unsure follow their group."""
    out = list(values)
    for group in frame.groups.values():
        members = group.members
        if len(members) < 3:
            continue
        mean = sum(values[i] for i in members) / len(members)
        for i in members:
            if abs(values[i] - 0.5) < UNSURE:
                out[i] = (values[i] + mean) / 2
    return out


def _raise_headings(frame: Frame, values: list[float]) -> None:
    """Headings that stand where the story's paragraphs do are the story's, unless the classifier is sure."""
    weights: dict[tuple[str, str], int] = {}
    for block, prose, value in zip(frame.blocks, frame.prose, values, strict=True):
        if prose and value >= KEEP and (parent := block.box.parent):
            make = parent.tag, parent.names
            weights[make] = weights.get(make, 0) + text_weight(block.text)
    least = AMONG_SHARE * sum(weights.values())
    story = {make for make, weight in weights.items() if weight >= least}
    for i, block in enumerate(frame.blocks):
        parent = block.box.parent
        among = parent is not None and (parent.tag, parent.names) in story
        if among and AMONG_LEAST <= values[i] < KEEP and block.tag in AMONG_TAGS and not block.phrase:
            values[i] = AMONG


def _drop_lone_headings(blocks: Sequence[Block], kept: list[bool], values: Sequence[float]) -> None:
    """A heading whose own text was removed goes too, unless the classifier is sure of it; one that had none, as the
    next heading follows at once, goes with nobody (lists of headings, headings in two lines)."""
    level = 0
    for i in range(len(blocks) - 1, -1, -1):
        if not _is_heading(blocks[i]):
            level = 9 if kept[i] else level
            continue
        own = int(blocks[i].tag[1])
        followed = level > own or (i + 1 < len(blocks) and kept[i + 1])
        if kept[i] and not followed and values[i] < SURE_HEADING:
            kept[i] = False
        if kept[i]:
            level = own


def _drop_echoes(blocks: Sequence[Block], kept: list[bool], said: Sequence[Said | None]) -> None:
    """A block whose words stand inside a longer kept one of another make is a pull quote, and so is one with the words
    of a whole line that a config knows; lists and headings repeat."""
    if len(blocks) > MOST_ECHOING or not _may_echo(blocks, kept, said):
        return
    keys = {i: block.key for i, block in enumerate(blocks) if kept[i]}
    _drop_copies(blocks, kept, keys)
    order = sorted(keys, key=lambda i: len(keys[i]), reverse=True)
    whole = " | ".join([keys[i] for i in order])
    told = [i for i in keys if said[i]]
    longer, end = 0, 0  # how many are longer than the one that is looked at, and where they end in `whole`
    for i in order:
        block, key = blocks[i], keys[i]
        while len(keys[order[longer]]) > ECHO_LONGER * len(key):
            end += len(keys[order[longer]]) + 3
            longer += 1
        if not ECHO_LEAST <= len(key) <= ECHO_MOST or block.tag == "li" or _is_heading(block) or said[i]:
            continue
        holders = order[:longer] if whole.find(key, 0, end) >= 0 else []
        holders += [j for j in told if keys[j] == key]
        own = signature(block)
        kept[i] = not any(key in keys[j] and signature(blocks[j]) != own for j in holders)


def _may_echo(blocks: Sequence[Block], kept: Sequence[bool], said: Sequence[Said | None]) -> bool:
    """Whether it is worth the making of keys to look for echoes and copies. In most stories it is not: all paragraphs
    are of one make, nothing of another one is longer than they are, or none of it has the middle of theirs."""
    longest: dict[str, int] = {}
    for i, block in enumerate(blocks):
        if kept[i]:
            size, make = len(block.text), signature(block)
            if said[i] or size > COPY_LEAST:
                return True
            longest[make] = max(size, longest.get(make, 0))
    if len(longest) < 2:
        return False
    cores = [_core(block.text) for block in _overtopped(blocks, kept, longest)]
    whole = "\n".join([block.text for i, block in enumerate(blocks) if kept[i]]) if cores else ""
    return any(whole.find(core, whole.find(core) + 1) >= 0 for core in cores)


def _overtopped(blocks: Sequence[Block], kept: Sequence[bool], longest: dict[str, int]) -> list[Block]:
    """The kept blocks that could be echoes, as a block of another make is longer; `longest`: characters by make."""
    makes = sorted(longest, key=longest.__getitem__)
    found: list[Block] = []
    for i, block in enumerate(blocks):
        if kept[i] and block.tag != "li" and not _is_heading(block) and len(block.text) >= ECHO_LEAST:
            other = makes[-2] if signature(block) == makes[-1] else makes[-1]
            if longest[other] > len(block.text):
                found.append(block)
    return found


def _core(text: str) -> str:
    middle = len(text) // 2
    return text[middle - ECHO_CORE : middle + ECHO_CORE]


def _drop_copies(blocks: Sequence[Block], kept: list[bool], keys: dict[int, str]) -> None:
    """A block that holds most of the story once more is a copy of it, for scripts or for listeners: it goes, not the
    paragraphs that it repeats. `keys` loses it too."""
    long = [i for i, key in keys.items() if len(key) > COPY_LEAST]
    for i in long:
        others = [key for j, key in keys.items() if j != i and ECHO_LEAST <= len(key) < len(keys[i])]
        inside = [key for key in others if key in keys[i]]
        if len(inside) >= COPY_PIECES and sum(map(len, inside)) >= COPY_SHARE * len(keys[i]):
            kept[i] = False
    for i in [i for i in long if not kept[i]]:
        del keys[i]


def _drop_headline(frame: Frame, kept: list[bool], said: Sequence[Said | None], titles: Sequence[str]) -> None:
    """The headline above the story is a field of its own, unless a config keeps it."""
    keys = {words_key(title) for title in titles}
    for i, block in enumerate(frame.blocks[: frame.first + 1]):
        if kept[i] and is_open(said[i]) and len(block.text) < MAX_TITLE and words_key(block.text) in keys:
            kept[i] = False


def names_of(document: Document) -> frozenset[str]:
    """What the page declares of its authors' names, as keys."""
    found = [*document.select("jsonld:author.name"), *document.meta.get("author", ())]
    return frozenset(key for name in found if 4 < len(key := words_key(name)) < MAX_NAME)


def _drop_signatures(frame: Frame, kept: list[bool], said: Sequence[Said | None], names: frozenset[str]) -> None:
    """The author's name alone on a line, above or below the story, is a byline."""
    if not names:
        return
    story = [i for i, keep in enumerate(kept) if keep]
    for i in {*story[:SIGNED], *story[-SIGNED:]}:
        text = frame.blocks[i].text
        if len(text) < MAX_NAME and is_open(said[i]) and words_key(text) in names:
            kept[i] = False


def _drop_known(blocks: Sequence[Block], kept: list[bool], said: Sequence[Said | None]) -> None:
    """Lines that are nothing but a known phrase of the NEVER kinds; a heading may name what the story is about."""
    for i, block in enumerate(blocks):
        if kept[i] and is_open(said[i]) and not _is_heading(block) and (hit := block.phrase):
            kept[i] = not (hit.how == "exact" and hit.kind in NEVER)


def _is_heading(block: Block) -> bool:
    return block.tag in HEADING_TAGS


def _guard(frame: Frame, values: Sequence[float], kept: list[bool]) -> None:
    """Where nothing was left, put the most probable prose back, with what is made like it: a page is about something,
    and where the classifier doubts all of it, it doubts the story least."""
    groups = frame.groups.values() if not any(kept) else ()
    best = max(groups, key=lambda group: _expected(frame, values, group.members), default=None)
    for i in best.members if best else ():
        kept[i] = frame.prose[i]


def _expected(frame: Frame, values: Sequence[float], members: Sequence[int]) -> float:
    """How much of the prose among `members` is the article's, by what the classifier says of it."""
    return sum(values[i] * text_weight(frame.blocks[i].text) for i in members if frame.prose[i])
