"""The names of the options that the package gives to `make` are CDK's own: no type checker sees them."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from aws_cdk import aws_sqs as sqs

import lambda_constructs
from lambda_constructs.event_sources.dead_letter_queue import DeadLetterQueue

PACKAGE: Final = Path(str(lambda_constructs.__file__)).parent
# Makes a dictionary of its keywords.
GIVEN: Final = "_given"


@dataclass(frozen=True)
class Made:
    """A call of `make`.

    Attributes:
        place: Where it is.
        kind: The class of CDK that it makes.
        call: The call.
        scope: The function that it is in.
        module: The module that it is in.
    """

    place: str
    kind: type
    call: ast.Call
    scope: ast.FunctionDef
    module: ast.Module


def cdk_names(module: ast.Module) -> dict[str, Any]:
    """The modules of CDK by the names that a module imports them as."""
    return {
        alias.asname or alias.name: import_module(f"aws_cdk.{alias.name}")
        for each in ast.walk(module)
        if isinstance(each, ast.ImportFrom) and each.module == "aws_cdk"
        for alias in each.names
        if alias.name.startswith("aws_")
    }


# The class of CDK that a class of the package extends.
OWN: Final = {DeadLetterQueue.__name__: sqs.Queue}


def made(sources: Mapping[str, str]) -> Iterator[Made]:
    """Every call of `make` in sources, by their names."""
    for source, text in sources.items():
        module = ast.parse(text)
        names = cdk_names(module)
        for scope in [each for each in ast.walk(module) if isinstance(each, ast.FunctionDef)]:
            for call in ast.walk(scope):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "make":
                    of = call.args[0]
                    # Of two classes the last one has all options; those that the first lacks are then None.
                    of = of.orelse if isinstance(of, ast.IfExp) else of
                    namespace, _, name = ast.unparse(of).partition(".")
                    kind = getattr(names[namespace], name) if name else OWN[namespace]
                    yield Made(f"{source}:{call.lineno}", kind, call, scope, module)


def entries(value: ast.expr, where: Made) -> Iterator[tuple[str, ast.expr]]:
    """The entries of the dictionaries that an expression can be, or a list of such."""
    match value:
        case ast.Dict(keys=keys, values=values):
            for key, item in zip(keys, values, strict=True):
                if key is None:
                    yield from entries(item, where)
                elif isinstance(key, ast.Constant):
                    yield str(key.value), item
        case ast.IfExp(body=first, orelse=second):
            yield from (*entries(first, where), *entries(second, where))
        case ast.BoolOp(values=options) | ast.List(elts=options):
            for each in options:
                yield from entries(each, where)
        case ast.ListComp(elt=item):
            yield from entries(item, where)
        case ast.Call(func=ast.Name(id=name), keywords=keywords) if name == GIVEN:
            yield from ((str(each.arg), each.value) for each in keywords)
        case ast.Call(func=ast.Name(id=name)):
            yield from returned(name, where)
        case ast.Name(id=name):
            yield from assigned(name, where)


def returned(name: str, where: Made) -> Iterator[tuple[str, ast.expr]]:
    """The entries of what a function of the module returns."""
    for function in where.module.body:
        if isinstance(function, ast.FunctionDef) and function.name == name:
            inside = Made(where.place, where.kind, where.call, function, where.module)
            for each in ast.walk(function):
                if isinstance(each, ast.Return) and each.value is not None:
                    yield from entries(each.value, inside)


def assigned(name: str, where: Made) -> Iterator[tuple[str, ast.expr]]:
    """The entries of a local variable: those that it begins with, and those that are added."""
    for each in ast.walk(where.scope):
        target, value = None, None
        if isinstance(each, ast.Assign) and len(each.targets) == 1:
            target, value = each.targets[0], each.value
        elif isinstance(each, ast.AnnAssign):
            target, value = each.target, each.value
        match target:
            case ast.Name(id=known) if known == name and value is not None and name not in used(value):
                yield from entries(value, where)
            case ast.Subscript(value=ast.Name(id=known), slice=ast.Constant(value=key)) if known == name:
                assert value is not None
                yield str(key), value


def used(value: ast.expr) -> set[str]:
    """The variables that an expression uses."""
    return {each.id for each in ast.walk(value) if isinstance(each, ast.Name)}


def structures(owner: type, option: str) -> list[type]:
    """The structures that an option of a structure takes."""
    annotation = str(inspect.signature(owner.__init__).parameters[option].annotation)  # type: ignore[misc]
    module = import_module(owner.__module__)
    found = []
    for text in re.findall(r"[A-Za-z_][\w.]*", annotation):
        kind: Any = module
        for part in text.split("."):
            kind = getattr(kind, part, None)
        if hasattr(kind, "__jsii_name_mapping__"):
            found.append(kind)
    return found


def wrong(owner: type, entries_of: Mapping[str, ast.expr], where: Made) -> Iterator[str]:
    """The keys that a structure of CDK does not have, and those in its own structures."""
    names: Mapping[str, str] = {key: name for name, key in owner.__jsii_name_mapping__.items()}  # type: ignore[attr-defined]
    for key, value in entries_of.items():
        if key not in names:
            yield f"{where.place}: {owner.__name__} has no {key}"
            continue
        for kind in structures(owner, names[key]):
            yield from wrong(kind, dict(entries(value, where)), where)


def mistakes(calls: Iterable[Made]) -> list[str]:
    """What CDK does not know in the calls of `make`."""
    found: list[str] = []
    for each in calls:
        properties = getattr(import_module(each.kind.__module__), f"{each.kind.__name__}Props")
        written: Mapping[str, str] = properties.__jsii_name_mapping__
        for keyword in each.call.keywords:
            given = {keyword.arg: keyword.value} if keyword.arg else dict(entries(keyword.value, each))
            assert given, f"{each.place}: what ** stands for cannot be seen"
            found += [
                f"{each.place}: {properties.__name__} has no {name}" for name in given if name not in written
            ]
            known = {written[name]: value for name, value in given.items() if name in written}
            found += wrong(properties, known, each)
    return found


def test_every_option_that_the_package_gives_to_cdk_is_one_that_cdk_has() -> None:
    calls = list(made({str(path.relative_to(PACKAGE)): path.read_text() for path in PACKAGE.rglob("*.py")}))

    assert mistakes(calls) == []
    assert len(calls) > 20


def test_a_name_that_cdk_does_not_have_is_found_wherever_it_is() -> None:
    source = """
from aws_cdk import aws_lambda as lambda_, aws_sqs as sqs

def build(scope, queue, pollers):
    common = {"fifos": True}
    letters = {"queue": queue}
    letters["max_receive_count"] = 5
    make(sqs.Queue, scope, "Queue", dead_letter_queue=letters, **common)
    make(
        lambda_.CfnEventSourceMapping,
        scope,
        "Mapping",
        functions="orders",
        scaling_config=_given(maximum=1),
        destination_config={"onFailure": {"arn": queue}} if queue else None,
        provisioned_poller_config=_pollers(pollers),
        source_access_configurations=[{"kind": each} for each in pollers],
    )

def _pollers(pollers):
    return _given(minimumPollers=1, least=1)
"""

    found = [each.rpartition(" has no ")[2] for each in mistakes(made({"source": source}))]

    assert sorted(found) == [
        "arn",
        "fifos",
        "functions",
        "kind",
        "least",
        "max_receive_count",
        "maximum",
    ]
