"""The layers, from the syntax trees: a rung imports only rungs below it, and there are no import cycles."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = "lambda_constructs"
LINES_MAXIMUM = 300
# Lowest first. Folders on one rung do not import each other; the modules of a folder do, without cycles.
LADDER = (
    ("errors", "text_table", "version"),
    ("markdown", "template"),
    ("rules",),
    ("audit", "ops", "sizing", "starter"),
    ("plan",),
    ("cdk_plugin", "compliance"),
    ("core",),
    ("packaging",),
    ("function",),
    ("event_sources", "events", "requests"),
    ("dashboard", "testing"),
    ("__main__",),
)
PURE = (
    "audit",
    "compliance",
    "errors",
    "markdown",
    "ops",
    "plan",
    "rules",
    "sizing",
    "starter",
    "template",
    "text_table",
)
DEPENDENCIES = {"aws_cdk", "constructs", "jsii"}
# The modules that need an extra: each is imported when there is something for it to read.
EXTRA = {
    f"{PACKAGE}.template.cfn_yaml": {"yaml"},
    f"{PACKAGE}.audit.sam": {"samtranslator"},
    f"{PACKAGE}.ops.clients": {"boto3", "botocore"},
}
# Packaging does without CDK but for the module that makes its assets. The extra `python` brings these.
PACKAGING, CDK_ASSETS = f"{PACKAGE}.packaging.", f"{PACKAGE}.packaging.python_code"
PACKAGING_EXTRA = {"packaging", "uv"}
# Help for tests asks for cdk-nag when it is used.
TESTING = f"{PACKAGE}.testing."
# Code that runs in Lambda, whose runtime brings boto3.
HANDLERS = f"{PACKAGE}.function.handlers."

SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / PACKAGE).rglob("*.py"))
}
TREES = {module: ast.parse(path.read_text()) for module, path in SOURCES.items()}
Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def imported(source: ast.Module, module: str, *, is_package: bool) -> set[str]:
    """The full names of what a module imports, for type checkers too; `from . import name` is the name."""
    names: set[str] = set()
    for statement in ast.walk(source):
        if isinstance(statement, ast.Import):
            names |= {alias.name for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom):
            base = statement.module or ""
            if statement.level:
                parents = module.split(".")
                kept = parents[: len(parents) - statement.level + is_package]
                base = ".".join([*kept, *([base] if base else [])])
            names |= {f"{base}.{alias.name}" for alias in statement.names}
    return names


IMPORTS = {
    module: imported(source, module, is_package=SOURCES[module].stem == "__init__")
    for module, source in TREES.items()
}


def layer(name: str) -> str:
    """The part of a name that stands in the ladder; nothing for the package itself."""
    return f"{name}.".split(".")[1]


def rung(name: str) -> int:
    """The height of the module that a name is, or is in; the package's own names are the top."""
    heights = (height for height, layers in enumerate(LADDER) if layer(name) in layers)
    return next(heights, len(LADDER))


def own(names: set[str]) -> set[str]:
    return {name for name in names if name.split(".")[0] == PACKAGE}


def module_of(name: str) -> str:
    """The module that an imported name is, or is in."""
    return name if name in SOURCES else name.rpartition(".")[0]


def test_every_module_stands_on_the_ladder() -> None:
    layers = {layer(module) for module in SOURCES if module != PACKAGE}

    assert layers == {name for names in LADDER for name in names}


def test_imports_point_down() -> None:
    upward = {
        (module, name)
        for module, names in IMPORTS.items()
        for name in own(names)
        if layer(name) != layer(module) and rung(name) >= rung(module)
    }

    assert upward == set()


def test_no_module_imports_itself_through_others() -> None:
    graph = {module: {module_of(name) for name in own(names)} for module, names in IMPORTS.items()}
    graph.pop(PACKAGE)

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"circular imports: {error.args[1]}")


def test_modules_import_nothing_but_the_runtime_dependencies() -> None:
    for module, names in IMPORTS.items():
        roots = {name.split(".")[0] for name in names} - sys.stdlib_module_names - {PACKAGE}
        allowed = {"boto3", "botocore"} if module.startswith(HANDLERS) else DEPENDENCIES
        if layer(module) in PURE:
            allowed = set()
        if module.startswith(PACKAGING) and module != CDK_ASSETS:
            allowed = PACKAGING_EXTRA
        if module.startswith(TESTING):
            allowed = DEPENDENCIES | {"cdk_nag"}

        assert roots <= allowed | EXTRA.get(module, set()), module


@pytest.mark.parametrize("module", EXTRA)
def test_module_that_needs_an_extra_is_imported_within_a_function_only(module: str) -> None:
    importing = {name for name, names in IMPORTS.items() if module in {module_of(each) for each in names}}
    at_the_top = {
        name
        for name in importing
        for statement in TREES[name].body
        if isinstance(statement, ast.ImportFrom) and statement.module == module.rpartition(".")[2]
    }

    assert importing
    assert at_the_top == set()


@pytest.mark.parametrize(
    ("line", "module", "expected"),
    [
        ("from . import guard", f"{PACKAGE}.core.alarms", f"{PACKAGE}.core.guard"),
        ("from ..core.guard import Guard", f"{PACKAGE}.function.rollout", f"{PACKAGE}.core.guard.Guard"),
        ("from .queue import Queue", f"{PACKAGE}.events.source", f"{PACKAGE}.events.queue.Queue"),
        ("def late():\n    from .. import function", f"{PACKAGE}.core.alarms", f"{PACKAGE}.function"),
        ("if TYPE_CHECKING:\n    from .a import A", f"{PACKAGE}.core.alarms", f"{PACKAGE}.core.a.A"),
        ("import lambda_constructs.events", f"{PACKAGE}.core.alarms", f"{PACKAGE}.events"),
        ("try:\n    import httpx\nexcept ImportError: pass", f"{PACKAGE}.core.alarms", "httpx"),
    ],
)
def test_import_is_recognized_in_every_form(line: str, module: str, expected: str) -> None:
    assert imported(ast.parse(line), module, is_package=False) == {expected}


@pytest.mark.parametrize("folder", [PACKAGE, "examples", "emulator"])
def test_no_file_is_too_long_to_be_read_in_one_go(folder: str) -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in (ROOT / folder).rglob("*.py")}

    assert lengths
    assert {str(path): length for path, length in lengths.items() if length > LINES_MAXIMUM} == {}


def is_overload(node: Documented) -> bool:
    return any(ast.unparse(each).endswith("overload") for each in node.decorator_list)


def public(node: ast.Module | ast.ClassDef) -> Iterator[Documented]:
    """Public classes and functions, and the public methods of such classes; without overloads."""
    for child in node.body:
        if isinstance(child, Documented) and not (child.name.startswith("_") or is_overload(child)):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)


def test_everything_public_has_a_docstring() -> None:
    undocumented = [
        (module, getattr(node, "name", ""))
        for module, source in TREES.items()
        for node in (source, *public(source))
        if not ast.get_docstring(node)
    ]

    assert undocumented == []
