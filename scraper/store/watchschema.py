"""Tables of the state database that duplicates, watching and rights need (see `schema`)."""

from __future__ import annotations

WATCHING = """
CREATE TABLE bands (                             -- min-hashes of texts: near-equal texts share one
    band          INTEGER NOT NULL,
    at            REAL NOT NULL,                 -- when its record came
    id            TEXT NOT NULL,                 -- records.id
    PRIMARY KEY (band, at, id)
) WITHOUT ROWID;
CREATE INDEX bands_by_id ON bands (id);
CREATE INDEX links_by_found ON links (site, found_at);

ALTER TABLE sources ADD COLUMN read_ok REAL;    -- when discovery could last make sense of it

CREATE TABLE verdicts (                          -- each site's health as it was last told
    site          TEXT PRIMARY KEY,
    verdict       TEXT NOT NULL,                 -- ok | quiet | stale | broken
    reason        TEXT NOT NULL DEFAULT '',
    since         REAL NOT NULL                  -- when it became so
);

CREATE TABLE tdmrep (                            -- /.well-known/tdmrep.json of origins that were asked for it
    origin        TEXT PRIMARY KEY,
    asked_at      REAL NOT NULL,
    url           TEXT NOT NULL,                 -- where it was found, after redirects
    body          BLOB NOT NULL                  -- the file; empty where there is none
);
"""
