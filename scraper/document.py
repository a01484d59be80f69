"""page → document: the body decoded once, parsed once; JSON-LD and meta read once, when first asked for."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scraper.errors import Failure

Node = LexborNode

#: bytes of a page looked at for `<meta charset>`: HTML's own limit is 1024, real pages put scripts before it
_META_WINDOW = 4096
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-zA-Z0-9_.:-]{2,40})""", re.I)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?([a-zA-Z0-9_.:-]{2,40})""", re.I)
#: share of undecodable bytes up to which a page is still taken for UTF-8 with a few broken characters
_UTF8_DAMAGE = 0.001


# --- decompress ----------------------------------------------------------------------------------------------------


def decoded_body(body: bytes, encoding: str, *, limit: int) -> bytes:
    """`body` with its Content-Encoding undone; stops at `limit` bytes.

    Raises Failure("tooLarge") beyond the limit, Failure("encoding") for a stream that cannot be unpacked. A body that
    is declared as packed and plainly is not (servers do that) is taken as it is.
    """
    for name in reversed([part.strip().lower() for part in encoding.split(",") if part.strip()]):
        if name == "identity":
            continue
        if body[:64].lstrip()[:1] in (b"<", b"{") and name != "br":
            continue
        body = _unpack(body, name, limit)
    if len(body) > limit:
        raise Failure("tooLarge", f"the page is larger than {limit:,} bytes")
    return body


def _unpack(body: bytes, name: str, limit: int) -> bytes:
    out, size = [], 0
    try:
        for chunk in _chunks(body, name):
            out.append(chunk)
            size += len(chunk)
            if size > limit:
                raise Failure("tooLarge", f"the page unpacks to more than {limit:,} bytes")
    except Failure:
        raise
    except Exception as error:  # each codec has an error class of its own, most derive from Exception directly
        raise Failure("encoding", f"the body is not valid {name}: {error}") from error
    return b"".join(out)


def _chunks(body: bytes, name: str, step: int = 65536) -> Iterator[bytes]:
    """The unpacked stream in bounded pieces, so that a bomb never stands in memory whole."""
    if name in ("gzip", "x-gzip", "deflate"):
        yield from _inflate(body, name, step)
    elif name == "br":
        import brotli  # late: only pages that need it pay

        decoder = brotli.Decompressor()
        for i in range(0, len(body), 4096):
            yield decoder.process(body[i : i + 4096])
        if not decoder.is_finished():
            raise ValueError("it breaks off")
    elif name == "zstd":
        import zstandard  # late, as above

        with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(body, read_across_frames=True) as reader:
            while chunk := reader.read(step):
                yield chunk
    else:
        raise ValueError("an encoding nobody asked for")


def _inflate(body: bytes, name: str, step: int) -> Iterator[bytes]:
    if name == "deflate":  # zlib-wrapped by the standard, raw from some servers
        wrapped = len(body) > 1 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0
        decoder = zlib.decompressobj(15 if wrapped else -15)
    else:
        decoder = zlib.decompressobj(31)
    rest = body
    while rest and not decoder.eof:
        yield decoder.decompress(rest, step)
        rest = decoder.unconsumed_tail
        if decoder.eof and decoder.unused_data[:2] == b"\x1f\x8b":  # several members, one after the other
            rest, decoder = decoder.unused_data, zlib.decompressobj(31)
    if not decoder.eof:
        raise ValueError("it breaks off")


# --- characters ----------------------------------------------------------------------------------------------------


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """(text, name of the charset it was read with).

    UTF-8 first, whatever is declared: a page that is valid UTF-8 is not anything else by chance, and declarations
    are wrong more often. Then a byte order mark, the page's own `<meta>`, the header, and detection last.
    """
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", "replace"), "utf-16"
    try:
        return body.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    declared = [m[1].decode("ascii") for m in _META_CHARSET.finditer(body[:_META_WINDOW])]
    declared += _HEADER_CHARSET.findall(content_type)
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") <= max(1, len(body) * _UTF8_DAMAGE):
        return text, "utf-8"
    for name in declared:
        try:
            found = codecs.lookup("windows-1252" if name.lower() in _LATIN1 else name).name
            if found in ("utf-8", "utf-16", "utf-7"):
                continue
            return body.decode(found, "replace"), found
        except LookupError:
            continue
    return _detect(body)


#: WHATWG: these labels mean windows-1252
_LATIN1 = frozenset(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "us-ascii", "ascii"))


def _detect(body: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes  # late: rare and heavy

    best = from_bytes(body[:200_000]).best()
    name = best.encoding if best else "cp1252"
    return body.decode(name, "replace"), name


# --- the document --------------------------------------------------------------------------------------------------


@dataclass(slots=False)
class Document:
    """A parsed page. `tree` is never changed: every judge reads the same page."""

    url: str
    tree: LexborHTMLParser
    charset: str = "utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def meta(self) -> dict[str, list[str]]:
        """`<meta>` by lower-cased name, property, itemprop or http-equiv → its contents, in order."""
        found: dict[str, list[str]] = {}
        for node in self.tree.css("meta"):
            attributes = node.attributes
            content = attributes.get("content")
            if content is None:
                continue
            for kind in ("property", "name", "itemprop", "http-equiv"):
                if name := attributes.get(kind):
                    found.setdefault(name.strip().lower(), []).append(content.strip())
        return found

    @cached_property
    def links(self) -> list[dict[str, str]]:
        """Attributes of every `<link>`, in order."""
        return [{k: v or "" for k, v in node.attributes.items()} for node in self.tree.css("link")]

    @cached_property
    def jsonld(self) -> list[dict[str, Any]]:
        """Every JSON-LD object of the page, @graph and lists flattened, in order; broken blocks are left out."""
        found: list[dict[str, Any]] = []
        for node in self.tree.css("script[type='application/ld+json' i]"):
            for value in _json_values(node.text_content or node.text() or ""):
                _flatten(value, found)
        return found

    def first_meta(self, *names: str) -> str | None:
        """The first non-empty content of the first of `names` that the page has."""
        for name in names:
            for content in self.meta.get(name, ()):
                if content:
                    return content
        return None

    def select(self, rule: str) -> list[str]:
        """Texts that a config's rule finds: "css", "css@attribute", "jsonld:dotted.path", "meta:name"."""
        kind, _, rest = rule.partition(":")
        if kind == "jsonld" and rest:
            return [text for node in self.jsonld for text in _path(node, rest.split("."))]
        if kind == "meta" and rest:
            return [content for content in self.meta.get(rest.lower(), ()) if content]
        css, attribute = split_rule(rule)
        nodes = self.tree.css(css)
        if attribute:
            return [v.strip() for n in nodes if (v := n.attributes.get(attribute)) and v.strip()]
        return [text for n in nodes if (text := node_text(n))]


def split_rule(rule: str) -> tuple[str, str]:
    """("selector", "attribute" or "") of a config's rule."""
    css, at, attribute = rule.rpartition("@")
    return (css, attribute) if at and re.fullmatch(r"[\w:-]+", attribute) else (rule, "")


def selector_error(rule: str) -> str | None:
    """What is wrong with a config's rule, or None."""
    if rule.partition(":")[0] in ("jsonld", "meta"):
        return None
    try:
        _EMPTY.css(split_rule(rule)[0])
    except (SelectolaxError, ValueError) as error:
        return str(error)
    return None


_EMPTY = LexborHTMLParser("<p></p>")


def node_text(node: Node) -> str:
    """The visible text of a node, white space folded."""
    return " ".join((node.text(separator=" ") or "").split())


def parse(html: bytes | str, url: str = "", *, headers: Mapping[str, str] | None = None) -> Document:
    """The document of a page. Never raises for what the page contains."""
    headers = headers or {}
    if isinstance(html, str):
        text, charset = html, "unicode"
    else:
        text, charset = decode(html, headers.get("content-type", ""))
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    try:
        tree = LexborHTMLParser(text, scripting=True)
    except (
        SelectolaxError,
        ValueError,
        UnicodeError,
    ):  # lone surrogates, over the parser's own size limit
        clean = text.encode("utf-8", "replace").decode("utf-8")[:_PARSER_LIMIT]
        tree = LexborHTMLParser(clean, scripting=True)
    return Document(url=url, tree=tree, charset=charset, headers=headers)


_PARSER_LIMIT = 20_000_000
_JSON_COMMENT = re.compile(r"^\s*(?://[^\n]*\n|/\*.*?\*/|<!--|<!\[CDATA\[)+|(?:-->|\]\]>|;)\s*$", re.S)
_CONTROL = re.compile(r"[\x00-\x1f]+")


def _json_values(text: str) -> Iterator[Any]:
    """The JSON values in a script: as it is, else without comment wrappers and raw line breaks in strings."""
    for candidate in (text, _CONTROL.sub(" ", _JSON_COMMENT.sub("", text))):
        try:
            yield msgspec.json.decode(candidate)
            return
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            continue


def _flatten(value: Any, out: list[dict[str, Any]], depth: int = 0) -> None:
    if depth > 8:
        return
    if isinstance(value, list):
        for item in value:
            _flatten(item, out, depth + 1)
    elif isinstance(value, dict):
        out.append(value)
        _flatten(value.get("@graph"), out, depth + 1)


def _path(value: Any, keys: list[str]) -> Iterator[str]:
    """The strings at a dotted path; lists on the way are gone through."""
    if isinstance(value, list):
        for item in value:
            yield from _path(item, keys)
    elif not keys:
        if isinstance(value, str) and value.strip():
            yield value.strip()
        elif isinstance(value, dict):
            yield from _path(value.get("name"), [])
    elif isinstance(value, dict):
        yield from _path(value.get(keys[0]), keys[1:])
