"""How every construct is built: its options are checked first, and a failure leaves nothing behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

import aws_cdk as cdk
from constructs import Construct, Node
from jsii.errors import JavaScriptError

from ..errors import ConfigurationError
from ..rules.options import (
    cdk_refused,
    construct_id_empty,
    construct_id_reserved,
    construct_id_taken,
    option_type,
    scope_without_stack,
)
from ..template.values import Unknown
from .claims import release
from .guard import Guard
from .option_types import check_options
from .stack_resources import StackResources
from .texts import is_text, plain_texts

P = ParamSpec("P")
Self = TypeVar("Self", bound=Construct)
Added = TypeVar("Added")
Constructor = Callable[Concatenate[Self, Construct, str, P], None]
_TAKEN: Final = re.compile(r"There is already a Construct with name '(.*)' in \w+ \[(.*)\]")
Method = Callable[Concatenate[Self, str, P], Added]


def checked(constructor: Constructor[Self, P]) -> Constructor[Self, P]:
    """Let a constructor refuse options of the wrong type first, and leave nothing behind when it raises."""

    @wraps(constructor)
    def check_first(
        self: Self, scope: Construct, construct_id: str, /, *args: P.args, **options: P.kwargs
    ) -> None:
        construct_id = plain_texts(construct_id)
        guard = Guard(scope, construct_id)
        _check_place(guard, scope, construct_id)
        check_options(guard, constructor, options)
        if guard.has_members:
            options = plain_texts(options)
        try:
            constructor(self, scope, construct_id, *args, **options)
        except BaseException as error:
            if _remove(self, scope, construct_id):
                release(guard)
            _explain(guard, error)
            raise
        guard.report(self)

    return check_first


def adds(method: Method[Self, P, Added]) -> Method[Self, P, Added]:
    """Give a method that adds a trigger to a workload the contract of a constructor.

    It refuses options of the wrong type first, and leaves nothing behind when it raises: all that it creates
    is below the construct `construct_id` of the workload, and it changes others at the end.
    """

    @wraps(method)
    def check_first(self: Self, construct_id: str, /, *args: P.args, **options: P.kwargs) -> Added:
        construct_id = plain_texts(construct_id)
        guard = Guard(self, construct_id)
        _check_place(guard, self, construct_id)
        check_options(guard, method, options)
        if guard.has_members:
            options = plain_texts(options)
        before = {child.node.id for child in self.node.children}
        try:
            added = method(self, construct_id, *args, **options)
        except BaseException as error:
            for child in self.node.children:
                if child.node.id not in before:
                    self.node.try_remove_child(child.node.id)
            release(guard)
            _explain(guard, error)
            raise
        guard.report(self)
        return added

    return check_first


def _explain(guard: Guard, error: BaseException) -> None:
    """Refuse what CDK has refused."""
    if isinstance(error.__cause__, JavaScriptError):
        message = str(error).partition("\n")[0]
        if taken := _TAKEN.search(message):
            guard.refuse(construct_id_taken, *taken.groups())
        guard.refuse(cdk_refused, message)


def _check_place(guard: Guard, scope: Construct, construct_id: str) -> None:
    """Check that the construct has an id and is part of a stack."""
    if not _is_construct(scope):
        violation = str(option_type("scope", repr(scope), "a Stack, or a construct in one"))
        raise ConfigurationError(
            violation, code=option_type.code, construct_path=str(construct_id), url=option_type.source
        )
    if not is_text(construct_id) or isinstance(guard.text(construct_id), Unknown):
        guard.refuse(option_type, "construct_id", repr(construct_id), "a string that is known at synthesis")
    guard.check(construct_id_empty, construct_id)
    guard.check(construct_id_reserved, construct_id)
    if not isinstance(scope, cdk.Stack):
        in_stack = any(isinstance(each, cdk.Stack) for each in scope.node.scopes)
        guard.check(scope_without_stack, in_stack=in_stack)


def _is_construct(scope: object) -> bool:
    """Whether it is a construct, or one that only JavaScript knows."""
    return isinstance(scope, Construct) or isinstance(getattr(scope, "node", None), Node)


def _remove(construct: Construct, scope: Construct, construct_id: str) -> bool:
    """Take a construct that raised out of the tree; returns whether no other construct has its id."""
    found = scope.node.try_find_child(construct_id)
    if found is construct:
        path = construct.node.path
        scope.node.try_remove_child(construct_id)
        StackResources.forget(scope, path)
    return found in (None, construct)
