"""Tables of the state database for what a site's pages tell of each other: drift and repeats (see `schema`)."""

from __future__ import annotations

MEMORY = """
CREATE TABLE signals (                           -- how each article was come by (models.Signals)
    record        TEXT PRIMARY KEY,              -- records.id
    site          TEXT NOT NULL,
    url           TEXT NOT NULL,
    run           INTEGER NOT NULL,              -- runs.id that fetched it first
    at            REAL NOT NULL,                 -- when it was published, else fetched
    signals       TEXT NOT NULL                  -- JSON
);
CREATE INDEX signals_by_site ON signals (site, run, at);

CREATE TABLE repeats (                           -- fingerprints of blocks seen on a site's articles
    site          TEXT NOT NULL,
    print         INTEGER NOT NULL,
    articles      INTEGER NOT NULL,              -- articles that had it, halved now and then
    since         INTEGER NOT NULL,              -- articles that the site had when it was first seen, halved as well
    last          INTEGER NOT NULL,              -- articles that the site had when it was last seen
    PRIMARY KEY (site, print)
) WITHOUT ROWID;

CREATE TABLE repeats_seen (                      -- articles of a site whose blocks were counted, halved now and then
    site          TEXT PRIMARY KEY,
    articles      INTEGER NOT NULL
);
"""
