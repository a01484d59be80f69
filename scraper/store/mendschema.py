"""Tables of the state database for mending layouts: pages that are kept, and what was tried (see `schema`)."""

from __future__ import annotations

MENDING = """
CREATE TABLE pages (                             -- the newest articles' first pages, of sites with a layout
    record        TEXT PRIMARY KEY,              -- records.id
    site          TEXT NOT NULL,
    url           TEXT NOT NULL,                 -- that answered
    known         INTEGER NOT NULL,              -- 1: the config's layout found its body, 0: it did not
    run           INTEGER NOT NULL,              -- runs.id that fetched it
    at            REAL NOT NULL,                 -- when it was published, else fetched
    content_type  TEXT NOT NULL DEFAULT '',
    encoding      TEXT NOT NULL DEFAULT '',
    size          INTEGER NOT NULL,              -- bytes of body
    body          BLOB NOT NULL                  -- still encoded
);
CREATE INDEX pages_by_site ON pages (site, known, run, at);

CREATE TABLE mendings (                          -- candidates for a new layout that were tried
    site          TEXT NOT NULL,
    sample        TEXT NOT NULL,                 -- hash of the pages it was learned from, and of the config it is for
    first_bad     TEXT NOT NULL,                 -- address of the first article of the new layout
    config        TEXT NOT NULL,                 -- hash of the config that broke
    pages         INTEGER NOT NULL,
    at            REAL NOT NULL,
    outcome       TEXT NOT NULL,                 -- applied | proposed | refused
    sentence      TEXT NOT NULL,
    path          TEXT NOT NULL DEFAULT '',      -- of what was written
    PRIMARY KEY (site, sample)
);
"""
