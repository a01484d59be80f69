"""FiveFilters' and wallabag's site configs → ours. XPath is read here, at import, and never at run time."""

from __future__ import annotations

from scraper.ftr.directives import Entry
from scraper.ftr.folder import import_ftr
from scraper.ftr.model import STATUSES, FileResult, Imported, Wanted
from scraper.ftr.report import as_json, as_tsv
from scraper.ftr.translate import Translation, translate

__all__ = [
    "STATUSES",
    "Entry",
    "FileResult",
    "Imported",
    "Translation",
    "Wanted",
    "as_json",
    "as_tsv",
    "import_ftr",
    "translate",
]
