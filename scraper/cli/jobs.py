"""`scraper get` and `scraper run`, put together from the pipeline, the stores and the report."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from scraper import urls
from scraper.cli import OK
from scraper.cli.archives import Archiving, check_archive, read_archive
from scraper.cli.lists import LinkList, count_lines, open_list
from scraper.cli.local import file_of, read_file
from scraper.cli.mended import mender
from scraper.cli.options import RunOptions
from scraper.cli.out import shown
from scraper.cli.running import Job, check_writable, closing, execute
from scraper.cli.watching import Watch, WatchOptions
from scraper.discover import Limits
from scraper.document import selector_error
from scraper.errors import UsageError
from scraper.fetch import FetchPolicy, parse_resolve
from scraper.models import Done, Event, Failed, Link
from scraper.pipeline import crawl
from scraper.pipeline.order import Order
from scraper.pipeline.settings import Settings, Target
from scraper.sites import Site, Sites, default_folders
from scraper.store import Lock, Output, State, StdoutSink, get_output, is_url, is_warc, run_output, state_path

#: links up to which a list is read without worker processes, which would not be worth their start: of three pages on
#: they are (loading the parsers here as well costs more than two pages)
_SHORT = 2


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
        deadline=options.deadline,
        site_deadline=options.site_deadline,
        respect_tdm=options.respect_tdm,
    )


# --- get -----------------------------------------------------------------------------------------


class GetOutput(msgspec.Struct, frozen=True):
    """Where `get` writes to, and how."""

    #: "-" for standard output
    path: str
    overwrite: bool = False
    ordered: bool = False


def get(inputs: Inputs, output: GetOutput, *, options: RunOptions) -> int:
    """Reads links and pages on disk; the exit code. Raises UsageError, ConfigError, LockedError, StoreError."""
    lists = [*inputs.lists, *(argument for argument in inputs.arguments if argument == "-")]
    files = {argument: file_of(argument) for argument in inputs.arguments if argument != "-"}
    if not lists and not files:
        raise UsageError("get: name an address or a file, or a list with -i")
    settings = settings_of(options)
    for path in filter(None, files.values()):
        if is_warc(path):
            check_archive(path)
    with ExitStack() as opened:
        sources = [(name, opened.enter_context(open_list(name))) for name in lists]
        given = Given(files, sources)
        if options.dry_run:
            return _plan(given, output, settings)
        check_writable(options.report)
        lasting = _lasting(output.path)
        if lasting:
            opened.enter_context(Lock(Path(f"{state_path(output.path)}.lock")))
        sink = StdoutSink() if output.path == "-" else None
        kept = opened.enter_context(Archiving(_beside(output.path) / "archive" if options.archive else None))
        settings = given.suited(kept.into(settings))
        job = _get_job(given, get_output(output.path, sink, overwrite=output.overwrite), output, settings, options)
        job.failures = state_path(output.path).with_name("failures.tsv") if lasting else None
        return kept.code(execute(job)[1])


def _beside(output: str) -> Path:
    """The folder of what belongs to an output."""
    return Path("output") if output == "-" or is_url(output) else Path(output).parent


def _lasting(output: str) -> bool:
    """Whether the output is something that a later run can go on with."""
    path = Path(output)
    return output != "-" and (path.is_dir() or path.is_file() or not path.exists())


class Given(NamedTuple):
    """The arguments (each with the file it names, None for an address), and the open lists."""

    files: dict[str, Path | None]
    sources: list[tuple[str, BinaryIO]]

    @property
    def pages(self) -> list[Path]:
        return [path for path in self.files.values() if path]

    @property
    def addresses(self) -> list[str]:
        return [name for name, path in self.files.items() if path is None]

    @property
    def total(self) -> int | None:
        """Links to come, blank lines counted; None where a list is a stream."""
        counts = [count_lines(source) for _, source in self.sources]
        counts += [None for path in self.pages if is_warc(path)]
        return len(self.files) + sum(n or 0 for n in counts) if None not in counts else None

    def suited(self, settings: Settings) -> Settings:
        """The settings with which a list of this length is read: a long one by worker processes alone."""
        short = self.total is not None and self.total <= _SHORT
        return settings if short else msgspec.structs.replace(settings, inline=0)

    def links(self, through: LinkList) -> Iterator[Link]:
        yield from through.of_arguments(self.addresses)
        for name, source in self.sources:
            yield from through.of_file(source, "stdin" if name == "-" else shown(name))

    async def streamed(self, through: LinkList) -> AsyncIterator[Link]:
        """The same, without holding the event loop where a list is slow."""
        for link in through.of_arguments(self.addresses):
            yield link
        for name, source in self.sources:
            async for link in through.streamed(source, "stdin" if name == "-" else shown(name)):
                yield link


def _plan(given: Given, output: GetOutput, settings: Settings) -> int:
    from scraper.cli.planning import plan_get  # rich's tables

    path = state_path(output.path)
    fresh = output.overwrite or not path.exists()
    with closing_state(State(None) if fresh else State(path)) as state, state.db.rolled_back():
        links = LinkList(lambda link: state.links.claim(link, state.now(), -1))
        plan_get(given.links(links), links, given.pages, settings)
    return OK


def _get_job(given: Given, output: Output, how: GetOutput, settings: Settings, options: RunOptions) -> Job:
    state = output.state
    number = state.runs.begin("get", state.now())
    if options.retry_failed:
        state.links.retry(state.now())
    links = LinkList(lambda link: state.links.claim(link, state.now(), number))

    def broken(done: Done) -> None:
        """A web archive is no link: the report tells of it, the state does not."""
        links.ended.append(done)
        if options.quiet and isinstance(done.outcome, Failed):
            sys.stderr.write(f"scraper: {done.outcome.detail}\n")

    async def start(stop: asyncio.Event) -> AsyncIterator[Event]:
        for path in given.pages:
            if stop.is_set():
                break
            if not is_warc(path):
                yield read_file(path, settings)
                continue
            async with closing(read_archive(path, settings, broken, stop)) as ends:
                async for done in ends:
                    yield done
        order = Order() if how.ordered else None
        stream = given.streamed(links)
        found = crawl.get(order.links(stream) if order else stream, settings, state=state, stop=stop)
        async with closing(found) as events:
            async for event in order.events(events) if order else events:
                yield event

    job = Job(start=start, output=output, options=options, number=number, total=given.total)
    job.ended = links.ended
    return job


# --- run -----------------------------------------------------------------------------------------


def run(names: tuple[str, ...], output: Path, *, options: RunOptions, watch: WatchOptions) -> int:
    """Discovers, fetches what is new, writes, reports; the exit code. Raises ScraperError."""
    settings = settings_of(options)
    targets = targets_of(names, settings.sites)
    settings = msgspec.structs.replace(settings, inline=0)  # this process stays small
    if options.dry_run:
        from scraper.cli.planning import plan_run

        there = output / "scraper.db"
        with closing_state(State(there if there.exists() else None)) as state:
            plan_run(targets, settings, state)
        return OK
    check_writable(options.report)
    settings = msgspec.structs.replace(settings, keep_pages=not options.forget_pages)
    kept = Archiving(output / "archive" if options.archive else None)
    with Lock(output / "scraper.lock"), kept, Watch(watch) as watching:
        job = run_job(targets, kept.into(settings), run_output(output), options)
        job.failures, job.watch = output / "failures.tsv", watching
        job.mend = mender(settings.sites, output, auto=options.auto_mend)
        return kept.code(execute(job)[1])


def run_job(targets: list[Target], settings: Settings, output: Output, options: RunOptions) -> Job:
    """A run over sites."""
    state = output.state
    state.forget()
    number = state.runs.begin("run", state.now())
    if options.retry_failed:
        state.links.retry(state.now(), [target.site.domain for target in targets])

    def start(stop: asyncio.Event) -> AsyncIterator[Event]:
        return crawl.run(targets, settings, state, number=number, stop=stop)

    return Job(start=start, output=output, options=options, number=number)


@contextmanager
def closing_state(state: State) -> Iterator[State]:
    try:
        yield state
    finally:
        state.close()


def targets_of(names: tuple[str, ...], sites: Sites) -> list[Target]:
    """The sites that were named, all that have a config if none was. Raises UsageError."""
    if not names:
        found = [Target(site=site) for site in sites.all()]
        if not found:
            raise UsageError("run: there are no configs; name a home page, as in https://example.org/")
        return found
    return [_target(name, sites) for name in dict.fromkeys(urls.normalise(name) or name for name in names)]


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
