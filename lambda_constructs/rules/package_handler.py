"""Rules for packages: the code that a Python handler runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Final

from ..template.package import Package
from ..template.python_package import code_of, find_module
from ..template.template import Resource, Template
from .package import listed, minor_of, python_functions
from .rule import Place, Words, at, rule, warning

_HANDLER_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html"
_LOOKED_UP_LATER: Final = "dummy-value-for-"  # how CDK starts a value that it has not looked up yet
_RUNTIMES_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html"


@rule(why="Every invocation fails.", source=_HANDLER_URL)
def package_handler(_: Words, handler: str, missing: str) -> str | None:
    """The package has the module of the handler, and the module has its function."""
    if not missing:
        return None
    return f"Handler is '{handler}', but the package does not have {missing}; correct Handler, or add it"


@rule(why="The runtime fails to turn the result into JSON, and every invocation fails.", source=_HANDLER_URL)
def package_handler_result(_: Words, handler: str, returned: str, place: str) -> str | None:
    """The handler is a function that returns a result, not a coroutine or a generator."""
    if not returned:
        return None
    return (
        f"Handler is '{handler}', which returns {returned} ({place}), and the runtime can return only values "
        "that json.dumps accepts; let a plain function return the result, for example that of asyncio.run"
    )


@rule(why="The import of the file fails.", source=_RUNTIMES_URL)
def package_syntax(_: Words, invalid: Mapping[str, str]) -> str | None:
    """The files that the handler imports are valid Python."""
    if not invalid:
        return None
    return f"the code is not valid Python: {_places(invalid)}; correct it"


@warning(
    why="If the code is not valid in the newer version either, the import of the file fails.",
    source=_RUNTIMES_URL,
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


def handlers(template: Template) -> Iterator[tuple[Resource, Package, str, str]]:
    """The functions with a Python runtime whose packages and handlers are known."""
    for function, package, runtime in python_functions(template):
        handler = function.text("Handler")
        if isinstance(handler, str) and not handler.startswith(_LOOKED_UP_LATER):
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
    return listed([f"'{file}' ({reason})" for file, reason in invalid.items()])
