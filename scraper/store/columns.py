"""The columns of `--where` and the view `articles`, made from a record's JSON when they are asked for."""

from __future__ import annotations


def _at(path: str) -> str:
    return f"json_extract(r.record, '$.{path}')"


def _each(path: str, value: str = "value") -> str:
    return f"(SELECT group_concat({value}, ', ') FROM json_each(r.record, '$.{path}'))"


#: column → (SQL over a row r of `records`, what it holds)
COLUMNS: dict[str, tuple[str, str]] = {
    "id": ("r.id", "the article's id"),
    "site": ("r.site", "domain of the config, or the host"),
    "url": ("r.url", "the address that was asked for"),
    "headline": (_at("headline"), ""),
    "kicker": (_at("kicker"), ""),
    "lead": (_at("lead"), ""),
    "body": (_at("articleBody"), "the article's words"),
    "chars": (f"length({_at('articleBody')})", "length of the body in characters"),
    "authors": (_each("authors", "json_extract(value, '$.name')"), "names, joined by ', '"),
    "agencies": (_each("agencies"), "joined by ', '"),
    "keywords": (_each("keywords"), "joined by ', '"),
    "section": (_at("articleSection"), ""),
    "type": (_at("articleType"), ""),
    "language": (_at("inLanguage"), "e.g. de, en-GB"),
    "published": (_at("datePublished"), "ISO 8601, as the page gives it"),
    "modified": (_at("dateModified"), "ISO 8601"),
    "fetched": (_at("fetch.fetchedAt"), "ISO 8601, UTC"),
    "at": ("coalesce(r.published, r.fetched_at)", "seconds since 1970 of publication, else of the fetch"),
    "publisher": (_at("publisher"), ""),
    "status": (_at("quality.status"), "ok, partial, teaser …"),
    "declared": (_at("access.declared"), "free, paywalled, metered, unknown"),
    "complete": (_at("access.complete"), "1: the whole text, 0: cut, NULL: nothing tells"),
    "cluster": (_at("clusterId"), "id of the record that had this text first"),
    "syndicated": (_at("syndicatedFrom"), "agency or site a copy came from"),
    "reserved": (_at("rights.tdmReservation"), "1: rights to text and data mining are reserved"),
    "revision": ("r.revision", "1, then one more with each change"),
}


def view_sql(name: str, records: str) -> str:
    """`SELECT` that gives `records` (a table of the state database, or of a .db output) these columns, and `record`."""
    columns = ", ".join(f"{sql} AS {column}" for column, (sql, _) in COLUMNS.items())
    hidden = "r.record AS record, r.fetched_at AS _fetched, r.rowid AS _row"
    return f"CREATE {name} AS SELECT {columns}, {hidden} FROM {records} r"


def described() -> str:
    """The columns in one line."""
    return ", ".join(COLUMNS)
