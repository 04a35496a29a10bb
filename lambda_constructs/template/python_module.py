"""The names of a Python module, its imports and its environment variables, from its syntax tree."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

# A condition that names one of these decides about the machine, not about the event.
_ABOUT_THE_MACHINE: Final = frozenset(
    ("TYPE_CHECKING", "environ", "find_spec", "getenv", "platform", "version_info")
)
_CATCH_IMPORTS: Final = frozenset(
    ("ImportError", "ModuleNotFoundError", "SyntaxError", "Exception", "BaseException")
)
_CATCH_KEYS: Final = frozenset(("KeyError", "LookupError", "Exception", "BaseException"))
_WITH_DEFAULT: Final = frozenset(("get", "getenv", "pop", "setdefault"))
# Names that let a module define other names, or find modules in other folders.
_DYNAMIC: Final = frozenset(
    ("exec", "globals", "locals", "setattr", "sys.modules", "vars", "__getattr__", "*")
)
_MOVE_PATHS: Final = frozenset(
    ("addsitedir", "site.addsitedir", "sys.path", "__path__", "sys.meta_path", "sys.path_hooks")
)


@dataclass(frozen=True)
class Import:
    """A statement that imports a module."""

    module: str  # the module, without leading dots
    level: int  # how many dots it has
    names: Sequence[str]  # what is imported from it, which may be modules too
    line: int


@dataclass
class Module:
    """The needs of a module when it runs."""

    imports: list[Import] = field(default_factory=list)  # its imports, but for those whose failure it handles
    # The environment variables that it reads without a default, with the first line
    keys: dict[str, int] = field(default_factory=dict)
    offers: frozenset[str] | None = None  # the names that it defines; None if that cannot be known
    moves_path: bool = False  # whether it changes where modules are found
    sets_keys: bool = False  # whether it sets environment variables whose names cannot be known
    error: str = ""  # the line and the reason if it is not valid Python; empty if it is
    # The functions whose results no JSON can represent: what each returns, and the line of its definition;
    # the import of a name that it has from another module
    definitions: Mapping[str, tuple[str, int] | Import] = field(default_factory=dict)


def read_module(source: bytes) -> Module:
    """Read a module; one that cannot be parsed needs nothing, and offers nothing that is known."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are about the code, not about this program
            tree = ast.parse(source)
            compile(tree, "", "exec", dont_inherit=True)  # finds a `return` outside a function
    except SyntaxError as error:
        return Module(error=f"line {error.lineno or 1}: {error.msg}")
    except ValueError as error:  # Python 3.11 raises it for null bytes
        return Module(error=f"line 1: {error}")
    except (RecursionError, MemoryError):  # too deep for this interpreter
        return Module()
    reader = _Reader()
    reader.visit(tree)
    found = Module(reader.imports, reader.keys, sets_keys=reader.sets_keys)
    for key in reader.mentioned & found.keys.keys():
        del found.keys[key]
    used = {name for node in ast.walk(tree) if (name := _name(node))}
    found.moves_path = not used.isdisjoint(_MOVE_PATHS)
    names = {*_names(tree.body), *(each for node in ast.walk(tree) for each in _globals(node))}
    if (used | names).isdisjoint(_DYNAMIC):
        found.offers = frozenset(names)
        found.definitions = _definitions(tree)
    return found


class _Reader(ast.NodeVisitor):
    """Collects imports and environment variables whose absence the module does not handle."""

    def __init__(self) -> None:
        self.imports: list[Import] = []
        self.keys: dict[str, int] = {}
        self.mentioned: set[str] = set()  # in another way: a default, a test, an assignment
        self.sets_keys = False
        self._about_the_machine = set(_ABOUT_THE_MACHINE)
        self._handled: frozenset[str] = frozenset()

    def visit_Import(self, node: ast.Import) -> None:
        for each in node.names:
            self._import(Import(each.name, 0, (), node.lineno))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        names = [each.name for each in node.names]
        self._import(Import(node.module or "", node.level, names, node.lineno))

    def _import(self, found: Import) -> None:
        if self._handled.isdisjoint(_CATCH_IMPORTS):
            self.imports.append(found)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        match node:
            case ast.Subscript(
                ast.Attribute(attr="environ") | ast.Name("environ"), ast.Constant(str() as key)
            ):
                if not isinstance(node.ctx, ast.Load):
                    self.mentioned.add(key)
                elif self._handled.isdisjoint(_CATCH_KEYS):
                    self.keys.setdefault(key, node.lineno)
            case ast.Subscript(ast.Attribute(attr="environ") | ast.Name("environ"), ctx=ast.Store()):
                self.sets_keys = True
            case _:
                self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if self._is_about_the_machine(node.value):
            self._about_the_machine.update(_names([node]))
        self.generic_visit(node)

    def _is_about_the_machine(self, node: ast.AST) -> bool:
        """Whether an expression has a name that tells where the code runs, or one that was set by such."""
        return not self._about_the_machine.isdisjoint(_last(each) for each in ast.walk(node))

    def visit_Compare(self, node: ast.Compare) -> None:
        if isinstance(node.left, ast.Constant):
            self.mentioned.add(str(node.left.value))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if node.args and isinstance(node.args[0], ast.Constant) and _last(node.func) in _WITH_DEFAULT:
            self.mentioned.add(str(node.args[0].value))
        match node.func:
            case ast.Attribute(ast.Attribute(attr="environ") | ast.Name("environ"), "update"):
                self.sets_keys = True
        self.generic_visit(node)

    def visit_Try(self, node: ast.Try) -> None:
        caught = {name for each in node.handlers for name in _caught(each)}
        self._within(caught, node.body)
        for handler in node.handlers:
            self._within(caught, handler.body)  # a replacement: either of the two may be missing
        self._within((), [*node.orelse, *node.finalbody])

    def visit_With(self, node: ast.With) -> None:
        calls = [each.context_expr for each in node.items if isinstance(each.context_expr, ast.Call)]
        suppressed = [call.args for call in calls if _last(call.func) == "suppress"]
        self._within((), [item for each in node.items for item in ast.iter_child_nodes(each)])
        self._within({_last(each) for names in suppressed for each in names}, node.body)

    def visit_If(self, node: ast.If | ast.IfExp | ast.While) -> None:
        is_main = any(_name(each) == "__name__" for each in ast.walk(node.test))
        about = is_main or self._is_about_the_machine(node.test)
        if about and not is_main and isinstance(node, ast.If):
            self._about_the_machine.update(_names([*node.body, *node.orelse]))
        self._within(("Exception",) if about else (), list(ast.iter_child_nodes(node)))

    visit_IfExp = visit_While = visit_If  # noqa: N815 - the names of the nodes

    def _within(self, caught: Iterable[str], nodes: Sequence[ast.AST]) -> None:
        """Visit nodes whose failures of these kinds are handled."""
        before = self._handled
        self._handled |= frozenset(caught)
        for node in nodes:
            self.visit(node)
        self._handled = before


def _caught(handler: ast.ExceptHandler) -> Iterator[str]:
    """The names of the exceptions that a handler catches; those of a bare one are all."""
    if handler.type is None:
        yield "BaseException"
        return
    for each in handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]:
        yield _last(each)


def _name(node: ast.AST) -> str:
    """A name, or an attribute of one, such as `sys.path`; empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=value), attr=attribute):
            return f"{value}.{attribute}"
        case ast.Attribute(attr=attribute):
            return attribute
        case _:
            return ""


def _last(node: ast.AST) -> str:
    """The last part of a name."""
    return _name(node).rpartition(".")[2]


def _globals(node: ast.AST) -> list[str]:
    """The names that a function declares to be those of its module."""
    return node.names if isinstance(node, ast.Global) else []


def _definitions(tree: ast.Module) -> dict[str, tuple[str, int] | Import]:
    """The functions and imports that certainly have these names once the module has run."""
    found: dict[str, tuple[str, int] | Import] = {}
    for statement in tree.body:
        known = dict(found)
        for name in _names([statement]):
            found.pop(name, None)
        match statement:
            case ast.FunctionDef(decorator_list=[]) | ast.AsyncFunctionDef(decorator_list=[]):
                if returned := _returned(statement):
                    found[statement.name] = (returned, statement.lineno)
            case ast.ImportFrom(module=module, level=level, names=names, lineno=line):
                for each in names:
                    found[each.asname or each.name] = Import(module or "", level, [each.name], line)
            case ast.Assign(targets=[ast.Name(target)], value=ast.Name(origin)) if origin in known:
                found[target] = known[origin]
    for name in (each for node in ast.walk(tree) for each in _globals(node)):
        found.pop(name, None)
    return found


def _returned(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The result of a call of a function that does not run its body; empty if the call runs it."""
    waiting: list[ast.AST] = list(function.body)
    yields = False
    while waiting and not yields:
        node = waiting.pop()
        yields = isinstance(node, ast.Yield | ast.YieldFrom)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    if yields:
        return "a generator"
    return "a coroutine" if isinstance(function, ast.AsyncFunctionDef) else ""


def _names(body: list[ast.stmt]) -> Iterator[str]:
    """The names that statements bind in their module; `*` for those of another module."""
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.AnnAssign(value=None):
                pass  # an annotation alone does not bind the name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (each.asname or each.name.partition(".")[0] for each in names)
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
