"""page → document: every packing, every wrong charset, broken JSON-LD, config rules, pages made to hurt."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from scraper.document import decode, decoded_body, node_text, parse, selector_error, split_rule
from scraper.document.charset import is_utf8
from scraper.errors import Failure

PAGE = "<html><body>" + "".join(f"<p>Absatz {i}: die Brücke wird „später“ gebaut.</p>" for i in range(400))
BODY = PAGE.encode()
LIMIT = 1_000_000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


#: Content-Encoding as declared, and what a server may mean by it
PACKINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "none": ("", bytes),
    "identity": ("identity", bytes),
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("X-Gzip", gzip.compress),
    "gzip in members": ("gzip", lambda data: gzip.compress(data[:99]) + gzip.compress(data[99:])),
    "gzip, padded": ("gzip", lambda data: gzip.compress(data) + b"\0\0\r\n"),
    "deflate": ("deflate", zlib.compress),
    "deflate, raw": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
    "zstd in frames": ("zstd", lambda data: zstandard.compress(data[:99]) + zstandard.compress(data[99:])),
    "twice": ("gzip, br", lambda data: brotli.compress(gzip.compress(data))),
}


@pytest.mark.parametrize("name", PACKINGS)
def test_every_packing(name: str) -> None:
    encoding, pack = PACKINGS[name]
    assert decoded_body(pack(BODY), encoding, limit=LIMIT) == BODY


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "no-such-thing"])
@pytest.mark.parametrize("body", [BODY, b"\n " + BODY, b"\xef\xbb\xbf" + BODY, b""])
def test_packed_by_declaration_only(encoding: str, body: bytes) -> None:
    assert decoded_body(body, encoding, limit=LIMIT) == body


@pytest.mark.parametrize(
    "name", [name for name, (encoding, _) in PACKINGS.items() if encoding in ("gzip", "br", "zstd")]
)
@pytest.mark.parametrize("keep", [0.3, 0.98])
def test_a_stream_that_breaks_off(name: str, keep: float) -> None:
    encoding, pack = PACKINGS[name]
    packed = pack(BODY).rstrip(b"\0\r\n")
    with pytest.raises(Failure, match="not valid") as caught:
        decoded_body(packed[: int(len(packed) * keep)], encoding, limit=LIMIT)
    assert caught.value.reason == "encoding"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "compress"])
def test_nonsense_is_no_stream(encoding: str) -> None:
    with pytest.raises(Failure, match=encoding) as caught:
        decoded_body(b"\x01\x02\x03 nonsense" * 9, encoding, limit=LIMIT)
    assert caught.value.reason == "encoding"


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_stopped_at_the_limit(name: str) -> None:
    encoding, pack = PACKINGS[name]
    bomb = pack(bytes(12_000_000))
    with pytest.raises(Failure, match="1,000,000 bytes") as caught:
        decoded_body(bomb, encoding, limit=LIMIT)
    assert caught.value.reason == "tooLarge"


def test_the_limit_holds_for_what_is_not_packed() -> None:
    with pytest.raises(Failure, match="larger than 10 bytes"):
        decoded_body(BODY, "", limit=10)


# --- characters ----------------------------------------------------------------------------------------------------

TEXT = "Über die Brücke – „später“, sagte Ødegård"


def page(meta: str, text: str = TEXT) -> str:
    head = f"<meta charset='{meta}'>" if meta else ""
    return f"<html><head>{head}</head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("encoding", "header", "meta"),
    [
        ("utf-8", "", ""),
        ("utf-8", "iso-8859-1", "utf-8"),
        ("utf-8", "iso-8859-1", "iso-8859-1"),
        ("utf-8-sig", "", ""),
        ("windows-1252", "utf-8", "windows-1252"),
        ("windows-1252", "windows-1252", ""),
        ("windows-1252", "iso-8859-1", ""),
        ("windows-1252", "no-such-charset", "latin1"),
        ("windows-1252", "", "us-ascii"),
        ("utf-16", "", ""),
        ("utf-32", "", ""),
        ("utf-16", "utf-8", "utf-8"),
    ],
)
def test_any_charset_however_declared(encoding: str, header: str, meta: str) -> None:
    content_type = f"text/html; charset={header}" if header else "text/html"
    text, _ = decode(page(meta).encode(encoding), content_type)
    assert TEXT in text


def words_of(html: bytes | str) -> str:
    return node_text(parse(html).tree.root)


@pytest.mark.parametrize(
    ("text", "taken_for"),
    [
        ("<p>„Die Brücke“ – 5 € für den Übergang, sagt Zoë’s Freund…</p>", "latin-1"),
        ("<p>„Die Brücke – 5 € für den Übergang, sagt Zoë’s Freund…</p>", "cp1252"),
    ],
)
def test_what_was_encoded_twice_is_read_as_it_was(text: str, taken_for: str) -> None:
    body = text.encode().decode(taken_for).encode()
    assert decode(body) == (text, "utf-8")
    assert words_of(body) == words_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "<p>Wer Ã¼, Ã¤ und Ã¶ sieht, hat UTF-8 falsch gelesen: für das ü.</p>",
        "<p>An Ã¼ here, an â€™ there.</p>",
        "<p>„Spaß“, „Gruß“ und „Maß“</p>",
        "<p>MANHÃ\u00a0 E NÃO</p>",
        "<p>Lost: ï¿½ ï¿½ ï¿½ ï¿½</p>",
    ],
)
def test_honest_text_stays_as_it_is(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8")
    assert words_of(text.encode()) == words_of(text)


@pytest.mark.parametrize("letter", ["ü", "’", "橋", "🌉"])
def test_a_page_is_utf8_wherever_its_letters_stand(letter: str) -> None:
    """It is looked at in pieces: none of their ends may fall into a letter."""
    size = len(letter.encode())
    for before in range(512 - size, 513):
        body = b"a" * before + letter.encode() * 200
        assert is_utf8(body)
        assert not is_utf8(body[:-1])
        assert not is_utf8(b"a" * before + letter.encode()[1:] + b"a" * 600)


def test_a_charset_that_nobody_names_is_detected() -> None:
    german = "Die Straße über die große Brücke wird für Fußgänger später geöffnet. " * 20
    assert german in decode(page("", german).encode("iso-8859-1"))[0]
    polish = "Zażółć gęślą jaźń, napisała gazeta o moście w Łodzi i święcie źródeł. " * 20
    assert decode(page("iso-8859-2", polish).encode("iso-8859-2"))[0].count("Łodzi") == 20


@pytest.mark.parametrize(
    ("language", "encoding", "text"),
    [
        ("fr", "windows-1252", "Le maire a déclaré que l'été avait été très chaud. "),
        ("pl-PL", "windows-1250", "Rząd ogłosił, że wejdzie to w życie już w maju, źle się dzieje w świecie. "),
        ("tr", "windows-1254", "Hükümet yeni yasanın gelecek ay yürürlüğe gireceğini açıkladı. "),
        ("ru", "koi8-r", "Правительство объявило о новом законе, который вступит в силу уже в мае. "),
        ("ja", "euc-jp", "政府は新しい法律が来月に施行されると発表しましたが、疑問は残っています。"),
    ],
)
def test_a_charset_that_nobody_names_is_one_of_the_pages_language(language: str, encoding: str, text: str) -> None:
    html = f'<!doctype html><html class="no-js" lang="{language}"><body><p>{text * 3}</p></body></html>'
    assert text in decode(html.encode(encoding))[0]


def test_one_broken_character_does_not_turn_a_page_into_latin() -> None:
    body = BODY.replace("„".encode(), b"\xe2\x80", 1)
    text, charset = decode(body, "text/html; charset=iso-8859-1")
    assert charset == "utf-8"
    assert text.count("Brücke") == 400


# --- the document --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        '{"headline": "A"}',
        '[{"headline": "A"}]',
        '{"@graph": [{"headline": "A"}]}',
        '\n// <![CDATA[\n{"headline": "A"}\n// ]]>',
        '<!-- {"headline": "A"} -->',
        '/* x */ {"headline": "A"};',
        '{"headline": "A", "text": "one\ntwo\tthree"}',
        '\ufeff{"headline": "A"}',
    ],
)
def test_jsonld_as_publishers_write_it(script: str) -> None:
    html = f'<script type="Application/LD+JSON">{script}</script>'
    assert "A" in [node.get("headline") for node in parse(html).jsonld]


@pytest.mark.parametrize(
    "script", ["", "{", '{"headline": "A"', "undefined", '"text"', "[" * 100_000, '{"a": "\\ud800"}']
)
def test_jsonld_that_is_broken_costs_only_itself(script: str) -> None:
    good = '<script type="application/ld+json">{"headline": "B"}</script>'
    document = parse(f'<script type="application/ld+json">{script}</script>{good}')
    assert document.jsonld[-1] == {"headline": "B"}


def test_rules_of_a_config() -> None:
    value = {"headline": "A", "author": [{"name": "Hanne"}, {"name": "Jorin"}], "section": {"name": "Lokales"}}
    document = parse(
        '<meta name="Author" content=" Almut "><meta property="og:title" content="">'
        f'<script type="application/ld+json">{json.dumps({"@graph": [value]})}</script>'
        '<a class="who" href=" /hanne ">Hanne <b>Brückner</b></a><a class="who">Soltau</a>'
    )
    assert document.select("jsonld:author.name") == ["Hanne", "Jorin"]
    assert document.select("jsonld:section") == ["Lokales"]
    assert document.select("jsonld:author.url") == []
    assert document.select("meta:author") == ["Almut"]
    assert document.select("meta:og:title") == []
    assert document.select("a.who") == ["Hanne Brückner", "Soltau"]
    assert document.select("a.who@href") == ["/hanne"]
    assert document.first_meta("og:title", "author") == "Almut"


def test_what_a_rule_is_made_of() -> None:
    assert split_rule("a[href*='@x']") == ("a[href*='@x']", "")
    assert split_rule("meta@content") == ("meta", "content")
    assert selector_error("jsonld:a.b") is None
    assert selector_error("div > p@title") is None
    assert selector_error("div[") is not None


# --- pages made to hurt --------------------------------------------------------------------------------------------

MANY = 100_000


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * MANY + "here",
        "<div>" * MANY + "here" + "</div>" * MANY,
        "<div></span>" * MANY + "here",
        "<ul><li>" * MANY + "here",
        "<dl><dd>" * MANY + "here",
        "<b>" * MANY + "here",
        "".join(f"<font color={i}>" for i in range(MANY)) + "here",
        ("<a>" + "<div>" * 300) * 300 + "here",
        "<table><tr><td>" * MANY + "here",
        "<p>" * MANY + "here",
        "<svg><g>" * MANY + "</svg><p>here",
        "</div>" * MANY + "here",
        "<a <a" * MANY + ">here",
        "<div " + " ".join(f"a{i}" for i in range(MANY)) + ">here",
        "<div " + " ".join(f"a{i}='>'" for i in range(MANY)) + ">here",
        "<script " + " ".join(f"a{i}" for i in range(MANY)) + "></script>here",
        "<div title='" + "x" * 5_000_000 + "'>here",
        "<p>\x00\ud800here" * 9,
        "<!--" * MANY + "-->here",
    ],
    ids=lambda html: html[:24],
)
def test_no_page_is_slow(html: str) -> None:
    start = time.process_time()
    text = node_text(parse(html).tree.root)
    assert time.process_time() - start < 5  # without the guard: 20 s to minutes
    assert text.endswith("here")


def test_deep_nesting_costs_tags_but_no_text() -> None:
    html = "".join(f"<div><p>Absatz {i}" for i in range(20_000))
    tree = parse(html).tree
    assert len(tree.css("p")) == 20_000
    assert len(tree.css("div")) == 400


@pytest.mark.parametrize(
    "html",
    [
        "<div><p>Ein <b>Wort</b><img src=x><br/></p><svg><path d=''/></svg></div>" * 9000,
        "<table>" + "<tr><td>1<td>2" * 9000 + "</table>",
        "<ul>" + "<li>Punkt" * 20_000 + "</ul>",
        "<script>" + "document.write('<div>');" * 12_000 + "</script><div><p>Text</p></div>",
        "<!-- " + "<div> " * 12_000 + "--><div><p>Text</p></div>",
        "<i>" + "<div title='<div>'><span>a</div>" * 9000,
    ],
    ids=lambda html: html[:24],
)
def test_a_large_page_stays_as_it_is(html: str) -> None:
    from selectolax.lexbor import LexborHTMLParser

    assert parse(html).tree.html == LexborHTMLParser(html, scripting=True).html


def test_more_than_can_be_read_is_cut() -> None:
    assert len(parse("<p>" + "x" * 30_000_000).tree.root.text()) == 20_000_000 - 3


@pytest.mark.parametrize("html", ["", b"", b"\x00", "\ud800", b"\xff\xfe", b"\xff" * 99, "<", b"%PDF-1.4"])
def test_nothing_is_too_little(html: str | bytes) -> None:
    document = parse(html)
    assert document.jsonld == []
    assert document.meta == {}


@pytest.mark.parametrize(
    "html", ["<frameset><frame src=x></frameset>", "<frameset>" * 20_000, "<frameset><noframes><p>here"]
)
def test_frames_leave_a_body(html: str) -> None:
    tree = parse(html).tree
    assert tree.body is not None
    assert ("here" in html) == ("here" in tree.body.text())
