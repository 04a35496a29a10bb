"""Installs the packages of `PythonCode` again for this machine, in an assembly that is deployed here.

`PythonCode` of `lambda_constructs` notes in the metadata of an assembly which packages it has installed, with
the hashes of the lock. An asset with packages that this machine cannot load gets the same releases, for the
Python version and the architecture here. Its key stays, so that the template does.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import uv

from ..paths import INSTALLERS
from .assemblies import Stack, stacks
from .binaries import runs_on, unusable
from .findings import Finding, PreflightError

Packages = Mapping[str, Any]

_RELEASE: Final = re.compile(r"([\w.-]+)==(\S+)")
_SEPARATORS: Final = re.compile(r"[-_.]+")


def is_needed(assembly: Path, pattern: str) -> bool:
    """Whether an asset of a stack has packages of `PythonCode` that this machine cannot load."""
    return any(_assets(stack) for stack in stacks(assembly) if stack.matches(pattern))


def rebuild(assembly: Path, pattern: str) -> None:
    """Install those packages for this machine.

    Args:
        assembly: The directory of a cloud assembly, which is changed.
        pattern: The stacks, as an argument of the CDK CLI.

    Raises:
        PreflightError: A package cannot be installed.
    """
    for stack in stacks(assembly):
        for path, root, runtime, packages in _assets(stack) if stack.matches(pattern) else ():
            if reason := _install(root, runtime, packages):
                why = f"cannot be installed for {runs_on(runtime)} on this machine: {reason}"
                raise PreflightError(stack.name, [Finding(path, "packages of PythonCode", why)])


def _assets(stack: Stack) -> list[tuple[str, Path, str, Packages]]:
    """For each asset: a construct that has it, the directory of its packages, a runtime, the packages."""
    found: dict[Path, tuple[str, Path, str, Packages]] = {}
    for logical_id, resource in stack.resources.items():
        code, runtime = stack.code_of(resource)
        if code is not None and code.is_dir() and unusable(code, runtime):
            root = code / "python" if resource["Type"] == "AWS::Lambda::LayerVersion" else code
            installed = {_release(each) for each in root.glob("*.dist-info")}
            for packages in stack.packages:
                releases = set(_releases(packages))
                others = {each.partition("==")[0] for each in installed - releases}
                if releases <= installed and others <= set(packages["others"]):
                    found[code] = (stack.paths.get(logical_id, logical_id), root, runtime, packages)
    return list(found.values())


def _install(root: Path, runtime: str, packages: Packages) -> str:
    """Replace the packages; returns why it failed, or nothing."""
    with tempfile.TemporaryDirectory() as work:
        file, target = Path(work, "requirements.txt"), Path(work, "packages")
        file.write_text("\n".join(packages["requirements"]))
        command = [uv.find_uv_bin(), "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        command += ["--only-binary", ":all:", *(f"--no-binary={name}" for name in packages["from_source"])]
        command += ["--python", sys.executable, "--python-version", runs_on(runtime).removeprefix("python")]
        command += ["--target", str(target), "-r", str(file)]
        # In the directory of the lock, where uv finds the settings of the project.
        folder = Path(packages["folder"])
        done = subprocess.run(
            command,
            cwd=folder if folder.is_dir() else work,
            env={**INSTALLERS, **os.environ},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return " ".join(done.stderr.split())
        _remove(root, set(_releases(packages)))
        for each in ("bin", ".lock"):
            _delete(target / each)
        shutil.copytree(target, root, dirs_exist_ok=True)
    return ""


def _remove(root: Path, releases: Collection[str]) -> None:
    """Remove the files of packages; they can be links to files that others have, so none is overwritten."""
    for record in list(root.glob("*.dist-info/RECORD")):
        if _release(record.parent) in releases:
            with record.open(newline="", encoding="utf-8") as file:
                names = [line[0] for line in csv.reader(file) if line]
            for name in names:
                (root / name).unlink(missing_ok=True)


def _delete(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _release(folder: Path) -> str:
    return _normal("==".join(folder.name.removesuffix(".dist-info").rsplit("-", 1)))


def _releases(packages: Packages) -> Iterator[str]:
    return (_normal("==".join(found)) for found in _RELEASE.findall("\n".join(packages["requirements"])))


def _normal(release: str) -> str:
    name, _, version = release.partition("==")
    return f"{_SEPARATORS.sub('-', name).lower()}=={version}"
