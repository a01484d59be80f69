"""Marks a record whose text another record had first: agency stories, sister papers, one story under two addresses."""

from __future__ import annotations

import msgspec

from scraper.models import Record
from scraper.record import bands, same_text, syndicated_from
from scraper.store.copies import Copies
from scraper.store.database import Database


class Duplicates:
    """A `store.state.Mark`: called within the transaction that stores the record."""

    def __init__(self, db: Database, now: float) -> None:
        self._copies = Copies(db, bands)
        self._copies.forget(now)

    def __call__(self, record: Record, old: Record | None, now: float) -> Record:
        """The record with `cluster_id` and `syndicated_from` where an earlier one has its text; takes it into the
        index. The first of a cluster stays as it is: its own id is the cluster's. A further revision (`old`: the one
        before) stays where the first was put."""
        if old:
            record = msgspec.structs.replace(record, cluster_id=old.cluster_id, syndicated_from=old.syndicated_from)
        elif first := self._first(record, now):
            record = msgspec.structs.replace(
                record,
                cluster_id=first.cluster_id or first.id,
                syndicated_from=syndicated_from(record, first) or first.syndicated_from,
            )
        self._copies.note(record, now)
        return record

    def _first(self, record: Record, now: float) -> Record | None:
        if not record.simhash:
            return None
        return next((other for other in self._copies.candidates(record, now) if same_text(record, other)), None)
