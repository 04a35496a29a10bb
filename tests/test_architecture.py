"""The layers, from the syntax trees: a rung imports only rungs below it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = "lambda_constructs"
LINES_MAXIMUM = 310
# Lowest first. Within a rung nothing is imported, but each of PACKAGES is one of several modules.
LADDER = (
    ("errors", "handlers", "rules", "version"),
    ("audit", "sizing"),
    ("__main__", "plugin"),
    ("compliance", "guard", "shared"),
    ("permissions",),
    ("parts",),
    ("options",),
    ("function",),
    ("workloads",),
)
PACKAGES = ("audit", "rules", "sizing")
DEPENDENCIES = {"aws_cdk", "constructs", "jsii"}
# The one module that needs an extra; it is imported when there is something for it to read.
EXTRA = {f"{PACKAGE}.audit.cfn_yaml": {"yaml"}}

SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / PACKAGE).rglob("*.py"))
}
MODULES = pytest.mark.parametrize("module", SOURCES)
Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def tree(module: str) -> ast.Module:
    return ast.parse(SOURCES[module].read_text())


def import_statements(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import that is executed, in functions too, but not those for type checkers only."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node
        return
    children = ast.iter_child_nodes(node)
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        children = iter(node.orelse)
    for child in children:
        yield from import_statements(child)


def imported(source: ast.Module, module: str, *, is_package: bool) -> set[str]:
    """The full names of what a module imports; `from . import name` counts as the name."""
    names: set[str] = set()
    for statement in import_statements(source):
        if isinstance(statement, ast.Import):
            names |= {alias.name for alias in statement.names}
            continue
        base = statement.module or ""
        if statement.level:
            parents = module.split(".")
            kept = parents[: len(parents) - statement.level + is_package]
            base = ".".join([*kept, *([base] if base else [])])
        names |= {f"{base}.{alias.name}" for alias in statement.names}
    return names


def imports_of(module: str) -> set[str]:
    return imported(tree(module), module, is_package=SOURCES[module].stem == "__init__")


def layer(name: str) -> str:
    """The part of a name that stands in the ladder."""
    return name.split(".")[1]


def rung(name: str) -> int:
    """The height of the module that a name is, or is in; the package's own names are the top."""
    parts = name.split(".")
    for height, layers in enumerate(LADDER):
        if len(parts) > 1 and parts[1] in layers:
            return height
    return len(LADDER)


def own(names: set[str]) -> set[str]:
    return {name for name in names if name.split(".")[0] == PACKAGE}


def test_every_module_stands_on_the_ladder() -> None:
    layers = {layer(module) for module in SOURCES if module != PACKAGE}

    assert layers == {name for names in LADDER for name in names}


@MODULES
def test_imports_point_down(module: str) -> None:
    upward = {
        name
        for name in own(imports_of(module))
        if rung(name) >= rung(module) and not (layer(name) == layer(module) and layer(name) in PACKAGES)
    }

    assert upward == set()


@MODULES
def test_imports_nothing_but_the_runtime_dependencies(module: str) -> None:
    roots = {name.split(".")[0] for name in imports_of(module)}
    # Handlers run in Lambda, whose runtime brings these.
    runtime = {"boto3", "botocore"} if layer(f"{module}.") == "handlers" else DEPENDENCIES

    assert roots - sys.stdlib_module_names <= runtime | {PACKAGE} | EXTRA.get(module, set())


@pytest.mark.parametrize("module", [name for name in SOURCES if layer(f"{name}.") in ("errors", *PACKAGES)])
def test_pure_modules_import_nothing_but_the_standard_library(module: str) -> None:
    roots = {name.split(".")[0] for name in imports_of(module)}

    assert roots - {PACKAGE} - EXTRA.get(module, set()) <= sys.stdlib_module_names


@pytest.mark.parametrize("module", EXTRA)
def test_module_that_needs_an_extra_is_imported_within_a_function_only(module: str) -> None:
    importing = {name for name in SOURCES if module in {each.rpartition(".")[0] for each in imports_of(name)}}
    at_the_top = {
        name
        for name in importing
        for statement in tree(name).body
        if isinstance(statement, ast.ImportFrom) and statement.module == module.rpartition(".")[2]
    }

    assert importing == {f"{PACKAGE}.audit.files"}
    assert at_the_top == set()


@pytest.mark.parametrize(
    ("line", "module", "expected"),
    [
        ("from . import compliance", f"{PACKAGE}.function", f"{PACKAGE}.compliance"),
        ("from ..guard import Guard", f"{PACKAGE}.parts.role", f"{PACKAGE}.guard.Guard"),
        ("from .role import Role", f"{PACKAGE}.parts.logs", f"{PACKAGE}.parts.role.Role"),
        ("from ...guard import Guard", f"{PACKAGE}.rules.checks.queue", f"{PACKAGE}.guard.Guard"),
        ("def late():\n    from .. import function", f"{PACKAGE}.parts.role", f"{PACKAGE}.function"),
        ("import lambda_constructs.workloads", f"{PACKAGE}.parts.role", f"{PACKAGE}.workloads"),
        ("try:\n    import requests\nexcept ImportError: pass", f"{PACKAGE}.parts.role", "requests"),
    ],
)
def test_import_is_recognized_in_every_form(line: str, module: str, expected: str) -> None:
    assert imported(ast.parse(line), module, is_package=False) == {expected}


def test_imports_for_types_only_do_not_count() -> None:
    source = ast.parse("if TYPE_CHECKING:\n    from .role import Role\nelse:\n    import json")

    assert imported(source, f"{PACKAGE}.parts.logs", is_package=False) == {"json"}


@pytest.mark.parametrize("folder", [PACKAGE, "examples", "emulator"])
def test_no_file_is_too_long_to_be_read_in_one_go(folder: str) -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in (ROOT / folder).rglob("*.py")}

    assert lengths
    assert {str(path): length for path, length in lengths.items() if length > LINES_MAXIMUM} == {}


def public(node: ast.Module | ast.ClassDef) -> Iterator[Documented]:
    """Public classes and functions, and the public methods of such classes."""
    for child in node.body:
        if isinstance(child, Documented) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)


@MODULES
def test_everything_public_has_a_docstring(module: str) -> None:
    source = tree(module)

    assert ast.get_docstring(source)
    assert [node.name for node in public(source) if not ast.get_docstring(node)] == []
