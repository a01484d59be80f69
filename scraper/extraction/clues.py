"""document → what its structured data says about the text; one spelling for comparing texts with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from scraper.document import Document
from scraper.spelling import key_of

#: JSON-LD types by how much of a news article they are; anything else is 1, no JSON-LD article 0
_GENRES: Final = {
    "newsarticle": 5.0, "reportagenewsarticle": 5.0, "analysisnewsarticle": 5.0, "opinionnewsarticle": 5.0,
    "liveblogposting": 4.0, "article": 3.0, "blogposting": 2.0,
}  # fmt: skip
#: characters of a text under which its key is remembered
_PARAGRAPH: Final = 2000
#: characters of a word of the description that says what the text is about; shorter ones stand in all texts
_TELLING: Final = 4


class PageClues:
    """What the rest of the page says about its text: JSON-LD body, description, titles, who publishes it. Its words
    alone, lower-cased, once somebody looks closer at a block."""

    __slots__ = ("_keys", "body", "description", "genre", "publisher", "titles")

    def __init__(
        self,
        *,
        body: str = "",
        description: str = "",
        titles: Sequence[str] = (),
        publisher: str = "",
        genre: float = 0.0,
    ) -> None:
        #: what the page says it is: see _GENRES
        self.genre = genre
        self.body, self.description, self.titles, self.publisher = body, description, titles, publisher
        self._keys: ClueKeys | None = None

    @property
    def keys(self) -> ClueKeys:
        """As `words_key` has them; worked out once."""
        if self._keys is None:
            self._keys = ClueKeys(self)
        return self._keys


class ClueKeys:
    """The words of PageClues, within spaces where they are searched."""

    __slots__ = ("body", "described", "description", "publisher", "titles")

    def __init__(self, clues: PageClues) -> None:
        described = words_key(clues.description)
        self.body = f" {words_key(clues.body)} " if clues.body else ""
        self.description = f" {described} " if clues.description else ""
        self.titles = [words_key(t) for t in clues.titles if t]
        self.publisher = f" {publisher} " if (publisher := words_key(clues.publisher)) else ""
        #: the telling words of the description
        self.described = {word for word in described.split() if len(word) >= _TELLING}


def words_key(text: str) -> str:
    """One spelling for comparing: lower-cased words, single spaces."""
    return _paragraph_key(text) if len(text) < _PARAGRAPH else key_of(text)


#: a block's key is asked for by the classifier, by the search for echoes, and by the memory of a site
_paragraph_key = lru_cache(maxsize=512)(key_of)


def clues_of(document: Document, titles: Sequence[str] = ()) -> PageClues:
    """What structured data says about the text."""
    body = max(
        (v for node in document.jsonld if isinstance(v := node.get("articleBody"), str)),
        key=len,
        default="",
    )
    if not titles:
        heads = [v for node in document.jsonld if isinstance(v := node.get("headline"), str)]
        titles = [t for t in (document.first_meta("og:title"), *heads) if t]
    return PageClues(
        body=body if len(body) > 200 else "",
        description=document.first_meta("og:description", "description") or "",
        titles=titles,
        publisher=document.first_meta("og:site_name") or _publisher(document),
        genre=_genre(document),
    )


def _publisher(document: Document) -> str:
    """Who publishes the page, by its JSON-LD."""
    found = (node.get("publisher") for node in document.jsonld)
    names = (value.get("name") for value in found if isinstance(value, dict))
    return next((name for name in names if isinstance(name, str)), "")


def _genre(document: Document) -> float:
    """The most newsy type that the page's JSON-LD gives itself."""
    best = 0.0
    for node in document.jsonld:
        kinds = node.get("@type")
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            best = max(best, _GENRES.get(kind.lower(), 1.0) if isinstance(kind, str) else 0.0)
    return best
