"""The rules and sizing work without aws_cdk, which takes seconds to import, and without a clock."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import lambda_constructs

SIZING = Path(lambda_constructs.__file__).parent / "sizing"
FORBIDDEN = {"aws_cdk", "boto3", "cdk_nag", "constructs", "jsii"}
# Imports the modules, then prints all packages that this imported.
PROGRAM = """
import importlib, sys
for module in sys.argv[1:]:
    importlib.import_module(module)
print(*{name.partition(".")[0] for name in sys.modules})
"""


def packages_after_importing(*modules: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *modules], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def sizing_modules() -> dict[str, ast.Module]:
    """The modules of sizing by their full name."""
    root = SIZING.parents[1]
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text()
        )
        for path in SIZING.rglob("*.py")
        if path.name != "__main__.py"
    }


def imports(name: str, module: ast.Module) -> set[str]:
    """The full names of the modules that a module imports."""
    package = (
        name.split(".") if (SIZING.parents[1] / name.replace(".", "/")).is_dir() else name.split(".")[:-1]
    )
    names: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            names.add(".".join([*above, *([node.module] if node.module else [])]))
    return names


def test_rules_and_sizing_import_neither_aws_cdk_nor_jsii() -> None:
    modules = ("lambda_constructs", "lambda_constructs.errors", "lambda_constructs.rules.catalogue")

    assert packages_after_importing(*modules, *sizing_modules()).isdisjoint(FORBIDDEN)
    assert "jsii" in packages_after_importing("jsii")


def test_sizing_imports_what_is_below_it_but_no_clock_and_no_network() -> None:
    imported = {name for each in sizing_modules().items() for name in imports(*each)}
    own = {name for name in imported if name.startswith("lambda_constructs")}

    assert {name.partition(".")[0] for name in imported - own} <= sys.stdlib_module_names
    assert {name.split(".")[1] for name in own} == {"errors", "rules", "sizing", "template", "text_table"}
    assert "json" in imported
    assert imported.isdisjoint({"http", "random", "socket", "subprocess", "urllib", "urllib.request"})
    # The commands tell the age of a measurement, and wait for AWS; a synthesis does not depend on the day.
    timeless = {
        name: module
        for name, module in sizing_modules().items()
        if not name.startswith("lambda_constructs.sizing.cli")
    }
    assert all("time" not in imports(*each) for each in timeless.items())
    clocks = {
        node.attr
        for module in timeless.values()
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute)
    }
    assert clocks.isdisjoint({"now", "today", "utcnow"})
