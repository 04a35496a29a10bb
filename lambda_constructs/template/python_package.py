"""The Python code of a package: what its handler imports, and the environment variables that it reads."""

from __future__ import annotations

import csv
import sys
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Final

from .package import Package
from .python_module import Import, Module

_MODULES: Final = (".py", ".pyc", ".so", ".pyd")
# What each minor version of Python 3 added to the standard library, and what it removed:
# https://docs.python.org/3/whatsnew/
_ADDED: Final = {11: {"tomllib"}, 14: {"annotationlib", "compression"}}
_REMOVED: Final = {
    12: {"asynchat", "asyncore", "distutils", "imp", "smtpd"},
    13: {
        *("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3", "mailcap", "msilib"),
        *("nis", "nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"),
    },
}
# https://docs.aws.amazon.com/lambda/latest/dg/python-package.html and what its runtime interface client has
_OF_THE_RUNTIME: Final = frozenset(
    (
        *("awslambdaric", "boto3", "botocore", "dateutil", "jmespath", "s3transfer", "simplejson", "six"),
        *("snapshot_restore_py", "urllib3", "__main__"),
    )
)
# https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/bootstrap.py
_IMPORTED_FIRST: Final = frozenset(("importlib", "json", "logging", "os", "sys", "time", "traceback"))


@cache
def standard_library(minor: int) -> frozenset[str]:
    """The modules that Python 3 has in a minor version."""
    known = sys.stdlib_module_names.union(*_ADDED.values(), *_REMOVED.values())
    later = {name for version, names in _ADDED.items() if version > minor for name in names}
    earlier = {name for version, names in _REMOVED.items() if version <= minor for name in names}
    return frozenset(known - later - earlier)


def hidden_by_library(package: Package, name: str, minor: int) -> str:
    """The first part of a name, if the package has it, but Python imports its standard library; else empty.

    Python finds a folder without `__init__.py` only if no module has its name, and does not look for what the
    runtime has imported before the handler.
    """
    root = name.replace("/", ".").partition(".")[0]
    if root not in standard_library(minor):
        return ""
    is_module = any(
        each.startswith((f"{root}.", f"{root}/__init__.")) and each.endswith(_MODULES)
        for each in package.files
    )
    is_folder = any(each.startswith(f"{root}/") for each in package.files)
    return root if (root in _IMPORTED_FIRST if is_module else is_folder) else ""


def find_module(package: Package, name: str) -> str | None:
    """The file of a module, as Python finds it; None if the package does not have it in Python."""
    path = name.replace(".", "/")
    return next((each for each in (f"{path}/__init__.py", f"{path}.py") if each in package.files), None)


def modules_of(package: Package, root: str = "") -> frozenset[str]:
    """The paths of all modules below a folder, with the folders that hold them: `orders/app`, `orders`."""
    found: set[str] = set()
    for name in package.files:
        if name.startswith(root) and name.endswith(_MODULES):
            folder, _, file = name.removeprefix(root).rpartition("/")
            parts = [*folder.split("/"), file.partition(".")[0]] if folder else [file.partition(".")[0]]
            found.update("/".join(parts[:length]) for length in range(1, len(parts) + 1))
    return frozenset(found)


class HandlerCode:
    """The modules that the handler reaches, without those of installed packages."""

    def __init__(self, package: Package, handler: str) -> None:
        self._package = package
        self._modules = modules_of(package)
        self._installed = _installed(package)
        self.reached: Mapping[str, Module] = self._follow(handler.rpartition(".")[0].replace("/", "."))

    @property
    def moves_path(self) -> bool:
        """Whether its code changes where modules are found."""
        return any(module.moves_path for module in self.reached.values())

    def keys(self) -> dict[str, str]:
        """The environment variables that it reads without a default, with the file and the line."""
        found: dict[str, str] = {}
        modules = self.reached.values()
        imported = {each.module for module in modules for each in module.imports}
        has_file = "dotenv" in imported and any(name.endswith(".env") for name in self._package.files)
        if has_file or any(module.sets_keys for module in modules):
            return found
        for file, module in self.reached.items():
            for key, line in module.keys.items():
                found.setdefault(key, f"{file}, line {line}")
        return found

    def errors(self) -> dict[str, str]:
        """The files that are not valid Python, each with the line and the reason."""
        return {file: module.error for file, module in self.reached.items() if module.error}

    def returned(self, handler: str) -> tuple[str, str]:
        """The result of the handler that no JSON can represent, and where it is defined; else empty."""
        module, _, name = handler.rpartition(".")
        file, seen = find_module(self._package, module), set[str]()
        while file is not None and file in self.reached and file not in seen:
            seen.add(file)
            match self.reached[file].definitions.get(name):
                case Import() as imported:
                    name = imported.names[0]
                    file = find_module(self._package, _absolute(file, imported))
                case (returned, line):
                    return returned, f"{file}, line {line}"
        return "", ""

    def missing(self, others: Collection[str], minor: int) -> Iterator[tuple[str, str]]:
        """The modules that neither it, the runtime nor others have, with the file and the line."""
        known = standard_library(minor) | _OF_THE_RUNTIME
        for file, module in self.reached.items():
            for each in module.imports:
                name = _absolute(file, each)
                if each.level > file.count("/"):  # Python does not import it from outside a package
                    yield f"{'.' * each.level}{each.module}", f"{file}, line {each.line}"
                    continue
                root, path = name.partition(".")[0], name.replace(".", "/")
                place = f"{file}, line {each.line}"
                if each.level == 0 and (root in known or root in others or root in self._installed):
                    wanted = {path, *(f"{path}/{one}" for one in each.names)} - {root}
                    if wanted & self._modules and hidden_by_library(self._package, name, minor):
                        yield name, f"{place}; Python imports its standard library"
                    continue
                if name and path not in self._modules and not self._is_attribute(path):
                    yield name if root in self._modules else root, f"{place}{self._hint(file, path, minor)}"

    def _hint(self, file: str, path: str, minor: int) -> str:
        """Where a missing module has gone, or is; empty if that is not known."""
        root, _, rest = path.partition("/")
        if rest in self._modules:
            return f"; the package has '{rest.replace('/', '.')}'"
        for version, removed in _REMOVED.items():
            if root in removed and version <= minor:
                return f"; Python 3.{version} removed it"
        folder = file.rpartition("/")[0]
        return f"; it is in '{folder}'" if f"{folder}/{root}" in self._modules else ""

    def _is_attribute(self, path: str) -> bool:
        """Whether a module can be set by the package that it is in."""
        parents = path.split("/")[:-1]
        for length in range(len(parents), 0, -1):
            file = find_module(self._package, "/".join(parents[:length]))
            if file is not None:
                return self._package.module(file).offers is None
        return False

    def _follow(self, handler: str) -> dict[str, Module]:
        found: dict[str, Module] = {}
        waiting = list(_with_parents(handler))
        while waiting:
            name = waiting.pop(0)
            file = find_module(self._package, name)
            if file is None or file in found or name.partition(".")[0] in self._installed:
                continue
            found[file] = module = self._package.module(file)
            for each in module.imports:
                base = _absolute(file, each)
                waiting += _with_parents(base)
                waiting += [f"{base}.{name}".lstrip(".") for name in each.names]
        return found


@cache
def code_of(package: Package, handler: str) -> HandlerCode:
    """The code of a package that a handler reaches."""
    return HandlerCode(package, handler)


def _with_parents(name: str) -> Iterator[str]:
    """A module and the packages that it is in, which Python imports first."""
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        yield ".".join(parts[:length])


def _absolute(file: str, imported: Import) -> str:
    """The full name of an imported module; a package for `from . import name`."""
    if not imported.level:
        return imported.module
    folders = file.split("/")[:-1]
    base = folders[: max(len(folders) - imported.level + 1, 0)]
    return ".".join([*base, *([imported.module] if imported.module else [])])


def _installed(package: Package) -> frozenset[str]:
    """The top-level modules of the packages that an installer put there."""
    found: set[str] = set()
    for name in package.files:
        folder, _, file = name.rpartition("/")
        if folder.endswith(".dist-info") and file == "METADATA":
            record, listed = f"{folder}/RECORD", f"{folder}/top_level.txt"
            if record in package.files:
                lines = csv.reader(package.read(record).decode().splitlines())
                paths = (line[0].partition("/")[0] for line in lines if line)
                found.update(path.partition(".")[0] for path in paths if not path.endswith(".dist-info"))
            elif listed in package.files:
                found.update(package.read(listed).decode().split())
            else:
                found.add(folder.partition("-")[0])
    return frozenset(found)
