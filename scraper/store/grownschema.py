"""Indexes of the state database for what a year of runs has grown to (see `schema`)."""

from __future__ import annotations

GROWN = """
-- what the search index lacks, without a look into the records themselves
CREATE INDEX records_by_revision ON records (id, revision);
-- `export --since`: the column `at` of `columns.COLUMNS`
CREATE INDEX records_by_time ON records (coalesce(published, fetched_at));
-- what `status` asks of every site
CREATE INDEX records_of_copies ON records (site) WHERE cluster_id IS NOT NULL;
CREATE INDEX links_by_end ON links (site, fetched_at) WHERE state IN ('refused', 'failed');
"""
