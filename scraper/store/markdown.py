"""Markdown: a file an article in a folder, its fields as YAML front matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from scraper.errors import StoreError
from scraper.models import BodyPart, Record
from scraper.store.folder import make_writable
from scraper.store.texts import storable

#: fields of the front matter, in this order; what is empty is left out
_FRONT = (
    *("headline", "kicker", "alternativeHeadline", "lead", "authors", "agencies", "dateline"),
    *("datePublished", "dateModified", "publisher", "articleSection", "keywords", "articleType"),
    *("inLanguage", "url", "finalUrl", "canonicalUrl", "site", "id", "images", "access"),
    *("quality", "contentHash"),
)
#: what starts a heading, list, quote, rule or table at the start of a line; emphasis, code, links
_LINE_START = re.compile(r"^(\s*)([#>|+=~-]|\d+(?=[.)]\s))", re.M)
_INLINE = re.compile(r"([\\`*_<\[\]])")


class MarkdownSink:
    """A folder of `<slug>-<id>.md`. Writing an article again replaces its file."""

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        """`overwrite` clears nothing: files of other articles stay."""
        self._folder = path
        make_writable(path)

    def write(self, record: Record) -> None:
        target = self._folder / f"{slug(record.headline or record.url)}-{record.id}.md"
        part = target.with_suffix(".part")
        # an edit may have given it another headline; only then is it worth a walk through the folder
        stale = self._folder.glob(f"*-{record.id}.md") if record.revision > 1 and not target.exists() else ()
        try:
            part.write_text(markdown_of(record), encoding="utf-8", errors="replace")
            for old in list(stale):
                old.unlink()
            part.replace(target)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise StoreError(f"{target}: {error.strerror}; stopped writing") from error

    def flush(self) -> None:
        """Nothing to do: every record was written at once."""

    def close(self) -> None:
        """Nothing is open between two writes."""


def slug(text: str, limit: int = 60) -> str:
    """`text` as a file name: ASCII, lower case, words joined by hyphens."""
    for old, new in (
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("ß", "ss"),
        ("ø", "o"),
        ("ł", "l"),
        ("æ", "ae"),
    ):
        text = text.lower().replace(old, new)
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")
    return words[:limit].rpartition("-")[0] or words[:limit] if len(words) > limit else words or "article"


def markdown_of(record: Record) -> str:
    """Front matter, headline, lead, body. JSON is YAML too, so values need no YAML library."""
    record = storable(record)
    value = msgspec.to_builtins(record)
    front = [f"{key}: {_yaml(value[key])}" for key in _FRONT if value[key] not in (None, "", (), [])]
    head = [f"# {_inline(record.headline)}"] if record.headline else []
    lead = [f"**{_inline(record.lead)}**"] if record.lead else []
    text = "\n\n".join([*head, *lead, *_body(record.body)]) or record.article_body
    return "---\n" + "\n".join(front) + "\n---\n\n" + text + "\n"


def _yaml(value: Any) -> str:
    # YAML reads NEL and the line and paragraph separators as line breaks, JSON does not
    text = msgspec.json.encode(value).decode()
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda m: f"\\u{ord(m[0]):04x}", text)


def _body(parts: tuple[BodyPart, ...]) -> Iterator[str]:
    for part in parts:
        if part.type == "heading":
            yield f"{'#' * (part.level or 2)} {_inline(part.text)}"
        elif part.type == "list" and part.items:
            yield "\n".join(f"- {_inline(item)}" for item in part.items)
        elif part.type == "quote":
            yield "\n".join(f"> {line}" for line in _block(part.text).splitlines())
        elif part.type in ("code", "table"):
            fence = "`" * (max(len(run) for run in ["``", *re.findall("`+", part.text)]) + 1)
            yield f"{fence}\n{part.text}\n{fence}"
        else:
            yield _block(part.text)


def _inline(text: str | None) -> str:
    return _INLINE.sub(r"\\\1", " ".join((text or "").split()))


def _block(text: str) -> str:
    def escaped(match: re.Match[str]) -> str:
        mark = match[2]
        return f"{match[1]}{mark}\\" if mark.isdigit() else f"{match[1]}\\{mark}"

    return _LINE_START.sub(escaped, _INLINE.sub(r"\\\1", text))
