"""Measures `PythonCode` against `pip install -t` and `sam build`, and writes the table of the docs.

Run with `python -m benchmarks.packaging --pip PYTHON --sam SAM`: an interpreter that has pip, and the command
line of SAM. The ways are run in turns, so that other work on the
machine slows all of them; the table has the medians. Caches of packages are warm. pip and SAM run as
programs, as people run them; `PythonCode` runs within the synthesis, as it does in an app.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from lambda_constructs.packaging.bundle import Bundle
from lambda_constructs.packaging.bundle_size import parts_of, total
from lambda_constructs.packaging.bytecode import interpreter
from lambda_constructs.packaging.lock import Choice
from lambda_constructs.packaging.target import Target
from lambda_constructs.packaging.uv import run_uv

RUNTIME: Final = "python3.13"
PAGE: Final = Path(__file__).parent.parent / "docs" / "reference" / "packaging-speed.md"
# The packages of a set, and what a handler that uses them imports.
SETS: Final[Mapping[str, tuple[Sequence[str], str]]] = {
    "Powertools, pydantic": (
        ("aws-lambda-powertools==3.37.0", "pydantic==2.14.3"),
        "aws_lambda_powertools.event_handler, aws_lambda_powertools.logging, pydantic.main",
    ),
    "Pillow": (("pillow==12.0.0",), "PIL.Image, PIL.ImageOps, PIL.JpegImagePlugin, PIL.PngImagePlugin"),
    "NumPy, pandas": (("numpy==2.3.3", "pandas==2.3.3"), "pandas"),
}
_PLATFORMS: Final = ("manylinux_2_34", "manylinux_2_28", "manylinux_2_17", "manylinux2014")
_TEMPLATE: Final = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: python-uv
    Properties: {CodeUri: ., Handler: app.handler, Runtime: python3.13, Architectures: [arm64]}
"""
_TEXT: Final = """\
# How fast packaging is

`python -m benchmarks.packaging` wrote this page on {date}, on {machine}. Every figure is
the median of {rounds} runs; the ways were run in turns, with warm caches of packages. pip and SAM run as
programs; `PythonCode` runs within the synthesis. Your figures will differ, the ratios less so.

## Build for {runtime} on arm64

The ratio of each time to that of `PythonCode` is in brackets. *Unchanged* is a synthesis in which neither
code nor packages have changed since the last one: it only computes the key. The locks are
requirements.txt; uv needs about 0.05 s more to read a uv.lock.

{build}

pip also compiles the packages, for the Python that runs it: Lambda ignores that bytecode. `PythonCode` leaves
it out, with stubs and C sources. {sam}

## Import with bytecode

The processor time of the import statements of a typical handler, in a new process, on this machine's
architecture; other processes disturb it less than the time of day. The start of Python is not part of it:
Lambda starts Python with either package. All files have the same time, as in a zip of CDK, and are in the
page cache. This is not a cold start in Lambda, which also loads the package.

{imports}
"""
_TIMED: Final = "import time; start = time.process_time(); import {}; print(time.process_time() - start)"
# Runs, and says how long that took if the time around it is not the one to measure.
Way = Callable[[], float | None]


def main() -> None:
    """Measure, print and write the page."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--pip", default=sys.executable, help="an interpreter that has pip")
    parser.add_argument("--sam", help="SAM's command line; left out by default")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    builds, imports = [], []
    with tempfile.TemporaryDirectory() as name:
        for number, (title, (packages, imported)) in enumerate(SETS.items()):
            project = _project(Path(name, str(number)), packages)
            builds.append([title, *_build(project, arguments)])
            if (python := interpreter(RUNTIME.removeprefix("python"))) is not None:
                imports.append([title, *_import(project, imported, python, arguments.rounds)])
            print(title, *builds[-1][1:], *(imports[-1][1:] if imports else ()), flush=True)
    ways = ["pip install -t", *(["sam build (uv)"] if arguments.sam else []), "PythonCode", "unchanged"]
    header = ["packages", *(f"{way}, s" for way in ways), "pip, MB", "PythonCode, MB"]
    version = f"SAM was version {_sam_version(arguments.sam)}." if arguments.sam else "SAM was not measured."
    PAGE.write_text(
        _TEXT.format(
            date=dt.datetime.now(tz=dt.UTC).date(),
            machine=f"a machine of {platform.machine()} with {os.cpu_count()} cores",
            rounds=arguments.rounds,
            runtime=RUNTIME,
            build=_table(header, builds),
            sam=version,
            imports=_table(
                ["packages", "source, s", "with bytecode, s", "ratio", "start of Python, s", "larger by"],
                imports,
            ),
        ),
        encoding="utf-8",
    )


def _project(folder: Path, packages: Sequence[str]) -> Path:
    """A project with a lock for all architectures."""
    folder.mkdir()
    (folder / "app.py").write_text("def handler(event, context): ...\n", encoding="utf-8")
    (folder / "requirements.in").write_text("\n".join(packages), encoding="utf-8")
    done = run_uv(
        *("pip", "compile", "--quiet", "--generate-hashes", "--universal", "--no-header", "--no-annotate"),
        *("--no-emit-index-url", "--python-version", "3.13", "requirements.in", "-o", "requirements.txt"),
        folder=folder,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    (folder / "template.yaml").write_text(_TEMPLATE, encoding="utf-8")
    return folder


def _bundle(project: Path, cache: Path, architecture: str, *, bytecode: bool = False) -> Bundle:
    return Bundle(
        project=project,
        choice=Choice(),
        exclude=["template.yaml"],
        bytecode=bytecode,
        cache=cache,
        target=Target(RUNTIME, architecture),
    )


def _build(project: Path, arguments: argparse.Namespace) -> list[str]:
    """The times of each way to build, and the sizes of two of them."""
    work = project.with_name(f"{project.name}-work")
    work.mkdir()
    made: dict[str, Path] = {}

    def new(name: str) -> str:
        made[name] = Path(tempfile.mkdtemp(prefix=name, dir=work))
        return str(made[name])

    def pip() -> None:
        tags = [each for tag in _PLATFORMS for each in ("--platform", f"{tag}_aarch64")]
        _run(
            [
                *(arguments.pip, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
                *("--target", new("pip"), "--python-version", "3.13", "--only-binary", ":all:", *tags),
                *("--require-hashes", "-r", str(project / "requirements.txt")),
            ]
        )

    def sam_build() -> None:
        template = ["--template", str(project / "template.yaml"), "--build-dir", new("sam")]
        _run([arguments.sam, "build", "--beta-features", *template])

    def ours() -> None:
        bundle = _bundle(project, Path(new("cache")), "arm64")
        if bundle.key:
            bundle.fill(Path(new("us")))

    def unchanged() -> None:
        bundle = _bundle(project, made["cache"], "arm64")
        if bundle.key:
            bundle.install_packages()

    ways: list[Way] = [pip, *([sam_build] if arguments.sam else []), ours, unchanged]
    times = _in_turns(ways, arguments.rounds)
    ratio = times[-2]
    cells = [f"{each:.3f} ({each / ratio:.0f} x)" if each > ratio else f"{each:.3f}" for each in times]
    cells[-1] += f" (pip takes {times[0] / times[-1]:.0f} x)"
    return [*cells, *(f"{total(parts_of(folder)).size / 1e6:.1f}" for folder in (made["pip"], made["us"]))]


def _import(project: Path, imported: str, python: str, rounds: int) -> list[str]:
    """The time of an import without and with bytecode, and the growth of the package."""
    architecture = {"aarch64": "arm64"}.get(platform.machine(), "x86_64")
    folders = []
    for bytecode in (False, True):
        folder = project.with_name(f"{project.name}-import-{bytecode}")
        folder.mkdir()
        _bundle(project, folder.with_suffix(".cache"), architecture, bytecode=bytecode).fill(folder)
        for path in folder.rglob("*"):
            os.utime(path, (315_532_800, 315_532_800))
        folders.append(folder)
    if not (folders[1] / "__pycache__").is_dir():
        raise SystemExit("no bytecode was made")

    def imports(folder: Path) -> Way:
        command = [python, "-B", "-s", "-c", _TIMED.format(imported)]
        return lambda: float(_run(command, PYTHONPATH=str(folder)))

    source, compiled = _in_turns([imports(each) for each in folders], rounds)
    sizes = [total(parts_of(each)).size for each in folders]
    growth = sizes[1] / sizes[0] - 1
    ratio = f"{source / compiled:.1f} x"
    return [f"{source:.3f}", f"{compiled:.3f}", ratio, f"{growth:.0%}"]


def _in_turns(ways: Sequence[Way], rounds: int) -> list[float]:
    """The median of the times of each way, run in turns; the first round warms the caches."""
    times: list[list[float]] = [[] for _ in ways]
    for number in range(rounds + 1):
        for way, measured in zip(ways, times, strict=True):
            started = time.perf_counter()
            took = way()
            if number:
                measured.append(time.perf_counter() - started if took is None else took)
    return [statistics.median(each) for each in times]


def _run(command: Sequence[str], **environment: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, env={**inherited, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stderr}")
    return done.stdout


def _sam_version(sam: str) -> str:
    return _run([sam, "--version"]).split()[-1]


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
