"""Document and article → Quality: what the page is, if it is not simply the article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scraper.document import Document, node_text
from scraper.models import Article, Quality
from scraper.quality.listing import listing, urlsplit_safe
from scraper.quality.rules import phrase, phrases, walls
from scraper.quality.view import View

#: characters of body up to which a page may be an error page
_LITTLE = 1200
#: characters of body up to which it may be a bot check or a login
_WALLED = 700
#: characters of visible text up to which the whole page is read for a wall's phrases
_SMALL_PAGE = 4000
#: characters of prose that no wall and no error page has of its own
_STORY = 450
#: characters of body below which there is no article
_EMPTY = 40
#: statuses that a bot check is answered with
_REFUSING = frozenset((401, 402, 403, 405, 406, 418, 429, 451, 503))


def judge_quality(document: Document | View, article: Article, *, status: int = 200) -> Quality:
    """What speaks against the article; `article.access` must have been judged before.

    `status` is the HTTP status the page came with. A `View` may stand for the document, so that a
    page is read once only.
    """
    view = document if isinstance(document, View) else View(document)
    little = len(article.article_body) < _LITTLE
    if len(article.article_body) < _WALLED and (found := (*_blocked(view, article, status), *_login(view, article))):
        return Quality(status="blocked", reasons=found)
    if found := _consent(view, article):
        return Quality(status="consent", reasons=found)
    if little and (found := tuple(_error(view, article, status))):
        return Quality(status="notArticle", reasons=found)
    if found := listing(view, article):
        return Quality(status="notArticle", reasons=found)
    if len(article.article_body.strip()) < _EMPTY:
        return Quality(status="empty", reasons=(f"body:{len(article.article_body)} characters",))
    return _whole(article)


def _whole(article: Article) -> Quality:
    access = article.access
    if access.complete is False:
        return Quality(status="teaser", reasons=access.evidence)
    doubted = access.complete is None and access.declared in ("paywalled", "metered")
    if doubted or any(e.endswith("is longer") for e in access.evidence):
        return Quality(status="partial", reasons=access.evidence)
    return Quality()


def _is_article(view: View, article: Article) -> bool:
    """Whether the page itself says that it is an article, and has some text."""
    kind = (view.document.first_meta("og:type") or "").lower()
    return (bool(view.articles) or kind == "article") and len(article.article_body) >= 150


# --- bot checks and logins ---


def _blocked(view: View, article: Article, status: int) -> Iterator[str]:
    """Signs of a bot check: its markup or scripts, a title and a phrase, or two phrases."""
    if view.articles:
        return
    title = phrase("blockedPage.title", view.title)
    if not (title or status in _REFUSING or view.size < _SMALL_PAGE):
        return
    found = sorted(phrases("blockedPage.page", _page(view, _SMALL_PAGE)))
    marks = list(_check_markup(view))
    if not marks and _prose(article, "blockedPage.page") >= _STORY:
        return
    points = len(found[:2]) + 2 * bool(marks) + bool(title) + (status in _REFUSING)
    if points >= 2 and (found or marks or view.size < 400):
        yield from (f"title:{title}" for _ in range(bool(title)))
        yield from (f"phrase:{p}" for p in found[:3])
        yield from marks[:1]


def _check_markup(view: View) -> Iterator[str]:
    if view.size >= _SMALL_PAGE:
        return
    tree = view.document.tree
    for node in tree.css("script[src], iframe[src], form[action]"):
        source = (node.attributes.get("src") or node.attributes.get("action") or "").lower()
        yield from (f"markup:{s}" for s in walls().blocked.sources if s in source)
    found = tree.css_first(", ".join(walls().blocked.markup))
    if found is not None:
        yield f"markup:{found.attributes.get('id') or found.attributes.get('class') or ''}"


def _login(view: View, article: Article) -> Iterator[str]:
    """A page that only asks for name and password."""
    if _is_article(view, article) or view.size >= _SMALL_PAGE:
        return
    title = phrase("loginPage.title", view.title) or phrase("loginPage.title", _heading(view))
    segments = _segments(view) & walls().login.segments
    if (title or segments) and view.document.tree.css_first("input[type=password i]") is not None:
        yield f"login:{title or min(segments)}"


# --- consent ---


def _consent(view: View, article: Article) -> tuple[str, ...]:
    """Signs of a page that only asks for consent; a banner on an article is none."""
    if view.articles and len(article.article_body) >= 150:
        return ()
    host = urlsplit_safe(view.document.url)[0]
    address = host.startswith(walls().consent.hosts) or bool(_segments(view) & walls().consent.segments)
    title = phrase("consentPage.title", f"{view.title} | {article.headline or ''}")
    if not (address or title or len(article.article_body) < 300 or _hits(article)):
        return ()
    lines = _consent_lines(view, article)
    found = sorted({p for line in lines for p in phrases("consentPage.page", line)})
    points = 2 * address + 2 * bool(title) + min(len(found), 4)
    points -= 2 * _is_article(view, article)
    if points < 4 or not found:
        return ()
    signs = [f"url:{host}"] * address + [f"title:{title}"] * bool(title)
    return (*signs, *(f"phrase:{p}" for p in found[:4]))


def _hits(article: Article) -> bool:
    first = article.article_body[:600]
    return len(phrases("consentPage.page", first)) >= 2


def _consent_lines(view: View, article: Article) -> Sequence[str]:
    """What is read for phrases: a body that speaks of consent throughout, else a small page."""
    parts = [p.text for p in article.body if p.text]
    hits = [text for text in parts if phrase("consentPage.page", text)]
    if len(article.article_body) >= 300:
        return hits if len(hits) >= 0.3 * len(parts) else ()
    return [line.text for line in view.lines] if view.size < _SMALL_PAGE else hits


# --- errors with status 200 ---


def _error(view: View, article: Article, status: int) -> Iterator[str]:
    """A page that says, in its title or heading, that there is no such page."""
    if status >= 400:
        yield f"status:{status}"
    if _is_article(view, article) or (view.articles and article.date_published):
        return
    if _prose(article, "errorPage.title") >= _STORY:
        return
    for name, text in (("title", view.title), ("heading", _heading(view))):
        said = phrase("errorPage.title", text)
        if said and len(text) < 90 and (len(said) > 4 or _leads(said, text)):
            yield f"{name}:{said}"


def _leads(said: str, text: str) -> bool:
    """A number such as 404 counts only at the text's beginning or end, or as an error's."""
    low = text.lower().strip(" .!|–-")
    return low.startswith(said) or low.endswith(said) or "error" in low or "fehler" in low


# --- helpers ---


def _prose(article: Article, where: str) -> int:
    """Characters of the paragraphs that are long and speak of nothing in the list `where`."""
    texts = (p.text for p in article.body if len(p.text) >= 80)
    return sum(len(text) for text in texts if not phrase(where, text))


def _heading(view: View) -> str:
    node = next(iter(view.document.told["h1"]), None) or view.document.tree.css_first("h2")
    return node_text(node) if node else ""


def _segments(view: View) -> set[str]:
    return {s for s in urlsplit_safe(view.document.url)[1].lower().split("/") if s}


def _page(view: View, limit: int) -> str:
    """The visible text of the page's beginning."""
    out, size = [], 0
    for line in view.lines:
        out.append(line.text)
        size += len(line.text)
        if size > limit:
            break
    return "\n".join(out)
