"""Images: the declared main one and the figures of the article, with caption, credit and
alternative text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from scraper import urls
from scraper.document import Node
from scraper.extraction.fields.dom import Attributes, ancestors, within, words_of
from scraper.extraction.fields.rules import rules
from scraper.extraction.fields.text import tidy
from scraper.extraction.fields.view import View
from scraper.models import Image

_MOST = 40
_MAX_CAPTION = 1500
#: steps up from a figure; pixels under which a picture is an icon or a portrait
_UP, _SMALL = 8, 100
#: steps up from a figure to the story's element
_FAR = 200
_OTHERS = frozenset(("aside", "nav", "footer", "article"))
_PICTURE_FILES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")


def read_images(view: View) -> tuple[Image, ...]:
    """The main image first, then the figures in reading order; without repeats."""
    declared = list(_declared(view))
    shown = list(_figures(view))
    found: dict[str, Image] = {}
    for image, source in declared[:3] + shown:
        name = _name(image.url or image.caption or "")
        known = found.get(name)
        if known is None:
            found[name] = image
            view.provenance.setdefault("images", source)
        else:
            found[name] = _merge(known, image)
    return tuple(found.values())[:_MOST]


def _merge(a: Image, b: Image) -> Image:
    return Image(url=a.url, caption=a.caption or b.caption, credit=a.credit or b.credit, alt=a.alt or b.alt)


def _name(url: str) -> str:
    """What two sizes of one picture have in common: the last part of the path without size
    words.
    """
    path = _plain_path(url) or urls.raw_path(url)
    return path.rstrip("/").rsplit("/", 1)[-1].lower() or url


def _plain_path(url: str) -> str:
    """The path of an address that is written as most are; "" for others, which need a closer look."""
    if url.isascii() and url.isprintable() and url.startswith("https://") and "[" not in url:
        host, slash, path = url[8:].partition("#")[0].partition("?")[0].partition("/")
        return f"/{path}" if slash and "]" not in host else ""
    return ""


def _declared(view: View) -> Iterator[tuple[Image, str]]:
    meta = view.document.meta
    for url in meta.get("og:image", ()) or meta.get("twitter:image", ()):
        if url and _is_picture(url):
            alt = next((a for a in meta.get("og:image:alt", ()) if a), None)
            yield Image(url=view.join(url), alt=tidy(alt) if alt else None), "meta:og:image"
            break
    for value in view.values("image"):
        if (image := _from_jsonld(view, value)) is not None:
            yield image, "jsonld:image"


def _from_jsonld(view: View, value: Any) -> Image | None:
    if isinstance(value, str):
        return Image(url=view.join(value)) if _is_picture(value) else None
    if not isinstance(value, dict):
        return None
    graph = view.graph
    url = graph.first(value, "contentUrl") or graph.first(value, "url")
    if not url or not _is_picture(url):
        return None
    credit = graph.first(value, "creditText") or graph.first(value, "copyrightHolder")
    return Image(
        url=view.join(url),
        caption=graph.first(value, "caption") or None,
        credit=credit or None,
    )


def _figures(view: View) -> Iterator[tuple[Image, str]]:
    """The figures around headline and text that belong to them."""
    scope, nodes = view.scope, view.document.told["figure"]
    if scope is None:
        return
    if len(nodes) > _MOST:
        nodes = [node for node in nodes if _is_in(node, scope)][:_MOST]
    for node in nodes:
        if not _is_of_another(view, node) and _is_in(node, scope) and (image := _figure(view, node)) is not None:
            yield image, "dom:figure"


def _is_in(node: Node, scope: Node) -> bool:
    if scope.tag == "body":
        return True
    number = scope.mem_id
    return any(parent.mem_id == number for parent in ancestors(node, _FAR))


def _is_of_another(view: View, node: Node) -> bool:
    """Whether a figure illustrates a link to another story, stands in a card of its own, or in clutter."""
    around, clutter = view.around, rules().classes["clutter"]
    above: list[Node] = []
    for parent in ancestors(node, _UP):
        if parent.mem_id in around:
            break
        if parent.tag in _OTHERS:
            return True
        above.append(parent)
    for parent in above:
        if not words_of(parent).isdisjoint(clutter):
            return True
        tag = parent.tag
        if tag == "li" and parent.css_first("a[href]") is not None:
            return True
        if tag == "a" and not _leads_to_picture(parent.attributes.get("href") or ""):
            return True
    return False


def _leads_to_picture(href: str) -> bool:
    return href.startswith(("#", "javascript")) or href.lower().split("?")[0].endswith(_PICTURE_FILES)


def _is_small(attributes: Attributes) -> bool:
    """Whether an `img` with these attributes declares itself too small for a picture of the story: an icon, a
    portrait beside a byline.
    """
    for side in ("width", "height"):
        size = (attributes.get(side) or "").removesuffix("px")
        if size.isdecimal() and len(size) < 6 and 1 < int(size) < _SMALL:
            return True
    return False


def _figure(view: View, node: Node) -> Image | None:
    picture = node.css_first("img")
    attributes = picture.attributes if picture is not None else {}
    if not attributes or _is_small(attributes):
        return None
    url = _source_in(attributes)
    if not url or not _is_picture(url):
        return None
    caption = node.css_first("figcaption")
    text, credit = _caption(caption) if caption else ("", "")
    alt = tidy(attributes.get("alt") or "")
    return Image(
        url=view.join(url),
        caption=text or None,
        credit=credit or None,
        alt=alt or None,
    )


def source_of(picture: Node) -> str:
    """The address of an `img`: the widest of a srcset, else the lazy loader's attribute, else
    src.
    """
    return _source_in(picture.attributes)


def _source_in(attributes: Attributes) -> str:
    for name in rules().images["srcsets"]:
        if best := _widest(attributes.get(name) or ""):
            return best
    for name in rules().images["sources"]:
        value = (attributes.get(name) or "").strip()
        if value and not value.startswith("data:"):
            return value
    return ""


def _widest(srcset: str) -> str:
    best, size = "", -1.0
    for part in srcset[:8000].split(", "):
        url, _, width = part.strip(" ,").rpartition(" ")
        if not url:
            url, width = width, "1x"
        try:
            value = float(width[:-1])
        except ValueError:
            continue
        if value > size and not url.startswith("data:"):
            best, size = url.strip(), value
    return best


def _caption(node: Node) -> tuple[str, str]:
    """(caption, credit): by the class of a part, else by a mark such as "Foto:" or "©"."""
    whole = tidy(node.text(separator=" ") or "")[:_MAX_CAPTION]
    for part in islice(within(node), 1, 12):
        if words_of(part) & rules().classes["credit"]:
            credit = tidy(part.text(separator=" ") or "")
            if credit and credit != whole:
                return whole.replace(credit, " ").strip(" |–-/"), _bare_credit(credit)
    return split_credit(whole)


def split_credit(text: str) -> tuple[str, str]:
    """ "A dog. Foto: Jane Roe/dpa" → ("A dog.", "Jane Roe/dpa")."""
    places = [(i, m) for m in rules().images["credit_marks"] if (i := text.rfind(m)) >= 0]
    places = [(i, m) for i, m in places if i == 0 or not text[i - 1].isalnum()]
    if not places:
        return text, ""
    start = min(i for i, _ in places)
    return text[:start].strip(" |–-/(["), _bare_credit(text[start:])


def _bare_credit(text: str) -> str:
    for _ in range(2):
        lowered = text.lower()
        for mark, small in _credit_marks():
            if lowered.startswith(small) and len(text) > len(mark) and mark[-1] in ": )©y":
                text = text[len(mark) :].strip(" :)]")
                lowered = text.lower()
    return text.strip(" |–-/()[]")


@cache
def _credit_marks() -> tuple[tuple[str, str], ...]:
    """Each mark, as it is and in lower case."""
    return tuple((mark, mark.lower()) for mark in rules().images["credit_marks"])


def _is_picture(url: str) -> bool:
    lowered = url.lower()
    if lowered.startswith("data:") or lowered.rsplit("?", 1)[0].endswith(".svg"):
        return False
    name = lowered.rsplit("/", 1)[-1]
    return all(word not in name for word in rules().images["not_pictures"])
