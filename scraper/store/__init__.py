"""records → files and databases; the state that says what was seen, kept, and is asked again when."""

from __future__ import annotations

from scraper.store.failures import write_failures
from scraper.store.jsonl import StdoutSink
from scraper.store.known import articles_in
from scraper.store.library import MARKS, Filters, Hit, Library
from scraper.store.lock import Lock
from scraper.store.output import Output, get_output, run_output, state_path
from scraper.store.reading import READABLE, open_records
from scraper.store.revise import Revisions
from scraper.store.sinks import KINDS, SUFFIXES, Sink, is_url, open_sink
from scraper.store.state import State
from scraper.store.texts import encoded, storable
from scraper.store.warc import ArchiveWriter, archive_files, is_warc
from scraper.store.warcpages import WarcPages
from scraper.store.whole import write_whole

__all__ = [
    "KINDS",
    "MARKS",
    "READABLE",
    "SUFFIXES",
    "ArchiveWriter",
    "Filters",
    "Hit",
    "Library",
    "Lock",
    "Output",
    "Revisions",
    "Sink",
    "State",
    "StdoutSink",
    "WarcPages",
    "archive_files",
    "articles_in",
    "encoded",
    "get_output",
    "is_url",
    "is_warc",
    "open_records",
    "open_sink",
    "run_output",
    "state_path",
    "storable",
    "write_failures",
    "write_whole",
]
