"""The members of CDK's `IFunction`: each is the alias's, so a workload is what CDK's constructs invoke.

jsii overrides in JavaScript the members of the bases before `Construct`, which costs every workload 30 calls
for each. So only `CalledByCdk`, with what CDK's constructs ask a function for, is such a base.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Node

if TYPE_CHECKING:
    from aws_cdk.interfaces import ResourceEnvironment
    from aws_cdk.interfaces.aws_lambda import FunctionReference

    class LiveAlias(lambda_.Alias, lambda_.IFunction):
        """CDK's alias as pyright needs it: it does not find that the class implements the interface."""


P = ParamSpec("P")
T = TypeVar("T")


class HasAlias:
    """A workload: its function and its alias."""

    function: lambda_.Function
    alias: LiveAlias


def of_alias(
    method: Callable[Concatenate[lambda_.Alias, P], T],
) -> Callable[Concatenate[HasAlias, P], T]:
    """The method of the alias as a method of the workload."""

    def call(self: HasAlias, /, *args: P.args, **options: P.kwargs) -> T:
        return method(self.alias, *args, **options)

    return wraps(method)(call)


class CalledByCdk(HasAlias):
    """Members that CDK's constructs read and call in JavaScript."""

    add_permission = of_alias(lambda_.Alias.add_permission)

    @property
    def env(self) -> ResourceEnvironment:
        """The account and the region of the alias."""
        return self.alias.env

    @property
    def function_arn(self) -> str:
        """The ARN of the alias."""
        return self.alias.function_arn

    @property
    def function_name(self) -> str:
        """The name of the function, a colon and the name of the alias."""
        return self.alias.function_name

    @property
    def function_ref(self) -> FunctionReference:
        """The ARN and the name of the alias."""
        return self.alias.function_ref

    @property
    def permissions_node(self) -> Node:
        """The node of the alias, below which permissions are created."""
        return self.alias.permissions_node

    @property
    def resource_arns_for_grant_invoke(self) -> list[str]:
        """The ARN of the alias."""
        return self.alias.resource_arns_for_grant_invoke

    @property
    def stack(self) -> cdk.Stack:
        """The stack."""
        return self.alias.stack


class CalledByUsers(HasAlias):
    """Members that only Python code reads and calls."""

    add_event_source = of_alias(lambda_.Alias.add_event_source)
    add_event_source_mapping = of_alias(lambda_.Alias.add_event_source_mapping)
    add_function_url = of_alias(lambda_.Alias.add_function_url)
    apply_removal_policy = of_alias(lambda_.Alias.apply_removal_policy)
    configure_async_invoke = of_alias(lambda_.Alias.configure_async_invoke)
    grant_invoke_composite_principal = of_alias(lambda_.Alias.grant_invoke_composite_principal)
    grant_invoke_latest_version = of_alias(lambda_.Alias.grant_invoke_latest_version)
    grant_invoke_url = of_alias(lambda_.Alias.grant_invoke_url)
    grant_invoke_version = of_alias(lambda_.Alias.grant_invoke_version)

    @property
    def architecture(self) -> lambda_.Architecture:
        """The architecture of the function."""
        return self.function.architecture

    @property
    def is_bound_to_vpc(self) -> bool:
        """Whether the function runs in a VPC."""
        return self.function.is_bound_to_vpc

    @property
    def latest_version(self) -> lambda_.IVersion:
        """The version `$LATEST` of the function, which nothing invokes."""
        return self.alias.latest_version

    @property
    def tenancy_config(self) -> lambda_.TenancyConfig | None:
        """The tenant isolation of the function."""
        return self.alias.tenancy_config
