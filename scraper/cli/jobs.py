"""`scraper get` and `scraper run`, put together from the pipeline, the stores and the report."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from scraper import urls
from scraper.cli import OK
from scraper.cli.lists import LinkList, count_lines, open_list
from scraper.cli.local import file_of, read_file
from scraper.cli.options import RunOptions
from scraper.cli.planning import plan_get, plan_run
from scraper.cli.running import Job, check_writable, closing, execute
from scraper.discover import Limits
from scraper.document import selector_error
from scraper.errors import UsageError
from scraper.fetch import FetchPolicy, parse_resolve
from scraper.models import Event, Link
from scraper.pipeline import crawl
from scraper.pipeline.settings import Settings, Target
from scraper.sites import Site, Sites, default_folders
from scraper.store import Known, RecordFolder, Sink, StdoutSink, open_sink


class Inputs(msgspec.Struct, frozen=True):
    """Where `get` takes its links from."""

    arguments: tuple[str, ...]
    lists: tuple[str, ...]


def settings_of(options: RunOptions, *, strict: bool = True) -> Settings:
    """What the pipeline is given. Raises UsageError; ConfigError for any config if `strict`.

    A run is strict: a wrong config is told before the first request, not in the middle.
    """
    parse_resolve(options.resolve)
    folders = default_folders(options.configs)
    sites = Sites.load(folders, strict=strict, check_selector=selector_error)
    policy = FetchPolicy(
        user_agent=options.user_agent,
        delay=options.delay,
        per_host=options.per_host,
        allow_private=options.allow_private,
        resolve=options.resolve,
    )
    return Settings(
        sites=sites,
        policy=policy,
        workers=options.workers,
        limits=Limits(since=options.since),
        max_articles=options.max_articles,
        use_configs=not options.no_configs,
    )


# --- get -----------------------------------------------------------------------------------------


def get(inputs: Inputs, output: str, *, overwrite: bool, options: RunOptions) -> int:
    """Reads links and pages on disk; the exit code. Raises UsageError, ConfigError, StoreError."""
    lists = [*inputs.lists, *(argument for argument in inputs.arguments if argument == "-")]
    files = {argument: file_of(argument) for argument in inputs.arguments if argument != "-"}
    if not lists and not files:
        raise UsageError("get: name an address or a file, or a list with -i")
    settings = settings_of(options)
    with ExitStack() as opened:
        sources = [(name, opened.enter_context(open_list(name))) for name in lists]
        return _get(Given(files, sources), output, overwrite, settings, options)


class Given(NamedTuple):
    """The arguments (each with the file it names, None for an address), and the open lists."""

    files: dict[str, Path | None]
    sources: list[tuple[str, BinaryIO]]

    @property
    def pages(self) -> list[Path]:
        return [path for path in self.files.values() if path]

    @property
    def total(self) -> int | None:
        """Links to come, blank lines counted; None where a list is a stream."""
        counts = [count_lines(source) for _, source in self.sources]
        return len(self.files) + sum(n or 0 for n in counts) if None not in counts else None

    def links(self, through: LinkList) -> Iterator[Link]:
        yield from through.of_arguments(name for name, path in self.files.items() if path is None)
        for name, source in self.sources:
            yield from through.of_file(source, "stdin" if name == "-" else name)


def _get(given: Given, output: str, overwrite: bool, settings: Settings, options: RunOptions) -> int:
    fresh = overwrite or output == "-"
    if options.dry_run:
        links = LinkList(Known() if fresh else Known.of_output(Path(output)))
        plan_get(given.links(links), links, given.pages, settings)
        return OK
    check_writable(options.report)
    sink = StdoutSink() if output == "-" else open_sink(output, overwrite=overwrite)
    known = Known() if fresh else Known.of_output(Path(output))
    links = LinkList(known)

    async def start(stop: asyncio.Event) -> AsyncIterator[Event]:
        for path in given.pages:
            if not stop.is_set():
                yield read_file(path, settings)
        async with closing(crawl.get(given.links(links), settings, stop=stop)) as events:
            async for event in events:
                yield event

    job = Job(start=start, sink=sink, known=known, options=options, total=given.total)
    job.ended, job.interrupt = links.ended, links.interrupt
    return execute(job)[1]


# --- run -----------------------------------------------------------------------------------------


def run(names: tuple[str, ...], output: Path, *, options: RunOptions) -> int:
    """Discovers, fetches what is new, writes, reports; the exit code. Raises ScraperError."""
    settings = settings_of(options)
    targets = targets_of(names, settings.sites)
    known = Known.of_records(output / "records", [target.site.domain for target in targets])
    if options.dry_run:
        plan_run(targets, settings, known.has_url)
        return OK
    check_writable(options.report)
    sink = RecordFolder(output / "records")
    return execute(run_job(targets, settings, sink, known, options))[1]


def run_job(targets: list[Target], settings: Settings, sink: Sink, known: Known, options: RunOptions) -> Job:
    """A run over sites."""

    def start(stop: asyncio.Event) -> AsyncIterator[Event]:
        return crawl.run(targets, settings, known=known.has_url, stop=stop)

    return Job(start=start, sink=sink, known=known, options=options)


def targets_of(names: tuple[str, ...], sites: Sites) -> list[Target]:
    """The sites that were named, all that have a config if none was. Raises UsageError."""
    if not names:
        found = [Target(site=site) for site in sites.all()]
        if not found:
            raise UsageError("run: there are no configs; name a home page, as in https://example.org/")
        return found
    return [_target(name, sites) for name in dict.fromkeys(names)]


def _target(name: str, sites: Sites) -> Target:
    if urls.is_http(name):
        site = sites.find(name)
        return Target(site=site or Site(domain=urls.site_key(name)), home=name)
    if site := sites.get(name):
        return Target(site=site)
    if Path(name).exists() or "://" in name:
        raise UsageError(f"run: '{name}' is neither a site nor an http(s) address")
    near = get_close_matches(name, [site.domain for site in sites.all()], n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise UsageError(f"run: no config for '{name}'; {hint}to discover it, give its home page: https://{name}/")
