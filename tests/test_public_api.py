"""The public names, and that their docstrings tell the truth about every keyword and its default."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import textwrap
from enum import Enum
from pathlib import Path
from typing import Required, get_origin, get_type_hints

import pytest
from constructs import Construct

import lambda_constructs
from lambda_constructs import FunctionOptions, ProductionFunction

SOURCE = ast.parse(Path(lambda_constructs.__file__).read_text())
CLASSES = [getattr(lambda_constructs, name) for name in lambda_constructs.__all__]


def parameters(kind: type) -> list[inspect.Parameter]:
    """The parameters of a class but `self`; jsii's metaclass hides them from `inspect.signature(kind)`."""
    return list(inspect.signature(kind.__init__).parameters.values())[1:]  # type: ignore[misc]


def keyword_only(kind: type) -> dict[str, inspect.Parameter]:
    """Those that are given by name."""
    return {each.name: each for each in parameters(kind) if each.kind is inspect.Parameter.KEYWORD_ONLY}


def section(kind: type, title: str) -> dict[str, str]:
    """The entries of a section of the docstring, each joined to one line."""
    found = re.search(
        rf"^{title}:\n((?: {{4}}.*\n?|\n)*)", inspect.cleandoc(kind.__doc__ or ""), re.MULTILINE
    )
    assert found is not None
    entries: dict[str, str] = {}
    for entry in re.split(r"\n(?=\S)", textwrap.dedent(found[1]).strip()):
        name, _, description = entry.partition(":")
        entries[name] = " ".join(description.split())
    return entries


CONSTRUCTS = [kind for kind in CLASSES if issubclass(kind, Construct)]
# The exception is not made by users, and the TypedDict's keys are described where they arrive.
BY_KEYWORD = [kind for kind in CLASSES if kind in CONSTRUCTS or dataclasses.is_dataclass(kind)]
KEYWORDS = [
    pytest.param(kind, parameter, id=f"{kind.__name__}-{name}")
    for kind in BY_KEYWORD
    for name, parameter in keyword_only(kind).items()
]


def test_public_names_are_sorted() -> None:
    assert sorted(lambda_constructs.__all__) == lambda_constructs.__all__


def test_public_names_are_the_ones_that_resolve_lazily() -> None:
    assert lambda_constructs._MODULES.keys() == set(lambda_constructs.__all__)


def test_public_names_are_the_ones_that_type_checkers_see() -> None:
    (guarded,) = (
        node for node in SOURCE.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    seen = {
        alias.name: f".{statement.module}"
        for statement in guarded.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }

    assert seen == lambda_constructs._MODULES


def test_public_names_are_what_dir_shows() -> None:
    assert {*lambda_constructs.__all__, "__version__"} == set(dir(lambda_constructs))


@pytest.mark.parametrize("name", lambda_constructs.__all__)
def test_public_name_is_that_of_the_class_it_resolves_to(name: str) -> None:
    kind = getattr(lambda_constructs, name)

    assert (kind.__name__, kind.__module__) == (name, f"lambda_constructs{lambda_constructs._MODULES[name]}")


@pytest.mark.parametrize("name", ["SqsWorkers", "Rollout", "__path_of_nothing__"])
def test_unknown_name_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'lambda_constructs' has no attribute '{name}'"):
        getattr(lambda_constructs, name)


def test_function_options_are_the_keywords_of_production_function_with_their_types() -> None:
    hints = get_type_hints(ProductionFunction.__init__)

    assert get_type_hints(FunctionOptions) == {name: hints[name] for name in keyword_only(ProductionFunction)}


def test_function_options_require_what_production_function_requires() -> None:
    options = get_type_hints(FunctionOptions, include_extras=True)
    required = {name for name, hint in options.items() if get_origin(hint) is Required}

    assert required == {
        name
        for name, parameter in keyword_only(ProductionFunction).items()
        if parameter.default is inspect.Parameter.empty
    }


@pytest.mark.parametrize("kind", BY_KEYWORD)
def test_takes_all_options_by_keyword_and_only_scope_and_id_by_position(kind: type) -> None:
    by_position = {
        parameter.name: parameter.kind
        for parameter in parameters(kind)
        if parameter.kind not in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD)
    }

    assert by_position == dict.fromkeys(
        ["scope", "construct_id"] if kind in CONSTRUCTS else [], inspect.Parameter.POSITIONAL_ONLY
    )


@pytest.mark.parametrize("kind", BY_KEYWORD)
def test_docstring_names_every_keyword_and_no_other_in_the_order_of_the_signature(kind: type) -> None:
    signature = list(keyword_only(kind))
    signature += [f"**{each.name}" for each in parameters(kind) if each.kind is inspect.Parameter.VAR_KEYWORD]

    assert signature == (list(section(kind, "Args")) if signature else [])


@pytest.mark.parametrize(("kind", "parameter"), KEYWORDS)
def test_docstring_gives_the_default_of_the_signature(kind: type, parameter: inspect.Parameter) -> None:
    description, _, documented = section(kind, "Args")[parameter.name].partition(" Default: ")

    assert len(description.split()) >= 1
    if parameter.default is inspect.Parameter.empty:
        assert documented == ""
        return
    match parameter.default:
        case None | ():
            # Its meaning is the default, not the value that stands for it.
            assert documented
            assert not documented.startswith("None")
        case Enum() as member:
            assert re.match(rf"{type(member).__name__}\.{member.name}\b", documented)
        case bool() | int() | float() | str() as value:
            assert re.fullmatch(rf"{re.escape(str(value))}(?: \(.+\))?\.?", documented)
        case value:
            assert value == type(value)()
            assert documented.startswith(f"{type(value).__name__}()")


@pytest.mark.parametrize("kind", CONSTRUCTS)
def test_docstring_names_every_public_attribute_of_a_construct_and_no_other(kind: type) -> None:
    initializer = ast.parse(textwrap.dedent(inspect.getsource(kind.__init__)))  # type: ignore[misc]
    assigned = {
        node.attr
        for node in ast.walk(initializer)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and ast.unparse(node.value) == "self"
        and not node.attr.startswith("_")
    }

    properties = {
        name for name, value in vars(kind).items() if isinstance(value, property) and not name.startswith("_")
    }
    assert assigned | properties - {"grant_principal"} == section(kind, "Attributes").keys()
