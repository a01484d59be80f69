"""`scraper check`: every config against its stored pages, and its live tests; what is odd in it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from scraper.checks import Lint, SiteCheck, StoredPage, Verdict, check_live, check_site, find_stored
from scraper.cli import FAILED, OK, USAGE
from scraper.cli.checked import show
from scraper.cli.jobs import settings_of
from scraper.cli.names import near
from scraper.cli.options import RunOptions
from scraper.document import decoded_body, selector_error
from scraper.errors import ConfigError, Failure, Refusal, ScraperError, UsageError
from scraper.fetch import Fetcher
from scraper.models import Link
from scraper.pipeline.settings import Settings
from scraper.sites import ConfigTest, Site, default_folders, host_of, load_file

#: where `scraper record` stores pages
PAGES = Path("tests/pages")
_MOST = 60_000_000


class How(msgspec.Struct, frozen=True, kw_only=True):
    """What `check` was told."""

    sites: tuple[str, ...] = ()
    #: None: PAGES, where it is there
    pages: Path | None = None
    configs: Path | None = None
    live: bool = False
    strict: bool = False
    as_json: bool = False
    verbose: bool = False


class Configs(msgspec.Struct):
    """Every config of the folders; those that are wrong apart, and stored pages that are."""

    #: host (aliases too) → its site
    by_host: dict[str, Site] = {}
    broken: list[Lint] = []

    def find(self, url: str) -> Site | None:
        """The config of the longest suffix of an address's host."""
        host = host_of(url)
        while host and host not in self.by_host:
            host = host.partition(".")[2]
        return self.by_host.get(host)


def check(how: How, options: RunOptions) -> int:
    """Checks, shows; the exit code. Raises UsageError."""
    configs = read_configs(default_folders(how.configs))
    stored = _by_site(_stored(how, configs.broken), configs)
    chosen = _chosen(how, configs, stored)
    checks = [check_site(domain, configs.by_host.get(domain), stored.get(domain, ())) for domain in chosen]
    if how.live:
        settings = settings_of(msgspec.structs.replace(options, configs=how.configs), strict=False)
        live = asyncio.run(_live([site for domain in chosen if (site := configs.by_host.get(domain))], settings))
        checks = [_with(one, live.get(one.site, ())) for one in checks]
    broken = [lint for lint in configs.broken if not how.sites or lint.site in map(host_of, how.sites)]
    show(checks, broken, as_json=how.as_json, verbose=how.verbose)
    return exit_code(checks, broken, strict=how.strict)


def exit_code(checks: Sequence[SiteCheck], broken: Sequence[Lint], *, strict: bool) -> int:
    """2 for a config or a stored page that cannot be read, 1 for anything that is not as it should be, else 0."""
    if broken:
        return USAGE
    wrong = any(verdict.verdict != "ok" for one in checks for verdict in one.verdicts)
    odd = any(strict or lint.level == "error" for one in checks for lint in one.lints)
    return FAILED if wrong or odd else OK


def read_configs(folders: Iterable[Path]) -> Configs:
    """Every config, the first folder's before the next one's; one that is wrong stops no other."""
    found = Configs()
    for folder in folders:
        seen: dict[str, str] = {}
        for file in sorted(folder.glob("*.toml")):
            try:
                site = load_file(file, check_selector=selector_error)
            except ConfigError as error:
                found.broken.append(_broken(file, str(error)))
                continue
            for host in map(host_of, (site.domain, *site.aliases)):
                if host in seen:
                    found.broken.append(_broken(file, f"{file}: {seen[host]} is for {host} too; keep one of them"))
                seen[host] = str(file)
                found.by_host.setdefault(host, site)
    return found


def _broken(file: Path, sentence: str) -> Lint:
    return Lint(site=host_of(file.stem), kind="config", level="error", where=str(file), detail=sentence)


def _stored(how: How, broken: list[Lint]) -> Iterator[StoredPage]:
    """The stored pages; one that is not whole stops no other."""

    def told(name: str, error: UsageError) -> None:
        site = host_of(name.partition("/")[0])
        broken.append(Lint(site=site, kind="page", level="error", where=name, detail=str(error)))

    root = how.pages or PAGES
    if root.is_dir():
        return find_stored(root, told)
    if how.pages:
        raise UsageError(f"--pages {root}: there is no such folder; `scraper record URL` stores pages")
    return iter(())


def _by_site(pages: Iterable[StoredPage], configs: Configs) -> dict[str, list[StoredPage]]:
    found: dict[str, list[StoredPage]] = defaultdict(list)
    for page in pages:
        site = configs.find(page.meta.url)
        found[site.domain if site else host_of(page.meta.url)].append(page)
    return found


def _chosen(how: How, configs: Configs, stored: dict[str, list[StoredPage]]) -> list[str]:
    """The domains to check. Raises UsageError for one that has neither a config nor a stored page."""
    if not how.sites:
        return sorted({site.domain for site in configs.by_host.values()} | set(stored))
    chosen = []
    for name in map(host_of, how.sites):
        site = configs.by_host.get(name)
        domain = site.domain if site else name
        if not site and domain not in stored and not any(lint.site == name for lint in configs.broken):
            hint = near(name, [*configs.by_host, *stored])
            raise UsageError(f"check: '{name}' has neither a config nor a stored page{hint}")
        chosen.append(domain)
    return list(dict.fromkeys(chosen))


# --- live ----------------------------------------------------------------------------------------


async def _live(sites: Sequence[Site], settings: Settings) -> dict[str, list[Verdict]]:
    """The `[[tests]]` of each site, its pages asked for as politely as in a run."""
    found: dict[str, list[Verdict]] = {}
    async with Fetcher(settings.policy, settings.rules_of) as fetch:

        async def page(test: ConfigTest) -> bytes | ScraperError:
            try:
                answer = await fetch(Link(url=test.url))
                return decoded_body(answer.body, answer.encoding, limit=_MOST)
            except (Refusal, Failure) as error:
                return error

        async def one(site: Site) -> None:
            found[site.domain] = list(check_live(site, [(test, await page(test)) for test in site.tests]))

        async with asyncio.TaskGroup() as group:
            for site in sites:
                group.create_task(one(site))
    return found


def _with(one: SiteCheck, verdicts: Iterable[Verdict]) -> SiteCheck:
    return msgspec.structs.replace(one, verdicts=(*one.verdicts, *verdicts))
