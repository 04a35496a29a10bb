"""The public API as a snapshot: a change that breaks the code of users is seen, and gets into the changelog.

From the source, without CDK: for each public name its options with types and defaults, its methods and its
attributes. `pytest tests/test_api.py --snapshot-update` accepts a change.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from syrupy.assertion import SnapshotAssertion

from tests.support import ROOT

PACKAGE = ROOT / "lambda_constructs"
NAME = re.compile(r"^from \.(\S+) import (\w+) as \2$", re.MULTILINE)
ATTRIBUTE = re.compile(r"^ {4}(\w+): ", re.MULTILINE)


def described(module: ast.Module, name: str) -> list[str]:
    """A public name of a module: its signature, and the signatures of its members."""
    for node in module.body:
        match node:
            case ast.ClassDef() if node.name == name:
                bases = ", ".join(ast.unparse(each) for each in node.bases)
                return [f"class {name}({bases})", *members(node)]
            case ast.FunctionDef() if node.name == name:
                return [signature(node)]
            case ast.AnnAssign(target=ast.Name(id=found)) if found == name:
                return [ast.unparse(node)]
            case ast.Assign(targets=[ast.Name(id=found)]) if found == name:
                return [ast.unparse(node)]
    raise AssertionError(f"{name} is not in its module")


def members(kind: ast.ClassDef) -> Iterator[str]:
    """The options, fields, methods and attributes of a class."""
    doc = inspect.cleandoc(ast.get_docstring(kind) or "")
    attributes = doc.partition("Attributes:\n")[2].partition("\n\n")[0]
    for node in kind.body:
        match node:
            case ast.FunctionDef() if not node.name.startswith("_") or node.name in ("__init__", "__or__"):
                decorated = [
                    ast.unparse(each) for each in node.decorator_list if "overrid" not in ast.unparse(each)
                ]
                yield f"{'@' if 'property' in decorated else ''}{signature(node)}"
            case ast.AnnAssign(target=ast.Name(id=name)) if not name.startswith("_"):
                yield ast.unparse(node)
    yield from (f"{name}: attribute" for name in ATTRIBUTE.findall(attributes))


def signature(node: ast.FunctionDef) -> str:
    """A signature without private parameters."""
    arguments = node.args
    kept = [
        (each, default)
        for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if not each.arg.startswith("_")
    ]
    arguments.kwonlyargs = [each for each, _ in kept]
    arguments.kw_defaults = [default for _, default in kept]
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({ast.unparse(arguments)}){result}"


def public(stub: Path) -> Iterator[tuple[str, list[str]]]:
    """The public names of a package, described."""
    for path, name in NAME.findall(stub.read_text()):
        file = stub.parent.joinpath(*path.split(".")).with_suffix(".py")
        yield name, described(ast.parse(file.read_text()), name)


def test_public_api(snapshot: SnapshotAssertion) -> None:
    api = {
        **dict(public(PACKAGE / "__init__.pyi")),
        **{f"testing.{name}": each for name, each in public(PACKAGE / "testing" / "__init__.py")},
    }

    assert api == snapshot
