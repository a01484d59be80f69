"""`scraper clean`: text or HTML in, the article out."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import msgspec

from scraper.cli.jobs import settings_of
from scraper.cli.local import address_in, binary_kind, check_stdin, looks_like_html
from scraper.cli.options import RunOptions
from scraper.cli.out import put
from scraper.cli.running import check_writable
from scraper.document import decode
from scraper.errors import StoreError, UsageError
from scraper.extraction.text import clean_text
from scraper.models import Article
from scraper.pipeline.read import read_article
from scraper.pipeline.settings import Settings

#: bytes of a page or a text; no article has a hundredth, and a device that never ends would take all memory
_MAX_BYTES = 100_000_000


def clean(files: list[str], output: Path | None, *, as_json: bool, verbose: bool) -> None:
    """Cleans each file and writes the articles, in order. Raises UsageError, StoreError."""
    check_writable(output)
    settings = settings_of(RunOptions(), strict=False)
    articles = [(name, article_of(read_input(name), settings)) for name in files]
    form = json_of if as_json else text_of
    _write("".join(_joined([form(article) for _, article in articles], as_json)), output)
    if verbose:
        for name, article in articles:
            sys.stderr.write(removed_of(article, name))


def read_input(name: str) -> bytes:
    """The text or HTML in a file, or in standard input for "-". Raises UsageError."""
    if name == "-":
        check_stdin()
    try:
        with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{name}: it cannot be read ({why})") from error
    if len(data) > _MAX_BYTES:
        raise UsageError(
            f"{name}: it is larger than {_MAX_BYTES:,} bytes, or has no end; give one page or text at a time"
        )
    if kind := binary_kind(data):
        raise UsageError(f"{name}: neither text nor HTML but {kind}")
    return data


def article_of(data: bytes, settings: Settings) -> Article:
    """The article in text or HTML, told apart by how it begins. Raises ConfigError."""
    if looks_like_html(data):
        url = address_in(data)
        return read_article(data, url, site=settings.site_of(url))
    return clean_text(decode(data)[0])


def text_of(article: Article) -> str:
    """Headline, a blank line, the body."""
    parts = [part for part in (article.headline, article.article_body) if part]
    return "\n\n".join(parts) + "\n"


def json_of(article: Article) -> str:
    """The fields of the article that it has, removed lines included, as indented JSON."""
    fields = msgspec.to_builtins(article)
    kept = {
        key: value
        for key, value in fields.items()
        if value not in (None, "", (), [], {}) or key in ("headline", "articleBody", "removed")
    }
    return msgspec.json.format(msgspec.json.encode(kept), indent=2).decode() + "\n"


def removed_of(article: Article, name: str) -> str:
    """What was removed, and why, a line each."""
    lines = [
        f"  {item.reason}: {item.sample!r}"
        + (f" and {item.count - 1} more" if item.count > 1 else "")
        + f"  [{item.rule}]"
        for item in article.removed
    ]
    return f"{name}: removed\n" + "\n".join(lines or ["  nothing"]) + "\n"


def _joined(texts: list[str], as_json: bool) -> list[str]:
    """Several texts with a line between them; several JSON values need none."""
    return [text + ("" if as_json or i == len(texts) - 1 else "\n* * *\n\n") for i, text in enumerate(texts)]


def _write(text: str, output: Path | None) -> None:
    try:
        if output is None:
            put(text)
        else:
            output.write_bytes(text.encode("utf-8", "replace"))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StoreError(f"{output or 'standard output'}: {error.strerror}") from error
