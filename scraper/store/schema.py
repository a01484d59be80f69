"""The tables of the state database, and the steps that bring an older file to them.

All times are seconds since 1970 (UTC), NULL where there is none; JSON is text, so that SQLite's `->>` works on it.
A step is never changed once released: what is new goes into a new step at the end.
"""

from __future__ import annotations

from scraper.store.grownschema import GROWN
from scraper.store.memoryschema import MEMORY
from scraper.store.mendschema import MENDING
from scraper.store.watchschema import WATCHING

_FIRST = """
CREATE TABLE links (
    key           TEXT PRIMARY KEY,              -- urls.article_key of the address
    url           TEXT NOT NULL,
    site          TEXT NOT NULL,
    state         TEXT NOT NULL DEFAULT 'new',   -- new | kept | refused | failed
    reason        TEXT NOT NULL DEFAULT '',      -- of the last refusal or failure
    detail        TEXT NOT NULL DEFAULT '',
    attempts      INTEGER NOT NULL DEFAULT 0,    -- tries since it last went well
    next_try      REAL,                          -- when it is asked (again); NULL: not by itself
    etag          TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    published     REAL,
    via           TEXT NOT NULL DEFAULT '',
    found_at      REAL NOT NULL,
    last_seen     REAL NOT NULL,                 -- when a source (or a list) last named it
    fetched_at    REAL,                          -- when it was last asked
    record        TEXT,                          -- records.id
    run           INTEGER,                       -- runs.id that saw it last
    facts         TEXT                           -- the Link as JSON, while it is not kept
);
CREATE INDEX links_due ON links (site, next_try) WHERE next_try IS NOT NULL;
CREATE INDEX links_by_state ON links (state, site);
CREATE INDEX links_by_record ON links (record) WHERE record IS NOT NULL;

CREATE TABLE records (
    id            TEXT PRIMARY KEY,
    site          TEXT NOT NULL,
    url           TEXT NOT NULL,
    fetched_at    REAL NOT NULL,
    published     REAL,
    revision      INTEGER NOT NULL DEFAULT 1,
    content_hash  TEXT NOT NULL DEFAULT '',
    simhash       TEXT NOT NULL DEFAULT '',      -- 16 hex digits
    cluster_id    TEXT,                          -- records.id that had this text first; NULL: this one
    record        TEXT NOT NULL                  -- the record as JSON, as in the .jsonl file
);
CREATE INDEX records_by_site ON records (site, fetched_at);
CREATE INDEX records_by_content ON records (content_hash);
CREATE INDEX records_by_cluster ON records (cluster_id) WHERE cluster_id IS NOT NULL;

CREATE TABLE revisions (                         -- what records were before they changed
    id            TEXT NOT NULL REFERENCES records (id),
    revision      INTEGER NOT NULL,
    at            REAL NOT NULL,                 -- when the next revision took its place
    changed       TEXT NOT NULL,                 -- JSON list of the fields that the next one changed
    record        TEXT NOT NULL,
    PRIMARY KEY (id, revision)
);

CREATE TABLE sources (                           -- feeds, sitemaps, section pages, robots.txt
    url           TEXT PRIMARY KEY,
    kind          TEXT NOT NULL,
    site          TEXT NOT NULL,
    etag          TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    asked_at      REAL,
    last_ok       REAL,
    last_changed  REAL,
    items         INTEGER NOT NULL DEFAULT 0,    -- article links that it added when last read
    error         TEXT NOT NULL DEFAULT '',
    status        INTEGER NOT NULL DEFAULT 0,
    page          TEXT,                          -- address and headers of the last whole answer, JSON
    body          BLOB                           -- its body, still encoded: what a 304 stands for
);
CREATE INDEX sources_by_site ON sources (site);

CREATE TABLE hosts (
    host           TEXT PRIMARY KEY,
    cooldown_until REAL,                         -- Retry-After
    status         INTEGER NOT NULL DEFAULT 0,   -- the status that asked for it
    failures       INTEGER NOT NULL DEFAULT 0,   -- failed connections in a row
    open_until     REAL                          -- the breaker lets nothing through before
);

CREATE TABLE runs (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    command       TEXT NOT NULL,
    started       REAL NOT NULL,
    ended         REAL,                          -- NULL: running, or killed
    exit_code     INTEGER,
    report        TEXT                           -- JSON
);

CREATE TABLE health (                            -- counters of a site and day (UTC)
    site          TEXT NOT NULL,
    day           TEXT NOT NULL,
    kept          INTEGER NOT NULL DEFAULT 0,
    revised       INTEGER NOT NULL DEFAULT 0,
    unchanged     INTEGER NOT NULL DEFAULT 0,
    refused       INTEGER NOT NULL DEFAULT 0,
    failed        INTEGER NOT NULL DEFAULT 0,
    requests      INTEGER NOT NULL DEFAULT 0,
    bytes         INTEGER NOT NULL DEFAULT 0,
    seconds       REAL NOT NULL DEFAULT 0,
    reasons       TEXT NOT NULL DEFAULT '{}',    -- JSON: reason → count
    PRIMARY KEY (site, day)
);

CREATE TABLE outbox (                            -- lines that their file may not hold yet
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    path          TEXT NOT NULL,                 -- below the folder of the outputs
    id            TEXT NOT NULL DEFAULT '',
    revision      INTEGER NOT NULL DEFAULT 0,
    line          BLOB                           -- what is to be appended; NULL: the line of that revision
);

CREATE TABLE files (                             -- bytes of each output that are accounted for
    path          TEXT PRIMARY KEY,
    size          INTEGER NOT NULL
);
"""

_COOKIES = """
CREATE TABLE cookies (                           -- that redirects have set, until they expire
    hosts         TEXT PRIMARY KEY,              -- the last two labels of their names
    jar           TEXT NOT NULL                  -- JSON
);
"""

#: the step at index n brings a file of version n to n + 1 (`PRAGMA user_version`)
MIGRATIONS: list[str] = [_FIRST, WATCHING, _COOKIES, MEMORY, MENDING, GROWN]
#: version of the oldest file that can be read as it is: the steps since have brought indexes alone
READABLE = 5
