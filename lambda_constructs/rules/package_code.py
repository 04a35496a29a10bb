"""Rules for packages: the code that a Python handler runs, and what it needs of the function."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Final

from ..template.package import Package
from ..template.python_package import code_of, find_module, hidden_by_library, modules_of
from ..template.template import Resource, Template
from ..template.views import items_view
from .environment import ENVIRONMENT_URL
from .function import architecture_of
from .names import first_of
from .package import layers_of, loaded, minor_of, packages, python_functions
from .rule import Place, Words, at, rule, warning
from .urls import PYTHON_PACKAGE_URL, RUNTIMES_URL

_HANDLER_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html"
_PYTHON_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html"
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


@rule(why="The function fails when it loads the library.", source=RUNTIMES_URL)
def package_glibc(_: Words, runtime: str, available: int, needed: Mapping[str, int]) -> str | None:
    """Native libraries need no newer C library than the runtime has."""
    newer = [f"'{name}' (glibc 2.{minor})" for name, minor in needed.items() if minor > available]
    if not newer:
        return None
    return (
        f"{runtime} has glibc 2.{available}, but the package has libraries that need a newer one: "
        f"{first_of(newer)}; package the code for {runtime}, or choose a newer runtime"
    )


@warning(why="The function fails when it reaches the import.", source=PYTHON_PACKAGE_URL)
def package_import(_: Words, missing: Mapping[str, str]) -> str | None:
    """The package, its layers or the runtime have the modules that the code imports."""
    if not missing:
        return None
    modules = [f"'{name}' ({place})" for name, place in missing.items()]
    return (
        f"the code imports modules that neither the package, its layers nor the runtime have: "
        f"{first_of(modules)}; add them to the package, or correct the import"
    )


@warning(why="The function fails with a KeyError when it reads the variable.", source=ENVIRONMENT_URL)
def package_environment(_: Words, unset: Mapping[str, str]) -> str | None:
    """The function has the environment variables that its code reads without a default."""
    if not unset:
        return None
    keys = [f"'{name}' ({place})" for name, place in unset.items()]
    return (
        f"the code reads environment variables that the function does not have: {first_of(keys)}; set them, "
        "or read them with a default"
    )


@package_glibc.in_template
def _(template: Template) -> Iterator[Place]:
    for function, package in packages(template):
        runtime = function.text("Runtime")
        if isinstance(runtime, str) and runtime in GLIBC:
            machines = loaded(package.machines, architecture_of(function))
            needed = {name: package.glibc[name] for name in machines}
            yield at(function, "Runtime", runtime, GLIBC[runtime], needed)


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


@rule(why="Every invocation fails.", source=_HANDLER_URL)
def package_handler(_: Words, handler: str, missing: str) -> str | None:
    """The package has the module of the handler, and the module has its function."""
    if not missing:
        return None
    return f"Handler is '{handler}', but the package does not have {missing}; correct Handler, or add it"


@rule(why="Every invocation fails.", source=_HANDLER_URL)
def package_handler_library(_: Words, handler: str, module: str) -> str | None:
    """Python finds the module of the handler before one of its standard library."""
    if not module:
        return None
    return (
        f"Handler is '{handler}', but Python imports '{module}' of its standard library instead; rename the "
        "one in the package, and correct Handler"
    )


@rule(why="The runtime fails to turn the result into JSON, and every invocation fails.", source=_HANDLER_URL)
def package_handler_result(_: Words, handler: str, returned: str, place: str) -> str | None:
    """The handler is a function that returns a result, not a coroutine or a generator."""
    if not returned:
        return None
    return (
        f"Handler is '{handler}', which returns {returned} ({place}), and the runtime can return only values "
        "that json.dumps accepts; let a plain function return the result, for example that of asyncio.run"
    )


@rule(why="The import of the file fails.", source=_PYTHON_URL)
def package_syntax(_: Words, invalid: Mapping[str, str]) -> str | None:
    """The files that the handler imports are valid Python."""
    if not invalid:
        return None
    return f"the code is not valid Python: {_places(invalid)}; correct it"


@warning(
    why="If the code is not valid in the newer version either, the import of the file fails.",
    source=_PYTHON_URL,
)
def package_syntax_newer(_: Words, runtime: str, python: str, invalid: Mapping[str, str]) -> str | None:
    """The files that the handler imports are valid for the Python that checks them."""
    if not invalid:
        return None
    return (
        f"{runtime} is newer than {python}, which checks the code and cannot read {_places(invalid)}; "
        f"correct it, or check it with {runtime}"
    )


@package_handler.in_template
def _(template: Template) -> Iterator[Place]:
    for function, package, _, handler in handlers(template):
        layered = function.count("Layers") != 0
        yield at(function, "Handler", handler, _missing(package, handler, layered=layered))


@package_handler_library.in_template
def _(template: Template) -> Iterator[Place]:
    for function, package, runtime, handler in handlers(template):
        yield at(function, "Handler", handler, hidden_by_library(package, handler, minor_of(runtime)))


@package_handler_result.in_template
def _(template: Template) -> Iterator[Place]:
    for function, package, _, handler in handlers(template):
        yield at(function, "Handler", handler, *code_of(package, handler).returned(handler))


@package_syntax.in_template
def _(template: Template) -> Iterator[Place]:
    for function, package, runtime, handler in handlers(template):
        if minor_of(runtime) <= sys.version_info.minor:
            yield at(function, "Code", code_of(package, handler).errors())


@package_syntax_newer.in_template
def _(template: Template) -> Iterator[Place]:
    minor = sys.version_info.minor
    for function, package, runtime, handler in handlers(template):
        if minor_of(runtime) > minor:
            yield at(function, "Code", runtime, f"python3.{minor}", code_of(package, handler).errors())


@items_view
def handlers(template: Template) -> Iterator[tuple[Resource, Package, str, str]]:
    """The functions with a Python runtime whose packages and handlers are known."""
    for function, package, runtime in python_functions(template):
        handler = function.text("Handler")
        if isinstance(handler, str):
            yield function, package, runtime, handler


def _missing(package: Package, handler: str, *, layered: bool) -> str:
    """The missing part of a handler; empty if the package has it, or if a layer or a binary may have it."""
    module, _, name = handler.rpartition(".")
    if not module:
        return "a module for it, as in 'app.handler'"
    path = module.replace(".", "/")
    found = find_module(package, path)
    if found is not None:
        offers = package.module(found).offers
        return "" if offers is None or name in offers else f"'{name}' in '{found}'"
    compiled = any(each.startswith((f"{path}.", f"{path}/__init__.")) for each in package.files)
    return "" if layered or compiled else f"'{path}.py'"


def _places(invalid: Mapping[str, str]) -> str:
    return first_of([f"'{file}' ({reason})" for file, reason in invalid.items()])
