"""The explanation of a page as one HTML file: no script, nothing loaded, every text escaped."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from html import escape
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from string import Template

from scraper.cli.colours import background_of, meaning_of
from scraper.cli.explained import counts_of, fields_of
from scraper.models import Reason
from scraper.pipeline.read import ExplainedBlock, Explanation

#: characters of a removed block that are shown
_LONGEST = 600


def explained_page(found: Explanation, *, title: str) -> str:
    """A whole HTML document; its policy forbids scripts and any request."""
    kept = sum(block.keep for block in found.blocks)
    style = _data("explain.css") + _reason_styles(found)
    return Template(_data("explain.html")).substitute(
        style=style,
        style_hash=b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        title=escape(f"{found.article.headline or title} – explained"),
        headline=escape(found.article.headline or "No headline found"),
        source=escape(found.article.canonical_url or title),
        summary=f"{kept} blocks kept, {len(found.blocks) - kept} removed",
        counts=_counts(found),
        fields="".join(_field(*row) for row in fields_of(found.article)),
        blocks="\n".join(_block(block) for block in found.blocks),
        version=escape(_version()),
    )


def _block(block: ExplainedBlock) -> str:
    text = block.text if block.keep or len(block.text) <= _LONGEST else block.text[:_LONGEST] + "…"
    kind = f"keep {escape(block.type)}" if block.keep else f"gone r-{escape(str(block.reason))}"
    why = [escape(block.rule)] if block.rule else []
    why += [f"score {block.score:.2f}"] if block.score is not None else []
    reason = "" if block.keep else f"<b>{escape(str(block.reason or 'removed'))}</b> "
    return (
        f'<li class="{kind}" title="{escape(block.path)}"><p>{escape(text)}</p>'
        f'<span class="why">{reason}{" · ".join(why)}</span></li>'
    )


def _counts(found: Explanation) -> str:
    rows = []
    for name, count in counts_of(found).most_common():
        reason = Reason(name) if name in set(Reason) else None
        rows.append(
            f'<tr class="r-{escape(name)}"><td class="number">{count}</td><td>{escape(name)}'
            f"<small>{escape(meaning_of(reason))}</small></td></tr>"
        )
    return "".join(rows) or "<tr><td>nothing</td></tr>"


def _field(name: str, value: str, source: str) -> str:
    origin = f"<small>from {escape(source)}</small>" if source else ""
    return f'<tr><td class="name">{escape(name)}</td><td>{escape(value)}{origin}</td></tr>'


def _reason_styles(found: Explanation) -> str:
    met = {block.reason for block in found.blocks if block.reason}
    return "".join(
        f".r-{reason} {{ background: {background_of(reason)}; border-left-color: #0002; }}\n" for reason in sorted(met)
    )


def _data(name: str) -> str:
    return files("scraper").joinpath(f"data/{name}").read_text("utf-8")


def _version() -> str:
    try:
        return version("scraper")
    except PackageNotFoundError:  # a checkout that is not installed
        return ""
