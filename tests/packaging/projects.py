"""Projects with locks, and wheels that tests build themselves."""

from __future__ import annotations

import hashlib
import struct
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import ProductionFunction, PythonCode
from lambda_constructs.packaging.uv import run_uv
from tests.support import new_stack

HANDLER = "def handler(event, context):\n    return event\n"
AARCH64, X86_64 = 183, 62


def elf(machine: int) -> bytes:
    """The start of a native library."""
    return b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HH", 3, machine) + bytes(44)


def library(*versions: str, flags: int = 0) -> bytes:
    """A native library that needs these versions of the C library, as a linker writes it."""
    names = b"\0libc.so.6\0" + b"".join(each.encode() + b"\0" for each in versions)
    header, segment = 64, 56
    strings = header + 2 * segment
    needed = strings + len(names)
    table, name = struct.pack("<HHIII", 1, len(versions), 1, 16, 0), len(b"\0libc.so.6\0")
    for number, each in enumerate(versions):
        table += struct.pack("<IHHII", 0, flags, 0, name, 16 if number + 1 < len(versions) else 0)
        name += len(each) + 1
    dynamic = needed + len(table)
    tags = struct.pack("<QQQQ", 5, strings, 0x6FFFFFFE, needed)
    length = dynamic + len(tags)
    segments = struct.pack("<IIQQQQQQ", 1, 0, 0, 0, 0, length, length, 1)
    segments += struct.pack("<IIQQQQQQ", 2, 0, dynamic, dynamic, 0, len(tags), len(tags), 8)
    first = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQ", 3, AARCH64, 1, 0, header)
    first += bytes(8) + struct.pack("<IHHHHHH", 0, header, segment, 2, 0, 0, 0)
    return first + segments + names + table + tags


class Projects:
    """A folder with projects and wheels, and an own cache; nothing comes from a network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        self.wheels = folder / "wheels"
        self.wheels.mkdir()

    def wheel(self, name: str, version: str = "1.0", tag: str = "py3-none-any", **files: bytes | str) -> Path:
        """Build a wheel; the keys of `files` are paths with `__` for a slash."""
        info = f"{name}-{version}.dist-info"
        contents: dict[str, bytes | str] = {f"{name}/__init__.py": f"NAME = {name!r}\n"}
        contents |= {key.replace("__", "/"): text for key, text in files.items()}
        contents[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        contents[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n"
        contents[f"{info}/RECORD"] = ""
        path = self.wheels / f"{name}-{version}-{tag}.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for key, text in contents.items():
                file = zipfile.ZipInfo(key)
                file.external_attr = 0o644 << 16
                archive.writestr(file, text)
        return path

    def pinned(self, name: str = "orders", *wheels: Path, **files: str) -> Path:
        """A project with a requirements.txt that pins these wheels."""
        lines = []
        for wheel in wheels:
            package, version = wheel.name.split("-")[:2]
            digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
            lines.append(f"{package}=={version} \\\n    --hash=sha256:{digest}  # pinned\n")
        return self.project(name, **{"requirements.txt": "# written by a test\n" + "".join(lines), **files})

    def locked(self, *dependencies: str, name: str = "orders", more: str = "") -> Path:
        """A project with a uv.lock."""
        project = self.project(name)
        write_pyproject(project, *dependencies, more=more)
        done = run_uv("lock", "--quiet", folder=project)
        assert done.returncode == 0, done.stderr
        return project

    def project(self, name: str = "orders", **files: str) -> Path:
        """A project with a handler and these files."""
        project = self.folder / name
        for path, text in {"app.py": HANDLER, **files}.items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(text)
        return project

    def code(self, project: Path, **options: Any) -> PythonCode:
        """The project as code, with the cache of the test."""
        return PythonCode(str(project), **{"cache_dir": str(self.cache), **options})

    def kept(self) -> list[str]:
        """What the cache has, without the records of builds."""
        return sorted(path.name.partition("-")[0] for path in self.cache.glob("*") if path.name != "builds")


def write_pyproject(project: Path, *dependencies: str, more: str = "") -> None:
    """Write a pyproject.toml with these dependencies."""
    (project / "pyproject.toml").write_text(
        f'[project]\nname = "orders"\nversion = "0"\nrequires-python = ">=3.11"\n'
        f"dependencies = {list(dependencies)}\n{more}"
    )


def bundled(
    code: PythonCode | str, *, skip: bool = False, outdir: str | None = None, **options: Any
) -> tuple[str, Path]:
    """The key of the asset in the template, and its folder, of a function with this code."""
    stack = new_stack(context={"aws:cdk:bundling-stacks": []} if skip else None, outdir=outdir)
    create(stack, code, **options)
    assembly = cdk.App.of(stack).synth()  # type: ignore[union-attr]
    (function,) = (
        each["Properties"]
        for each in assembly.get_stack_by_name("Shop").template["Resources"].values()
        if each["Type"] == "AWS::Lambda::Function"
    )
    key = function["Code"]["S3Key"]
    return key, Path(assembly.directory) / f"asset.{Path(key).stem}"


def create(stack: cdk.Stack, code: PythonCode | str, **options: Any) -> ProductionFunction:
    """A function with this code."""
    given = {"handler": "app.handler", "runtime": lambda_.Runtime.PYTHON_3_13, **options}
    return ProductionFunction(stack, "Orders", code=code, **given)


def contents(folder: Path) -> Mapping[str, tuple[int, bytes]]:
    """Every file with its permissions and bytes."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mode & 0o777, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def installs(monkeypatch: Any) -> list[str]:
    """The commands of uv that are run from now on."""
    commands: list[str] = []
    run = subprocess.run

    def counted(arguments: list[str], **options: Any) -> Any:
        commands.append(arguments[1])
        return run(arguments, **options)

    monkeypatch.setattr(subprocess, "run", counted)
    return commands


def offline(projects: Projects) -> dict[str, str]:
    """What makes uv take packages from the folder of wheels alone, for a user who forces colors."""
    configuration = projects.folder / "uv.toml"
    configuration.write_text(f'no-index = true\nfind-links = ["{projects.wheels}"]\n')
    cache = str(projects.folder / "uv")
    return {
        "UV_CONFIG_FILE": str(configuration),
        "UV_OFFLINE": "1",
        "UV_CACHE_DIR": cache,
        "FORCE_COLOR": "1",
    }
