"""`scraper learn`: pages in, rules out, and into the site's config."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from scraper import urls
from scraper.checks import family_of
from scraper.cli import FAILED, OK
from scraper.cli.corrected import Corrected, corrections
from scraper.cli.jobs import settings_of
from scraper.cli.options import RunOptions
from scraper.cli.samples import Taken, gather, sources_of
from scraper.cli.taught import Taught, show
from scraper.document import Document, parse, selector_error
from scraper.errors import UsageError
from scraper.learning import Learned, Sample
from scraper.learning.write import config_diff, config_text, without_learned, write_config
from scraper.pipeline.settings import Settings
from scraper.sites import Layout, Site, Sites, default_folders, host_of, load_file

#: pages of one site below which nothing is learned: no rule may rest on a single one
LEAST = 2
Learner = Callable[[Sequence[Sample], Site | None], Learned]


class How(msgspec.Struct, frozen=True, kw_only=True):
    """What `learn` was told."""

    arguments: tuple[str, ...]
    corrected: tuple[Path, ...] = ()
    #: the folder that the config goes to, and the only one that is looked at; None: configs/, and the shipped ones
    folder: Path | None = None
    pages: int | None = None
    site: str = ""
    until: date | None = None
    dry_run: bool = False
    as_json: bool = False


class Base(msgspec.Struct, frozen=True):
    """The config that is there, and where the new one goes."""

    domain: str
    path: Path
    #: its text; None where there is none
    text: str | None = None
    site: Site | None = None


def learn(how: How, options: RunOptions, learner: Learner | None = None) -> int:
    """Learns, shows, writes; the exit code. Raises UsageError, ConfigError, StoreError."""
    settings = _settings(how, options)
    sources = sources_of(how.arguments, settings, corrected=bool(how.corrected))
    given = (*how.corrected, *sources.corrections)
    if not how.arguments and not given:
        raise UsageError("learn: name a site, addresses, a folder or a WARC file; or corrections with --from")
    pages = {urls.article_key(page.url): page for page in gather(sources, settings, most=how.pages, site=how.site)}
    corrected = corrections(given, pages)
    domain, mine, others = _of_one_site(pages, corrected, settings.sites, how.site)
    if len(mine) < LEAST and not corrected:
        sys.stderr.write(f"scraper: {_too_few(len(mine), others)}\n")
        return FAILED
    base = _base(domain, how.folder or Path("configs"), settings.sites)
    learned = (learner or _learner())(_samples(mine, corrected), _site_to_learn_on(base, how))
    learned = msgspec.structs.replace(learned, left_out=(*learned.left_out, *others))
    if learned.pages < LEAST and not corrected:
        sys.stderr.write(f"scraper: {_too_few(learned.pages, learned.left_out)}\n")
        return FAILED
    taught = _written(learned, base, how)
    show(taught, as_json=how.as_json)
    return OK


def _settings(how: How, options: RunOptions) -> Settings:
    settings = settings_of(options, strict=False)
    folders = default_folders() if how.folder is None else [how.folder] * how.folder.is_dir()
    return msgspec.structs.replace(settings, sites=Sites.load(folders, check_selector=selector_error))


def _learner() -> Learner:
    from scraper.learning import learn as learner

    return learner


def _too_few(count: int, left_out: Sequence[tuple[str, str]]) -> str:
    words = f"learning takes {LEAST} articles of a site or more, and there {'is' if count == 1 else 'are'} {count}"
    reasons = "".join(f"\n  {url}: {why}" for url, why in left_out)
    return words + reasons


# --- whose pages ---------------------------------------------------------------------------------


def _of_one_site(
    pages: dict[str, Taken], corrected: Sequence[Corrected], sites: Sites, named: str
) -> tuple[str, dict[str, Taken], tuple[tuple[str, str], ...]]:
    """(domain, its pages by key, the others and why not): the site that most pages, or all corrections, are of."""
    pages = pages | {urls.article_key(one.page.url): one.page for one in corrected}
    if not pages:
        return host_of(named), {}, ()
    domains = {key: _domain(page.url, sites) for key, page in pages.items()}
    asked = [domains[urls.article_key(one.page.url)] for one in corrected] or list(domains.values())
    domain = Counter(asked).most_common(1)[0][0]
    others = tuple((pages[key].url, f"of another site ({other})") for key, other in domains.items() if other != domain)
    mine = {key: page for key, page in pages.items() if domains[key] == domain}
    hosts = {host_of(page.url) for page in mine.values()}
    has_config = sites.get(domain) is not None
    return (hosts.pop() if len(hosts) == 1 and not has_config else domain), mine, others


def _domain(url: str, sites: Sites) -> str:
    """The config's domain; without one the registrable domain: hosts below it are one site."""
    site = sites.find(url)
    return site.domain if site else urls.registrable(host_of(url))


def _samples(mine: dict[str, Taken], corrected: Sequence[Corrected]) -> list[Sample]:
    expected = {urls.article_key(one.page.url): one.expected.article for one in corrected}
    return [Sample(_document(page), expected.get(key)) for key, page in mine.items()]


def _document(page: Taken) -> Document:
    return parse(page.html, page.url, headers={"content-type": page.content_type} if page.content_type else {})


# --- the config ----------------------------------------------------------------------------------


def _base(domain: str, folder: Path, sites: Sites) -> Base:
    """The config to go on with: the folder's own, else the one that is used now; the new one will go before it."""
    path = folder / f"{domain}.toml"
    known = sites.get(domain)
    if known and Path(known.source).parent.resolve() == folder.resolve():
        path = Path(known.source)
    source = path if path.is_file() else Path(known.source) if known else None
    if source is None:
        return Base(domain, path)
    return Base(domain, path, source.read_bytes().decode("utf-8-sig"), known or load_file(source))


def _site_to_learn_on(base: Base, how: How) -> Site | None:
    """What people say of the site: an earlier run's rules have to prove themselves again."""
    if base.site is None or base.text is None:
        return None
    site = without_learned(base.site, base.text)
    return msgspec.structs.replace(site, layouts=()) if how.until else site


def _written(learned: Learned, base: Base, how: How) -> Taught:
    text = base.text
    if learned.notes or learned.article_url or text is not None:
        text = config_text(
            learned, domain=base.domain, existing=base.text, today=datetime.now(UTC).date(),
            source=_source(how, base.domain), inherited=_inherited(base, learned.layout.until), until=how.until,
        )  # fmt: skip
    if text is None or text == base.text:
        return Taught(base.domain, str(base.path), learned, "", False)
    if not how.dry_run:
        write_config(base.path, text)
    return Taught(base.domain, str(base.path), learned, config_diff(base.text, text, str(base.path)), not how.dry_run)


def _inherited(base: Base, until: date | None) -> Layout | None:
    family = family_of(base.site) if base.site else None
    return next((layout for layout in family.layouts if layout.until == until), None) if family else None


def _source(how: How, domain: str) -> str:
    named = [argument for argument in how.arguments if not argument.endswith(".json")]
    words = ", ".join(named) if len(named) <= 2 else f"{len(named)} places"
    return words or f"corrections for {domain}"
