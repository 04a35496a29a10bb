"""What CodeDeploy runs before and after it shifts traffic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from aws_cdk import aws_lambda as lambda_


@dataclass(frozen=True, kw_only=True)
class SmokeTest:
    """Invoke the new version once, and continue only if it answers as expected.

    One small function per stack runs the test, and reports to CodeDeploy in every case. It may invoke every
    version that it tests, so of two tested workloads in a stack neither can refer to the other's alias. The
    first deployment creates the alias without CodeDeploy, so it tests nothing.

    Args:
        payload: The event; JSON values. Default: an empty object
        expect: What the answer must contain; JSON values. Of objects only the named keys are compared.
            Default: any answer, as long as the function does not raise
    """

    payload: Mapping[str, object] | None = None
    expect: Mapping[str, object] | None = None


Hook: TypeAlias = lambda_.Function | lambda_.Alias | lambda_.IFunction | SmokeTest
"""A function of yours that reports to CodeDeploy, or a smoke test."""
