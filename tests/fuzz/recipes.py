"""Draws as data: what a user would write, which is only made when it is built in a stack.

Hypothesis can then compare, print and minimize draws, and two processes can build the same one.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import aws_cdk as cdk
from constructs import Construct
from hypothesis import strategies as st

from lambda_constructs import ConfigurationError, FunctionOptions, ProductionFunction
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


class TriggerRefusedError(Exception):
    """A trigger was refused, with this code; the workload stays."""


class Adding:
    """Makes a workload, and adds triggers to it; a trigger that is refused must change nothing.

    Attributes:
        kind: The class of the workload.
        method: The method that adds a trigger.
    """

    def __init__(self, kind: type[ProductionFunction], method: str) -> None:
        self.kind, self.method, self.__qualname__ = kind, method, f"{kind.__name__}.{method}"

    def __call__(self, scope: Construct, construct_id: str, added: Sequence[object], **options: Any) -> None:
        workload = self.kind(scope, construct_id, **options)
        for number, trigger in enumerate(added):
            before = {each.node.path for each in workload.node.find_all()}
            try:
                getattr(workload, self.method)(f"More{number}", **cast(dict[str, Any], trigger))
            except ConfigurationError as refusal:
                if left := {each.node.path for each in workload.node.find_all()} - before:
                    raise AssertionError(f"[{refusal.code}] leaves {sorted(left)}") from refusal
                raise TriggerRefusedError(refusal.code) from refusal


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


def triggers(needed: Mapping[str, Any], others: Mapping[str, Any]) -> st.SearchStrategy[list[Any]]:
    """The options of the triggers that are added to a workload, now and then as None."""
    chosen = (
        st.lists(st.sampled_from([*others]), max_size=OPTIONS_MAXIMUM, unique=True) if others else st.just([])
    )

    @st.composite
    def trigger(draw: st.DrawFn) -> dict[str, Any]:
        rest = {name: draw(mostly(others[name], st.none())) for name in draw(chosen)}
        return {**{name: draw(value) for name, value in needed.items()}, **rest}

    return st.lists(trigger(), min_size=1, max_size=3)


def options_of(function: Callable[..., Any]) -> dict[str, bool]:
    """The options of a class by name, and whether each is needed; a workload's with those of functions."""
    if isinstance(function, Adding):
        return {**options_of(function.kind), "added": True}
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
