"""Addresses: one spelling each, what identifies an article, which site a host belongs to.

Nothing here raises for what an address contains: garbage comes out as None, or as "".
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache, lru_cache
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import msgspec

from scraper import datafiles

#: longer addresses are garbage: servers refuse them at 8 kB
_MAX_LENGTH = 8000
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
#: RFC 3986 pchar and "/", and what servers take raw although the RFC would escape it
_PATH_SAFE = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]")
_QUERY_SAFE = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%\[\]|]")
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;?]*", re.I)
_CONTROL = re.compile(r"[\x00-\x20\x7f]+")


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of `data/urls.toml`; what each list is for is said there."""

    tracking: tuple[str, ...]
    tracking_words: frozenset[str]
    page_parameters: frozenset[str]
    media_suffixes: frozenset[str]
    index_names: frozenset[str]
    page_words: frozenset[str]
    soft_words: frozenset[str]
    house_words: frozenset[str]
    article_words: frozenset[str]
    article_parameters: frozenset[str]
    service_hosts: frozenset[str]
    gate_words: frozenset[str]
    known_sitemaps: tuple[tuple[str, ...], ...]
    sitemap_first: frozenset[str]
    sitemap_early: frozenset[str]
    sitemap_never: frozenset[str]
    sitemap_never_parts: tuple[str, ...]
    feed_never: frozenset[str]


@cache
def rules() -> Rules:
    """The word lists, read once."""
    return msgspec.convert(datafiles.toml("urls.toml"), Rules)


# --- one spelling --------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def normalise(url: str) -> str | None:
    """The one spelling of an http(s) address, to compare and to fetch; None for anything else.

    Scheme and host in lower case (IDNA); default port, user name, fragment, session id and
    tracking parameters dropped; dot segments resolved; percent-encoding as in RFC 3986, section
    6.2.2. The order of the other parameters is kept.

    >>> normalise("HTTPS://WWW.Example.org:443/a/../b%7Ec/?utm_source=x&id=7#top")
    'https://www.example.org/b~c/?id=7'
    """
    parts = _split(url)
    if parts is None:
        return None
    scheme, netloc = parts.scheme.lower(), _netloc(parts)
    if netloc is None:
        return None
    path = _quote(_without_dots(_SESSION.sub("", parts.path)), _PATH_SAFE) or "/"
    query = "&".join(p for p in parts.query.split("&") if p and not is_tracking(*_pair(p)))
    query = _quote(query, _QUERY_SAFE)
    return f"{scheme}://{netloc}{path}" + (f"?{query}" if query else "")


def is_http(url: str) -> bool:
    """Whether it is a whole http or https address with a host."""
    return normalise(url) is not None


def join(base: str, href: str) -> str | None:
    """`href` as found on the page `base`, normalised; None for mailto:, javascript:, garbage."""
    href = href.strip()
    if not href or len(href) > _MAX_LENGTH:
        return None
    try:
        return normalise(urljoin(base, href))
    except ValueError:
        return None


def is_tracking(name: str, value: str = "") -> bool:
    """Whether a parameter says where a reader came from, and nothing about the page."""
    name = name.lower()
    exact, prefixes = _tracking()
    if name in exact or name.startswith(prefixes):
        return True
    return name in rules().tracking_words and not value.isdigit()


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    names = rules().tracking
    return frozenset(names), tuple(n[:-1] for n in names if n.endswith("*"))


def _split(url: str) -> SplitResult | None:
    """The parts of an http(s) address as a browser reads it; None for anything else."""
    if not url or len(url) > _MAX_LENGTH:
        return None
    try:
        parts = urlsplit(_CONTROL.sub(lambda m: "%20" * m[0].count(" "), url.strip()))
    except ValueError:
        return None
    if parts.scheme.lower() not in _PORTS:
        return None
    if "\\" in parts.path or "\\" in parts.netloc:
        return _split(url.replace("\\", "/"))
    return parts


def _netloc(parts: SplitResult) -> str | None:
    try:
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if ":" in name:
        name = f"[{name}]"
    else:
        name = _ascii_host(name)
        if not name:
            return None
    return name if port in (None, _PORTS[parts.scheme.lower()]) else f"{name}:{port}"


def _ascii_host(name: str) -> str:
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    name = name.lower()
    return name.rstrip(".") if len(name) <= 253 and _HOST.fullmatch(name) else ""


def _without_dots(path: str) -> str:
    """RFC 3986 section 5.2.4."""
    if "/." not in path:
        return path if path.startswith("/") else "/" + path
    out: list[str] = []
    segments = path.split("/")[1:]
    for i, segment in enumerate(segments):
        last = i == len(segments) - 1
        if segment in (".", ".."):
            if segment == ".." and out:
                out.pop()
            if last:
                out.append("")
        else:
            out.append(segment)
    return "/" + "/".join(out)


def _quote(text: str, unsafe: re.Pattern[str]) -> str:
    text = _ESCAPE.sub(_escape, text)
    text = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    return unsafe.sub(lambda m: "".join(f"%{b:02X}" for b in m[0].encode("utf-8", "replace")), text)


def _escape(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else match[0].upper()


def _pair(parameter: str) -> tuple[str, str]:
    name, _, value = parameter.partition("=")
    return unquote(name), value


# --- parts ---------------------------------------------------------------------------------------


def host(url: str) -> str:
    """The host of an address, in lower case and without its port; "" for garbage."""
    address = normalise(url)
    return (urlsplit(address).hostname or "") if address else ""


def site_key(url: str) -> str:
    """What tells sites apart: the host without "www.", with a port that is not the default."""
    address = normalise(url)
    return _bare(urlsplit(address).netloc) if address else ""


def registrable(name: str) -> str:
    """The registrable domain of a host ("news.bbc.co.uk" → "bbc.co.uk"), by the Public Suffix List.

    Private suffixes count ("a.blogspot.com" is a site of its own); unknown names are kept whole.
    """
    from tld import get_fld  # late: reads the list, 50 ms

    name = name.lower().strip(".")
    found = get_fld(f"http://{name}/", fail_silently=True, search_private=True) if name else None
    return str(found) if found else _bare(name)


def path(url: str) -> str:
    """The path of an address, still percent-encoded; "" for garbage."""
    address = normalise(url)
    return urlsplit(address).path if address else ""


def raw_path(url: str) -> str:
    """The path of an address as it is written, not normalised; "" of what is no address ("http://[", "http://a]/")."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def query(url: str) -> tuple[tuple[str, str], ...]:
    """The parameters of an address that are not tracking, in order."""
    address = normalise(url)
    if not address:
        return ()
    return tuple(_pair(p) for p in urlsplit(address).query.split("&") if p)


def without_query(url: str) -> str:
    """The address up to its query."""
    return url.partition("?")[0]


def first_page(url: str) -> str:
    """The address without a parameter that counts pages (?page=2): no article of its own."""
    base, mark, rest = url.partition("?")
    if not mark:
        return url
    kept = [p for p in rest.split("&") if not _counts_pages(*_pair(p))]
    return f"{base}?{'&'.join(kept)}" if kept else base


def _counts_pages(name: str, value: str) -> bool:
    return name.lower() in rules().page_parameters and value.isdigit()


def article_key(url: str, ignore: Collection[tuple[str, str]] = ()) -> str:
    """What identifies an article: host without "www.", path without its last slash, parameters.

    http and https are alike, and so are the pages of one article; parameters are sorted, those in
    `ignore` (name, value) do not count. Garbage is its own key.

    >>> article_key("http://www.example.org/a/?utm_source=x&page=2")
    'example.org/a'
    """
    address = normalise(url)
    if not address:
        return url
    parts = urlsplit(first_page(address))
    kept = sorted(p for p in parts.query.split("&") if p and _pair(p) not in ignore)
    return _bare(parts.netloc) + parts.path.rstrip("/") + (f"?{'&'.join(kept)}" if kept else "")


def _bare(netloc: str) -> str:
    return netloc.removeprefix("www.")


def segments(url: str) -> tuple[str, ...]:
    """The segments of the path, decoded and in their own case, empty ones left out."""
    return tuple(unquote(s) for s in path(url).split("/") if s)


def is_media(url: str) -> bool:
    """Whether the path ends in a suffix of images, sound, archives, feeds and the like."""
    name = path(url).rpartition("/")[2]
    return "." in name and name.rpartition(".")[2].lower() in rules().media_suffixes
