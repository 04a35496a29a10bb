"""The recursive loop detection of Lambda, turned off for a function that may write to its own source."""

from __future__ import annotations

from typing import cast

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core.cdk_objects import ask
from .adoption import check_setting
from .settings import Settings


def check_recursive_loop(settings: Settings) -> None:
    """Check that a function of the app lets Lambda continue its loops."""
    if settings.adopted is not None:
        check_setting(settings.guard, settings.adopted, "allow_recursion", "recursive_loop", "Allow")


def allow_recursive_loop(workload: Construct, settings: Settings) -> None:
    """Let the function of a workload write to its source.

    A version does not contain this setting, but CDK hashes it into the version's logical id: a new id without
    a new version fails the deployment.
    """
    if settings.adopted is None:
        function = cast(lambda_.CfnFunction, ask(workload, "node").default_child)
        function.recursive_loop = "Allow"
        lambda_.Function.classify_version_property("RecursiveLoop", False)
