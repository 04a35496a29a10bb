"""Sizing works without aws_cdk, which takes seconds to import."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import lambda_constructs

PACKAGE = Path(lambda_constructs.__file__).parent / "sizing"
# Imports all modules of the package, then prints the forbidden packages that this imported.
PROGRAM = """
import importlib, pkgutil, sys
import lambda_constructs.sizing as package
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
print(sorted({"aws_cdk", "boto3", "constructs", "jsii"} & {name.partition(".")[0] for name in sys.modules}))
"""


def test_imports_neither_aws_cdk_nor_jsii() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def imports(path: Path) -> set[str]:
    """The full names of the modules that a file imports."""
    package = ["lambda_constructs", "sizing", *path.relative_to(PACKAGE).parent.parts]
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            names.add(".".join([*above, *([node.module] if node.module else [])]))
    return names


def imported() -> set[str]:
    return {name for path in PACKAGE.rglob("*.py") for name in imports(path)}


def test_imports_nothing_but_the_standard_library_errors_and_rules() -> None:
    own = {name for name in imported() if name.startswith("lambda_constructs")}

    assert {name.partition(".")[0] for name in imported() - own} <= sys.stdlib_module_names
    assert {name.split(".")[1] for name in own} == {"errors", "rules", "sizing"}


def test_reads_no_clock_and_calls_nobody() -> None:
    forbidden = {"datetime", "http", "random", "socket", "subprocess", "time", "urllib"}

    assert "json" in imported()
    assert imported().isdisjoint(forbidden)
