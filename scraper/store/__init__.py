"""records → files: JSON Lines, CSV, a folder of Markdown; and what those files already hold."""

from __future__ import annotations

from scraper.store.folder import RecordFolder
from scraper.store.jsonl import StdoutSink
from scraper.store.known import Known
from scraper.store.sinks import SUFFIXES, Sink, open_sink

__all__ = ["SUFFIXES", "Known", "RecordFolder", "Sink", "StdoutSink", "open_sink"]
