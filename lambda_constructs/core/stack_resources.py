"""What the workloads of one stack share, and what is asked of the stack only once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from typing import Final, TypeVar, cast

import aws_cdk as cdk
from aws_cdk import aws_codedeploy as codedeploy
from constructs import Construct

from ..cdk_plugin import BesideOurs

T = TypeVar("T")
_ID: Final = "LambdaConstructs"


@cache
def seconds(number: int) -> cdk.Duration:
    """A duration; made once, because every call into CDK is a message to another process."""
    return cdk.Duration.seconds(number)


class Shared(Construct):
    """The child of a stack under which everything stands that its workloads share.

    Attributes:
        stack: The stack.
    """

    def __init__(self, stack: cdk.Stack) -> None:
        """Create it, empty."""
        super().__init__(stack, _ID)
        self.stack: Final = stack
        self._made: dict[str, object] = {}
        self._beside = BesideOurs.of(stack)

    @classmethod
    def of(cls, scope: Construct) -> Shared:
        """The one of the stack that `scope` is in."""
        stack = cdk.Stack.of(scope)
        return cast(Shared, stack.node.try_find_child(_ID)) or cls(stack)

    def own(self, path: str) -> str:
        """Let the app be checked for what is added beside the workload at a path; the path in this stack."""
        self._beside.paths.update((path, f"{self.path}/{_ID}"))
        return path.removeprefix(f"{self.path}/")

    def once(self, construct_id: str, make: Callable[[Shared, str], T]) -> T:
        """What `make` made under this id, now or for an earlier workload."""
        if construct_id not in self._made:
            self._made[construct_id] = make(self, construct_id)
        return cast(T, self._made[construct_id])

    @cached_property
    def application(self) -> codedeploy.LambdaApplication:
        """The stack's one CodeDeploy application."""
        return codedeploy.LambdaApplication(self, "Application")

    @cached_property
    def application_name(self) -> str:
        """The application's name, a reference."""
        return self.application.application_name

    @cached_property
    def path(self) -> str:
        """The stack's path in its app."""
        return self.stack.node.path

    @cached_property
    def stack_name(self) -> str:
        """The stack's name; a token in a nested stack."""
        return self.stack.stack_name
