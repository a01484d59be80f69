"""The full-text index: headline, lead and body of each record, whatever their accents and case (SQLite's FTS5)."""

from __future__ import annotations

import re
import sqlite3

import msgspec

SCHEMA = """
CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5(headline, lead, body, tokenize = "unicode61 remove_diacritics 2");
CREATE TABLE IF NOT EXISTS indexed (
    number   INTEGER PRIMARY KEY,   -- texts.rowid
    id       TEXT NOT NULL UNIQUE,  -- records.id
    revision INTEGER NOT NULL
);
"""


class _Texts(msgspec.Struct, rename="camel"):
    headline: str | None = None
    kicker: str | None = None
    lead: str | None = None
    article_body: str = ""


_DECODER = msgspec.json.Decoder(_Texts)


def put(connection: sqlite3.Connection, id: str, revision: int, record: bytes | str) -> None:
    """Within the caller's transaction: the texts of a record's JSON, in place of those of its earlier revision."""
    texts = _DECODER.decode(record)
    row = connection.execute("SELECT number FROM indexed WHERE id = ?", (id,)).fetchone()
    if row:
        number = row[0]
        connection.execute("DELETE FROM texts WHERE rowid = ?", (number,))
        connection.execute("UPDATE indexed SET revision = ? WHERE number = ?", (revision, number))
    else:
        cursor = connection.execute("INSERT INTO indexed (id, revision) VALUES (?, ?)", (id, revision))
        number = cursor.lastrowid
    head = " – ".join(part for part in (texts.kicker, texts.headline) if part)
    connection.execute(
        "INSERT INTO texts (rowid, headline, lead, body) VALUES (?, ?, ?, ?)",
        (number, head, texts.lead or "", texts.article_body),
    )


#: words of a query: the time that FTS5 takes for it grows with their square, 20,000 were more than a minute
MOST = 500
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


def count_words(query: str) -> int:
    """How many words FTS5 will look for, those of phrases one by one."""
    return len(_WORD.findall(query))


def match_of(query: str) -> str:
    """What a person types, as FTS5's MATCH expression: all words; "a phrase"; begin*; -without; this OR that.

    Gives "" where no word is left.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    either = False
    for minus, phrase, word in _TOKEN.findall(query):
        if word == "OR" and not minus:
            either = bool(wanted)
            continue
        term = _term(phrase or word)
        if not term:
            continue
        if minus:
            unwanted.append(term)
        elif either:
            wanted[-1] += f" OR {term}"
        else:
            wanted.append(term)
        either = False
    if not wanted:
        return ""
    found = " AND ".join(f"({term})" for term in wanted)
    return f"({found}) NOT ({' OR '.join(unwanted)})" if unwanted else found


def _term(text: str) -> str:
    begins = text.endswith("*")
    words = text.rstrip("*").replace('"', " ").replace("\x00", " ")
    if not _WORD.search(words):
        return ""
    return f'"{words}"' + ("*" if begins else "")
