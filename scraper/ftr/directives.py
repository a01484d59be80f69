"""What becomes of each directive of a site config: a rule of ours, a test, or a reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from urllib.parse import urlsplit

import msgspec

from scraper.ftr.css import attribute
from scraper.ftr.siteconfig import Line
from scraper.ftr.translate import translate

#: rules of one key beyond which a file is no site config any more; the largest real one has some sixty
MAX_RULES = 400
#: characters of a directive that the report shows
_SHOWN = 200

#: directives without anything to do here: → why
WITHOUT_EFFECT = {
    **dict.fromkeys(("tidy", "parser"), "the HTML5 parser needs no tidying"),
    "prune": "the blocks inside are judged one by one anyway",
    "autodetect_on_failure": "the generic way always stands behind",
    "skip_json_ld": "config rules come before JSON-LD anyway",
    **dict.fromkeys(("strip_attr", "post_strip_attr", "src_lazy_load_attr"), "attributes are no text"),
    "wrap_in": "it changes markup, not text",
    "native_ad_clue": "records have no field for it",
    **dict.fromkeys(
        (
            "insert_detected_image",
            "convert_double_br_tags",
            "dissolve",
            "footnotes",
            "autodetect_next_page",
            "strip_comments",
            "move_into",
            "skip_id_or_class",
        ),
        "FiveFilters itself ignores it",
    ),
}
#: directives that would do something, and are left out: → why
LEFT_OUT = {
    "http_header": "no header that poses as another program, a reader who has agreed, or a referrer is sent",
    **dict.fromkeys(
        (
            "requires_login",
            "not_logged_in_xpath",
            "login_uri",
            "login_username_field",
            "login_password_field",
            "login_extra_fields",
        ),
        "nothing is read behind a login",
    ),
    **dict.fromkeys(
        ("find_string", "replace_string"),
        "it rewrites the page's source, and pages are read as they are",
    ),
    **dict.fromkeys(
        ("single_page_link", "single_page_link_in_feed"),
        "there is no way to a print view; next_page joins pages",
    ),
    "if_page_contains": "a link that is followed on some pages only has no counterpart",
}
#: fields: directive → key of a layout
_FIELDS = {"title": "headline", "author": "author", "date": "published", "next_page_link": "next_page"}
#: read before an imported date: a page's own declaration has a time and a zone, which what it prints seldom has
_DECLARED_DATE = "meta:article:published_time"
_FEED = re.compile(r"(?:[./](?:rss|feed|atom|xml|rdf)|feeds?\.[^/]*)(?:[/?#]|\Z)", re.I)


class Entry(msgspec.Struct, frozen=True):
    """What became of one line."""

    line: int
    directive: str
    #: "taken", "withoutEffect", "leftOut", "refused" or "unknown"
    outcome: str
    value: str = ""
    why: str = ""
    rules: tuple[str, ...] = ()

    @property
    def lost(self) -> bool:
        """Whether the config would do more with it."""
        return self.outcome in ("leftOut", "refused", "unknown")


class Read(msgspec.Struct):
    """The parts of a config, and an entry for each line they came from."""

    layout: dict[str, list[str]] = {}
    #: address → texts that the article there has
    tests: dict[str, list[str]] = {}
    entries: list[Entry] = []

    @property
    def useful(self) -> bool:
        """Whether there is any rule."""
        return any(self.layout.values())

    def add(self, key: str, rules: Iterable[str]) -> None:
        """Rules for a key of the layout, behind those it has, each once."""
        known = self.layout.setdefault(key, [])
        known += [rule for rule in dict.fromkeys(rules) if rule not in known]

    def merge(self, other: Read) -> None:
        """`other`'s rules behind these."""
        for key, rules in other.layout.items():
            self.add(key, rules)
        for url, texts in other.tests.items():
            known = self.tests.setdefault(url, [])
            known += [text for text in texts if text not in known]


class Refused(Exception):
    """(outcome, why) of a line that gives no rule."""


def read_directives(lines: Sequence[Line]) -> Read:
    """All lines of a file. Never raises."""
    read = Read()
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else None
        try:
            rules = tuple(_taken(read, line, following))
            entry = Entry(line.number, line.key, "taken", line.value[:_SHOWN], rules=rules)
        except Refused as refused:
            outcome, why = refused.args
            entry = Entry(line.number, _name(line), outcome, line.value[:_SHOWN], why)
        read.entries.append(entry)
    if read.layout.get("published"):
        read.layout["published"].insert(0, _DECLARED_DATE)
    return read


def _name(line: Line) -> str:
    """The directive as the report counts it."""
    if line.key == "http_header":
        return f"http_header({line.argument.strip().lower()[:40]})"
    return line.key[:60] or "(no directive)"


def _taken(read: Read, line: Line, following: Line | None) -> Iterable[str]:
    """The rules that a line gives, which are added to `read`. Raises Refused."""
    if line.key in WITHOUT_EFFECT:
        raise Refused("withoutEffect", WITHOUT_EFFECT[line.key])
    if line.key in LEFT_OUT:
        raise Refused("leftOut", LEFT_OUT[line.key])
    if not line.key or line.key not in _READERS:
        raise Refused("unknown", _unknown(line.key))
    if not line.value:
        raise Refused("withoutEffect", "it is empty")
    if line.key == "next_page_link" and following is not None and following.key == "if_page_contains":
        raise Refused("leftOut", LEFT_OUT["if_page_contains"])
    return _READERS[line.key](read, line)


def _unknown(key: str) -> str:
    if not key:
        return "the line has no colon"
    near = get_close_matches(key.lower(), [*_READERS, *WITHOUT_EFFECT, *LEFT_OUT], 1, 0.75)
    return f"there is no such directive; was '{near[0]}' meant?" if near else "there is no such directive"


# --- the directives that are taken ------------------------------------------------------------------------------------


def _rules(read: Read, key: str, rules: Sequence[str]) -> Sequence[str]:
    if len(read.layout.get(key, ())) + len(rules) > MAX_RULES:
        raise Refused("refused", f"the file has more than {MAX_RULES} of them")
    read.add(key, rules)
    return rules


def _field(read: Read, line: Line) -> Iterable[str]:
    found = translate(line.value)
    if not found.rules:
        raise Refused("refused", found.why)
    if found.gives == "constant" and line.key != "author":
        raise Refused("refused", "it is a constant")
    return _rules(read, _FIELDS[line.key], found.rules)


def _elements(read: Read, line: Line) -> Iterable[str]:
    found = translate(line.value)
    if not found.rules:
        raise Refused("refused", found.why)
    if found.gives == "texts":
        attributes = any("@" in rule for rule in found.rules)
        if line.key == "strip" and attributes:
            raise Refused("withoutEffect", "attributes are no text")
        raise Refused("refused", "it gives texts, not elements")
    if found.gives != "elements":
        raise Refused("refused", "it is a constant")
    return _rules(read, "body" if line.key == "body" else "remove", found.rules)


def _id_or_class(read: Read, line: Line) -> Iterable[str]:
    word = line.value.replace('"', "").replace("'", "").strip()
    if not word:
        raise Refused("withoutEffect", "it is empty")
    if re.search(r"\s", word):  # FiveFilters looks for it between blanks, so these must be neighbours
        rule = f"{attribute('class', '*=', word)}, {attribute('id', '=', word)}"
    else:
        rule = f"{attribute('class', '~=', word)}, {attribute('id', '=', word)}"
    return _rules(read, "remove", [rule])


def _image(read: Read, line: Line) -> Iterable[str]:
    word = line.value.replace('"', "").replace("'", "").strip()
    if not word:
        raise Refused("withoutEffect", "it is empty")
    return _rules(read, "remove", [f"img{attribute('src', '*=', word)}"])


def _test(read: Read, line: Line) -> Iterable[str]:
    if not _is_address(line.value):
        raise Refused("refused", "it is not an http(s) address")
    if _FEED.search(line.value.partition("//")[2]):
        raise Refused("withoutEffect", "it is a feed, and tests are for articles")
    if len(read.tests) >= MAX_RULES:
        raise Refused("refused", f"the file has more than {MAX_RULES} of them")
    read.tests.setdefault(line.value, [])
    return ()


def _contains(read: Read, line: Line) -> Iterable[str]:
    if not read.tests:
        raise Refused("refused", "no test_url stands before it")
    texts = read.tests[next(reversed(read.tests))]
    if line.value not in texts:
        texts.append(line.value)
    return ()


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s\x00-\x1f]", text)


_READERS: dict[str, Callable[[Read, Line], Iterable[str]]] = {
    **dict.fromkeys(_FIELDS, _field),
    "body": _elements,
    "strip": _elements,
    "strip_id_or_class": _id_or_class,
    "strip_image_src": _image,
    "test_url": _test,
    "test_contains": _contains,
}
