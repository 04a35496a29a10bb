"""Resources that the workloads of one stack share, and values that are read from the stack only once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final, TypeVar, cast

import aws_cdk as cdk
from aws_cdk import aws_codedeploy as codedeploy
from constructs import Construct

from ..cdk_plugin import judge_app
from .cdk_objects import ask, stack_of
from .workload_metadata import WorkloadMetadata

T = TypeVar("T")
_ID: Final = "LambdaConstructs"
_SERVICE: Final = "SERVICE"
# Feature flags of CDK that older projects lack: https://docs.aws.amazon.com/cdk/v2/guide/featureflags.html
AUTHORIZERS_REDEPLOY: Final = "@aws-cdk/aws-apigateway:authorizerChangeDeploymentLogicalId"
LAYERS_PUBLISH: Final = "@aws-cdk/aws-lambda:recognizeLayerVersion"
REMOVES_ALARMS: Final = "@aws-cdk/aws-codedeploy:removeAlarmsFromDeploymentGroup"


class StackResources(Construct):
    """The child of a stack that contains everything that its workloads share.

    Attributes:
        stack: The stack.
        workloads: The metadata of the template about the workloads.
    """

    def __init__(self, stack: cdk.Stack) -> None:
        """Create it, empty."""
        super().__init__(stack, _ID)
        self.stack: Final = stack
        self.workloads: Final = WorkloadMetadata(stack)
        self._made: dict[str, object] = {}
        self._flags: dict[str, bool] = {}
        judge_app(stack)

    @classmethod
    def of(cls, scope: Construct) -> StackResources:
        """The instance for the stack that `scope` is in."""
        if (known := vars(scope).get(_ID)) is not None:
            return cast(StackResources, known)
        stack = stack_of(scope)
        found = vars(stack).get(_ID) or cls(stack)
        vars(stack)[_ID] = vars(scope)[_ID] = found
        return cast(StackResources, found)

    def adopt(self, workload: Construct) -> None:
        """Let a workload know its stack's resources, so that CDK is not asked for the stack."""
        vars(workload)[_ID] = self

    @classmethod
    def forget(cls, scope: Construct, path: str) -> None:
        """Forget the workload at a path in the app, and remove what stacks share if no other one is left."""
        known = cast("StackResources | None", vars(scope).get(_ID))
        if known is not None and not known.workloads.remove(path):
            vars(scope).pop(_ID)
            vars(known.stack).pop(_ID, None)
            known.stack.node.try_remove_child(_ID)

    def once(self, construct_id: str, create: Callable[[StackResources, str], T]) -> T:
        """The object that `create` returned for this id, now or for an earlier workload."""
        if construct_id not in self._made:
            try:
                self._made[construct_id] = create(self, construct_id)
            except BaseException:
                self.node.try_remove_child(construct_id)
                raise
        return cast(T, self._made[construct_id])

    def path_in_stack(self, scope: Construct, construct_id: str) -> str:
        """The path of a construct below its stack."""
        name = construct_id.replace("/", "--")
        return name if scope is self.stack else f"{scope.node.path.removeprefix(f'{self.path}/')}/{name}"

    def path_in_app(self, path: str) -> str:
        """The path in the app of a path below the stack."""
        return f"{self.path}/{path}" if self.path else path

    def arn(self, service: str, resource: str, name: str, separator: str = "/") -> str:
        """An ARN in the account and region of the stack."""
        return f"{self._arn_prefix.replace(_SERVICE, service)}{resource}{separator}{name}"

    @cached_property
    def _arn_prefix(self) -> str:
        """An ARN up to its resource."""
        no_name = cdk.ArnFormat.NO_RESOURCE_NAME
        return self.stack.format_arn(service=_SERVICE, resource="", arn_format=no_name)

    @cached_property
    def application(self) -> codedeploy.LambdaApplication:
        """The stack's one CodeDeploy application."""
        return codedeploy.LambdaApplication(self, "Application")

    @cached_property
    def application_name(self) -> str:
        """The application's name, a reference."""
        return self.application.application_name

    @cached_property
    def account(self) -> str:
        """The stack's account; a token unless it is known."""
        return self.stack.account

    @cached_property
    def path(self) -> str:
        """The stack's path in its app."""
        return self.stack.node.path

    @cached_property
    def stack_name(self) -> str:
        """The stack's name; a token in a nested stack."""
        return self.stack.stack_name

    @cached_property
    def injects(self) -> bool:
        """Whether an app, stage or stack has injectors, which change the options of what is created."""
        return any(map(cdk.PropertyInjectors.has_property_injectors, self.stack.node.scopes))

    def has_flag(self, flag: str) -> bool:
        """Whether the app has turned on a feature flag of CDK."""
        if flag not in self._flags:
            self._flags[flag] = self.stack.node.try_get_context(flag) is True
        return self._flags[flag]

    def turn_on(self, flag: str, construct: Construct) -> None:
        """Turn on a feature flag for what will be created below a construct, as a newer app does."""
        if not self.has_flag(flag):
            ask(construct, "node").set_context(flag, True)
