"""Rules for packages: the files that a function is made of, where a cloud assembly has them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from ..template.package import Package, package_of
from ..template.python_package import standard_library
from ..template.targets import FUNCTION
from ..template.template import Resource, Template
from ..template.views import items_view
from .environment import SECRETS_URL
from .function import architecture_of
from .names import first_of
from .rule import Place, Words, at, rule, warning
from .urls import ARCHITECTURES_URL, LAMBDA_QUOTAS_URL, PYTHON_PACKAGE_URL

UNZIPPED_MAXIMUM: Final = 262_144_000  # bytes, with layers: LAMBDA_QUOTAS_URL
_NEAR: Final = 0.8
_LAYER: Final = "AWS::Lambda::LayerVersion"
_READABLE: Final = 0o004
# Such as `fast.cpython-313-aarch64-linux-gnu.so`; Lambda's Python ignores modules for macOS, musl or Windows.
_INTERPRETER: Final = re.compile(r"(.+?)\.(?:cpython-(3)(\d+t?)-([^/]*)\.so|cp3\d+t?-[^/]*\.pyd)")
# Such as `.env.production`, but not an example for developers.
_SECRETS: Final = re.compile(r"(?!node_modules/)(.*/)?\.env(?!.*(example|sample|template|dist))(\..*)?")
_PYTHON: Final = re.compile(r"python3\.\d+")


@rule(why="The function fails when it loads the library.", source=ARCHITECTURES_URL)
def package_architecture(_: Words, architecture: str, machines: Mapping[str, str]) -> str | None:
    """Native libraries are made for the architecture of the function."""
    wrong = [f"'{name}' ({machine})" for name, machine in machines.items() if machine != architecture]
    if not wrong:
        return None
    return (
        f"the package has libraries that {architecture} cannot load: {first_of(wrong)}; package the code for "
        f"{architecture}"
    )


@rule(why="Python ignores the library, and the import of its module fails.", source=PYTHON_PACKAGE_URL)
def package_interpreter(_: Words, runtime: str, libraries: Collection[str]) -> str | None:
    """Native modules are made for the Python version of the runtime."""
    if not libraries:
        return None
    return (
        f"the package has modules that {runtime} cannot import: {first_of(map(repr, libraries))}; package "
        f"the code for {runtime}"
    )


@rule(why="Lambda refuses the function.", source=LAMBDA_QUOTAS_URL)
def package_size(_: Words, size: int) -> str | None:
    """Package and layers have at most 262,144,000 bytes, unzipped."""
    if size <= UNZIPPED_MAXIMUM:
        return None
    return (
        f"the package and its layers have {size} bytes unzipped, Lambda allows {UNZIPPED_MAXIMUM}; remove "
        "files, or use a container image"
    )


@warning(
    why="One more dependency, or one that grows, and Lambda refuses the function.", source=LAMBDA_QUOTAS_URL
)
def package_size_near(_: Words, size: int) -> str | None:
    """Package and layers leave a fifth of the size that Lambda allows."""
    if not _NEAR * UNZIPPED_MAXIMUM < size <= UNZIPPED_MAXIMUM:
        return None
    return (
        f"the package and its layers have {size} bytes unzipped, of {UNZIPPED_MAXIMUM} that Lambda allows; "
        "remove files before it grows"
    )


@rule(
    why="Lambda runs the function as another user: it fails with a permission error.",
    source=PYTHON_PACKAGE_URL,
)
def package_permissions(_: Words, unreadable: Collection[str]) -> str | None:
    """Every user can read the files."""
    if not unreadable:
        return None
    return (
        f"the package has files that Lambda cannot read: {first_of(map(repr, unreadable))}; set their "
        "permissions to 644, or to 755 if they are executed"
    )


@warning(why="Packages import this module instead of Python's own, and fail.", source=PYTHON_PACKAGE_URL)
def package_shadows_library(_: Words, modules: Collection[str]) -> str | None:
    """The names of modules are not those of Python's standard library."""
    if not modules:
        return None
    return (
        f"the package hides modules of Python's standard library: {first_of(map(repr, modules))}; rename them"
    )


@warning(why="Everyone with the permission lambda:GetFunction can download the file.", source=SECRETS_URL)
def package_secrets(_: Words, files: Collection[str]) -> str | None:
    """The package does not have files of environment variables, such as `.env`."""
    if not files:
        return None
    return (
        f"the package has files that usually hold secrets: {first_of(map(repr, files))}; leave them out, and "
        "read the secrets from AWS Secrets Manager"
    )


@rule(why="Lambda refuses the package.", source=PYTHON_PACKAGE_URL)
def package_archive(words: Words, *, archive: bool) -> str | None:
    """A package that is a file is a zip that can be unpacked without a password."""
    if archive:
        return None
    return (
        f"{words('code', 'the package')} is a file that is not a zip, or is a damaged or encrypted one; "
        "create it again"
    )


@package_archive.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        if (package := package_of(template, function)) is not None:
            yield at(function, "Code", archive=package.is_archive)


@package_architecture.in_template
def _(template: Template) -> Iterator[Place]:
    for function, package in packages(template):
        architecture = architecture_of(function)
        yield at(function, "Architectures", architecture, loaded(package.machines, architecture))


@package_interpreter.in_template
def _(template: Template) -> Iterator[Place]:
    for function, package, runtime in python_functions(template):
        made_for: dict[str, list[tuple[str, str]]] = {}
        for name in package.files:
            if found := _INTERPRETER.fullmatch(name):
                linux = (found[4] or "").endswith("linux-gnu")
                python = f"python{found[2]}.{found[3]}" if linux else ""
                made_for.setdefault(found[1], []).append((python, name))
        wrong = [each[0][1] for each in made_for.values() if runtime not in dict(each)]
        yield at(function, "Runtime", runtime, wrong)


@package_size.in_template
@package_size_near.in_template
def _(template: Template) -> Iterator[Place]:
    for function, package in packages(template):
        known = [each.size for each in layers_of(template, function) if each is not None]
        yield at(function, "Code", package.size + sum(known))


@package_permissions.in_template
def _(template: Template) -> Iterator[Place]:
    for function, package in packages(template):
        unreadable = [name for name, file in package.files.items() if file.mode and not file.mode & _READABLE]
        yield at(function, "Code", unreadable)


@package_secrets.in_template
def _(template: Template) -> Iterator[Place]:
    for function, package in packages(template):
        yield at(function, "Code", [name for name in package.files if _SECRETS.fullmatch(name)])


@package_shadows_library.in_template
def _(template: Template) -> Iterator[Place]:
    for function, package, runtime in python_functions(template):
        modules = {
            name.removesuffix("/__init__.py").removesuffix(".py")
            for name in package.files
            if name.endswith(".py")
        }
        # `test` is a name that projects use, and that only the tests of Python itself import.
        library = standard_library(minor_of(runtime)) - {"test"}
        yield at(function, "Code", sorted(modules & library))


def loaded(machines: Mapping[str, str], architecture: object) -> dict[str, str]:
    """The libraries that a function of an architecture loads, with the architecture that each is for.

    A package may bring a library for several architectures, each in its own folder, and load one of them.
    """
    choices = {
        choice for name, machine in machines.items() if machine == architecture for choice in _choices(name)
    }
    return {
        name: machine
        for name, machine in machines.items()
        if machine == architecture or choices.isdisjoint(_choices(name))
    }


def _choices(name: str) -> Iterator[tuple[str, ...]]:
    """The path of a file, with each of its folders left open."""
    parts = name.split("/")
    for number in range(len(parts) - 1):
        yield (*parts[:number], "*", *parts[number + 1 :])


@items_view
def packages(template: Template) -> Iterator[tuple[Resource, Package]]:
    """The functions whose packages are known."""
    for function in template.of_type(FUNCTION):
        package = package_of(template, function)
        if package is not None and package.is_archive:
            yield function, package


@items_view
def python_functions(template: Template) -> Iterator[tuple[Resource, Package, str]]:
    """The functions with a Python runtime whose packages are known."""
    for function, package in packages(template):
        runtime = function.text("Runtime")
        if isinstance(runtime, str) and _PYTHON.fullmatch(runtime):
            yield function, package, runtime


def minor_of(runtime: str) -> int:
    """The minor version of Python 3 that a runtime has."""
    return int(runtime.rpartition(".")[2])


def layers_of(template: Template, function: Resource) -> list[Package | None]:
    """The content of the layers of a function; None for each that is not known."""
    layers = [template.referred(each) for each in function.items("Layers")]
    return [
        package_of(template, layer, "Content") if layer is not None and layer.type == _LAYER else None
        for layer in layers
    ]
