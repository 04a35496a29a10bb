"""The names that a Python module defines, from its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def offers(source: bytes, name: str) -> bool:
    """Whether a module has a name; also if that cannot be known, or the module cannot be parsed."""
    try:
        names = set(_names(ast.parse(source).body))
    except (SyntaxError, ValueError):  # the runtime may be newer than this interpreter
        return True
    return not names.isdisjoint((name, "*", "__getattr__"))


def _names(body: list[ast.stmt]) -> Iterator[str]:
    """The names that statements bind in their module; `*` for those of another module."""
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (each.asname or each.name for each in names)
            case _:
                yield from _bound(statement)


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names of assignments, and of what blocks such as `if` and `try` hold."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            yield from _names([child])
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from _names(child.body)
        else:
            for node in ast.walk(child):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield node.id
