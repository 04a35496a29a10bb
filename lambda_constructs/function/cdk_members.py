"""The members of CDK's function that every workload has too: CDK's constructs accept it as a function's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

import jsii
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core.cdk_objects import known_of
from ..core.context import Context
from ..core.option_types import check_options
from .alias_members import CalledByCdk
from .environment import check_environment
from .idempotency import idempotency_keys
from .metrics import Metrics
from .references import ENVIRONMENT
from .settings import Settings

if TYPE_CHECKING:
    Function = (
        lambda_.IFunction
    )  # pyright does not find by itself that the members are those of the interface
else:
    Function = object

T = TypeVar("T")
OTHER_DESTINATION: Final = "on_failure is another destination"  # why there is no failure queue


@jsii.implements(lambda_.IFunction)
class CdkMembers(CalledByCdk, Construct, Metrics, Function):
    """Permissions, network, environment and metrics of a workload, with the names that CDK gives them."""

    _context: Context
    _settings: Settings

    if not TYPE_CHECKING:  # a type checker finds members that do not exist

        def __getattr__(self, name: str) -> object:
            """Say where a member of CDK's function is that a workload does not have.

            Python also calls it after a property raised an AttributeError, which is raised again.
            """
            kind = type(self)
            if hasattr(kind, name) or name.startswith("_") or not hasattr(lambda_.Function, name):
                return object.__getattribute__(self, name)
            owner = "alias" if hasattr(lambda_.Alias, name) else "function"
            raise AttributeError(f"{kind.__name__} has no {name}: use {owner}.{name}")

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The principal of grants to this construct: the execution role."""
        return self._context.role.role.grant_principal

    @property
    def connections(self) -> ec2.Connections:
        """The security groups of the function; an AttributeError without `vpc`."""
        connected = self.function.connections if self.function.is_bound_to_vpc else None
        return created(connected, "connections", "pass vpc=..., so that the function has security groups")

    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal invoke the alias, but not the versions."""
        self._check(CdkMembers.grant_invoke, grantee=grantee)
        return self.alias.grant_invoke(grantee)

    def add_environment(self, key: str, value: str) -> None:
        """Add an environment variable; it becomes part of the next version.

        Raises:
            ConfigurationError: The key or the value is refused in `environment` too, or the construct itself
                sets this key.
        """
        guard, settings = self._context.guard, self._settings
        self._check(CdkMembers.add_environment, key=key, value=value)
        reserved = (*settings.secrets, *idempotency_keys(settings.idempotency))
        check_environment(guard, {key: value}, {}, [each for each in reserved if each == key])
        guard.report(self)
        self.function.add_environment(key, value)
        known_of(self.function).get(ENVIRONMENT, {})[key] = value

    def add_to_role_policy(self, statement: iam.PolicyStatement) -> None:
        """Add a statement to the permissions of the execution role, in a policy of the role."""
        self._check(CdkMembers.add_to_role_policy, statement=statement)
        self._context.role.add(statement)

    def _check(self, method: Callable[..., object], **arguments: object) -> None:
        """Refuse arguments of the wrong type."""
        check_options(self._context.guard, method, arguments)


def created(resource: T | None, name: str, advice: str) -> T:
    """A resource that only some workloads have.

    Raises:
        AttributeError: This workload does not have it.
    """
    if resource is None:
        raise AttributeError(f"there is no {name}: {advice}")
    return resource
