"""The JSON Schema of a record and the reference of a config, both out of the code's own comments."""

from __future__ import annotations

import inspect
import re
from typing import Any

import msgspec

from scraper import models
from scraper.models import SCHEMA_VERSION, Record
from scraper.sites.reference import reference

ID = f"urn:scraper:record:{SCHEMA_VERSION}"


def schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12; one definition a type, each under `$defs`."""
    (root,), parts = msgspec.json.schema_components([Record], ref_template="#/$defs/{name}")
    for name, part in parts.items():
        _describe(part, getattr(models, name))
        if "properties" in part:  # a record is written with all its fields, empty ones too
            part["required"] = list(part["properties"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "An article record, as scraper writes it",
        **root,
        "$defs": parts,
    }


def schema_json() -> str:
    """`schema()` as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"


def config_reference() -> str:
    """Every key of a config, as Markdown; `scraper/docs/config.md` is this text."""
    return f"{_CONFIG_HEAD}\n{reference().strip()}\n"


_CONFIG_HEAD = """\
# What a config can say

<!-- made by: scraper schema --config > scraper/docs/config.md -->
`configs/<domain>.toml` is one file for one site, in [TOML](https://toml.io/). It states only what differs from the
defaults; an unknown key is an error that names the file, the key and the nearest valid one. `family = "NAME"` lays the
file over `families/NAME.toml` beside it: scalars override, tables merge key by key, lists hold the site's own entries
first and the family's after them. `scraper learn` writes configs, `scraper check` tests them.
"""


def _describe(part: dict[str, Any], kind: type) -> None:
    if doc := inspect.cleandoc(kind.__doc__ or ""):
        part["description"] = " ".join(doc.split("\n\n")[0].split())
    for owner in reversed(kind.__mro__):
        if issubclass(owner, msgspec.Struct) and owner.__module__ == models.__name__:
            for field, sentence in _comments(owner).items():
                name = re.sub(r"_(\w)", lambda m: m[1].upper(), field)
                if value := part.get("properties", {}).get(name):
                    value["description"] = sentence


_FIELD = re.compile(r"((?:^    #:.*\n)+)    (\w+):", re.M)


def _comments(owner: type) -> dict[str, str]:
    """field → its `#:` comment."""
    try:
        source = inspect.getsource(owner)
    except (OSError, TypeError):  # a package without its source still has a schema
        return {}
    found = _FIELD.findall(source)
    return {field: " ".join(re.sub(r"^\s*#:", "", text, flags=re.M).split()) for text, field in found}
