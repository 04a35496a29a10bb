"""Hooks that CodeDeploy runs before and after it shifts traffic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from aws_cdk import aws_lambda as lambda_


@dataclass(frozen=True, kw_only=True)
class SmokeTest:
    """Invoke the new version once, and continue only if it responds as expected.

    One small function per stack, key and network runs the test, and reports to CodeDeploy in every case. It
    has the encryption key and the network of the workload, from which it must reach Lambda and CodeDeploy. It
    has permission to invoke every version that it tests, so two tested workloads in a stack cannot refer to
    each other's alias.
    The first deployment creates the alias without CodeDeploy, so it tests nothing.

    Args:
        payload: The event; JSON values. Default: an empty object
        expect: The expected response; JSON values. For objects, only the keys that you pass are compared.
            Default: any response, if the function does not raise an error
    """

    payload: Mapping[str, object] | None = None
    expect: Mapping[str, object] | None = None


Hook: TypeAlias = (
    lambda_.Function
    | lambda_.Alias
    | lambda_.IFunction
    | lambda_.Version
    | lambda_.SingletonFunction
    | SmokeTest
)
"""Your own function that reports to CodeDeploy, or a smoke test."""
