"""The alias of a workload."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core.cdk_objects import make
from ..rules import defaults
from .provisioned_concurrency import ProvisionedConcurrency

if TYPE_CHECKING:

    class LiveAlias(lambda_.Alias, lambda_.IFunction):
        """CDK's alias as pyright needs it: it does not find that the class implements the interface."""


def create_alias(
    scope: Construct, version: lambda_.Version, provisioned: ProvisionedConcurrency | None
) -> LiveAlias:
    """Create the alias that all triggers use, with its initial provisioned concurrency."""
    alias = make(
        lambda_.Alias,
        scope,
        "Live",
        alias_name=defaults.ALIAS_NAME,
        version=version,
        provisioned_concurrent_executions=None if provisioned is None else provisioned.minimum,
    )
    return cast("LiveAlias", alias)
