"""`lambda-constructs packaging`: build a Python project for Lambda, and explain its package."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ..rules.package import package_size, package_size_near
from ..rules.python_code import source_ambiguous
from ..text_table import table
from .bundle import Bundle
from .bundle_size import parts_of, total
from .cache import default_cache
from .last_build import changes, inputs, last_inputs, remember
from .lock import Choice
from .refusal import RefusedError
from .source_tree import is_source
from .target import Target
from .treemap import page

_MEGABYTE = 1_000_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status, which the help text describes."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    try:
        bundle = _bundle(arguments)
        for option in ("output", "html"):
            path = getattr(arguments, option, None)
            if path is not None and is_source(path, bundle.folder, bundle.exclude):
                parser.error(f"--{option} is in {bundle.folder}, whose files are deployed; name another path")
        if arguments.command == "build":
            _build(bundle, arguments.output)
        else:
            _explain(bundle)
        if bundle.installed.is_dir() or not bundle.packages:
            _show_sizes(bundle, arguments.html)
    except RefusedError as refused:
        print(f"error: {refused.rule(*refused.values)} [{refused.rule.code}]", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda-constructs packaging",
        description="Build Python projects for Lambda as PythonCode does, and explain their packages.",
        epilog="Exit status: 0 if the project can be packaged, 1 if not, 2 for wrong arguments.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="install the packages and show their sizes")
    build.add_argument("--output", type=Path, metavar="FOLDER", help="write the package to this new folder")
    explain = commands.add_parser(
        "explain", help="show the key, what changed since the last build, and sizes"
    )
    for command in (build, explain):
        command.add_argument("path", type=Path, help="the project, as for PythonCode")
        command.add_argument("--runtime", default="python3.13", help="(default: %(default)s)")
        command.add_argument(
            "--architecture", choices=("arm64", "x86_64"), default="arm64", help="(default: %(default)s)"
        )
        command.add_argument("--html", type=Path, metavar="FILE", help="draw the sizes as a treemap")
        _add_options(command)
    return parser


def _add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `PythonCode`."""
    parser.add_argument("--source", default="")
    for name in ("group", "extra", "allow-source", "exclude"):
        parser.add_argument(f"--{name}", action="append", default=[], metavar="NAME", help="may be repeated")
    parser.add_argument("--package", default="")
    parser.add_argument("--sdk", choices=("lock", "runtime"), default="lock")
    parser.add_argument("--strip", choices=("safe", "tests", "none"), default="safe")
    parser.add_argument("--bytecode", action="store_true")
    parser.add_argument("--dependencies", choices=("zip", "layer"), default="zip")
    parser.add_argument("--cache-dir", type=Path, default=default_cache())


def _bundle(arguments: argparse.Namespace) -> Bundle:
    return Bundle(
        project=arguments.path.resolve(),
        source=arguments.source,
        choice=Choice(
            groups=arguments.group,
            extras=arguments.extra,
            package=arguments.package,
            sdk=arguments.sdk == "lock",
        ),
        exclude=arguments.exclude,
        strip=arguments.strip,
        bytecode=arguments.bytecode,
        layered=arguments.dependencies == "layer",
        allow_source=arguments.allow_source,
        cache=arguments.cache_dir.resolve(),
        target=Target(arguments.runtime, arguments.architecture),
    )


def _build(bundle: Bundle, output: Path | None) -> None:
    _explain(bundle)
    if bundle.bytecode and bundle.compiler is None:
        _say(f"warning: no bytecode: this machine does not have CPython {bundle.target.python}")
    if bundle.installed.is_dir():
        _say(f"packages from the cache: {bundle.installed}")
    elif bundle.packages:
        _say(f"installing the packages for {bundle.target} ...")
        started = time.perf_counter()
        bundle.install_packages()
        _say(f"installed in {time.perf_counter() - started:.1f} seconds: {bundle.installed}")
    remember(bundle)
    if (violation := source_ambiguous(bundle.ambiguous)) is not None:
        _say(f"warning: {violation} [{source_ambiguous.code}]")
    if output is not None:
        output.mkdir(parents=True)
        bundle.fill(output)
        if bundle.layered:
            bundle.fill_layer(output / "layer")
        _say(f"written to {output}")


def _explain(bundle: Bundle) -> None:
    _say(f"reading {bundle.lock} ...")
    before, after = last_inputs(bundle), inputs(bundle)
    print(f"key {bundle.key}")
    print(f"packages: {len(bundle.packages)}, files of code: {len(bundle.files)}, for {bundle.target}")
    if before is None:
        print("not built before on this machine")
        return
    found = list(changes(before, after))
    print(
        "\n".join(["changed since the last build:", *found] if found else ["unchanged since the last build"])
    )


def _show_sizes(bundle: Bundle, html: Path | None) -> None:
    """Print the size of each part, as it is deployed."""
    with tempfile.TemporaryDirectory(dir=bundle.cache if bundle.cache.is_dir() else None) as name:
        folder = Path(name, "package")
        folder.mkdir()
        bundle.fill(folder)
        if bundle.layered:
            bundle.fill_layer(folder)
        parts = parts_of(folder)
        shutil.rmtree(folder)
    rows = [
        (part.name, str(len(part.files)), _megabytes(part.size), _megabytes(part.zipped))
        for part in (*parts, total(parts))
    ]
    print(table(("", "files", "MB", "MB zipped"), rows))
    for rule in (package_size, package_size_near):
        if (violation := rule(total(parts).size)) is not None:
            _say(f"warning: {violation} [{rule.code}]")
    if html is not None:
        html.write_text(
            page(parts, f"{bundle.project.name}: {_megabytes(total(parts).size)} MB"), encoding="utf-8"
        )


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:.2f}"


def _say(text: str) -> None:
    """Report progress, apart from the results."""
    sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)
