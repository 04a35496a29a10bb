"""Draws as data: what a user would write, which is only made when it is built in a stack.

Hypothesis can then compare, print and minimize draws, and two processes can build the same one.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aws_cdk as cdk
from hypothesis import strategies as st

from lambda_constructs import FunctionOptions
from lambda_constructs.function.options import SETTINGS

# One option in so many has a value that is not meant to be accepted: most draws have a few options.
LEGAL_OF = 10
OPTIONS_MAXIMUM = 5
# Without them Lambda has no function.
BASICS = ("code", "handler", "runtime")


@dataclass(frozen=True)
class Make:
    """A call that is made when a draw is built.

    Attributes:
        function: What is called.
        args: Its arguments, calls among them.
        kwargs: Its arguments by name.
        scoped: Whether it makes a construct: the stack and a new id come before the other arguments.
    """

    function: Callable[..., Any]
    args: tuple[object, ...] = ()
    kwargs: Mapping[str, object] = field(default_factory=dict)
    scoped: bool = False

    def __repr__(self) -> str:
        named = (f"{name}={_shown(value)}" for name, value in self.kwargs.items())
        return f"{self.function.__qualname__}({', '.join([*map(_shown, self.args), *named])})"


def make(function: Callable[..., Any], /, *args: object, **kwargs: object) -> Make:
    """A call of a function, such as `Duration.seconds`."""
    return Make(function, args, kwargs)


def within(function: Callable[..., Any], /, *args: object, **kwargs: object) -> Make:
    """A call that makes a construct in the draw's stack, with an id of its own."""
    return Make(function, args, kwargs, scoped=True)


def _shown(value: object) -> str:
    """CDK's own objects by their name: they have no other text."""
    name = getattr(value, "name", getattr(value, "operation_name", None))
    return f"{type(value).__name__}[{name}]" if hasattr(value, "__jsii_ref__") else repr(value)


def build(stack: cdk.Stack, value: object) -> Any:
    """Make what a draw describes; the same call that stands twice in a draw is made twice."""
    match value:
        case Make(function, args, kwargs, scoped):
            place = [stack, _next_id(stack)] if scoped else []
            return function(
                *place,
                *(build(stack, each) for each in args),
                **{name: build(stack, each) for name, each in kwargs.items()},
            )
        case list():
            return [build(stack, each) for each in value]
        case dict():
            return {key: build(stack, each) for key, each in value.items()}
        case _:
            return value


def _next_id(stack: cdk.Stack) -> str:
    """An id that is not taken: a call may make constructs of its own in the stack."""
    return f"Given{len(stack.node.find_all())}"


def mostly(legal: st.SearchStrategy[Any], *others: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Legal values, and now and then another one."""
    other, turns = st.one_of(*others), st.integers(0, LEGAL_OF)
    return turns.flatmap(lambda turn: other if turn == LEGAL_OF else legal)


def calls(
    function: Callable[..., Any], /, *always: str, **options: st.SearchStrategy[Any]
) -> st.SearchStrategy[Make]:
    """Calls of one of the library's classes with what it needs and some of its options, now and then as None.

    Args:
        function: The class.
        *always: Options that are always given, too.
        **options: What each option may be.

    Raises:
        TypeError: The strategies are not those of the class's options: none is forgotten.
    """
    known = options_of(function)
    if known.keys() != options.keys():
        raise TypeError(f"{function.__qualname__}: {sorted(known.keys() ^ options.keys())}")
    given = [name for name in options if known[name] or name in always]
    others = [name for name in options if name not in given]
    if not others:
        return st.fixed_dictionaries(options).map(lambda found: make(function, **found))
    chosen = st.lists(st.sampled_from(others), max_size=OPTIONS_MAXIMUM, unique=True)

    @st.composite
    def call(draw: st.DrawFn) -> Make:
        rest = {name: draw(mostly(options[name], st.none())) for name in draw(chosen)}
        values = {**{name: draw(options[name]) for name in given}, **rest}
        if rest.get("function") is not None:  # it has settings of its own
            values = {name: value for name, value in values.items() if name not in SETTINGS}
        return make(function, **values)

    return call()


def options_of(function: Callable[..., Any]) -> dict[str, bool]:
    """The options of a class by name, and whether each is needed; a workload's with those of functions."""
    if dataclasses.is_dataclass(function):
        return {
            each.name: each.default is each.default_factory is dataclasses.MISSING
            for each in dataclasses.fields(function)
        }
    found = inspect.signature(function.__init__).parameters.values()
    own = [each for each in found if each.kind is each.KEYWORD_ONLY and not each.name.startswith("_")]
    known = {each.name: each.default is each.empty for each in own}
    if any(each.kind is each.VAR_KEYWORD for each in found):
        known |= {name: name in BASICS for name in FunctionOptions.__annotations__}
    return known
