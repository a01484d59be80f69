"""bytes → text: which charset a page is in, whatever it says."""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import Final

from scraper import datafiles

#: bytes of a page looked at for `<meta charset>`: HTML's own limit is 1024, real pages put scripts before it
_META_WINDOW = 4096
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-zA-Z0-9_.:-]{2,40})""", re.I)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?([a-zA-Z0-9_.:-]{2,40})""", re.I)
_LANGUAGE = re.compile(rb"""<html[^>]{0,500}?\slang\s*=\s*["']?([a-zA-Z]{2,3})\b""", re.I)
#: bytes of a page by which its charset is guessed
_GUESSED = 200_000
#: bytes that are looked at together
_PIECE: Final = 512
_CONTROLS = re.compile("[\x80-\x9f\ufffd]")
#: share of undecodable bytes up to which a page is still taken for UTF-8 with a few broken characters
_UTF8_DAMAGE = 0.001


def is_utf8(body: bytes) -> bool:
    """Whether a page is valid UTF-8, told without decoding it all: four of five pieces of a page are ASCII."""
    start, size = 0, len(body)
    while start < size:
        end = start + _PIECE
        while end < size and body[end] & 0xC0 == 0x80:  # not within a character
            end += 1
        piece = body[start:end]
        if not piece.isascii():
            try:
                piece.decode("utf-8")
            except UnicodeDecodeError:
                return False
        start = end
    return True


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """(text, name of the charset it was read with).

    UTF-8 first, whatever is declared: a page that is valid UTF-8 is not anything else by chance, and declarations
    are wrong more often. Then a byte order mark, the page's own `<meta>`, the header, and detection last.
    """
    if body.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):  # the first begins with UTF-16's
        return body.decode("utf-32", "replace"), "utf-32"
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", "replace"), "utf-16"
    try:
        return once_encoded(body.decode("utf-8-sig")), "utf-8"
    except UnicodeDecodeError:
        pass
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    # a damaged UTF-8 page has whole characters of several bytes beside the broken ones; another charset has none
    if broken <= max(1, len(body) * _UTF8_DAMAGE) and len(body) - len(text) > broken:
        return text, "utf-8"
    declared = [m[1].decode("ascii") for m in _META_CHARSET.finditer(body[:_META_WINDOW])]
    declared += _HEADER_CHARSET.findall(content_type)
    for name in declared:
        try:
            found = codecs.lookup("windows-1252" if name.lower() in _LATIN1 else name).name
            if found in ("utf-8", "utf-16", "utf-7"):
                continue
            return body.decode(found, "replace"), found
        except LookupError:
            continue
    return (text, "utf-8") if broken <= 1 else _detect(body)


def once_encoded(text: str) -> str:
    """Text that was UTF-8, taken for windows-1252 and encoded again ("Ã¼", "â€™"), as it was before that.

    Only where all that is not ASCII comes out as whole characters of UTF-8: one honest "ü" or "„" on the page, and it
    stays as it is. Few characters prove nothing.
    """
    try:
        was = _OTHERS.sub(_once, text)
    except UnicodeError:  # nearly always, at the first letter that is none of those
        return text
    mended = _OTHERS.findall(was)
    damaged = any(char == "\ufffd" or char < "\xa0" for run in mended for char in run)
    return was if sum(map(len, mended)) >= _ENOUGH and not damaged else text


#: what is not ASCII: a character that was encoded twice is in one run
_OTHERS = re.compile("[^\x00-\x7f]+")
#: characters that a page which was encoded twice has at the least
_ENOUGH = 3


def may_be_twice(body: bytes) -> bool:
    """Whether a page in UTF-8 could be what `once_encoded` mends: its first character that is not ASCII tells, nearly
    always, and a search for that in all the text takes many times as long."""
    for start in range(0, len(body), _PIECE):
        if not body[start : start + _PIECE].isascii():
            first = _OTHERS.search(body[start : start + 2 * _PIECE].decode("utf-8", "ignore"))
            try:
                return first is not None and _once(first) != ""
            except UnicodeError:
                return False
    return False


def _once(run: re.Match[str]) -> str:
    """Raises UnicodeError."""
    return codecs.charmap_encode(run[0], "strict", _twice())[0].decode("utf-8")


@cache
def _twice() -> dict[int, int]:
    """Characters → the bytes they were: those of windows-1252, and of Latin-1 where others took it for that."""
    table = {byte: byte for byte in range(256)}
    return table | {ord(char): byte for byte in range(0x80, 0xA0) for char in bytes([byte]).decode("cp1252", "ignore")}


#: WHATWG: these labels mean windows-1252
_LATIN1 = frozenset(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "us-ascii", "ascii"))


@cache
def _candidates() -> tuple[list[str], dict[str, list[str]]]:
    """(charsets of the web, by language) of data/charsets.toml."""
    data = datafiles.toml("charsets.toml")
    return data["web"], data["languages"]


def _detect(body: bytes) -> tuple[str, str]:
    """The likeliest of the charsets in which pages of the declared language are written, as browsers choose it; of all
    that the web knows where no language is declared."""
    web, by_language = _candidates()
    language = _LANGUAGE.search(body[:_META_WINDOW])
    names = web if language is None else by_language.get(language[1].decode("ascii").lower(), ["cp1252"])
    name = names[0] if len(names) == 1 else _likeliest(body[:_GUESSED], names)
    return body.decode(name, "replace"), name


def _likeliest(body: bytes, names: list[str]) -> str:
    # no page has control characters: windows-1250 has letters where ISO 8859-2 has those
    fit = [name for name in names if not _CONTROLS.search(codecs.getincrementaldecoder(name)("replace").decode(body))]
    if len(fit) == 1:
        return fit[0]
    from charset_normalizer import from_bytes  # late: rare and heavy

    best = from_bytes(body, cp_isolation=fit or names).best()
    return best.encoding if best else names[0]
