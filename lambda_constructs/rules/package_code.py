"""Rules for packages: what native libraries and Python code need, and what the function gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..template.package import Package
from ..template.python_package import code_of, modules_of
from ..template.template import Template
from .package import layers_of, listed, minor_of, packages
from .package_handler import handlers
from .rule import Place, Words, at, rule, warning

_RUNTIMES_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"
_PACKAGE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"
_ENVIRONMENT_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
# The minor version of glibc 2: 26 in Amazon Linux 2, 34 in Amazon Linux 2023.
# https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html
_AL2, _AL2023 = 26, 34
GLIBC: Final[Mapping[str, int]] = {
    **dict.fromkeys(("python3.8", "python3.9", "python3.10", "python3.11"), _AL2),
    **dict.fromkeys(("python3.12", "python3.13", "python3.14"), _AL2023),
    **dict.fromkeys(("nodejs18.x", "java8.al2", "java11", "java17", "ruby3.2", "provided.al2"), _AL2),
    **dict.fromkeys(("nodejs20.x", "nodejs22.x", "nodejs24.x", "java21", "java25"), _AL2023),
    **dict.fromkeys(("ruby3.3", "ruby3.4", "dotnet8", "provided.al2023"), _AL2023),
}
# Lambda sets these, and Powertools has a default for each of its variables.
_RESERVED: Final = ("AWS_", "LAMBDA_", "POWERTOOLS_", "_")
_SET_BY_LAMBDA: Final = frozenset(
    ("HOME", "LANG", "LD_LIBRARY_PATH", "NODE_PATH", "PATH", "PYTHONPATH", "TZ")
)


@rule(why="The function fails when it loads the library.", source=_RUNTIMES_URL)
def package_glibc(_: Words, runtime: str, available: int, needed: Mapping[str, int]) -> str | None:
    """Native libraries need no newer C library than the runtime has."""
    newer = [f"'{name}' (glibc 2.{minor})" for name, minor in needed.items() if minor > available]
    if not newer:
        return None
    return (
        f"{runtime} has glibc 2.{available}, but the package has libraries that need a newer one: "
        f"{listed(newer)}; package the code for {runtime}, or choose a newer runtime"
    )


@warning(why="The function fails when it reaches the import.", source=_PACKAGE_URL)
def package_import(_: Words, missing: Mapping[str, str]) -> str | None:
    """The package, its layers or the runtime have the modules that the code imports."""
    if not missing:
        return None
    modules = [f"'{name}' ({place})" for name, place in missing.items()]
    return (
        f"the code imports modules that neither the package, its layers nor the runtime have: "
        f"{listed(modules)}; add them to the package"
    )


@warning(why="The function fails with a KeyError when it reads the variable.", source=_ENVIRONMENT_URL)
def package_environment(_: Words, unset: Mapping[str, str]) -> str | None:
    """The function has the environment variables that its code reads without a default."""
    if not unset:
        return None
    keys = [f"'{name}' ({place})" for name, place in unset.items()]
    return (
        f"the code reads environment variables that the function does not have: {listed(keys)}; set them, or "
        "read them with a default"
    )


@package_glibc.in_template
def _(template: Template) -> Iterator[Place]:
    for function, package in packages(template):
        runtime = function.text("Runtime")
        if isinstance(runtime, str) and runtime in GLIBC:
            yield at(function, "Runtime", runtime, GLIBC[runtime], package.glibc)


@package_import.in_template
def _(template: Template) -> Iterator[Place]:
    for function, package, runtime, handler in handlers(template):
        code, minor = code_of(package, handler), minor_of(runtime)
        layers = layers_of(template, function)
        known = [each for each in layers if each is not None]
        counted = function.count("Layers") == len(known)  # an unknown layer can have any module
        if counted and not code.moves_path and function.get("Environment", "Variables", "PYTHONPATH") is None:
            others = {name for layer in known for name in _modules_of_layer(layer, minor)}
            missing: dict[str, str] = {}
            for name, place in code.missing(others, minor):
                missing.setdefault(name, place)
            yield at(function, "Code", missing)


@package_environment.in_template
def _(template: Template) -> Iterator[Place]:
    for function, package, _, handler in handlers(template):
        variables = function.get("Environment", "Variables")
        if isinstance(variables, dict | None):
            given = {*(variables or ()), *_SET_BY_LAMBDA}
            keys = code_of(package, handler).keys()
            unset = {key: keys[key] for key in keys if key not in given and not key.startswith(_RESERVED)}
            yield at(function, "Environment", unset)


def _modules_of_layer(layer: Package, minor: int) -> frozenset[str]:
    """The modules of a layer: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html."""
    return modules_of(layer, "python/") | modules_of(layer, f"python/lib/python3.{minor}/site-packages/")
