"""Hatch's build hook, no part of the package: the modules that read pages, compiled with mypyc, and data, decoded.

Where no C compiler is there, they run as they are. The compiled twins go into a package of their own,
`scraper_compiled`, with the stamps of their sources: scraper/compiled.py imports them in place of these while nothing
has changed. SCRAPER_PURE=1 leaves the step out.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from importlib.util import module_from_spec, source_hash, spec_from_file_location
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "scraper_compiled"
#: the classifier's trees; made from data, so they are no module of the package
TREES, MODEL = "scraper_trees", "data/model.json"


class CompileHook(BuildHookInterface):  # type: ignore[type-arg]
    """`modules` of its table in pyproject.toml lists what is compiled; `requires` what the compiling takes."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return list(self.config["requires"]) if can_compile() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or not can_compile():
            return
        folder = Path(tempfile.mkdtemp(prefix="scraper-compiled-"))
        self.made = folder
        try:
            compile_to(folder, self.config["modules"])
        except subprocess.CalledProcessError as error:
            self.app.display_warning(f"scraper runs uncompiled, and slower: {error.output[-2000:]}")
            return
        files = {str(file): f"{PACKAGE}/{file.name}" for file in sorted((folder / PACKAGE).iterdir())}
        kind = "force_include_editable" if version == "editable" else "force_include"
        build_data[kind].update(files)
        build_data.update(pure_python=False, infer_tag=True)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        shutil.rmtree(getattr(self, "made", ""), ignore_errors=True)


def can_compile() -> bool:
    """Whether there is a C compiler with Python's headers, and nobody said not to."""
    if os.environ.get("SCRAPER_PURE") or sys.implementation.name != "cpython":
        return False
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    return shutil.which(compiler) is not None and Path(sysconfig.get_paths()["include"], "Python.h").is_file()


def compile_to(folder: Path, modules: list[str]) -> None:
    """Write the package of compiled twins into a folder. Raises CalledProcessError with what the compiler said."""
    data = sorted(file.relative_to(ROOT / "scraper").as_posix() for file in (ROOT / "scraper/data").rglob("*.toml"))
    made_of = (*(_file(module) for module in modules), "phrases.py", "extraction/trees.py", MODEL, *data)
    stamps = {name: _stamp(name) for name in made_of}
    for name in ("scraper", "configs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / f"{TREES}.py").write_text(_trees().source_of(_model()), encoding="utf-8")
    command = [sys.executable, "-P", __file__, *modules]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    target = folder / PACKAGE
    names = sorted(file.name.removesuffix(_suffix()) for file in target.glob(f"*{_suffix()}"))
    (target / "__init__.py").write_text(f"MODULES = {tuple(names)!r}\nSTAMPS = {stamps!r}\n", encoding="utf-8")


def _trees() -> Any:
    """scraper/extraction/trees.py, without the package around it: that needs what is not installed yet."""
    spec = spec_from_file_location("trees", ROOT / "scraper" / "extraction" / "trees.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _file(module: str) -> str:
    """Path below the package of one of its modules."""
    return module.removeprefix("scraper.").replace(".", "/") + ".py"


def _stamp(name: str) -> tuple[int, int, str]:
    """(time in ns, bytes, hash) of a source, for scraper/compiled.py."""
    file = ROOT / "scraper" / name
    found = file.stat()
    return found.st_mtime_ns, found.st_size, source_hash(file.read_bytes()).hex()


def _suffix() -> str:
    """What the names of this Python's extension modules end in."""
    return str(sysconfig.get_config_var("EXT_SUFFIX"))


def main() -> None:
    """Compile modules below the working folder into the package of twins, and decode the data for it; a process of its
    own: mypyc ends its process when it fails."""
    from mypyc.build import mypycify
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    class Together(build_ext):
        def build_extensions(self) -> None:
            self.compiler.compile = partial(_compile_together, self.compiler)
            super().build_extensions()

    files = [f"scraper/{_file(module)}" for module in sys.argv[1:]]
    options = ["--ignore-missing-imports", f"--python-version={sys.version_info.major}.{sys.version_info.minor}"]
    extensions = mypycify(
        [*options, *files, f"{TREES}.py"], debug_level="0", opt_level="1", multi_file=True, group_name="scraper"
    )
    command = Together(Distribution({"name": PACKAGE, "ext_modules": extensions}))
    command.ensure_finalized()
    command.run()
    target = Path(PACKAGE)
    target.mkdir()
    for extension in extensions:
        built = Path(command.get_ext_fullpath(extension.name))
        shutil.copy(built, target / f"{extension.name}{_suffix()}")
    sys.path.insert(0, "")  # of what was copied here, not of what may be installed
    os.environ["SCRAPER_PURE"] = "1"  # the package of twins is there already, and is not whole yet
    _decode_data(target)


def _compile_together(
    compiler: Any,
    sources: list[str],
    output_dir: str | None = None,
    macros: Any = None,
    include_dirs: Any = None,
    debug: bool = False,
    extra_preargs: Any = None,
    extra_postargs: Any = None,
    depends: Any = None,
) -> list[str]:
    """As `compile` of setuptools' compilers, on all processors: that compiles the files one after the other."""
    macros, objects, after, options, build = compiler._setup_compile(
        output_dir, macros, include_dirs, sources, depends, extra_postargs
    )
    arguments = compiler._get_cc_args(options, debug, extra_preargs)

    def compile_one(file: str) -> None:
        source, suffix = build[file]
        compiler._compile(file, source, suffix, arguments, after, options)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(compile_one, objects))
    return list(objects)


def _decode_data(target: Path) -> None:
    """Write what `scraper.datafiles` reads: the TOML files, the book of phrases in place of their many, and the model
    without its trees."""
    import msgspec

    datafiles, phrases = import_module("scraper.datafiles"), import_module("scraper.phrases")
    made: dict[str, Any] = {file.name: datafiles.parsed(file) for file in sorted(datafiles.FOLDER.glob("*.toml"))}
    made[phrases.NAME] = phrases.read_files()
    made[Path(MODEL).name] = {name: part for name, part in _model().items() if name != "trees"}
    for name, decoded in made.items():
        (target / datafiles.DECODED.format(name)).write_bytes(msgspec.msgpack.encode(decoded))


def _model() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "scraper" / MODEL).read_bytes())
    return found


if __name__ == "__main__":
    main()
