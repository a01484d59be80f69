"""`expected.json`: what a page says, in a form that a person can edit; only the fields that it has are judged."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from scraper.errors import UsageError
from scraper.models import Access, Article, Author, BodyPart, Quality, Record

#: fields of text, and those that are lists, as they stand in the file and in a record
TEXTS = (
    *("headline", "kicker", "alternativeHeadline", "lead", "datePublished", "dateModified", "articleSection"),
    *("inLanguage", "articleType", "publisher"),
)
LISTS = ("authors", "agencies", "dateline", "keywords")
#: every field that can be judged, in the order of a record
FIELDS = (*TEXTS[:4], *LISTS[:3], *TEXTS[4:7], "keywords", *TEXTS[7:], "status", "complete", "body")
#: what `scraper record` writes
RECORDED = (
    *("headline", "kicker", "lead", "authors", "datePublished", "dateModified", "articleSection", "keywords"),
    *("status", "complete", "body"),
)
#: in a record, not in an expectation
_OTHERS = frozenset(field.encode_name for field in msgspec.structs.fields(Record))


class Expected(NamedTuple):
    """What a person says a page says."""

    url: str
    article: Article
    #: of FIELDS: those that the file has
    fields: tuple[str, ...]


def expected_json(url: str, article: Article, fields: tuple[str, ...] = RECORDED) -> str:
    """The file's text: flat, the body a list of its lines, authors a list of names."""
    values = {"url": url} | {field: value_of(article, field) for field in fields}
    return msgspec.json.format(msgspec.json.encode(values), indent=2).decode("utf-8", "replace") + "\n"


def read_expected(path: Path) -> Expected:
    """What a file expects; a whole record, as `scraper get` writes it, will do too. Raises UsageError."""
    try:
        values = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: it cannot be read ({error.strerror})") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: it is not valid JSON ({error})") from error
    if not isinstance(values, dict):
        raise UsageError(f"{path}: it is not a JSON object with the fields of an article")
    return expected_of(values, path)


def expected_of(values: dict[str, Any], path: Path) -> Expected:
    """The same from what is in the file."""
    if unknown := next((key for key in values if key not in FIELDS and key not in _OTHERS), None):
        near = get_close_matches(unknown, FIELDS, n=1)
        advice = f"did you mean '{near[0]}'?" if near else f"there are: url, {', '.join(FIELDS)}"
        raise UsageError(f"{path}: unknown field '{unknown}'; {advice}")
    given: dict[str, Any] = {}
    for field in FIELDS:
        key = next((key for key in _ALSO.get(field, (field,)) if key in values), None)
        if key is None:
            continue
        try:
            given[field] = _READERS[field](values[key])
        except (TypeError, KeyError) as error:
            raise UsageError(f"{path}: {key}: {_SHAPES.get(field, 'write a text, or null')}") from error
    return Expected(str(values.get("url") or ""), _article(given), tuple(given))


def value_of(article: Article, field: str) -> Any:
    """A field as it stands in the file."""
    if field == "status":
        return article.quality.status
    if field == "complete":
        return article.access.complete
    if field == "body":
        return lines_of(article)
    if field == "authors":
        return [author.name for author in article.authors]
    value = getattr(article, _NAMES[field])
    return list(value) if field in LISTS else value


def lines_of(article: Article) -> list[str]:
    """The body's lines: paragraphs, subheads, items of lists, rows of tables."""
    return [line for text in article.article_body.splitlines() if (line := " ".join(text.split()))]


# --- inside --------------------------------------------------------------------------------------

#: field → Article's name for it
_NAMES = {field.encode_name: field.name for field in msgspec.structs.fields(Article)}
#: field → where it is, in the file or in a record
_ALSO = {"body": ("body", "articleBody"), "status": ("status", "quality"), "complete": ("complete", "access")}
_SHAPES = {
    **dict.fromkeys(LISTS, "write a list of texts"),
    "body": "write a list of paragraphs",
    "complete": "write true, false or null",
}


def _read_text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError
    return value or None


def _read_list(value: Any) -> tuple[str, ...]:
    if value is not None and not isinstance(value, list):
        raise TypeError
    return tuple(_text(item, "name") for item in value or ())


def _read_body(value: Any) -> tuple[str, ...]:
    texts = value.splitlines() if isinstance(value, str) else [_text(item, "text") for item in value or ()]
    return tuple(line for text in texts for line in text.splitlines() if line.strip())


def _text(item: Any, key: str) -> str:
    """A text, or that of a record's part."""
    text = item[key] if isinstance(item, dict) else item
    if not isinstance(text, str):
        raise TypeError
    return text


def _read_status(value: Any) -> str:
    return _text(value, "status")


def _read_complete(value: Any) -> bool | None:
    value = value["complete"] if isinstance(value, dict) else value
    if value is not None and not isinstance(value, bool):
        raise TypeError
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(TEXTS, _read_text),
    **dict.fromkeys(LISTS, _read_list),
    "body": _read_body,
    "status": _read_status,
    "complete": _read_complete,
}


def _article(given: dict[str, Any]) -> Article:
    """An article that has what was given; every other field is empty."""
    lines: tuple[str, ...] = given.get("body", ())
    fields = {_NAMES[field]: given[field] for field in (*TEXTS, *LISTS) if field in given and field != "authors"}
    return Article(
        **fields,
        authors=tuple(Author(name=name) for name in given.get("authors", ())),
        body=tuple(BodyPart(type="paragraph", text=line) for line in lines),
        article_body="\n\n".join(lines),
        quality=Quality(status=given.get("status", "ok")),
        access=Access(complete=given.get("complete")),
    )
