"""A config file → Site: TOML, the family under it, types, checks. Every error is a ConfigError."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from scraper import urls
from scraper.errors import ConfigError
from scraper.sites.check import SelectorCheck, mistakes
from scraper.sites.model import Site
from scraper.sites.words import nearest, unknown_key, wrong_value

Table = dict[str, Any]

FAMILIES = "families"


def shipped_folder() -> Path:
    """The configs that came with the package: inside it when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside, beside = package / "configs", package.parent / "configs"
    in_checkout = (package.parent / "pyproject.toml").is_file()
    return beside if in_checkout and not inside.is_dir() else inside


def load_file(path: Path | str, *, check_selector: SelectorCheck | None = None, table: Table | None = None) -> Site:
    """The config in `path`, over its family and the defaults (the rule: `scraper.sites.model`).

    `check_selector` is asked about every rule (`document.selector_error`); None: unchecked. `table`: the file's TOML,
    by whoever has read it.
    Raises ConfigError: one sentence that names the file, the key, and the nearest valid one.
    """
    path = Path(path)
    return _site(_known(read_toml(path) if table is None else table, path), path, check_selector)


def load_text(text: str, path: Path, *, check_selector: SelectorCheck | None = None) -> Site:
    """What `load_file` would give if `text` were in `path`. Raises ConfigError."""
    return _site(_known(_parsed(text, path), path), path, check_selector)


def _site(own: Table, path: Path, check_selector: SelectorCheck | None) -> Site:
    own.setdefault("domain", path.stem.lower())
    site = _convert(own, path, check_selector)
    if site.family:
        own = merge(own, _family(path, site.family, check_selector))
        site = msgspec.convert(own, Site)
    from hashlib import sha256  # late: to read a page of a site that has no config takes none of it

    digest = sha256(msgspec.json.encode(own, order="deterministic")).hexdigest()
    return msgspec.structs.replace(
        site,
        domain=_as_asked(site.domain),
        aliases=tuple(map(_as_asked, site.aliases)),
        layouts=tuple(sorted(site.layouts, key=_newest_first)),
        source=str(path),
        hash=digest[:12],
    )


def _as_asked(host: str) -> str:
    """A host as addresses have it that were normalised (IDNA), without "www.": both are compared with each other."""
    return (urls.host(f"http://{host}") or host).removeprefix("www.")


def read_toml(path: Path) -> Table:
    """The TOML of a config, nothing in it looked at. Raises ConfigError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: it cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: it is not UTF-8 text (byte {error.start + 1})") from error
    return _parsed(text, path)


def _parsed(text: str, path: Path) -> Table:
    import tomllib  # late: to read a page of a site that has no config takes none of it

    try:
        return tomllib.loads(text)
    except ValueError as error:  # also that of a number with thousands of digits
        raise ConfigError(f"{path}: it is not valid TOML: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: its lists and tables are nested too deep") from error


def _known(table: Table, path: Path) -> Table:
    """The TOML of a config, its keys known, its values not yet looked at."""
    if sentence := unknown_key(table):
        raise ConfigError(f"{path}: {sentence}")
    return table


def _convert(table: Table, path: Path, check_selector: SelectorCheck | None) -> Site:
    try:
        site = msgspec.convert(table, Site)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {wrong_value(str(error))}") from error
    if sentence := next(mistakes(site, check_selector), None):
        raise ConfigError(f"{path}: {sentence}")
    return site


def _newest_first(layout: Any) -> tuple[bool, int]:
    return layout.until is not None, -layout.until.toordinal() if layout.until else 0


# --- families ----------------------------------------------------------------------------------


def _family(path: Path, name: str, check_selector: SelectorCheck | None, seen: Sequence[Path] = ()) -> Table:
    """The family `name` that the config in `path` names, laid over its own family, and so on."""
    parent = _family_file(name, path)
    if parent in seen:
        ring = " → ".join(file.stem for file in (*seen[seen.index(parent) :], parent))
        raise ConfigError(f"{path}: family: a ring of families ({ring}); cut it in one place")
    table = _known(read_toml(parent), parent)
    if key := next((key for key in ("domain", "aliases") if key in table), None):
        raise ConfigError(f"{parent}: a family has no '{key}'; it belongs in its sites' configs")
    site = _convert({**table, "domain": FAMILIES}, parent, check_selector)
    if site.family:
        table = merge(table, _family(parent, site.family, check_selector, (*seen, parent)))
    return table


def _family_file(name: str, path: Path) -> Path:
    folders = [path.parent if path.parent.name == FAMILIES else path.parent / FAMILIES]
    folders.append(shipped_folder() / FAMILIES)
    for folder in folders:
        if "/" not in name and (file := folder / f"{name}.toml").is_file():
            return file
    known = sorted({file.stem for folder in folders for file in folder.glob("*.toml")})
    guess = nearest(name, known)
    advice = f"did you mean '{guess}'?" if guess else f"there are: {', '.join(known) or 'none'}"
    raise ConfigError(f"{path}: family: there is no {folders[0] / name}.toml; {advice}")


def merge(own: Table, parent: Table) -> Table:
    """`own` over `parent` by the rule that `scraper.sites.model` states."""
    merged = dict(parent)
    for key, value in own.items():
        below = parent.get(key)
        if key == "layouts" and isinstance(value, list) and isinstance(below, list):
            merged[key] = _merge_layouts(value, below)
        elif isinstance(value, dict) and isinstance(below, dict):
            merged[key] = merge(value, below)
        elif isinstance(value, list) and isinstance(below, list):
            merged[key] = [*value, *(item for item in below if item not in value)]
        else:
            merged[key] = value
    return merged


def _merge_layouts(own: list[Table], below: list[Table]) -> list[Table]:
    """Layouts with the same `until` (one each; `check` sees to that) become one."""
    by_day = {str(layout.get("until")): layout for layout in below}
    merged = [merge(layout, by_day.pop(str(layout.get("until")), {})) for layout in own]
    return merged + list(by_day.values())
